"""Where views are read from: one or several folders or zips, and URLs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Self

from catalog.errors import ImageRejected
from catalog.fetching.fetcher import Fetcher
from catalog.images.reader import ImageReader
from catalog.settings import Settings


class ViewSource:
    """Reads the bytes behind references within the settings; safe to share between threads.

    The first of ``roots`` that has a reference counts; None is for URLs alone. Picklable: in
    another process its readers are opened when they are first used. After ``close`` the next use
    opens them again.
    """

    def __init__(self, settings: Settings, roots: Sequence[Path | None]) -> None:
        self._settings = settings
        self._roots = tuple(roots)
        self._opened = ExitStack()

    def opened(self) -> Self:
        """Open folders and zips at once, not at the first use; UsageError where a root is neither."""
        _ = self._readers
        return self

    def close(self) -> None:
        """Close the archives and connections kept open."""
        if self.__dict__.pop("_readers", None) is not None:
            self._opened.close()

    def read(self, reference: str) -> bytes:
        """Return the bytes behind a reference; may raise ImageRejected, that of the last root."""
        rejected = ImageRejected("missing", f"no image folder is known that holds {reference!r}")
        for reader in self._readers:
            try:
                return reader.read(reference)
            except ImageRejected as error:
                rejected = error
        raise rejected

    def __reduce__(self) -> tuple[type[ViewSource], tuple[Settings, tuple[Path | None, ...]]]:
        return ViewSource, (self._settings.without_key(), self._roots)

    @cached_property
    def _readers(self) -> list[ImageReader]:
        fetcher = self._opened.enter_context(Fetcher.within(self._settings))
        limit = self._settings.max_image_bytes
        readers = (
            ImageReader(root, fetcher, max_bytes=limit, any_file=False) for root in self._roots
        )
        return [self._opened.enter_context(reader) for reader in readers]

"""Find a file name the way people wrote it: other case, other Unicode form, extension left out."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from catalog.errors import ImageRejected

IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif"}
    | {".heic", ".heif"}
)
"""What an image file may be called, folded; files of other names are no views."""


def fold_name(name: str) -> str:
    """Return a file name for comparison: NFC, upper and lower case alike."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class NameListing:
    """The names of one folder or archive, sorted; about 75 bytes a name, a lookup is O(log n)."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(names, key=lambda name: (fold_name(name), name))

    def find(self, name: str) -> str:
        """Return the one entry that ``name`` means.

        The exact name comes first, then one that differs in case or Unicode form, then one with an
        image extension added. Raises ImageRejected ``missing`` or ``ambiguous``.
        """
        alike = list(self._alike(fold_name(name)))
        exact = [entry for entry in alike if entry == name]
        for matches in (exact, alike, list(self._extended(fold_name(name)))):
            if len(matches) == 1:
                return matches[0]
            if matches:
                names = ", ".join(matches[:3])
                raise ImageRejected("ambiguous", f"{name!r} fits {len(matches)} files: {names}")
        raise ImageRejected("missing", f"no file {name!r}")

    def _alike(self, folded: str) -> Iterator[str]:
        return (name for name in self._from(folded) if fold_name(name) == folded)

    def _extended(self, folded: str) -> Iterator[str]:
        stem = folded + "."
        for name in self._from(stem):
            if fold_name(name)[len(folded) :] in IMAGE_SUFFIXES:
                yield name

    def _from(self, start: str) -> Iterator[str]:
        """Yield the entries whose folded name begins with ``start``."""
        for at in range(bisect_left(self._names, start, key=fold_name), len(self._names)):
            if not fold_name(self._names[at]).startswith(start):
                return
            yield self._names[at]

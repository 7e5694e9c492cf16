"""Get the bytes behind an image reference: a path under the image folder, a zip member, or a URL.

References stand in tables, and tables are outside data: nothing outside the folder is ever read.
"""

from __future__ import annotations

import os
import re
import stat
import threading
from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path, PurePosixPath
from typing import Self, TypeVar

from catalog.errors import FetchFailed, ImageRejected, UsageError
from catalog.fetching.fetcher import Fetcher
from catalog.images.archive import ImageArchive
from catalog.images.listing import NameListing

DEFAULT_MAX_BYTES = 64 * 1024 * 1024
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_DRIVE = re.compile(r"[A-Za-z]:")
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_KEPT_FOLDERS = 64
_KEPT_ARCHIVES = 8
_Value = TypeVar("_Value")


class ImageReader:
    """Reads views; safe to share between threads.

    ``root`` is the image folder or a ``.zip`` file. Without one, no file is read at all
    (``no_image_folder``), unless ``any_file`` says that a person rather than a table names the
    files: then any that is readable. Without a ``fetcher`` URLs are refused.
    Raises UsageError when ``root`` is neither a folder nor a readable zip file.
    """

    def __init__(
        self,
        root: Path | None,
        fetcher: Fetcher | None,
        *,
        max_bytes: int = DEFAULT_MAX_BYTES,
        any_file: bool = False,
    ) -> None:
        self._any_file = any_file
        self._fetcher = fetcher
        self._max_bytes = max_bytes
        self._root = None if root is None else root.resolve()
        self._archive = None if root is None or root.is_dir() else _open_root(root)
        self._lock = threading.Lock()
        self._listings: OrderedDict[Hashable, NameListing] = OrderedDict()
        self._archives: OrderedDict[Hashable, ImageArchive] = OrderedDict()

    def read(self, reference: str) -> bytes:
        """Return the bytes behind a reference.

        Backslashes count as separators; a name that is not there exactly may differ in case or
        Unicode form, or lack its extension, when exactly one file fits. ``photos.zip/a.jpg`` is a
        member of an archive in the folder. Raises ImageRejected with ``missing, ambiguous,
        outside_folder, not_a_file, too_large, unreadable, encrypted, corrupt_archive`` or, for
        URLs, ``url_`` and the reason of ``Fetcher.get`` (``url_refused`` without a fetcher).
        """
        if _SCHEME.match(reference):
            return self._fetch(reference)
        if self._root is None:
            if not self._any_file:
                detail = "no image folder was given for this table; give one with --images"
                raise ImageRejected("no_image_folder", detail)
            return read_file(Path(reference), self._max_bytes)
        parts = _parts(reference, self._root)
        if self._archive is not None:
            return self._archive.read("/".join(parts), self._max_bytes)
        return self._read_under(self._root, parts)

    def close(self) -> None:
        """Close the archives kept open."""
        for archive in (self._archive, *self._archives.values()):
            if archive is not None:
                archive.close()
        self._archives.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _fetch(self, url: str) -> bytes:
        if self._fetcher is None:
            raise ImageRejected("url_refused", f"URLs are not read here: {url!r}")
        try:
            return self._fetcher.get(url)
        except FetchFailed as failure:
            raise ImageRejected(f"url_{failure.reason}", failure.detail) from failure

    def _read_under(self, root: Path, parts: list[str]) -> bytes:
        path = root
        for at, part in enumerate(parts, start=1):
            path = self._child(path, part)
            member = "/".join(parts[at:])
            if member and path.suffix.lower() == ".zip" and path.is_file():
                return self._read_member(_inside(root, path), member)
        return read_file(_inside(root, path), self._max_bytes)

    def _child(self, folder: Path, name: str) -> Path:
        child = folder / name
        if os.path.lexists(child):
            return child
        try:
            key = (folder, folder.stat().st_mtime_ns)
            with self._lock:
                listing = self._listings.get(key) or _names_in(folder)
                _keep(self._listings, key, listing, _KEPT_FOLDERS)
        except (FileNotFoundError, NotADirectoryError):
            raise ImageRejected("missing", f"no file {name!r} in {folder.name!r}") from None
        except OSError as error:
            raise ImageRejected("unreadable", f"{folder.name!r}: {error.strerror}") from error
        return folder / listing.find(name)

    def _read_member(self, path: Path, name: str) -> bytes:
        """Read from an archive inside the folder; under the lock, since the oldest are closed."""
        key = (path, path.stat().st_mtime_ns)
        with self._lock:
            archive = self._archives.get(key) or ImageArchive(path)
            oldest = _keep(self._archives, key, archive, _KEPT_ARCHIVES)
            if oldest is not None:
                oldest.close()
            return archive.read(name, self._max_bytes)


def read_file(path: Path, max_bytes: int) -> bytes:
    """Return a regular file's bytes; never blocks on a FIFO and never opens a device.

    Raises ImageRejected ``missing, not_a_file, too_large`` or ``unreadable``.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ImageRejected("not_a_file", f"{path.name!r} is no regular file")
        if status.st_size > max_bytes:
            raise ImageRejected("too_large", f"{path.name!r} holds {status.st_size} bytes")
        with os.fdopen(os.open(path, _OPEN_FLAGS), "rb") as file:
            content = file.read(max_bytes + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise ImageRejected("missing", f"no file {path.name!r}") from None
    except OSError as error:
        raise ImageRejected("unreadable", f"{path.name!r}: {error.strerror}") from error
    if len(content) > max_bytes:
        raise ImageRejected("too_large", f"{path.name!r} holds more than {max_bytes} bytes")
    return content


def _open_root(root: Path) -> ImageArchive:
    if not root.is_file():
        raise UsageError(f"the image folder does not exist: {str(root)!r}")
    try:
        return ImageArchive(root)
    except ImageRejected as error:
        raise UsageError(f"images come from a folder or a zip file; {error.detail}") from error


def _parts(reference: str, root: Path) -> list[str]:
    """Return the steps of a relative reference below the root."""
    path = PurePosixPath(reference.strip().replace("\\", "/"))
    if path.is_relative_to(root.as_posix()):
        path = path.relative_to(root.as_posix())
    if path.is_absolute() or _DRIVE.match(str(path)) or ".." in path.parts:
        raise ImageRejected("outside_folder", f"{reference!r} leaves the image folder")
    if not path.parts:
        raise ImageRejected("missing", f"{reference!r} names no file")
    return list(path.parts)


def _names_in(folder: Path) -> NameListing:
    with os.scandir(folder) as entries:
        return NameListing(entry.name for entry in entries)


def _inside(root: Path, path: Path) -> Path:
    """Return the path with all links followed, or refuse what lies elsewhere."""
    try:
        resolved = path.resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):
        raise ImageRejected("missing", f"{path.name!r} is a link to nothing") from None
    except (OSError, RuntimeError) as error:
        raise ImageRejected("unreadable", f"{path.name!r}: {error}") from error
    if not resolved.is_relative_to(root):
        raise ImageRejected("outside_folder", f"{path.name!r} links out of the image folder")
    return resolved


def _keep(
    recent: OrderedDict[Hashable, _Value], key: Hashable, value: _Value, limit: int
) -> _Value | None:
    """Remember a value as the latest used; return the one that had to go."""
    recent[key] = value
    recent.move_to_end(key)
    return recent.popitem(last=False)[1] if len(recent) > limit else None

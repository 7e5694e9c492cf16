"""Read views from a zip file without unpacking it to disk."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from lzma import LZMAError
from pathlib import Path
from typing import Self
from zipfile import BadZipFile, ZipFile, ZipInfo

from catalog.errors import ImageRejected
from catalog.images.listing import NameListing

_BROKEN = (BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, OSError, ValueError)
_ENCRYPTED = 0x1


class ImageArchive:
    """The members of one zip file by name; safe to share between threads.

    Member names are only looked up, never written to, so that a name such as ``../../x`` is
    harmless. Raises ImageRejected ``corrupt_archive`` when it is no readable zip file.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = ZipFile(path)
        except _BROKEN as error:
            raise ImageRejected("corrupt_archive", f"{path.name}: {error}") from error
        self._members: dict[str, ZipInfo | None] = {}
        for info in self._zip.infolist():
            name = member_name(info.filename)
            self._members[name] = None if name in self._members else info
        self._listing = NameListing(self._members)

    def names(self) -> Iterator[str]:
        """Yield the names of all files, folders left out, in the archive's order."""
        return (name for name in self._members if not name.endswith("/"))

    def read(self, name: str, max_bytes: int) -> bytes:
        """Return a member's bytes; the name as ``NameListing.find`` takes it.

        Raises ImageRejected ``missing, ambiguous, not_a_file, encrypted, too_large,
        corrupt_archive``. The cap also holds for a member that is larger than its entry says.
        """
        if name + "/" in self._members:
            raise ImageRejected("not_a_file", f"{name!r} is a folder of the archive")
        info = self._members[self._listing.find(name)]
        if info is None:
            raise ImageRejected("ambiguous", f"the archive holds several members {name!r}")
        if info.flag_bits & _ENCRYPTED:
            raise ImageRejected("encrypted", f"{name!r} needs a password")
        if info.file_size > max_bytes:
            raise ImageRejected("too_large", f"{name!r} holds more than {max_bytes} bytes")
        try:
            with self._zip.open(info) as member:
                content = member.read(max_bytes + 1)
        except _BROKEN as error:
            raise ImageRejected("corrupt_archive", f"{name!r}: {error}") from error
        return content

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def member_name(name: str) -> str:
    """Return a member's name with forward slashes and no leading ones."""
    return name.replace("\\", "/").removeprefix("./").lstrip("/")

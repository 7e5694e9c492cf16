"""The package around an Excel sheet: checks against hostile files, sheets, cell formats."""

from __future__ import annotations

import posixpath
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from catalog.errors import UnusableTable
from catalog.tables.excel.xml_parts import BadXml, local_name, tags
from catalog.tables.number_text import NumberFormat

MAX_RATIO = 200
"""Unpacked to packed size above which a large part counts as a zip bomb; real sheets reach 30."""
MAX_SMALL_PART = 64 << 20
"""Bytes of the workbook, its relations and its styles."""
_BOOK, _RELATIONS, _STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
_SMALL_PARTS = (_BOOK, _RELATIONS, _STYLES)
_LARGE = 64 << 20
_DAMAGE = (
    BadXml,
    BadZipFile,
    EOFError,
    KeyError,
    NotImplementedError,  # a compression Python does not know
    OSError,
    ValueError,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its title, its part in the package and whether it is shown."""

    title: str
    part: str
    visible: bool


class Workbook:
    """An .xlsx file whose sheets can be opened as streams. Raises UnusableTable."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self.readable("the file"):
            self._zip = ZipFile(path)
        weakref.finalize(self, self._zip.close)
        self._check_package()
        self.epoch_1904 = False
        self.sheets = tuple(self._read_sheets())

    def unusable(self, why: str) -> UnusableTable:
        """Return the error that names this file."""
        return UnusableTable(f"{self._path.name} cannot be read as .xlsx: {why}")

    @contextmanager
    def readable(self, what: str) -> Iterator[None]:
        """Turn whatever a damaged package raises into UnusableTable."""
        try:
            yield
        except _DAMAGE as error:
            raise self.unusable(f"{what} is damaged ({error}); save it again in Excel") from error

    def open(self, part: str) -> IO[bytes]:
        """Return the stream of a part."""
        return self._zip.open(part)

    @property
    def shared_strings(self) -> str | None:
        """The part with the shared strings, where there is one."""
        folded = {name.lower(): name for name in self._zip.namelist()}
        return folded.get("xl/sharedstrings.xml")

    @cached_property
    def formats(self) -> tuple[NumberFormat, ...]:
        """The number format of each cell style."""
        if _STYLES not in self._zip.namelist():
            return ()
        with self.readable(_STYLES):
            return tuple(self._read_formats())

    def _check_package(self) -> None:
        entries = self._zip.infolist()
        for entry in entries:
            if entry.flag_bits & 1:
                raise self.unusable("it is encrypted; save it without a password")
            if entry.filename in _SMALL_PARTS and entry.file_size > MAX_SMALL_PART:
                raise self.unusable(f"{entry.filename} is over {MAX_SMALL_PART >> 20} MiB")
            if entry.file_size > max(_LARGE, MAX_RATIO * entry.compress_size):
                raise self.unusable(
                    f"{entry.filename} unpacks to {entry.file_size >> 20} MiB, over {MAX_RATIO} "
                    "times its packed size (a zip bomb?); save it again in Excel"
                )
        names = {entry.filename.lower() for entry in entries}
        if "xl/vbaproject.bin" in names:
            raise self.unusable("it holds macros; save it as .xlsx without macros")
        if "xl/workbook.bin" in names:
            raise self.unusable("it is a binary workbook (.xlsb); save it as .xlsx")
        if _BOOK not in names:
            raise self.unusable("there is no workbook in the archive; allowed are .xlsx files")

    def _read_sheets(self) -> Iterator[Sheet]:
        targets = {}
        if _RELATIONS in self._zip.namelist():
            for name, attributes in self._small_part(_RELATIONS):
                if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
                    targets[attributes.get("Id", "")] = attributes.get("Target", "")
        for name, attributes in self._small_part(_BOOK):
            if name == "workbookPr":
                self.epoch_1904 = attributes.get("date1904", "0") in ("1", "true")
            elif name == "sheet":
                plain = {local_name(key): value for key, value in attributes.items()}
                part = posixpath.normpath(
                    posixpath.join("/xl", targets.get(plain.get("id", ""), "?"))
                )
                if part.lstrip("/") in self._zip.namelist():
                    visible = plain.get("state", "visible") == "visible"
                    yield Sheet(plain.get("name", ""), part.lstrip("/"), visible)

    def _read_formats(self) -> Iterator[NumberFormat]:
        custom: dict[int, str] = {}
        in_cells = False
        for name, attributes in self._small_part(_STYLES):
            if name == "numFmt":
                custom[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                in_cells = name == "cellXfs"
            elif name == "xf" and in_cells:
                number = int(attributes.get("numFmtId", "0"))
                yield NumberFormat.of(number, custom.get(number))

    def _small_part(self, part: str) -> Iterator[tuple[str, dict[str, str]]]:
        with self.readable(part), self.open(part) as stream:
            yield from tags(stream)

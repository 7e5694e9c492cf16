"""An Excel file's shared strings, kept on disk: memory does not grow with the table."""

from __future__ import annotations

import os
import re
import tempfile
import weakref
from array import array
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import IO

from catalog.tables.excel.xml_parts import feed, local_name, new_parser

_CACHED = 1 << 12
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class SharedStrings:
    """Strings by number (``get``), each as written; costs 8 bytes of memory a string.

    Raises BadXml for a damaged part, IndexError for a number the file does not hold.
    """

    def __init__(self, part: IO[bytes] | None) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the strings
        weakref.finalize(self, self._file.close)
        self._ends = array("Q", [0])
        if part:
            self._load(part)
        self._file.flush()
        self.get = lru_cache(_CACHED)(partial(_read, self._file.fileno(), self._ends))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def _load(self, part: IO[bytes]) -> None:
        strings: list[str] = []
        text: list[str] = []
        inside = {"t": False, "rPh": False}

        def start(name: str, _: dict[str, str]) -> None:
            name = local_name(name)
            if name in inside:
                inside[name] = True
            elif name == "si":
                text.clear()

        def end(name: str) -> None:
            name = local_name(name)
            if name in inside:
                inside[name] = False
            elif name == "si":
                strings.append(unescape("".join(text)))

        def characters(piece: str) -> None:
            if inside["t"] and not inside["rPh"]:
                text.append(piece)

        parser = new_parser()
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = characters
        for _ in feed(parser, part):
            self._store(strings)
            strings.clear()

    def _store(self, strings: list[str]) -> None:
        end = self._ends[-1]
        for string in strings:
            content = string.encode(errors="surrogatepass")
            end += len(content)
            self._ends.append(end)
            self._file.write(content)


def _read(file: int, ends: Sequence[int], number: int) -> str:
    if not 0 <= number < len(ends) - 1:
        raise IndexError(f"shared string {number} of {len(ends) - 1}")
    start, end = ends[number], ends[number + 1]
    return os.pread(file, end - start, start).decode(errors="surrogatepass")


def unescape(text: str) -> str:
    """Return text with Excel's ``_x000D_`` as the character it stands for."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)

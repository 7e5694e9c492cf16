"""Read the XML parts of a spreadsheet with expat: streamed, and with no document type allowed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile

_CHUNK = 1 << 16


class BadXml(Exception):
    """A part is no well-formed XML, or declares a document type."""


def new_parser() -> expat.XMLParserType:
    """Return a parser that hands out text in whole pieces and refuses document types."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def feed(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[None]:
    """Parse the stream, pausing after each chunk, also after a damaged one; then raises BadXml."""
    while True:
        failure = None
        try:
            chunk = stream.read(_CHUNK)
            parser.Parse(chunk, not chunk)
        except (expat.ExpatError, zlib.error, BadZipFile, EOFError) as error:
            failure = BadXml(str(error))
        except BadXml as error:
            failure = error
        yield
        if failure:
            raise failure
        if not chunk:
            return


def tags(stream: IO[bytes]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each start tag of a small part: its name without prefix, and its attributes."""
    start_tags: list[tuple[str, dict[str, str]]] = []
    parser = new_parser()
    parser.StartElementHandler = lambda name, attributes: start_tags.append(
        (local_name(name), attributes)
    )
    for _ in feed(parser, stream):
        yield from start_tags
        start_tags.clear()


def local_name(name: str) -> str:
    """Return a tag or attribute name without its prefix."""
    return name.rpartition(":")[2]


def _refuse_doctype(*_: object) -> None:
    raise BadXml("a document type is declared, which no spreadsheet does")

"""Keep the rows of a source that is slow or costly to read, so that they are fetched only once."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any

from catalog.tables.contract import TableSource
from catalog.tables.rows import BadRow, TableRow


class Spool:
    """A source whose rows are read once and then replayed from a temporary file.

    Memory stays flat. Where the source fails, so does the first reading, and nothing is kept.
    """

    def __init__(self, source: TableSource) -> None:
        self._source = source
        self._kept: IO[str] | None = None
        self.columns = source.columns

    @property
    def notices(self) -> tuple[str, ...]:
        """The source's own."""
        return self._source.notices

    def rows(self) -> Iterator[TableRow | BadRow]:
        """Yield the rows from the first; may be called again, one reading at a time."""
        if self._kept is None:
            yield from self._read()
            return
        self._kept.seek(0)
        for line in self._kept:
            yield _from_json(json.loads(line))

    def close(self) -> None:
        """Delete what is kept."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _read(self) -> Iterator[TableRow | BadRow]:
        file = tempfile.TemporaryFile("w+", encoding="utf-8", prefix="partscope-")  # noqa: SIM115
        is_whole = False
        try:
            for row in self._source.rows():
                file.write(json.dumps(_to_json(row)) + "\n")
                yield row
            is_whole = True
        finally:
            if is_whole:
                self._kept = file
            else:
                file.close()


def _to_json(row: TableRow | BadRow) -> dict[str, Any]:
    if isinstance(row, BadRow):
        return {"bad": asdict(row)}
    return {"row": [row.number, dict(row.values), dict(row.doubts)]}


def _from_json(line: dict[str, Any]) -> TableRow | BadRow:
    return BadRow(**line["bad"]) if "bad" in line else TableRow(*line["row"])

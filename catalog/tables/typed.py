"""What Parquet and DataFrame sources share: columns of typed values, read batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from catalog.tables.assembly import Record, build_rows
from catalog.tables.cells import UnreadableCell, cell_text
from catalog.tables.columns.header import column_names
from catalog.tables.rows import BadRow, TableRow

BATCH_ROWS = 4096
_TEXTS = {str, type(None)}
Batch: TypeAlias = Sequence[Sequence[Any]]
"""One list of values a column."""


class TypedTable:
    """A table whose values have types; each becomes the text it would be written as."""

    def __init__(
        self, names: Sequence[str], batches: Callable[[], Iterable[Batch]], notices: Iterable[str]
    ) -> None:
        self.columns, renamed = column_names(names)
        self._batches = batches
        self._notices = (*notices, *renamed)
        self._unreadable: Counter[tuple[str, str]] = Counter()

    @property
    def notices(self) -> tuple[str, ...]:
        """What was decided about the table; what its cells held is complete after ``rows``."""
        unreadable = (
            f"column {column!r}: {count} cells hold {what}: read as empty"
            for (column, what), count in self._unreadable.items()
        )
        return (*self._notices, *unreadable)

    def rows(self) -> Iterator[TableRow | BadRow]:
        """Yield the rows from the first; may be called again."""
        self._unreadable.clear()
        yield from build_rows(self._records(), self.columns)

    def _records(self) -> Iterator[Record]:
        for batch in self._batches():
            doubts: dict[int, dict[str, str]] = {}
            texts = [
                self._texts(column, values, doubts)
                for column, values in zip(self.columns, batch, strict=True)
            ]
            for at, cells in enumerate(zip(*texts, strict=True)):
                yield cells, doubts.get(at, {})

    def _texts(
        self, column: str, values: Sequence[Any], doubts: dict[int, dict[str, str]]
    ) -> list[str | None]:
        if set(map(type, values)) <= _TEXTS:
            return list(values)
        texts: list[str | None] = []
        for at, value in enumerate(values):
            if type(value) is str:
                texts.append(value)
                continue
            text = doubt = None
            try:
                text, doubt = cell_text(value)
            except UnreadableCell as error:
                self._unreadable[column, str(error)] += 1
            texts.append(text)
            if doubt:
                doubts.setdefault(at, {})[column] = doubt
        return texts

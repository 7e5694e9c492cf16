"""Keep the rows that have what is required, up to a number of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.errors import UnknownName
from catalog.tables.contract import TableSource
from catalog.tables.rows import BadRow, TableRow


class Selection:
    """A source with fewer rows: a row in which a required column is empty is ``missing_required``.

    After ``limit`` rows nothing more is read from the source (bad rows do not count).
    """

    def __init__(self, source: TableSource, require: Sequence[str], limit: int | None) -> None:
        for column in require:
            if column not in source.columns:
                raise UnknownName("required column", column, source.columns)
        self._source = source
        self._require = tuple(require)
        self._limit = limit
        self.columns = source.columns

    @property
    def notices(self) -> tuple[str, ...]:
        """The source's own."""
        return self._source.notices

    def rows(self) -> Iterator[TableRow | BadRow]:
        """Yield the rows from the first; may be called again."""
        count = 0
        for row in self._source.rows():
            if isinstance(row, BadRow):
                yield row
                continue
            missing = [name for name in self._require if not (row.values[name] or "").strip()]
            if missing:
                detail = f"required but empty: {', '.join(missing)}"
                yield BadRow(row.number, "missing_required", detail)
                continue
            yield row
            count += 1
            if count == self._limit:
                return

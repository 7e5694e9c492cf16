"""What every table source offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from catalog.tables.rows import BadRow, TableRow


class TableSource(Protocol):
    """A table that is read row by row, as often as asked.

    Reasons of bad rows: ``empty_row, repeated_header, too_many_cells, too_few_cells`` (every source);
    ``unclosed_quote, bad_quote, nul_byte, bad_encoding, cell_too_long, line_too_long`` (text);
    ``cell_too_long, bad_cell_reference`` (Excel); ``not_an_object, too_deep`` (JSON);
    ``missing_required`` (where columns are required).
    """

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns from left to right, each once."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences on what was decided or left out; complete once ``rows`` has run through."""
        ...

    def rows(self) -> Iterator[TableRow | BadRow]:
        """Yield the rows from the first; each call reads anew.

        Raises UnusableTable where the table itself breaks off, after the rows before that place.
        """
        ...

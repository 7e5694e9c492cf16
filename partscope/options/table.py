"""Command-line options that say how a table is read; ``ingest`` and ``rebuild`` share them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from catalog.name_value import NameValueForm, split_names

if TYPE_CHECKING:
    from catalog.tables.source import Reading

_COLUMNS = NameValueForm("--map", "COLUMN=FIELD", "Benennung=name_de", at_last=True)


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How a table is read where it does not say so itself."""

    map: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="What a column is; may be repeated."),
    ] = None
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of an XLSX file.")] = None
    records: Annotated[
        str | None,
        typer.Option("--records", help="Where the rows are in a JSON answer, e.g. data.items."),
    ] = None
    require: Annotated[
        str | None, typer.Option("--require", help="Columns a row must have, by comma.")
    ] = None
    first_page: Annotated[
        int, typer.Option("--first-page", help="What {page} in a URL is at first.", min=0)
    ] = 1
    page_step: Annotated[
        int,
        typer.Option("--page-step", help="How far {page} goes on, e.g. 100 for an offset.", min=1),
    ] = 1

    @property
    def is_for_a_table(self) -> bool:
        """Whether an option is given that says nothing without a table."""
        return bool(self.map or self.sheet or self.records or self.require)

    @property
    def columns(self) -> dict[str, str]:
        """The field of each column that is named; UsageError for another form than COLUMN=FIELD."""
        return _COLUMNS.texts(self.map or [])

    def reading(self, limit: int | None = None) -> Reading:
        """Return how the table is read, as ``open_table`` takes it; ``limit`` is that of rows."""
        return {
            "sheet": self.sheet,
            "records": self.records,
            "require": split_names(self.require or ""),
            "first_page": self.first_page,
            "page_step": self.page_step,
            "limit": limit,
        }

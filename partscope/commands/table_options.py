"""Command-line options that say how a table is read; ``ingest`` and ``rebuild`` share them."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog.name_value import NameValueForm

MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=FIELD", help="What a column is; may be repeated."),
]
SheetOption = Annotated[str | None, typer.Option("--sheet", help="Sheet of an XLSX file.")]
RecordsOption = Annotated[
    str | None,
    typer.Option("--records", help="Where the rows are in a JSON answer, e.g. data.items."),
]
RequireOption = Annotated[
    str | None, typer.Option("--require", help="Columns a row must have, by comma.")
]
FirstPageOption = Annotated[
    int, typer.Option("--first-page", help="What {page} in a URL is at first.", min=0)
]
PageStepOption = Annotated[
    int,
    typer.Option("--page-step", help="How far {page} goes on, e.g. 100 for an offset.", min=1),
]
COLUMNS = NameValueForm("--map", "COLUMN=FIELD", "Benennung=name_de", at_last=True)
"""The last ``=`` parts a column from its field: headings may hold one themselves."""

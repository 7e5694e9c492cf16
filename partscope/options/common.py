"""Which catalogue a command is for, and how it prints what it did."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from catalog.settings import Settings
    from partscope.catalog import Catalog

StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="Folder, or URL of a Qdrant server.  [default: ./partscope-data]"),
]
CatalogOption = Annotated[
    str | None, typer.Option("--catalog", help="Name of the catalogue.  [default: parts]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


@dataclass(frozen=True, slots=True)
class CommonOptions:
    """Which catalogue, and how results are printed."""

    store: StoreOption = None
    catalog: CatalogOption = None
    json: JsonOption = False

    def settings(self, **more: Any) -> Settings:
        """Return the settings, with more of them by name; None counts as not given."""
        from catalog.settings import load_settings

        return load_settings(store=self.store, catalog=self.catalog, **more)

    def open(self, **more: Any) -> Catalog:
        """Open the catalogue, with more settings by name."""
        from partscope.catalog import Catalog

        return Catalog.from_settings(self.settings(**more))

    def print(self, values: Mapping[str, Any], lines: Iterable[str]) -> None:
        """Print ``values`` as one JSON object where that is asked for, else ``lines`` for people."""
        print_output(values, lines, as_json=self.json)


def print_output(values: Mapping[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    """Print exactly one JSON object on stdout, or lines for people."""
    if as_json:
        typer.echo(json_text.dumps(values, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(line)

"""Command-line options that several commands share; each is also a setting (see ``settings``)."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
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
SegmenterOption = Annotated[
    str | None,
    typer.Option(
        "--segmenter",
        help="Cuts parts out of photos: silhouette, grounded-sam, langsam, onnx:FOLDER; or none.",
    ),
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


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What a catalogue is built with."""

    profile: Annotated[
        str | None, typer.Option("--profile", help="Set of models: builtin, small, large.")
    ] = None
    image_model: Annotated[
        str | None,
        typer.Option(
            "--image-model", help="builtin:NAME, onnx:FOLDER or hf:ID; none for no images."
        ),
    ] = None
    text_model: Annotated[
        str | None,
        typer.Option("--text-model", help="builtin:NAME, onnx:FOLDER or st:ID; none for no names."),
    ] = None
    preparation: Annotated[
        str | None, typer.Option("--preparation", help="Image steps in order, e.g. clahe,pad.")
    ] = None
    segmenter: SegmenterOption = None
    segment: Annotated[
        str | None, typer.Option("--segment", help="Which photos are cut: auto, all or none.")
    ] = None
    segment_use: Annotated[
        str | None,
        typer.Option("--segment-use", help="What of a cut photo is embedded: crop, full or both."),
    ] = None

    def settings(self) -> dict[str, str | None]:
        """Return the settings by name; None where one is not given."""
        return asdict(self)


def print_output(values: Mapping[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    """Print exactly one JSON object on stdout, or lines for people."""
    if as_json:
        typer.echo(json_text.dumps(values, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(line)

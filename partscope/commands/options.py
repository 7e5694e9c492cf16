"""Command-line options that several commands share; each is also a setting (see ``settings``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="Folder, or URL of a Qdrant server.  [default: ./partscope-data]"),
]
CatalogOption = Annotated[
    str | None, typer.Option("--catalog", help="Name of the catalogue.  [default: parts]")
]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", help="Set of models: builtin, small, large.")
]
ImageModelOption = Annotated[
    str | None,
    typer.Option("--image-model", help="builtin:NAME, onnx:FOLDER or hf:ID; none for no images."),
]
TextModelOption = Annotated[
    str | None,
    typer.Option("--text-model", help="builtin:NAME, onnx:FOLDER or st:ID; none for no names."),
]
SegmenterOption = Annotated[
    str | None,
    typer.Option(
        "--segmenter",
        help="Cuts parts out of photos: silhouette, grounded-sam, langsam, onnx:FOLDER; or none.",
    ),
]
SegmentOption = Annotated[
    str | None, typer.Option("--segment", help="Which photos are cut: auto, all or none.")
]
SegmentUseOption = Annotated[
    str | None,
    typer.Option("--segment-use", help="What of a cut photo is embedded: crop, full or both."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


def print_json(values: Mapping[str, Any]) -> None:
    """Print exactly one JSON object on stdout."""
    typer.echo(json.dumps(values, ensure_ascii=False))

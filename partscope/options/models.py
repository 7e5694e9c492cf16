"""What a catalogue is built with; ``ingest`` and ``rebuild`` share it. Each is also a setting."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

import typer

SegmenterOption = Annotated[
    str | None,
    typer.Option(
        "--segmenter",
        help="Cuts parts out of photos: silhouette, grounded-sam, langsam, onnx:FOLDER; or none.",
    ),
]


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

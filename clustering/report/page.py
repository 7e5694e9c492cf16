"""The report as one HTML page that needs no network: maps, plots, scores and a sheet a cluster."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from catalog.arrays import FloatMatrix
from catalog.errors import MissingExtra
from catalog.images.thumbnails import data_uri
from clustering.contract import NOISE
from clustering.report.contents import ReportContents, ShownPart, label_of
from clustering.report.plots import colours

PAGE = "report.html"
MAX_CANDIDATES = 200
"""Rows of the table of what was compared."""


def write_page(
    contents: ReportContents,
    catalog: str,
    mapped: Sequence[ShownPart],
    places: tuple[FloatMatrix, FloatMatrix],
    images: Mapping[str, bytes],
    plots: Sequence[Path],
    folder: Path,
) -> Path:
    """Write the page; ``mapped`` are the parts of the rows of ``places`` (n, 2), (m, 3)."""
    from jinja2 import Environment
    from markupsafe import Markup

    template = Environment(autoescape=True).from_string(_text("page.html.j2"))
    candidates = [compared.to_json() for compared in contents.run.candidates[:MAX_CANDIDATES]]
    text = template.render(
        title=f"{catalog}: {contents.run.name}",
        catalog=catalog,
        contents=contents,
        label_of=label_of,
        number=_number,
        metrics=contents.run.metrics.to_json(),
        mapped=len(mapped),
        thumbnails={file: data_uri(image) for file, image in images.items()},
        plots=[{"name": plot.stem, "uri": _uri(plot)} for plot in plots if "map" not in plot.stem],
        candidates=candidates,
        columns=list(dict.fromkeys(name for row in candidates for name in row)),
        points=Markup(_json(_points(contents, mapped, places, images))),  # noqa: S704 - escaped
        plotly=Markup(_plotly()),  # noqa: S704 - the library itself
        script=Markup(_text("maps.js")),  # noqa: S704 - our own
    )
    path = folder / PAGE
    path.write_text(text, encoding="utf-8")
    return path


def _points(
    contents: ReportContents,
    mapped: Sequence[ShownPart],
    places: tuple[FloatMatrix, FloatMatrix],
    images: Mapping[str, bytes],
) -> dict[str, Any]:
    colour_of = colours(contents)
    label_by = {each.cluster: label_of(each) for each in contents.profiles} | {NOISE: "noise"}
    files_shown = dict.fromkeys(part.file for part in mapped if part.file)
    uris = {file: data_uri(images[file]) for file in files_shown if file in images}
    place_of = {file: place for place, file in enumerate(uris)}
    rows_of: dict[int, list[int]] = {}
    for row, part in enumerate(mapped):
        rows_of.setdefault(part.cluster, []).append(row)
    return {
        "images": list(uris.values()),
        "parts": [
            {
                "number": part.part_number,
                "name": part.name,
                "cluster": part.cluster,
                "label": label_by.get(part.cluster, ""),
                "image": place_of.get(part.file or ""),
            }
            for part in mapped
        ],
        "groups": [
            {
                "cluster": cluster,
                "label": label_by.get(cluster, ""),
                "colour": colour_of.get(cluster, colour_of[NOISE]),
                "rows": rows,
            }
            for cluster, rows in sorted(rows_of.items(), key=lambda each: -len(each[1]))
        ],
        **{
            name: [[round(float(value), 3) for value in row] for row in found]
            for name, found in zip(("flat", "deep"), places, strict=True)
        },
    }


def _json(values: Mapping[str, Any]) -> str:
    """Return JSON that may stand in a script element whatever its texts hold."""
    return json.dumps(values, ensure_ascii=False).replace("<", "\\u003c")


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _uri(plot: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(plot.read_bytes()).decode()}"


def _text(name: str) -> str:
    return files("clustering.report").joinpath(name).read_text(encoding="utf-8")


def _plotly() -> str:
    try:
        from plotly.offline import get_plotlyjs
    except ImportError:
        raise MissingExtra("the report", "report") from None
    return str(get_plotlyjs())

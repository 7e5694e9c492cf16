"""The review as one self-contained HTML page: no network, names and files escaped."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from catalog.errors import ImageRejected, UsageError
from catalog.opened import OpenedCatalog
from segmentation.pictures import pictures_of
from segmentation.registry import reads_prompts
from segmentation.review.views import Review, ReviewedView, outcome, picture_of

PAGE = "segmentation.html"
_TEMPLATE = "page.html.j2"


@dataclass(frozen=True, slots=True)
class _Shown:
    part_number: str
    name: str
    number: int
    file: str
    outcome: str
    is_bad: bool
    size: str
    command: str
    picture: str
    problem: str


def write_page(catalog: OpenedCatalog, review: Review, folder: Path) -> Path:
    """Write the page into ``folder``, which is made where there is none; return its path."""
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string(
        files("segmentation.review").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    )
    cutting = catalog.manifest.segmentation
    text = template.render(
        catalog=catalog.name,
        views=[_shown(catalog, view) for view in review.views],
        total=review.outcomes.total(),
        outcomes=review.outcomes.most_common(),
        segmenter=f"segmenter {cutting.segmenter}, {cutting.mode}, {cutting.use}"
        if cutting
        else "",
        reads_prompts=cutting is not None and reads_prompts(cutting.segmenter),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / PAGE
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--out needs a folder that can be written: {error}") from None
    return path


def _shown(catalog: OpenedCatalog, view: ReviewedView) -> _Shown:
    told = view.segmentation
    picture, problem = "", ""
    try:
        cutter = pictures_of(catalog).cutter
        assert cutter is not None  # noqa: S101  # worst_views looked
        picture = base64.b64encode(picture_of(catalog, view, cutter)).decode()
    except ImageRejected as error:
        problem = f"the photo cannot be shown: {error}"
    return _Shown(
        part_number=view.part_number,
        name=view.name,
        number=view.number,
        file=view.file,
        outcome=outcome_text(told),
        is_bad=view.is_refused,
        size=size_text(told.get("measured")),
        command=_command(catalog, view),
        picture=picture,
        problem=problem,
    )


def outcome_text(told: Mapping[str, Any]) -> str:
    """Return what became of a view, with its score."""
    score = f", score {told['score']:.2f}" if "score" in told else ""
    return outcome(told) + score


def size_text(measured: Mapping[str, Any] | None) -> str:
    """Return a measured size in millimetres; empty where there is none."""
    if not measured:
        return ""
    length, width, doubt = (
        float(measured[key]) for key in ("length_mm", "width_mm", "uncertainty_mm")
    )
    return f"{length:.1f} x {width:.1f} mm (± {doubt:.1f}, by the ruler)"


def _command(catalog: OpenedCatalog, view: ReviewedView) -> str:
    place = ["--store", catalog.settings.store, "--catalog", catalog.name]
    chosen = ["--view", str(view.number), "--full-photo"]
    # The two dashes: a part number may begin with one.
    return shlex.join(["partscope", "segment", "set", *place, *chosen, "--", view.part_number])

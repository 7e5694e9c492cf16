"""The review as one self-contained HTML page: no network, names and files escaped."""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from catalog.errors import ImageRejected, UsageError
from catalog.images.thumbnails import jpeg
from catalog.opened import OpenedCatalog
from catalog.parts import ViewSegmentation
from segmentation.choices import AUTO, Choice
from segmentation.pictures import pictures_of
from segmentation.registry import reads_prompts
from segmentation.review.preview import before_after
from segmentation.review.wording import outcome_text, size_text
from segmentation.review.worst_views import ReviewedView, WorstViews

PAGE = "segmentation.html"
_TEMPLATE = "page.html.j2"
_PICTURE = 280
_UNCUT = {
    "column": Choice("no", "column"),
    "review": Choice("no", "review"),
    "not_needed": AUTO,
}


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A page that was written, and what is on it."""

    path: Path
    shown: WorstViews

    def lines(self) -> list[str]:
        """Return for people how many views there are of each outcome, and where the page is."""
        outcomes = self.shown.outcomes
        counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        return [
            f"{outcomes.total()} views: {counts}",
            f"page with the {len(self.shown.views)} worst: {self.path}",
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the same as the command line prints it."""
        outcomes = dict(self.shown.outcomes)
        return {"page": str(self.path), "views": len(self.shown.views), "outcomes": outcomes}


@dataclass(frozen=True, slots=True)
class _Card:
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


def write_page(catalog: OpenedCatalog, worst: WorstViews, folder: Path) -> ReviewPage:
    """Write the page into ``folder``, which is made where there is none."""
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string(
        files("segmentation.review").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    )
    cutting = catalog.manifest.segmentation
    text = template.render(
        catalog=catalog.name,
        views=[_card(catalog, view) for view in worst.views],
        total=worst.outcomes.total(),
        outcomes=worst.outcomes.most_common(),
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
    return ReviewPage(path, worst)


def _card(catalog: OpenedCatalog, view: ReviewedView) -> _Card:
    picture, problem = "", ""
    try:
        picture = base64.b64encode(_picture(catalog, view)).decode()
    except ImageRejected as error:
        problem = f"the photo cannot be shown: {error}"
    return _Card(
        part_number=view.part_number,
        name=view.name,
        number=view.number,
        file=view.view.file,
        outcome=outcome_text(view.segmentation),
        is_bad=view.is_refused,
        size=size_text(view.segmentation.measured),
        command=_command(catalog, view),
        picture=picture,
        problem=problem,
    )


def _picture(catalog: OpenedCatalog, view: ReviewedView) -> bytes:
    """Return before and after as JPEG, the mask from the cache where it is; may raise ImageRejected."""
    pictures = pictures_of(catalog)
    photo = pictures.load(catalog.read_original(view.view.file))
    cut = pictures.cut(photo, _choice(view.segmentation))
    return jpeg(before_after(photo.pixels, cut, _PICTURE))


def _choice(segmentation: ViewSegmentation) -> Choice:
    """Return what leads to the same cut again."""
    return _UNCUT.get(segmentation.reason) or Choice("yes", "review", segmentation.prompt)


def _command(catalog: OpenedCatalog, view: ReviewedView) -> str:
    place = ["--store", catalog.settings.store, "--catalog", catalog.name]
    chosen = ["--view", str(view.number), "--full-photo"]
    # The two dashes: a part number may begin with one.
    return shlex.join(["partscope", "segment", "set", *place, *chosen, "--", view.part_number])

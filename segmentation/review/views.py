"""Which views of a catalogue a person should look at, worst first, and what was cut of them."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.arrays import RgbImage
from catalog.errors import UsageError
from catalog.images.thumbnails import jpeg
from catalog.opened import OpenedCatalog
from catalog.parts import point_id
from segmentation import choices
from segmentation.by_text.phrases import part_phrases
from segmentation.choices import Choice
from segmentation.cutter import Cut, Cutter, Photo
from segmentation.pictures import decode_photo
from segmentation.registry import reads_prompts
from segmentation.review.preview import before_after

_WORST_FIRST = (
    "segmenter_failed",
    "nonsense",
    "ruler",
    "touches_border",
    "nearly_everything",
    "tiny",
    "nothing_found",
    "unsure",
)
"""Reasons for a full photo that a person should know; then crops by score, the lowest first."""
_LAST = ("full_by_setting", "review", "column", "not_needed")
_PICTURE = 280


@dataclass(frozen=True, slots=True)
class ReviewedView:
    """One view and what its payload says of its segmentation; ``number`` counts from 1."""

    part_number: str
    name: str
    number: int
    file: str
    sha256: str
    segmentation: Mapping[str, Any]

    @property
    def is_refused(self) -> bool:
        """Whether the full photo is used although nobody chose that."""
        return self.segmentation.get("reason") in _WORST_FIRST

    @property
    def rank(self) -> tuple[int, float, str, int]:
        """Sorts the worst first, ties by part number."""
        reason = self.segmentation.get("reason", "")
        score = float(self.segmentation.get("score", 0.0))
        if self.is_refused:
            return _WORST_FIRST.index(reason), score, self.part_number, self.number
        place = len(_WORST_FIRST) + (1 + _LAST.index(reason) if reason in _LAST else 0)
        return place, score, self.part_number, self.number


@dataclass(slots=True)
class Review:
    """The worst views of a catalogue, and how many there are of each outcome."""

    views: list[ReviewedView] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)


def outcome(segmentation: Mapping[str, Any]) -> str:
    """Return what became of a view, in a few words."""
    reason = str(segmentation.get("reason", "")).replace("_", " ")
    if reason:
        return f"full photo: {reason}"
    return {"both": "crop and full photo", "crop": "crop"}.get(
        str(segmentation.get("used")), "not segmented"
    )


def worst_views(catalog: OpenedCatalog, limit: int) -> Review:
    """Return the ``limit`` views that most need a look; memory is bounded by it."""
    if catalog.manifest.segmentation is None:
        raise UsageError(
            f"catalogue {catalog.name!r} has full photos: there is nothing to review; cut them with "
            f"{catalog.settings.command('rebuild', '--segmenter', 'silhouette')}"
        )
    review = Review()

    def counted() -> Iterator[ReviewedView]:
        for view in _views(catalog):
            segmentation = view.segmentation
            review.outcomes[outcome(segmentation)] += 1
            yield view

    review.views = heapq.nsmallest(limit, counted(), key=lambda view: view.rank)
    return review


def picture_of(catalog: OpenedCatalog, view: ReviewedView, cutter: Cutter) -> bytes:
    """Return before and after as JPEG, the mask from the cache where it is; may raise ImageRejected."""
    content = catalog.read_original(view.file)
    photo = decode_photo(content, catalog.settings.max_pixels)
    cut = _cut(cutter, photo.pixels, photo.sha256, view)
    return jpeg(before_after(photo.pixels, cut, _PICTURE))


def decide(catalog: OpenedCatalog, part_number: str, view: int, choice: Choice | None) -> str:
    """Keep what a person decided about a part's view (from 1), or forget it; return the view's file.

    The next ingest of the table processes that part again, and no other. Raises UsageError for a prompt
    that names nothing, or that the catalogue's segmenter does not read.
    """
    if choice is not None and choice.prompt:
        _check_prompt(catalog, choice.prompt)
    files = _files(catalog, part_number)
    if not 1 <= view <= len(files):
        raise UsageError(f"part {part_number!r} has views 1 to {len(files)}; got {view}")
    choices.decide(catalog.store, part_number, files[view - 1], choice)
    return files[view - 1]


def _check_prompt(catalog: OpenedCatalog, prompt: str) -> None:
    part_phrases(prompt)
    cutting = catalog.manifest.segmentation
    name = cutting.segmenter if cutting else "none"
    if not reads_prompts(name):
        raise UsageError(
            f"catalogue {catalog.name!r} is cut by the segmenter {name}, which reads no prompts: use "
            "--full-photo, or change over with partscope rebuild --segmenter grounded-sam"
        )


def _cut(cutter: Cutter, photo: RgbImage, sha256: str, view: ReviewedView) -> Cut:
    segmentation = view.segmentation
    if segmentation.get("reason") in ("not_needed", "column", "review"):
        return Cut((photo,), str(segmentation["reason"]))
    prompt = str(segmentation.get("prompt", ""))
    [cut] = cutter.cut([Photo(photo, sha256, Choice("yes", "review", prompt))])
    return cut


def _views(catalog: OpenedCatalog) -> Iterator[ReviewedView]:
    for records in catalog.store.scan(with_payload=["part_number", "name_de", "name_en", "views"]):
        for record in records:
            payload = record.payload
            name = payload.get("name_de") or payload.get("name_en") or ""
            for number, view in enumerate(payload.get("views", ()), 1):
                segmentation = view.get("segmentation") or {}
                yield ReviewedView(
                    payload["part_number"], name, number, view["file"], view["sha256"], segmentation
                )


def _files(catalog: OpenedCatalog, part_number: str) -> list[str]:
    records = catalog.store.get([str(point_id(catalog.name, part_number))], with_payload=["views"])
    if not records:
        raise UsageError(f"no part {part_number!r} in catalogue {catalog.name!r}")
    files = [str(view["file"]) for view in records[0].payload.get("views", ())]
    if not files:
        raise UsageError(f"part {part_number!r} has no views")
    return files

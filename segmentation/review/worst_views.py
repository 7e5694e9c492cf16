"""Which views of a catalogue a person should look at, worst first."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.errors import UsageError
from catalog.opened import OpenedCatalog
from catalog.parts import View, ViewSegmentation, views_of
from segmentation.review.wording import outcome

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
_NOT_SEGMENTED = ViewSegmentation()


@dataclass(frozen=True, slots=True)
class ReviewedView:
    """One view of a part; ``number`` counts from 1, ``name`` is the part's."""

    part_number: str
    name: str
    number: int
    view: View

    @property
    def segmentation(self) -> ViewSegmentation:
        """What became of the view."""
        return self.view.segmentation or _NOT_SEGMENTED

    @property
    def is_refused(self) -> bool:
        """Whether the full photo is used although nobody chose that."""
        return self.segmentation.reason in _WORST_FIRST

    @property
    def rank(self) -> tuple[int, float, str, int]:
        """Sorts the worst first, ties by part number."""
        reason, score = self.segmentation.reason, self.segmentation.score or 0.0
        if self.is_refused:
            return _WORST_FIRST.index(reason), score, self.part_number, self.number
        place = len(_WORST_FIRST) + (1 + _LAST.index(reason) if reason in _LAST else 0)
        return place, score, self.part_number, self.number


@dataclass(frozen=True, slots=True)
class WorstViews:
    """The worst views of a catalogue, and how many of all its views there are of each outcome."""

    views: tuple[ReviewedView, ...]
    outcomes: Counter[str]


def worst_views(catalog: OpenedCatalog, limit: int) -> WorstViews:
    """Return the ``limit`` views that most need a look; memory is bounded by it."""
    if catalog.manifest.segmentation is None:
        raise UsageError(
            f"catalogue {catalog.name!r} has full photos: there is nothing to review; cut them with "
            f"{catalog.settings.command('rebuild', '--segmenter', 'silhouette')}"
        )
    outcomes: Counter[str] = Counter()

    def counted() -> Iterator[ReviewedView]:
        for view in _views(catalog):
            outcomes[outcome(view.segmentation)] += 1
            yield view

    worst = heapq.nsmallest(limit, counted(), key=lambda view: view.rank)
    return WorstViews(tuple(worst), outcomes)


def _views(catalog: OpenedCatalog) -> Iterator[ReviewedView]:
    for records in catalog.store.scan(with_payload=["part_number", "name_de", "name_en", "views"]):
        for record in records:
            payload = record.payload
            name = payload.get("name_de") or payload.get("name_en") or ""
            for number, view in enumerate(views_of(payload), 1):
                yield ReviewedView(payload["part_number"], name, number, view)

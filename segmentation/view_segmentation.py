"""From what became of a photo to what its view's payload says of that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from catalog.parts import MeasuredSize, View, ViewSegmentation
from segmentation.choices import Choice
from segmentation.contract import Segmentation
from segmentation.cutter import Cut


def recorded(cut: Cut, choice: Choice, width: int, height: int) -> ViewSegmentation:
    """Return what became of a photo, with its box in pixels of the original (``width, height``)."""
    record = ViewSegmentation(
        used="full" if cut.reason else "both" if len(cut.pictures) > 1 else "crop",
        reason=cut.reason,
        measured=cut.measured,
    )
    if choice.by == "review":
        record = replace(record, by=choice.by, prompt=choice.prompt)
    return (
        record if cut.segmentation is None else _with_found(record, cut.segmentation, width, height)
    )


def best_measured(views: Iterable[View]) -> MeasuredSize | None:
    """Return the most certain size among the views of a part, None where no ruler could be read."""
    sizes = (view.segmentation.measured for view in views if view.segmentation)
    return min((size for size in sizes if size), key=lambda size: size.uncertainty_mm, default=None)


def _with_found(
    record: ViewSegmentation, segmentation: Segmentation, width: int, height: int
) -> ViewSegmentation:
    mask = segmentation.mask
    across, down = width / mask.shape[1], height / mask.shape[0]
    left, top, right, bottom = segmentation.box
    return replace(
        record,
        score=round(float(segmentation.score), 4),
        label=segmentation.label,
        box=(round(left * across), round(top * down), round(right * across), round(bottom * down)),
        area=round(float(mask.mean()), 4),
    )

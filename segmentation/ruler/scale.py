"""How many pixels of a photo are a millimetre, as a ruler or tape measure in it tells."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.arrays import RgbImage
from segmentation.ruler.marks import Marks, read_marks
from segmentation.ruler.strips import Band, bands

_AGREE = 0.02
"""Readings of one photo that differ by more than this share contradict one another."""
_FINER = (2, 3, 4, 5, 7, 10)
"""Marks between the marks: were they there, these would not be the millimetres."""


def read_scale(image: RgbImage) -> Marks | None:
    """Return the millimetre marks of the ruler in a photo, None when it is not clear that it has one."""
    readings: list[Marks] = []
    for group in bands(image):
        readings += [
            marks
            for band in group
            if not _has_finer(band, group) and (marks := read_marks(band)) is not None
        ]
    best = max(readings, key=lambda marks: len(marks.places), default=None)
    if best is None or any(abs(m.px_per_mm / best.px_per_mm - 1) > _AGREE for m in readings):
        return None
    return best


def _has_finer(band: Band, group: Sequence[Band]) -> bool:
    """Return whether there are marks between this band's marks beside it."""
    near = (other for other in group if abs(other.top - band.top) < 3 * band.distance)
    ratios = [band.distance / other.distance for other in near]
    return any(abs(ratio / finer - 1) < _AGREE for ratio in ratios for finer in _FINER)

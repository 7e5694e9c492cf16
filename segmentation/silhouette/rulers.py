"""Rulers and tape measures: strips across the photo, from their marks to where their face ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage
from segmentation.ruler.marks import Comb, counting, is_metric, read_comb
from segmentation.ruler.strips import Band, bands
from segmentation.silhouette.background import Evidence

_PARTS_PLACE = 0.16
"""Marks that cannot be read and lie no further from the photo's middle than this share of its height
are threads or teeth of the part."""
_COUNTING = 0.5
"""How well lengths must count to be a ruler's (see ``counting``), ..."""
_REGULAR, _LEAST_SPAN = 0.7, 0.5
"""... or, in a row as regular as this, of this share of the photo's shorter side, ..."""
_COUNTING_A_LITTLE = 0.25
_MANY, _WHOLE = 60, 0.9
"""... only a little, or so many that run from end to end: then they are too fine to differ."""

_MOST = 0.4
"""Share of a photo that rulers cover at most: what has marks all over is a radiator or a grille."""
_WIDEST = 0.26
"""From the marks to the end of the face, as a share of the photo's shorter side."""
_DARKER, _BRIGHTER, _LINE = 16, 28, 12
"""In grey levels: what is no longer the face; a dark line ends it as well."""
_BLURRED = 0.35
"""Fine marks blur into a stripe: an edge so much further out, in widths found so far, is the ruler's."""


def find_rulers(image: RgbImage, evidence: Evidence) -> Mask:
    """Return where rulers lie, at the evidence's working size."""
    rulers = np.zeros(evidence.edge.shape, bool)
    for group in bands(image):
        for band in group:
            comb = read_comb(band)
            if comb is not None and _is_ruler(band, comb):
                rulers |= _between(*_strip(band, comb), band, image.shape, rulers.shape)
    return rulers if rulers.mean() < _MOST else np.zeros_like(rulers)


def _is_ruler(band: Band, comb: Comb) -> bool:
    """Tell a ruler's marks, also those too fine to be read, from threads, teeth and letters."""
    if is_metric(comb.numbers, comb.lengths):
        return True
    if abs(band.top / len(band.level.grey) - 0.5) < _PARTS_PLACE:
        return False
    counts = counting(comb.numbers, comb.lengths)
    if counts > _COUNTING:
        return True
    span = float(np.ptp(comb.places)) / band.level.side
    if band.score < _REGULAR or span < _LEAST_SPAN:
        return False
    return counts > _COUNTING_A_LITTLE or (len(comb.places) > _MANY and span > _WHOLE)


def _strip(band: Band, comb: Comb) -> tuple[float, float]:
    """Return the first and last row of the strip that has these marks."""
    level, middle = band.level, band.top + band.height // 2
    first = int(np.percentile(comb.ends[:, 0], 10))
    last = int(np.percentile(comb.ends[:, 1], 90))
    widest = round(_WIDEST * level.side)
    top, bottom = max(0, first - widest), min(len(level.grey), last + widest)
    columns = slice(round(comb.places.min()), round(comb.places.max()) + 1)
    # The brightest of a row is neither marks nor a shadow.
    face = np.percentile(level.grey[top:bottom, columns], 85, axis=1)
    usual = float(np.percentile(face[first - top : last - top], 85))
    ends = np.concatenate([top + _ends_of_face(face, usual), level.edges, [top, bottom - 1]])
    low = max(ends[ends <= min(middle, first + 4) - 2], default=middle)
    high = min(ends[ends >= max(middle, last - 4) + 2], default=middle)
    beyond = _BLURRED * (high - low)
    further = level.edges[(level.edges > low - beyond) & (level.edges < high + beyond)]
    return float(min([low, *further])), float(max([high, *further]))


def _ends_of_face(face: NDArray[np.float64], usual: float) -> NDArray[np.intp]:
    """Return the rows that are darker or much brighter than the ruler, or a dark line."""
    is_other = (face < usual - _DARKER) | (face > usual + _BRIGHTER)
    is_other[2:-2] |= np.minimum(face[:-4], face[4:]) - face[2:-2] > _LINE
    return np.flatnonzero(is_other)


def _between(
    low: float, high: float, band: Band, full: tuple[int, ...], shape: tuple[int, ...]
) -> Mask:
    """Return what lies between two rows of the turned photo, of ``shape`` instead of ``full``."""
    y, x = np.ogrid[0 : shape[0], 0 : shape[1]]
    along, across, shift = band.level.turn[1]
    scale = max(full) / max(shape)
    row = (x + 0.5) * scale * along + (y + 0.5) * scale * across + shift
    return np.asarray((row >= low - 1.5 * scale) & (row <= high + 1.5 * scale), bool)

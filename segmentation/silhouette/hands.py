"""Hands that hold or show the part: skin-coloured bodies that reach in over the photo's border.

Colour alone does not tell skin from rust, copper, wood or a red car. Hands are round and soft
besides: their lightness varies widely while their surface shows few sharp edges. The bounds were
chosen on photos of car parts, 42 of 2500 with a hand: ``benchmarks.clutter``.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from catalog.arrays import Mask, RgbImage
from catalog.images.reduction import long_side_at_most
from segmentation.silhouette.background import Evidence, Lab, Plane, to_lab
from segmentation.silhouette.morphology import border_of, disc
from segmentation.silhouette.remainder import leaves_a_part

_HUES, _CHROMAS, _LIGHTNESSES = (22, 72), (9, 42), (18, 92)
"""Of skin, in degrees and Lab units."""
_USUAL_HUES = (28, 60)
"""Of a hand's middle hue: yellower is wood, brass and cardboard."""
_LEAST_AREA = 0.012
"""Of a hand, as a share of the photo."""
_LEAST_BORDER = 0.05
"""Share of the photo's border, all around, that a hand covers where it comes in."""
_LEAST_SHADING = 11.0
"""Standard deviation of lightness over round fingers."""
_MOST_EDGE = 8.5
"""Lab units a pixel: four in five pixels of skin are smoother."""
_LEAST_SOLID = 0.56
"""Share of the convex outline around a hand that it fills."""


def find_hands(image: RgbImage, evidence: Evidence) -> Mask:
    """Return where hands reach into the photo, at the evidence's working size.

    Chosen to take no part for a hand: two thirds of the hands in photos of car parts are found.
    Single fingertips, gloves, evenly lit and dark skin are not, nor is skin on wood or cardboard.
    """
    hands: Mask = np.zeros(evidence.edge.shape, bool)
    rough = cv2.resize(image, hands.shape[::-1], interpolation=cv2.INTER_NEAREST)
    if np.count_nonzero(_skin(to_lab(rough), evidence)) < _LEAST_AREA * hands.size:
        return hands
    lab = cv2.GaussianBlur(to_lab(long_side_at_most(image, max(hands.shape))), (0, 0), 1.0)
    for body in _bodies(_skin(lab, evidence)):
        if _is_hand(body, lab, evidence.edge):
            hands |= body
    return hands if leaves_a_part(hands, evidence) else np.zeros_like(hands)


def _skin(lab: Lab, evidence: Evidence) -> Mask:
    lightness, a, b = cv2.split(lab)
    chroma, hue = cv2.cartToPolar(a, b, angleInDegrees=True)
    skin = (hue > _HUES[0]) & (hue < _HUES[1]) & (chroma > _CHROMAS[0]) & (chroma < _CHROMAS[1])
    skin &= (lightness > _LIGHTNESSES[0]) & (lightness < _LIGHTNESSES[1]) & (a > 5)
    return np.asarray(skin & (evidence.distance > 3))


def _bodies(skin: Mask) -> Iterator[Mask]:
    """Yield connected bodies that are large enough and reach in over enough of the border."""
    opened = cv2.morphologyEx(skin.astype(np.uint8), cv2.MORPH_OPEN, disc(1))
    _, areas, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    border = border_of(skin.shape)
    # The border is two pixels wide.
    on_border = np.bincount(areas[border], minlength=len(stats)) / np.count_nonzero(border)
    large = stats[:, cv2.CC_STAT_AREA] >= _LEAST_AREA * skin.size
    for number in np.flatnonzero(large & (on_border > _LEAST_BORDER)):
        if number:
            yield areas == number


def _is_hand(body: Mask, lab: Lab, edge: Plane) -> bool:
    inner = cv2.erode(body.astype(np.uint8), disc(1)) > 0
    if not inner.any() or float(lab[inner, 0].std()) < _LEAST_SHADING:
        return False
    hue = float(np.degrees(np.median(np.arctan2(lab[inner, 2], lab[inner, 1]))))
    if not _USUAL_HUES[0] < hue < _USUAL_HUES[1]:
        return False
    if float(np.percentile(edge[inner], 80)) > _MOST_EDGE:
        return False
    outlines, _ = cv2.findContours(body.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=cv2.contourArea)
    around = cv2.contourArea(cv2.convexHull(outline))
    return bool(cv2.contourArea(outline) > _LEAST_SOLID * around)

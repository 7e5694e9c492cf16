"""Which candidate is the part: sharp outline, no strong edges or colours left outside, few pieces."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from partscope.arrays import Mask
from segmentation.silhouette.background import Evidence, Plane
from segmentation.silhouette.candidates import border_of, disc

_SHARPEST = 12.0
"""Edges count up to this many times the background's own."""
_SMALLEST = 12
"""In pixels: less shows no part."""


def best(masks: Iterable[Mask], evidence: Evidence) -> Mask:
    """Return the mask that is most likely the part; an empty one when none shows anything."""
    judge = _Judge(evidence)
    chosen, highest = np.zeros(evidence.edge.shape, bool), 0.0
    for mask in masks:
        likely = judge.likely(mask)
        if likely > highest:
            chosen, highest = mask, likely
    return chosen


def confidence(mask: Mask, evidence: Evidence) -> float:
    """Return how well the mask fits the part, as IoU to expect, in 0..1; an empty mask scores 0.

    A linear fit to the IoU of demo scenes and photographed tools (``benchmarks.silhouette``).
    """
    outline = outline_of(mask)
    if not outline.any():
        return 0.0
    near = cv2.dilate(_relative_edges(evidence), disc(1)) / _SHARPEST
    pieces = cv2.connectedComponents(mask.astype(np.uint8))[0] - 1
    expected = (
        0.6
        + 0.1 * float(near[outline].mean())
        + 0.25 * float(np.sqrt(mask.mean()))
        + 0.1 * float(np.minimum(evidence.distance[mask], 15).mean()) / 15
        - 0.27 * float(_like_shadow(evidence)[mask].mean())
        - 0.12 * min(pieces - 1, 4)
        - 0.4 * float(mask[border_of(mask.shape)].mean())
    )
    return float(np.clip(expected, 0.01, 1))


def outline_of(mask: Mask) -> Mask:
    """Return the mask's outermost pixels; the photo's border is no outline."""
    return np.asarray(mask & (cv2.erode(mask.astype(np.uint8), disc(1), borderValue=1) == 0))


class _Judge:
    """Compares masks of one photo."""

    def __init__(self, evidence: Evidence) -> None:
        edges = _relative_edges(evidence)
        self._near_edge = cv2.dilate(edges, disc(1)) / _SHARPEST
        self._strong_edge = np.clip(edges - 2, 0, None)
        shaded = (evidence.brightness > 0.45) & (evidence.brightness < 0.96) & (evidence.tint < 6)
        self._strong_colour = np.clip((evidence.distance - 5) / 8, 0, 1) * ~shaded
        self._edges = float(self._strong_edge.sum()) + 1
        self._colours = float(self._strong_colour.sum()) + 1

    def likely(self, mask: Mask) -> float:
        """Return a number that is larger for a likelier mask, 0 for one that shows nothing."""
        outline = outline_of(mask)
        if np.count_nonzero(mask) < _SMALLEST or not outline.any():
            return 0.0
        pixels = mask.astype(np.uint8)
        sharp = float(self._near_edge[outline].mean())
        inside = float(self._strong_edge[cv2.dilate(pixels, disc(1)) > 0].sum())
        missed = float(self._strong_colour[~mask].sum())
        pieces = cv2.connectedComponents(pixels)[0] - 1
        explained = (inside / self._edges) ** 0.7 * (1 - missed / self._colours) ** 0.8
        return float(sharp * explained * np.exp(-0.14 * min(pieces, 6)))


def _relative_edges(evidence: Evidence) -> Plane:
    relative = evidence.edge / np.float32(max(1.0, evidence.calm_edge))
    return np.asarray(np.minimum(relative, np.float32(_SHARPEST)), np.float32)


def _like_shadow(evidence: Evidence) -> Mask:
    """Return what is darker than the background, of its colour, and smooth."""
    darker = (evidence.brightness > 0.45) & (evidence.brightness < 0.96)
    smooth = cv2.blur(_relative_edges(evidence), (5, 5)) < 2.5
    return np.asarray(darker & (evidence.tint < 6) & (evidence.distance > 3) & smooth, bool)

"""Which candidate is the part: a sharp outline all around, and no sharp edges left outside."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from partscope.arrays import Mask
from segmentation.silhouette.background import Evidence
from segmentation.silhouette.candidates import disc

_SHARPEST = 12.0
"""Edges count up to this many times the background's own."""
_FEWEST_PIXELS = 12


def best(masks: Iterable[Mask], evidence: Evidence) -> tuple[Mask, float]:
    """Return the mask with the best score and that score in 0..1; an empty mask scores 0."""
    judge = Judge(evidence)
    chosen, highest = np.zeros(evidence.edge.shape, bool), 0.0
    for mask in masks:
        score = judge.score(mask)
        if score > highest:
            chosen, highest = mask, score
    return chosen, highest


class Judge:
    """Scores masks of one photo."""

    def __init__(self, evidence: Evidence) -> None:
        relative = evidence.edge / np.float32(max(1.0, evidence.calm_edge))
        self._near_edge = np.minimum(cv2.dilate(relative, disc(1)), _SHARPEST) / _SHARPEST
        self._strong = np.clip(relative - 2, 0, _SHARPEST - 2)
        self._all_strong = float(self._strong.sum()) + 1

    def score(self, mask: Mask) -> float:
        """Return sharpness of the outline times the share of the photo's edges in the mask."""
        if np.count_nonzero(mask) < _FEWEST_PIXELS:
            return 0.0
        pixels = mask.astype(np.uint8)
        outline = mask & (cv2.erode(pixels, disc(1), borderValue=1) == 0)
        if not outline.any():
            return 0.0
        explained = float(self._strong[cv2.dilate(pixels, disc(1)) > 0].sum())
        return float(self._near_edge[outline].mean()) * explained / self._all_strong

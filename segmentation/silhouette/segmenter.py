"""``silhouette``: finds the part offline, without weights, by how it stands out of its background."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from partscope.arrays import RgbImage
from segmentation.contract import Prompts, Segmentation
from segmentation.detections import box_of, nothing_found
from segmentation.silhouette.background import read_evidence
from segmentation.silhouette.candidates import candidates
from segmentation.silhouette.choice import best, confidence
from segmentation.silhouette.refinement import refined
from segmentation.silhouette.rulers import find_rulers, without
from segmentation.working_size import reduced, restored

CODE_VERSION = 1
"""Raise when the same photo would give another mask."""
WORKING_SIDE = 208
"""Longer side in pixels at which the part is looked for."""
SMALLEST_SIDE = 16
"""Photos with fewer working pixels a side show no part that could be told from its background."""

_RULERS = ("ruler", "measur", "tape", "lineal", "maßband")


def create() -> Silhouette:
    """Return the segmenter; it needs no files."""
    return Silhouette()


class Silhouette:
    """Looks at each photo by itself; deterministic, one thread, memory of one photo."""

    @property
    def name(self) -> str:
        """The name it is chosen by."""
        return "silhouette"

    @property
    def fingerprint(self) -> str:
        """Changes with the code that decides."""
        return f"silhouette-{CODE_VERSION}"

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        """Find the part in each photo, without rulers where ``prompts.remove`` names them."""
        removes_rulers = any(word in prompts.remove.casefold() for word in _RULERS)
        return [_segment(image, removes_rulers) for image in batch]


def _segment(image: RgbImage, removes_rulers: bool) -> Segmentation:
    if min(image.shape[:2]) < SMALLEST_SIDE:
        return nothing_found(*image.shape[:2])
    small = reduced(image, WORKING_SIDE)
    if min(small.shape[:2]) < SMALLEST_SIDE:
        return nothing_found(*image.shape[:2])
    evidence = read_evidence(small)
    rulers = find_rulers(image, evidence) if removes_rulers else np.zeros(small.shape[:2], bool)
    if rulers.any():
        evidence = without(rulers, evidence)
    mask = refined(best(candidates(evidence), evidence), evidence) & ~rulers
    if not mask.any():
        return nothing_found(*image.shape[:2])
    return restored(Segmentation(mask, box_of(mask), confidence(mask, evidence), "part"), image)

"""``silhouette``: finds the part offline, without weights, by how it stands out of its background."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from partscope.arrays import Mask, RgbImage
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

    @property
    def least_score(self) -> float:
        """Below it a crop finds less than the full photo does: see benchmarks/segmentation.py."""
        return 0.7

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        """Find the part in each photo, without rulers where ``prompts.remove`` names them."""
        return [_segment(image, prompts) for image in batch]


def rulers_of(image: RgbImage, prompts: Prompts) -> Mask:
    """Return where rulers lie in a photo; nowhere when ``prompts.remove`` does not name them."""
    height, width = image.shape[:2]
    small = reduced(image, WORKING_SIDE)
    if not _removes_rulers(prompts) or min(small.shape[:2]) < SMALLEST_SIDE:
        return np.zeros((height, width), bool)
    rulers = find_rulers(image, read_evidence(small)).astype(np.uint8)
    full = cv2.resize(rulers, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(full > 0, bool)


def _removes_rulers(prompts: Prompts) -> bool:
    return any(word in prompts.remove.casefold() for word in _RULERS)


def _segment(image: RgbImage, prompts: Prompts) -> Segmentation:
    small = reduced(image, WORKING_SIDE)
    if min(small.shape[:2]) < SMALLEST_SIDE:
        return nothing_found(*image.shape[:2])
    evidence = read_evidence(small)
    rulers = np.zeros(small.shape[:2], bool)
    if _removes_rulers(prompts):
        rulers = find_rulers(image, evidence)
        evidence = without(rulers, evidence)
    mask = refined(best(candidates(evidence), evidence), evidence) & ~rulers
    if not mask.any():
        return nothing_found(*image.shape[:2])
    found = Segmentation(mask, box_of(mask), confidence(mask, evidence), "part")
    return restored(found, image)

"""``silhouette``: finds the part offline, without a model, by how it stands out of its background."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage
from segmentation.contract import Prompts, Segmentation
from segmentation.masks import box_of, nothing_found
from segmentation.silhouette.background import Plane, read_lab
from segmentation.silhouette.belief import digest, read_belief
from segmentation.silhouette.look import look_at
from segmentation.silhouette.morphology import border_of
from segmentation.silhouette.refinement import refined
from segmentation.silhouette.working_size import FINE_SIDE, quickly_reduced

CODE_VERSION = 2
"""Raise when the same photo would give another mask."""


def create() -> Silhouette:
    """Return the segmenter; it needs no files."""
    return Silhouette()


class Silhouette:
    """Looks at each photo by itself; deterministic, memory of one photo a thread."""

    @property
    def name(self) -> str:
        """The name it is chosen by."""
        return "silhouette"

    @property
    def fingerprint(self) -> str:
        """Changes with the code that decides and with what was fitted."""
        return f"silhouette-{CODE_VERSION}-{digest()}"

    @property
    def least_score(self) -> float:
        """Below it a crop finds less than the full photo does: see benchmarks/segmentation.py."""
        return 0.7

    @property
    def wants_threads(self) -> bool:
        """Each photo is looked at by itself, mostly outside the interpreter's lock."""
        return True

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        """Find the part in each photo, without the clutter that ``prompts.remove`` names."""
        return [_segment(image, prompts) for image in batch]


def _segment(image: RgbImage, prompts: Prompts) -> Segmentation:
    look = look_at(image, prompts)
    if look is None:
        return nothing_found(*image.shape[:2])
    belief = read_belief(look.evidence)
    fine = quickly_reduced(look.pixels, FINE_SIDE)
    belief, surface, clutter = (
        _resized(plane, fine) for plane in (belief, look.evidence.surface, look.clutter)
    )
    mask = refined(belief, read_lab(fine) - surface) & (clutter < 0.5)
    if not mask.any():
        return nothing_found(*image.shape[:2])
    score = _expected_overlap(mask, belief)
    full_mask = np.zeros(image.shape[:2], bool)
    full_mask[look.window] = _resized(mask, look.pixels) > 0.5
    return Segmentation(full_mask, box_of(full_mask), score, "part")


def _resized(plane: NDArray[np.generic], image: RgbImage) -> NDArray[np.float32]:
    """Return a plane, or planes, of the image's height and width."""
    height, width = image.shape[:2]
    return np.asarray(cv2.resize(plane.astype(np.float32), (width, height)))


def _expected_overlap(mask: Mask, belief: Plane) -> float:
    """Return the IoU to expect of a mask when each pixel is part as likely as is believed.

    Half of it is lost as the mask covers the border: what reaches all around is hardly a part.
    """
    overlap = float(belief[mask].sum() / (mask.sum() + belief[~mask].sum()))
    return overlap * (1 - 0.5 * float(mask[border_of(mask.shape)].mean()))

"""``silhouette``: finds the part offline, without weights, by how it stands out of its background."""

from __future__ import annotations

from collections.abc import Sequence

from partscope.arrays import Mask, RgbImage
from segmentation.contract import Prompts, Segmentation
from segmentation.detections import box_of, nothing_found
from segmentation.silhouette.background import Plane, read_evidence
from segmentation.silhouette.belief import read_belief
from segmentation.silhouette.candidates import border_of
from segmentation.silhouette.clutter import SMALLEST_SIDE, WORKING_SIDE, find_clutter
from segmentation.silhouette.refinement import refined
from segmentation.silhouette.rulers import without
from segmentation.working_size import reduced, restored

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
        """Changes with the code that decides."""
        return f"silhouette-{CODE_VERSION}"

    @property
    def least_score(self) -> float:
        """Below it a crop finds less than the full photo does: see benchmarks/segmentation.py."""
        return 0.7

    @property
    def wants_threads(self) -> bool:
        """Each photo is looked at by itself, mostly outside the interpreter's lock."""
        return True

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        """Find the part in each photo, without rulers and labels where ``prompts.remove`` names them."""
        return [_segment(image, prompts) for image in batch]


def _segment(image: RgbImage, prompts: Prompts) -> Segmentation:
    small = reduced(image, WORKING_SIDE)
    if min(small.shape[:2]) < SMALLEST_SIDE:
        return nothing_found(*image.shape[:2])
    evidence = read_evidence(small)
    clutter = find_clutter(image, evidence, prompts)
    evidence = without(clutter, evidence)
    belief = read_belief(evidence)
    mask = refined(belief, evidence) & ~clutter
    if not mask.any():
        return nothing_found(*image.shape[:2])
    found = Segmentation(mask, box_of(mask), _expected_overlap(mask, belief), "part")
    return restored(found, image)


def _expected_overlap(mask: Mask, belief: Plane) -> float:
    """Return the IoU to expect of a mask when each pixel is part as likely as is believed.

    Half of it is lost as the mask covers the border: what reaches all around is hardly a part.
    """
    overlap = float(belief[mask].sum() / (mask.sum() + belief[~mask].sum()))
    return overlap * (1 - 0.5 * float(mask[border_of(mask.shape)].mean()))

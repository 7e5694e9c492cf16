"""What lies beside the part and is taken away before it is looked for, as the prompts say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np

from catalog.arrays import Mask, RgbImage
from catalog.images.reduction import long_side_at_most
from segmentation.contract import Prompts
from segmentation.silhouette.background import Evidence, read_evidence
from segmentation.silhouette.hands import find_hands
from segmentation.silhouette.labels import find_labels
from segmentation.silhouette.morphology import disc
from segmentation.silhouette.rulers import find_rulers
from segmentation.silhouette.working_size import SMALLEST_SIDE, WORKING_SIDE

Finder = Callable[[RgbImage, Evidence], Mask]

_KNOWN: tuple[tuple[Finder, frozenset[str]], ...] = (
    (
        find_rulers,
        frozenset(["ruler", "rulers", "measure", "measuring", "tape", "lineal", "massband"]),
    ),
    (
        find_labels,
        frozenset(["label", "labels", "sticker", "tag", "tags", "etikett", "etiketten", "schild"]),
    ),
    (find_hands, frozenset(["hand", "hands", "finger", "fingers", "hände"])),
)
"""What can be found without a model, and words, casefolded, by which prompts name it."""


def find_clutter(image: RgbImage, evidence: Evidence, prompts: Prompts) -> Mask:
    """Return where things lie that ``prompts.remove`` names, at the evidence's working size."""
    clutter: Mask = np.zeros(evidence.edge.shape, bool)
    for finder in _finders(prompts):
        clutter |= finder(image, evidence)
    return clutter


def without(clutter: Mask, evidence: Evidence) -> Evidence:
    """Return the evidence with clutter looking like background."""
    if not clutter.any():
        return evidence
    wide = cv2.dilate(clutter.astype(np.uint8), disc(2)) > 0
    return replace(
        evidence,
        distance=np.where(wide, np.float32(0), evidence.distance),
        brightness=np.where(wide, np.float32(1), evidence.brightness),
        tint=np.where(wide, np.float32(0), evidence.tint),
        edge=np.where(wide, np.float32(0), evidence.edge),
        calm=evidence.calm | (evidence.ring & wide),
    )


def clutter_of(image: RgbImage, prompts: Prompts) -> Mask:
    """Return where things lie that ``prompts.remove`` names, at the photo's own size."""
    height, width = image.shape[:2]
    nowhere: Mask = np.zeros((height, width), bool)
    if not any(_finders(prompts)):
        return nowhere
    small = long_side_at_most(image, WORKING_SIDE)
    if min(small.shape[:2]) < SMALLEST_SIDE:
        return nowhere
    clutter = find_clutter(image, read_evidence(small), prompts).astype(np.uint8)
    full = cv2.resize(clutter, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(full > 0, bool)


def _finders(prompts: Prompts) -> Iterator[Finder]:
    prompt_words = re.findall(r"\w+", prompts.remove.casefold())
    for finder, words in _KNOWN:
        if not words.isdisjoint(prompt_words):
            yield finder

"""A tiny real segmenter for tests: whatever is darker than mid grey is the part."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from catalog.arrays import Mask, RgbImage
from segmentation.contract import Prompts, Segmentation


class Threshold:
    """Finds what is dark; breaks on batches with a bright image, gives nonsense for red ones.

    ``asked`` counts the images it has seen, ``prompts`` keeps those it was given.
    """

    name = "threshold"
    fingerprint = "threshold-1"

    def __init__(self) -> None:
        self.asked = 0
        self.prompts: list[Prompts] = []

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        if any(image.min() > 250 for image in batch):
            raise RuntimeError("nothing dark anywhere")
        self.asked += len(batch)
        self.prompts.append(prompts)
        return [found_in(image.mean(axis=2) < 100) for image in batch]


class ThreadedThreshold(Threshold):
    """The same where several threads ask; ``threads`` are those that did."""

    wants_threads = True

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[str] = set()

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        self.threads.add(threading.current_thread().name)
        return super().segment(batch, prompts)


class Broken:
    """Raises on every image."""

    name = "broken"
    fingerprint = "broken"

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        raise RuntimeError("out of memory")


class Gives:
    """Gives what it was told to, for each image."""

    name = "gives"
    fingerprint = "gives"

    def __init__(self, given: Any) -> None:
        self.given = given
        self.least_score = 0.0

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        return [self.given for _ in batch]


def found_in(mask: Mask, score: float = 0.9) -> Segmentation:
    """Return the segmentation of a mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return Segmentation(mask, (0, 0, 0, 0), 0.0, "")
    box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return Segmentation(mask, box, score, "dark")


def photo(
    box: tuple[int, int, int, int] = (60, 40, 100, 90), size: tuple[int, int] = (120, 160)
) -> RgbImage:
    """Return a light photo with a dark rectangle, ``box`` xyxy."""
    image = np.full((*size, 3), 230, np.uint8)
    left, top, right, bottom = box
    image[top:bottom, left:right] = (30, 60, 40)
    return image

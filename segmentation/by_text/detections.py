"""What a model found in one image, in one shape whatever the model returned, and the part in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask
from segmentation.contract import Segmentation
from segmentation.masks import box_of, nothing_found

Masks = NDArray[np.bool_]
"""Shape (n, height, width)."""
_SAME_THING = 0.8
"""Masks that overlap by more than this IoU are of one thing."""
_MASK_THRESHOLD = 0.5
"""Of masks that come as numbers: probabilities, or 0 and 1."""


@dataclass(frozen=True, slots=True)
class Detections:
    """Masks of one image with a score in 0..1 and a label each; n may be 0."""

    masks: Masks
    scores: NDArray[np.float32]
    labels: tuple[str, ...]

    @property
    def union(self) -> Mask:
        """Everything that was found. Shape (height, width)."""
        return np.asarray(self.masks.any(axis=0))

    def only(self, chosen: NDArray[np.bool_]) -> Detections:
        """Return the detections for which ``chosen``, shape (n,), is True."""
        labels = tuple(self.labels[at] for at in np.flatnonzero(chosen))
        return Detections(self.masks[chosen], self.scores[chosen], labels)


def normalise(masks: Any, scores: Any, labels: Sequence[str], shape: tuple[int, int]) -> Detections:
    """Return the detections of an image of ``shape`` (height, width) from whatever a model gave.

    ``masks`` may be empty, (h, w), (n, h, w) or (n, 1, h, w), of truth values or of numbers;
    ``scores`` may be a single number. Masks of another size than the image's, and detections without
    a finite score, are left out; what is not a number counts as not part of a mask.
    """
    stack = _stack(masks, shape)
    values = np.atleast_1d(np.asarray(scores, dtype=np.float32)).ravel()
    names = [str(label) for label in labels]
    count = min(len(stack), len(values), len(names))
    scored = np.clip(values[:count], 0, 1)
    return Detections(stack[:count], scored, tuple(names[:count])).only(np.isfinite(scored))


def part_of(detections: Detections, taken_away: Detections) -> Segmentation:
    """Return all that was found of the part, without what is taken away.

    Score and label are those of the surest detection that still has a pixel.
    """
    mask = detections.union & ~taken_away.union
    visible = (detections.masks & mask).any(axis=(1, 2))
    if not visible.any():
        return nothing_found(mask.shape[0], mask.shape[1])
    best = int(np.argmax(np.where(visible, detections.scores, -1)))
    return Segmentation(mask, box_of(mask), float(detections.scores[best]), detections.labels[best])


def without_rivals(detections: Detections, rivals: Detections) -> Detections:
    """Return ``detections`` without the things that ``rivals`` hold as well and are surer of."""
    beaten = [
        any(
            score < rival_score and _iou(mask, rival) > _SAME_THING
            for rival, rival_score in zip(rivals.masks, rivals.scores, strict=True)
        )
        for mask, score in zip(detections.masks, detections.scores, strict=True)
    ]
    return detections.only(~np.array(beaten, dtype=np.bool_))


def _iou(left: Mask, right: Mask) -> float:
    return float((left & right).sum() / max(1, (left | right).sum()))


def _stack(masks: Any, shape: tuple[int, int]) -> Masks:
    try:
        values = np.asarray(masks)
    except ValueError:  # masks of several sizes
        values = np.empty(0)
    if values.ndim == 4 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 2:
        values = values[None]
    if values.ndim != 3 or values.shape[1:] != shape:
        return np.zeros((0, *shape), np.bool_)
    if values.dtype == np.bool_:
        return values
    with np.errstate(invalid="ignore"):
        return np.asarray(values > _MASK_THRESHOLD)

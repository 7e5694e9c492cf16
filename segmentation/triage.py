"""Which photos need cutting: two rounds of quick k-means over cheap features of each photo.

The first round groups photos by their ground (even or not), the second groups each of those by what
lies at the edges (rulers, clutter). A group needs cutting when its centre does; a photo is judged by
the group it falls into, stored views and queries alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from partscope.arrays import FloatMatrix, RgbImage, StateArrays
from segmentation.triage_features import GROUND_FEATURES, needs_cutting, triage_features

SAMPLE_SIZE = 512
"""So many photos are enough to find the groups."""
TRIAGE_VERSION = 1
_GROUND_GROUPS = 4
_EDGE_GROUPS = 3
_MIN_PHOTOS = 5
"""Fewer photos a group than this are not worth grouping."""
_ROUNDS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Triage:
    """The groups: ``centres`` shape (groups, features) and for each whether it ``needs`` cutting.

    Without groups (too small a sample) each photo is judged by its own features.
    """

    centres: FloatMatrix
    needs: NDArray[np.bool_]

    @classmethod
    def fit(cls, photos: Iterable[RgbImage]) -> Self:
        """Find the groups in a sample, one photo at a time; the order does not matter much."""
        rows = [triage_features(photo) for photo in photos]
        if len(rows) < _MIN_PHOTOS:
            return cls(np.empty((0, 0), np.float32), np.empty(0, bool))
        features = np.stack(rows)
        centres = [
            centre
            for ground in _groups(features, slice(0, GROUND_FEATURES), _GROUND_GROUPS)
            for edge in _groups(ground, slice(GROUND_FEATURES, None), _EDGE_GROUPS)
            for centre in [np.median(edge, axis=0)]
        ]
        return cls(np.stack(centres), np.array([needs_cutting(centre) for centre in centres]))

    @classmethod
    def from_state(cls, state: StateArrays) -> Self:
        """Take up what another one learnt."""
        return cls(np.asarray(state["centres"], np.float32), np.asarray(state["needs"], dtype=bool))

    def state(self) -> StateArrays:
        """Return what was learnt."""
        return {"centres": self.centres, "needs": self.needs}

    def __call__(self, photo: RgbImage) -> bool:
        """Return whether a photo needs cutting."""
        features = triage_features(photo)
        if len(self.centres) == 0:
            return needs_cutting(features)
        distances = ((self.centres - features) ** 2).sum(axis=1)
        return bool(self.needs[int(distances.argmin())])


def _groups(features: FloatMatrix, columns: slice, count: int) -> list[FloatMatrix]:
    """Split rows by k-means over some of their columns; small samples stay one group."""
    count = min(count, len(features) // _MIN_PHOTOS)
    if count < 2:
        return [features]
    data = np.ascontiguousarray(features[:, columns], np.float32)
    centres = _spread_out(data, count)
    labels = np.zeros(len(data), np.intp)
    for _ in range(_ROUNDS):
        distances = ((data[:, None] - centres[None]) ** 2).sum(axis=2)
        settled, labels = labels, distances.argmin(axis=1)
        if (settled == labels).all():
            break
        for group in range(count):
            if (labels == group).any():
                centres[group] = data[labels == group].mean(axis=0)
    return [features[labels == group] for group in range(count) if (labels == group).any()]


def _spread_out(data: FloatMatrix, count: int) -> FloatMatrix:
    """Return the first centres: the middle of all, then always the row farthest from those so far."""
    centres = [data.mean(axis=0)]
    while len(centres) < count:
        distances = ((data[:, None] - np.stack(centres)[None]) ** 2).sum(axis=2).min(axis=1)
        centres.append(data[int(distances.argmax())])
    return np.stack(centres)

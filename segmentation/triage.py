"""Which photos need cutting: two rounds of quick k-means over cheap features of each photo.

The first round groups photos by their ground (even or not), the second groups each of those by what
lies at the edges (rulers, clutter). A group is cut where enough of its photos need it; a photo is judged
by the group it falls into, stored views and queries alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, FloatVector, RgbImage, StateArrays
from catalog.k_means import fit_k_means
from segmentation.triage_features import GROUND_FEATURES, needs_cutting, triage_features

SAMPLE_SIZE = 512
"""So many photos are enough to find the groups."""
TRIAGE_VERSION = 1
_GROUND_GROUPS = 4
_EDGE_GROUPS = 3
_MIN_PHOTOS = 5
"""Fewer photos a group than this are not worth grouping."""
_GROUND, _EDGES = slice(0, GROUND_FEATURES), slice(GROUND_FEATURES, None)
_ENOUGH = 0.3
"""Share of a group: to cut a studio photo costs time, not to cut a bad one costs the match."""


@dataclass(frozen=True, slots=True, eq=False)
class Triage:
    """The groups of both rounds, and for each of the second whether it ``needs`` cutting.

    ``grounds`` are the centres of the first round, shape (grounds, ground features); ``edges`` those of
    the second, shape (groups, other features), each within the ground that ``parents`` names.
    Without groups (too small a sample) each photo is judged by its own features.
    """

    grounds: FloatMatrix
    edges: FloatMatrix
    parents: NDArray[np.intp]
    needs: NDArray[np.bool_]

    @classmethod
    def fit(cls, photos: Iterable[RgbImage]) -> Self:
        """Find the groups in a sample, one photo in memory at a time."""
        rows = [triage_features(photo) for photo in photos]
        if len(rows) < _MIN_PHOTOS:
            none = np.empty((0, 0), np.float32)
            return cls(none, none, np.empty(0, np.intp), np.empty(0, bool))
        by_ground = _groups(np.stack(rows), _GROUND, _GROUND_GROUPS)
        groups = [_groups(rows, _EDGES, _EDGE_GROUPS) for rows in by_ground]
        flat = [group for several in groups for group in several]
        return cls(
            grounds=np.stack([rows[:, _GROUND].mean(axis=0) for rows in by_ground]),
            edges=np.stack([group[:, _EDGES].mean(axis=0) for group in flat]),
            parents=np.repeat(np.arange(len(groups)), [len(several) for several in groups]),
            needs=np.array([np.mean([*map(needs_cutting, group)]) >= _ENOUGH for group in flat]),
        )

    @classmethod
    def from_state(cls, state: StateArrays) -> Self:
        """Take up what another one learnt."""
        return cls(state["grounds"], state["edges"], state["parents"], state["needs"])

    def state(self) -> StateArrays:
        """Return what was learnt."""
        return {
            "grounds": self.grounds,
            "edges": self.edges,
            "parents": self.parents,
            "needs": self.needs,
        }

    def __call__(self, photo: RgbImage) -> bool:
        """Return whether a photo needs cutting."""
        features = triage_features(photo)
        if len(self.needs) == 0:
            return needs_cutting(features)
        ground = _squared(self.grounds, features[_GROUND]).argmin()
        apart = _squared(self.edges, features[_EDGES])
        return bool(self.needs[np.where(self.parents == ground, apart, np.inf).argmin()])


def _squared(centres: FloatMatrix, features: FloatVector) -> FloatVector:
    return np.asarray(((centres - features) ** 2).sum(axis=1))


def _groups(features: FloatMatrix, columns: slice, count: int) -> list[FloatMatrix]:
    """Split rows by k-means over some of their columns; small samples stay one group."""
    count = min(count, len(features) // _MIN_PHOTOS)
    if count < 2:
        return [features]
    rows = np.ascontiguousarray(features[:, columns], np.float32)
    labels = fit_k_means(rows, count, seed=0).labels_
    return [features[labels == group] for group in range(count) if (labels == group).any()]

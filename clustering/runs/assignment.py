"""The cluster of each part in one run, as arrays and as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from catalog.packed_arrays import pack_arrays, unpack_arrays
from clustering.contract import NOISE, Labels

Revs: TypeAlias = NDArray[np.int64]
MEND_RUN = "delete the run with `partscope runs delete`, and cluster again"
UNSEEN = -1
"""The rev of a part whose present vectors no run has looked at yet."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """``clusters[i]`` is the cluster of the part ``ids[i]``, -1 is noise; ids are ascending.

    ``revs`` are those of the vectors that were looked at.
    """

    ids: list[str]
    clusters: Labels
    revs: Revs

    def cluster_of(self) -> dict[str, int]:
        """Return the cluster by id."""
        return dict(zip(self.ids, self.clusters.tolist(), strict=True))

    def sizes(self) -> dict[int, int]:
        """Return the number of parts by cluster, without noise."""
        clusters, counts = np.unique(self.clusters[self.clusters != NOISE], return_counts=True)
        return dict(zip(clusters.tolist(), counts.tolist(), strict=True))

    def positions(self, ids: Sequence[str]) -> NDArray[np.intp]:
        """Return where those parts stand, -1 for parts that are not here. Shape: (len(ids),)."""
        position_of = {identity: position for position, identity in enumerate(self.ids)}
        return np.array([position_of.get(identity, -1) for identity in ids], dtype=np.intp)

    def to_bytes(self) -> bytes:
        """Return the assignment as npz."""
        packed = np.frombuffer(
            b"".join(bytes.fromhex(identity.replace("-", "")) for identity in self.ids), np.uint8
        )
        return pack_arrays({"ids": packed, "clusters": self.clusters, "revs": self.revs})

    @classmethod
    def from_bytes(cls, content: bytes, where: str) -> Assignment:
        """Read what ``to_bytes`` wrote; StoreError naming ``where`` it stands when damaged."""
        arrays = unpack_arrays(content, where, MEND_RUN, ("ids", "clusters", "revs"))
        text = arrays["ids"].tobytes().hex()
        ids = [_dashed(text[start : start + 32]) for start in range(0, len(text), 32)]
        return cls(ids, arrays["clusters"].astype(np.int32), arrays["revs"].astype(np.int64))


def _dashed(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

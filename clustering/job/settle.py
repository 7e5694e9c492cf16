"""Who is in which cluster when the job writes, after what was ingested or deleted meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clustering.contract import NOISE
from clustering.job.catalog_state import CatalogState, Changes, changes_since
from clustering.runs.apply_decisions import apply_decisions
from clustering.runs.assignment import UNSEEN, Assignment
from clustering.runs.decisions import Decision
from clustering.runs.run import Counts


@dataclass(frozen=True, slots=True)
class Settled:
    """What is written, and what was ingested or deleted since the vectors were read."""

    assignment: Assignment
    meanwhile: Changes

    def counts(self, decisions: Sequence[Decision]) -> Counts:
        """Return what was counted, clusters and noise as the decisions leave them."""
        assigned = self.assignment
        clusters = apply_decisions(assigned.ids, assigned.clusters, decisions).clusters
        return Counts(
            n_parts=len(assigned.ids),
            n_clusters=len(np.unique(clusters[clusters != NOISE])),
            noise=int(np.count_nonzero(clusters == NOISE)),
            new=len(self.meanwhile.new),
            updated=len(self.meanwhile.changed),
            deleted=len(self.meanwhile.gone),
        )


def settle(proposed: Assignment, state: CatalogState, former: Mapping[str, int]) -> Settled:
    """Return the proposed clusters as far as they still hold in the catalogue's present state.

    Parts that are gone are left out. Parts that were ingested again keep the cluster that they had
    in the ``former`` run, noise where it is no more, and the next run looks at them.
    """
    changes = changes_since(proposed, state.ids, state.revs)
    clusters, revs = proposed.clusters.copy(), proposed.revs.copy()
    changed_rows = proposed.positions(changes.changed)
    present = set(np.unique(clusters).tolist())
    before = [former.get(identity, NOISE) for identity in changes.changed]
    clusters[changed_rows] = [cluster if cluster in present else NOISE for cluster in before]
    revs[changed_rows] = UNSEEN
    gone = set(changes.gone)
    rows = [row for row, identity in enumerate(proposed.ids) if identity not in gone]
    kept_ids = [proposed.ids[row] for row in rows]
    return Settled(Assignment(kept_ids, clusters[rows], revs[rows]), changes)

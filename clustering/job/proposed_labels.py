"""How the parts are to be grouped, before anything is numbered, reviewed or written.

The cheapest way that fits is taken: keep the former clusters where nothing changed; place the few
new parts into them; group anew, all parts at once or, beyond the memory bound, a sample that the
other parts are then placed by.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from catalog.progress import Progress
from catalog.store.contract import PartStore, chunked
from catalog.store.filters import HasId
from catalog.store.manifest import Manifest
from clustering.algorithms.registry import ALGORITHMS
from clustering.contract import NOISE, Block, Features, Grouping, Labels, Plan
from clustering.grouping.placing import ClusterCentres, Placement, nearest_clusters
from clustering.job.catalog_state import CatalogState, changes_since
from clustering.runs.assignment import Assignment, Revs
from clustering.runs.run_clusters import RunClusters
from clustering.space.features import pull_features
from clustering.space.memory_bound import parts_within_memory

DRIFT = 0.05
"""Share of parts placed or vanished since the last time anew, beyond which it is done anew."""
STRANGERS = 10
"""So many new parts that fit nowhere, if they are most of the new ones, ask for grouping anew."""
_ASKED_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class GroupedFeatures:
    """The parts that were grouped anew, all or a sample, and their grouping."""

    features: Features
    grouping: Grouping


@dataclass(frozen=True, slots=True)
class ProposedLabels:
    """The clusters of the parts ``ids``: cluster numbers already, unless they were grouped ``anew``.

    ``grouped`` and ``drift``: see ``Run``. ``anew`` is None where former clusters go on.
    """

    ids: list[str]
    revs: Revs
    labels: Labels
    grouped: str
    drift: int = 0
    anew: GroupedFeatures | None = None

    @property
    def assignment(self) -> Assignment:
        """The same as an assignment."""
        return Assignment(self.ids, self.labels, self.revs)


def grouped_anew(features: Features, grouping: Grouping) -> ProposedLabels:
    """Return the labels of a new grouping."""
    anew = GroupedFeatures(features, grouping)
    return ProposedLabels(features.ids, features.revs, grouping.labels, "anew", 0, anew)


def plan_fingerprint(plan: Plan, manifest: Manifest) -> str:
    """Return the fingerprint of what makes two runs comparable: the plan and the vector spaces."""
    plan_fields = asdict(replace(plan, memory_bytes=None))
    spaces = {key: record.fingerprint for key, record in manifest.embedders.items()}
    values = [plan_fields, spaces, manifest.generation, manifest.identity]
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def kept_labels(former: Assignment, drift: int) -> ProposedLabels:
    """Return the clusters of the former run."""
    return ProposedLabels(former.ids, former.revs, former.clusters, "kept", drift)


def place_new_parts(
    store: PartStore, plan: Plan, former: Assignment, clusters: RunClusters, state: CatalogState
) -> ProposedLabels | None:
    """Return the former clusters with the new and changed parts placed in them.

    ``plan`` is what was used for the former ones. None where most of at least ``STRANGERS`` new
    parts fit nowhere.
    """
    changes = changes_since(former, state.ids, state.revs)
    labels = np.full(len(state.ids), NOISE, dtype=np.int32)
    former_positions = former.positions(state.ids)
    labels[former_positions >= 0] = former.clusters[former_positions[former_positions >= 0]]
    row_of = {identity: row for row, identity in enumerate(state.ids)}
    to_place = sorted([*changes.new, *changes.changed])
    strangers = 0
    for features, placement in placements(store, plan, clusters.centres(), to_place):
        labels[[row_of[identity] for identity in features.ids]] = placement.clusters
        strangers += int(np.count_nonzero(~placement.fits))
    if strangers >= STRANGERS and strangers > len(to_place) / 2:
        return None
    return ProposedLabels(state.ids, state.revs, labels, "placed", changes.touched)


def placements(
    store: PartStore, plan: Plan, centres: ClusterCentres, ids: Sequence[str]
) -> Iterator[tuple[Features, Placement]]:
    """Yield the parts ``ids``, some thousands at a time, and where they belong.

    Parts below the floor of their nearest cluster are noise where the algorithm knows noise.
    """
    entry = ALGORITHMS.get(plan.algorithm)
    for chunk in chunked(ids, _ASKED_AT_ONCE):
        features = pull_features(store, plan.features, HasId(tuple(chunk)))
        placement = nearest_clusters(centres, features, plan.weights)
        if entry is not None and entry.finds_noise:
            clusters = np.where(placement.fits, placement.clusters, NOISE).astype(np.int32)
            placement = replace(placement, clusters=clusters)
        yield features, placement


def with_parts_outside(
    proposed: ProposedLabels,
    store: PartStore,
    plan: Plan,
    clusters: RunClusters,
    state: CatalogState,
    progress: Progress,
) -> ProposedLabels:
    """Return the labels with the parts outside the sample placed, where it was a sample."""
    sampled = set(proposed.ids)
    outside = [identity for identity in state.ids if identity not in sampled]
    if not outside:
        return proposed
    progress.start("placing the parts outside the sample", len(outside))
    ids, labels, revs = list(proposed.ids), [proposed.labels], [proposed.revs]
    for features, placement in placements(store, plan, clusters.centres(), outside):
        ids += features.ids
        labels.append(placement.clusters)
        revs.append(features.revs)
        progress.advance(len(features.ids))
    order = np.argsort(np.array(ids), kind="stable")
    return replace(
        proposed,
        ids=[ids[row] for row in order],
        labels=np.concatenate(labels)[order],
        revs=np.concatenate(revs)[order],
    )


def pull_fitting(store: PartStore, plan: Plan, state: CatalogState, progress: Progress) -> Features:
    """Return the features of all parts, or of a random sample as large as the memory bound allows."""
    count = len(state.ids)
    fitting = parts_within_memory(store, plan, count)
    if fitting == count:
        progress.start("reading vectors", count)
        return pull_features(store, plan.features, progress=progress.advance)
    progress.start(f"reading a sample of {fitting} of {count}", fitting)
    # Ids are hashes of part numbers, so the first ones are a random sample. They are asked for some
    # at a time: engines look at the whole list of ids again for each page that they return.
    return joined_features(
        [
            pull_features(store, plan.features, HasId(tuple(chunk)), progress.advance)
            for chunk in chunked(state.ids[:fitting], _ASKED_AT_ONCE)
        ]
    )


def joined_features(parts: Sequence[Features]) -> Features:
    """Return the features of several lists of parts as those of one list, in that order."""
    starts = np.cumsum([0, *(len(features.ids) for features in parts)])
    blocks = {
        name: Block(
            name,
            np.concatenate(
                [
                    features.blocks[name].rows + start
                    for features, start in zip(parts, starts, strict=False)
                ]
            ),
            np.concatenate([features.blocks[name].matrix for features in parts]),
        )
        for name in parts[0].blocks
    }
    ids = [identity for features in parts for identity in features.ids]
    return Features(ids, np.concatenate([features.revs for features in parts]), blocks)

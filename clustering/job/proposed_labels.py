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
from clustering.grouping.placing import Centres, Placement, place
from clustering.job.catalog_state import Standing, compare
from clustering.runs.assignment import Assignment, Revs
from clustering.runs.cluster_points import Clusters
from clustering.space.features import VECTORS, WORDS, pull
from clustering.space.topics import BUCKETS

DRIFT = 0.05
"""Share of parts placed or vanished since the last time anew, beyond which it is done anew."""
STRANGERS = 10
"""So many new parts that fit nowhere, if they are most of the new ones, ask for grouping anew."""
BYTES_A_NUMBER = 12
"""Of features while grouping: as read, combined, and reduced or scratch, 4 bytes each."""
SAMPLE_AT_LEAST = 1000
_ASKED_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Proposal:
    """The clusters of the parts ``ids``: cluster numbers already, unless they were grouped ``anew``.

    ``grouping`` and its ``features`` are of those parts that were grouped anew, all or a sample;
    ``drift`` is how many parts were placed or vanished since.
    """

    ids: list[str]
    revs: Revs
    labels: Labels
    grouped: str
    drift: int = 0
    grouping: Grouping | None = None
    features: Features | None = None


def basis(plan: Plan, manifest: Manifest) -> str:
    """Return the fingerprint of what makes two runs comparable: the plan and the vector spaces."""
    plan_fields = asdict(replace(plan, memory_bytes=None))
    spaces = {key: record.fingerprint for key, record in manifest.embedders.items()}
    values = [plan_fields, spaces, manifest.generation, manifest.identity]
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def keep(former: Assignment, drift: int) -> Proposal:
    """Return the clusters of the former run."""
    return Proposal(former.ids, former.revs, former.clusters, "kept", drift)


def place_new(
    store: PartStore, plan: Plan, former: Assignment, clusters: Clusters, standing: Standing
) -> Proposal | None:
    """Return the former clusters with the new and changed parts placed in them.

    ``plan`` is what was used for the former ones. None where most of at least ``STRANGERS`` new
    parts fit nowhere.
    """
    delta = compare(former, standing.ids, standing.revs)
    labels = np.full(len(standing.ids), NOISE, dtype=np.int32)
    former_positions = former.positions(standing.ids)
    labels[former_positions >= 0] = former.clusters[former_positions[former_positions >= 0]]
    row_of = {identity: row for row, identity in enumerate(standing.ids)}
    to_place = sorted([*delta.new, *delta.changed])
    strangers = 0
    for features, placement in placements(store, plan, clusters.centres(), to_place):
        labels[[row_of[identity] for identity in features.ids]] = placement.clusters
        strangers += int(np.count_nonzero(~placement.fits))
    if strangers >= STRANGERS and strangers > len(to_place) / 2:
        return None
    return Proposal(standing.ids, standing.revs, labels, "placed", delta.touched)


def placements(
    store: PartStore, plan: Plan, centres: Centres, ids: Sequence[str]
) -> Iterator[tuple[Features, Placement]]:
    """Yield the parts ``ids``, some thousands at a time, and where they belong.

    Parts below the floor of their nearest cluster are noise where the algorithm knows noise.
    """
    entry = ALGORITHMS.get(plan.algorithm)
    for chunk in chunked(ids, _ASKED_AT_ONCE):
        features = pull(store, plan.features, HasId(tuple(chunk)))
        placement = place(centres, features, plan.weights)
        if entry is not None and entry.finds_noise:
            clusters = np.where(placement.fits, placement.clusters, NOISE).astype(np.int32)
            placement = replace(placement, clusters=clusters)
        yield features, placement


def pull_fitting(store: PartStore, plan: Plan, standing: Standing, progress: Progress) -> Features:
    """Return the features of all parts, or of a random sample as large as the memory bound allows."""
    count = len(standing.ids)
    fitting = count
    if plan.memory_bytes is not None:
        fitting = max(SAMPLE_AT_LEAST, plan.memory_bytes // bytes_a_part(store, plan.features))
    if fitting >= count:
        progress.start("reading vectors", count)
        return pull(store, plan.features, progress=progress.advance)
    progress.start(f"reading a sample of {fitting} of {count}", fitting)
    # Ids are hashes of part numbers, so the first ones are a random sample. They are asked for some
    # at a time: engines look at the whole list of ids again for each page that they return.
    return joined(
        [
            pull(store, plan.features, HasId(tuple(chunk)), progress.advance)
            for chunk in chunked(standing.ids[:fitting], _ASKED_AT_ONCE)
        ]
    )


def joined(parts: Sequence[Features]) -> Features:
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


def bytes_a_part(store: PartStore, features: Sequence[str]) -> int:
    """Return about the memory that grouping takes a part."""
    vector_names = {vector for name in features for vector in VECTORS.get(name, ())}
    dims = [spec.dim or 0 for spec in store.schema().vectors if spec.name in vector_names]
    dims += [BUCKETS] if WORDS in vector_names else []
    return BYTES_A_NUMBER * max(1, sum(dims))

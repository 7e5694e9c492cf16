"""The cheapest way that fits: clusters kept, new parts placed in them, a sample with the rest placed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from catalog.progress import Logged
from catalog.store.contract import Point
from clustering.contract import Block, Features
from clustering.job.catalog_state import read_state
from clustering.job.proposed_labels import (
    joined_features,
    kept_labels,
    place_new_parts,
    plan_fingerprint,
    pull_fitting,
)
from clustering.runs import run_store
from clustering.runs.run_clusters import load_clusters
from tests.clustering.blobs import PLAN, Blobs, blob_points, part


def test_runs_go_on_from_each_other_where_plan_and_vectors_are_the_same(blobs: Blobs) -> None:
    manifest = blobs.stores.parts.manifest()
    same = plan_fingerprint(PLAN, manifest)
    assert plan_fingerprint(replace(PLAN, memory_bytes=1 << 30), manifest) == same
    assert plan_fingerprint(replace(PLAN, seed=1), manifest) != same
    assert plan_fingerprint(PLAN, replace(manifest, generation=7)) != same


def test_kept_labels_are_those_of_the_former_run(blobs: Blobs) -> None:
    blobs.cluster()
    former = run_store.assignment(blobs.stores.parts, "default@1")
    proposed = kept_labels(former, 3)
    assert (proposed.grouped, proposed.drift, proposed.anew) == ("kept", 3, None)
    assert proposed.assignment.cluster_of() == former.cluster_of()


def test_new_and_changed_parts_are_placed_and_others_stay(blobs: Blobs) -> None:
    blobs.cluster()
    parts = blobs.stores.parts
    former, chosen = run_store.assignment(parts, "default@1"), run_store.load(parts).chosen
    parts.upsert([*blob_points([60]), *blob_points([7], rev=2, shift=1)])
    parts.delete([part(9)])
    clusters = load_clusters(parts, "default@1")
    proposed = place_new_parts(parts, chosen, former, clusters, read_state(parts))
    assert proposed is not None
    before, after = former.cluster_of(), proposed.assignment.cluster_of()
    assert (proposed.grouped, proposed.drift) == ("placed", 3)
    assert after[part(60)] == before[part(0)]
    assert after[part(7)] == before[part(8)]
    assert part(9) not in after
    assert {key: after[key] for key in before if key not in (part(7), part(9))} == {
        key: before[key] for key in before if key not in (part(7), part(9))
    }


def test_strangers_ask_for_grouping_anew(blobs: Blobs) -> None:
    blobs.cluster()
    parts = blobs.stores.parts
    former, chosen = run_store.assignment(parts, "default@1"), run_store.load(parts).chosen
    nowhere = np.eye(6, dtype=np.float32)[5]
    parts.upsert(
        [Point(part(number), {"name_de": nowhere}, {"rev": 1}) for number in range(100, 110)]
    )
    clusters = load_clusters(parts, "default@1")
    assert place_new_parts(parts, chosen, former, clusters, read_state(parts)) is None


def test_a_sample_as_large_as_memory_allows_is_read(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clustering.space.memory_bound.SAMPLE_AT_LEAST", 10)
    parts, state = blobs.stores.parts, read_state(blobs.stores.parts)
    everything = pull_fitting(parts, PLAN, state, Logged())
    assert everything.ids == state.ids
    bounded = pull_fitting(parts, replace(PLAN, memory_bytes=1), state, Logged())
    assert bounded.ids == state.ids[:10]


def test_features_of_several_lists_are_joined_in_order() -> None:
    first = Features(["a", "b"], np.array([1, 2]), {"image": _block([1], [[1.0]])})
    second = Features(["c"], np.array([3]), {"image": _block([0], [[2.0]])})
    joined = joined_features([first, second])
    assert (joined.ids, joined.revs.tolist()) == (["a", "b", "c"], [1, 2, 3])
    assert joined.blocks["image"].rows.tolist() == [1, 2]
    assert joined.blocks["image"].matrix.tolist() == [[1.0], [2.0]]


def _block(rows: list[int], matrix: list[list[float]]) -> Block:
    return Block("image", np.array(rows, np.intp), np.array(matrix, np.float32))

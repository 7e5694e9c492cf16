"""The job on real stores: what it writes, what it leaves alone, and what it refuses."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from catalog.errors import StaleWrite, StoreLocked, UnknownName, UsageError
from catalog.store.contract import Point
from catalog.store.filters import Equals
from catalog.store.manifest import Manifest
from catalog.store.schema import part_schema
from clustering.contract import NOISE, Plan
from clustering.job.cluster_job import ClusterJob
from clustering.runs import run_store
from clustering.runs.waiting import retry_while_locked
from tests.clustering.blobs import KINDS, PLAN, Blobs, blob_points, part
from tests.clustering.job.meanwhile import Meanwhile
from tests.stores import Place, unique_catalog


def _groups(cluster_of: dict[str, int], count: int) -> list[set[int]]:
    return [{cluster_of[part(n)] for n in range(kind, count, len(KINDS))} for kind in range(4)]


def test_every_part_gets_its_group_and_every_group_its_point(both: Blobs) -> None:
    outcome = both.cluster()
    cluster_of = both.payload()
    assert sorted(map(len, _groups(cluster_of, 60))) == [1, 1, 1, 1]
    assert Counter(cluster_of.values()) == {0: 15, 1: 15, 2: 15, 3: 15}
    assert both.stores.parts.manifest().active_run == "default@1" == outcome.run.run_id
    (points,) = both.stores.clusters.scan(Equals("run", "default@1"), with_vectors=True)
    assert {point.payload["label_de"].split()[0] for point in points} == {de for de, _ in KINDS}
    assert {point.payload["status"] for point in points} == {"proposed"}
    for point in points:
        assert point.payload["size"] == 15
        assert cluster_of[point.payload["medoid"]] == point.payload["cluster"]
        assert set(point.vectors) == {"image", "name_de"}


def test_the_json_has_the_keys_of_the_design(blobs: Blobs) -> None:
    values = blobs.cluster().to_json()
    keys = {"run", "algorithm", "params", "n_parts", "n_clusters", "noise", "coverage", "metrics"}
    assert keys | {"changed", "seconds"} <= set(values)
    assert (values["run"], values["n_parts"], values["n_clusters"]) == ("default", 60, 4)
    assert (values["changed"], values["noise"], values["coverage"]) == (60, 0, 1.0)
    assert values["metrics"]["ari"] == pytest.approx(1.0)
    assert values["params"]["k"] == 4


def test_a_second_run_on_unchanged_data_changes_nothing(both: Blobs) -> None:
    both.cluster()
    before = both.payloads()
    outcome = both.cluster()
    assert (outcome.changed, outcome.run.grouped) == (0, "kept")
    assert both.payloads() == before
    assert run_store.run_ids(both.stores.parts) == ["default@1", "default@2"]
    assert (
        run_store.load(both.stores.parts).metrics
        == run_store.load(both.stores.parts, "default@1").metrics
    )


def test_another_plan_groups_anew_and_still_keeps_the_numbers(blobs: Blobs) -> None:
    blobs.cluster()
    before = blobs.payload()
    outcome = blobs.cluster(replace(PLAN, seed=1))
    assert (outcome.changed, outcome.run.grouped) == (0, "anew")
    assert blobs.payload() == before
    blobs.cluster(replace(PLAN, k=5))
    assert set(blobs.payload().values()) == {0, 1, 2, 3, 4}


def test_a_run_of_another_name_uses_the_same_numbers_and_its_own_payload(blobs: Blobs) -> None:
    blobs.cluster()
    blobs.cluster(name="Bilder 2026.11")
    assert blobs.payload("Bilder 2026.11") == blobs.payload()
    assert run_store.load(blobs.stores.parts).run_id == "Bilder 2026.11@1"
    assert run_store.load(blobs.stores.parts, "default").run_id == "default@1"


def test_a_few_new_parts_are_placed_and_no_old_one_moves(blobs: Blobs) -> None:
    blobs.cluster()
    before = blobs.payload()
    blobs.stores.parts.upsert(blob_points([60, 61]))
    outcome = blobs.cluster()
    after = blobs.payload()
    assert (outcome.run.grouped, outcome.changed) == ("placed", 2)
    assert {identity: after[identity] for identity in before} == before
    assert sorted(map(len, _groups(after, 62))) == [1, 1, 1, 1]
    (points,) = blobs.stores.clusters.scan(Equals("run", "default@2"))
    assert sum(point.payload["size"] for point in points) == 62


def test_groups_of_topics_take_new_parts_as_well(blobs: Blobs) -> None:
    plan = replace(PLAN, features=("topics",), algorithm="kmeans")
    blobs.cluster(plan)
    assert sorted(map(len, _groups(blobs.payload(), 60))) == [1, 1, 1, 1]
    blobs.stores.parts.upsert(blob_points([60]))
    assert (blobs.cluster(plan).run.grouped, blobs.payload()[part(60)]) == (
        "placed",
        blobs.payload()[part(0)],
    )


def test_many_new_parts_group_anew_and_old_ones_stay(blobs: Blobs) -> None:
    blobs.cluster()
    before = blobs.payload()
    blobs.stores.parts.upsert(blob_points(range(60, 80)))
    outcome = blobs.cluster()
    after = blobs.payload()
    assert (outcome.run.grouped, outcome.changed) == ("anew", 20)
    assert {identity: after[identity] for identity in before} == before


def test_drift_adds_up_until_it_is_done_anew(blobs: Blobs) -> None:
    blobs.cluster()
    grouped = []
    for number in range(60, 65):
        blobs.stores.parts.upsert(blob_points([number]))
        grouped.append(blobs.cluster().run.grouped)
    assert grouped == ["placed", "placed", "placed", "anew", "placed"]


def test_a_part_that_became_another_one_is_placed_again(blobs: Blobs) -> None:
    blobs.cluster()
    blobs.stores.parts.upsert(blob_points([7], rev=2, shift=1))
    outcome = blobs.cluster()
    assert (outcome.run.grouped, outcome.changed) == ("placed", 1)
    assert blobs.payload()[part(7)] == blobs.payload()[part(8)]


def test_a_deleted_part_leaves_the_run(blobs: Blobs) -> None:
    blobs.cluster()
    medoid = next(iter(blobs.stores.clusters.scan()))[0].payload["medoid"]
    blobs.stores.parts.delete([medoid])
    outcome = blobs.cluster()
    assert (outcome.run.counts.n_parts, outcome.changed) == (59, 0)
    points = [
        point for batch in blobs.stores.clusters.scan(Equals("run", "default@2")) for point in batch
    ]
    assert medoid not in {point.payload["medoid"] for point in points}


@pytest.mark.slow
def test_strangers_are_not_forced_into_old_groups(blobs: Blobs) -> None:
    blobs.stores.parts.upsert(blob_points(range(60, 400)))
    blobs.cluster()
    rng = np.random.default_rng(5)
    strangers = [
        Point(
            part(number),
            {"image": _unit(np.eye(8)[7], rng), "name_de": _unit(np.eye(6)[5], rng)},
            {"part_number": f"P{number}", "name_de": "Sensor", "rev": 1},
        )
        for number in range(1000, 1015)
    ]
    blobs.stores.parts.upsert(strangers)
    outcome = blobs.cluster()
    assert outcome.run.grouped == "anew"


def _unit(
    centre: np.ndarray[tuple[int], np.dtype[np.float64]], rng: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = (centre + rng.normal(0, 0.05, len(centre))).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


# -- beyond the memory bound ------------------------------------------------------------------


def test_beyond_the_memory_bound_a_sample_is_grouped_and_the_rest_placed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clustering.space.memory_bound.SAMPLE_AT_LEAST", 100)
    monkeypatch.setattr("clustering.job.proposed_labels._ASKED_AT_ONCE", 70)
    blobs = Blobs(place, unique_catalog())
    blobs.create(400)
    outcome = blobs.cluster(replace(PLAN, memory_bytes=100 * 12 * 20))
    assert outcome.run.counts.n_parts == 400
    assert sorted(map(len, _groups(blobs.payload(), 400))) == [1, 1, 1, 1]
    points = [point for batch in blobs.stores.clusters.scan() for point in batch]
    assert sum(point.payload["size"] for point in points) == 400
    assert blobs.cluster(replace(PLAN, memory_bytes=100 * 12 * 20)).changed == 0


# -- while others work ------------------------------------------------------------------------


def _run_while(blobs: Blobs, act: object) -> object:
    return ClusterJob(blobs.stores, replace(PLAN, seed=3), "default", Meanwhile(act)).run()


@pytest.mark.slow
def test_what_is_ingested_meanwhile_is_kept_and_counted(both: Blobs) -> None:
    both.cluster()
    before = both.payload()

    def ingest() -> None:
        other = both.open().parts
        other.upsert(blob_points([60, 61]))
        other.upsert(blob_points([5], rev=2, shift=1))
        other.delete([part(6)])
        other.close()

    outcome = ClusterJob(both.stores, replace(PLAN, seed=3), "default", Meanwhile(ingest)).run()
    assert outcome.to_json()["meanwhile"] == {"new": 2, "updated": 1, "deleted": 1}
    stored = both.payloads()
    assert len(stored) == 61
    assert stored[part(5)]["rev"] == 2
    assert stored[part(5)]["name_de"].startswith(KINDS[2][0])
    assert stored[part(5)]["clusters"] == {"default": before[part(5)]}
    assert "clusters" not in stored[part(60)]
    again = both.cluster(replace(PLAN, seed=3))
    assert both.payload()[part(5)] == before[part(6)]
    assert again.changed == 3


def test_results_wait_for_a_folder_that_somebody_uses(
    edge_blobs: Blobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = edge_blobs.open().parts
    edge_blobs.stores.close()
    until_closed = partial(retry_while_locked, sleep=lambda _: other.close())
    monkeypatch.setattr("clustering.job.cluster_job.retry_while_locked", until_closed)

    def ingest_for_a_while() -> None:
        other.upsert(blob_points([60]))

    _run_while(edge_blobs, ingest_for_a_while)
    assert "waiting up to 3600 s" in caplog.text
    assert "is in use by this very process" in caplog.text
    assert len(edge_blobs.payload()) == 60
    assert edge_blobs.stores.parts.count() == 61


def test_two_jobs_never_overlap(both: Blobs) -> None:
    messages = []

    def second() -> None:
        other = Blobs(both.place, both.catalog)
        with pytest.raises(StoreLocked) as refused:
            other.cluster()
        messages.append(str(refused.value))

    _run_while(both, second)
    assert "clustering is under way already, by " in messages[0]
    assert run_store.run_ids(both.stores.parts) == ["default@1"]


def test_a_run_that_was_overtaken_is_stale(blobs: Blobs) -> None:
    blobs.cluster()
    before = blobs.payload()
    blobs.cluster(replace(PLAN, k=3))
    blobs.stores.close()

    def activate_another() -> None:
        from clustering.runs.write_back import activate

        other = blobs.open()
        activate(other, "default@1")
        other.close()

    with pytest.raises(StaleWrite, match="default@1 is in force now"):
        _run_while(blobs, activate_another)
    assert blobs.stores.parts.manifest().active_run == "default@1"
    assert run_store.run_ids(blobs.stores.parts) == ["default@1", "default@2"]
    assert blobs.payload() == before


# -- nonsense ---------------------------------------------------------------------------------


def _catalogue(place: Place, points: list[Point]) -> Blobs:
    blobs = Blobs(place, unique_catalog())
    blobs.create(0)
    if points:
        blobs.stores.parts.upsert(points)
    return blobs


def test_a_catalogue_without_parts_is_refused(place: Place) -> None:
    with pytest.raises(UsageError, match="no parts"):
        _catalogue(place, []).cluster(Plan())


def test_one_part_is_one_cluster_or_none(place: Place) -> None:
    blobs = _catalogue(place, blob_points([1]))
    outcome = blobs.cluster(Plan())
    assert outcome.run.counts.n_parts == 1
    assert set(blobs.payload().values()) <= {0, NOISE}


def test_equal_parts_are_not_told_apart(place: Place) -> None:
    same = blob_points([1])[0]
    points = [replace(same, id=part(n)) for n in range(12)]
    blobs = _catalogue(place, points)
    assert blobs.cluster(Plan()).run.counts.n_parts == 12
    assert len(set(blobs.payload().values())) == 1


def test_fewer_parts_than_k_are_grouped_as_far_as_they_go(place: Place) -> None:
    blobs = _catalogue(place, blob_points([1, 2, 4]))
    outcome = blobs.cluster(replace(PLAN, k=10))
    assert 1 <= outcome.run.counts.n_clusters <= 3


def test_one_label_is_no_truth(place: Place) -> None:
    points = [
        replace(point, payload={**point.payload, "family": "x"}) for point in blob_points(range(20))
    ]
    blobs = _catalogue(place, points)
    assert blobs.cluster().run.metrics.ari is None


def test_parts_that_have_nothing_to_compare_are_noise(blobs: Blobs) -> None:
    blobs.stores.parts.upsert([Point(part(99), {}, {"part_number": "P99", "rev": 1})])
    outcome = blobs.cluster()
    assert blobs.payload()[part(99)] == NOISE
    assert outcome.run.counts.noise == 1


def test_unknown_features_and_names_are_refused_before_anything_is_written(blobs: Blobs) -> None:
    with pytest.raises(UnknownName, match="feature"):
        blobs.cluster(Plan(features=("colour",)))
    with pytest.raises(UsageError, match="name"):
        blobs.cluster(name="a@b")
    assert not [name for name in blobs.stores.parts.artefacts() if name.startswith("run")]


def test_a_catalogue_that_is_not_there_is_named(place: Place) -> None:
    with pytest.raises(UsageError, match="no catalogue"):
        Blobs(place, unique_catalog()).cluster()


def test_a_name_vector_alone_is_enough(place: Place) -> None:
    blobs = Blobs(place, unique_catalog())
    blobs.stores.parts.create(part_schema(None, 6), Manifest(blobs.catalog))
    points = [
        replace(point, vectors={"name_de": point.vectors["name_de"]})
        for point in blob_points(range(40))
    ]
    blobs.stores.parts.upsert(points)
    blobs.cluster()
    assert sorted(map(len, _groups(blobs.payload(), 40))) == [1, 1, 1, 1]

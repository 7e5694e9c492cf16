"""What every store does with points: write, read, keep, count, delete."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from catalog.arrays import SparseVector, Vector
from catalog.errors import InvalidVector, UnknownName, UsageError
from catalog.store.contract import FacetCount, PartStore, Point
from catalog.store.filters import Equals, HasVector
from tests.stores import identity, point, random_points, sparse, vector

FULL: dict[str, Vector] = {
    "image": vector(1, 0, 0, 0),
    "views": np.eye(4, dtype=np.float32)[:2],
    "name_de": vector(0, 1, 0),
    "terms": sparse(i3=0.5, i70000=2),
}


def read(store: PartStore, number: int = 1) -> dict[str, Any]:
    records = store.get([identity(number)])
    assert len(records) == 1
    return records[0].payload


def test_an_empty_store_answers_everything(store: PartStore) -> None:
    store.upsert([])
    store.update_payload({})
    store.delete([])
    assert store.write_assignments("run", {}) == 0
    assert store.count() == 0
    assert store.get([]) == []
    assert store.get([identity(1)]) == []
    assert list(store.scan()) == []
    assert store.facet("family") == []


def test_a_point_comes_back_as_it_was_written(store: PartStore) -> None:
    payload = {
        "name_de": "Dübel 8×40 „grün“ 🔩",
        "name_en": '线 \u0000 "quoted" \\ \n',
        "weight_kg": 0.25,
        "stock": 3,
        "views": [{"file": "a/ü.jpg", "width": 10, "segmentation": {"box": [0.5, 1.0]}}],
        "attributes": {"thread": "M8", "length_mm": [40.0, 50.0]},
        "known": True,
    }
    store.upsert([point(1, FULL, **payload)])
    (record,) = store.get([identity(1)], with_vectors=True)
    assert record.id == identity(1)
    assert record.payload == {"part_number": "P1", **payload}
    assert record.vectors.keys() == FULL.keys()
    for name in ("image", "views", "name_de"):
        np.testing.assert_allclose(record.vectors[name], FULL[name], atol=1e-6)  # type: ignore[arg-type]
    terms = record.vectors["terms"]
    assert isinstance(terms, SparseVector)
    assert terms.indices.tolist() == [3, 70000]
    assert terms.values.tolist() == [0.5, 2]


def test_dense_vectors_are_kept_as_unit_vectors_however_short(store: PartStore) -> None:
    short = {"image": vector(3e-5, 0, 4e-5, 0), "views": vector(0, 0, 0, 7e-6).reshape(1, 4)}
    store.upsert([point(1, short)])
    (record,) = store.get([identity(1)], with_vectors=True)
    np.testing.assert_allclose(record.vectors["image"], [0.6, 0, 0.8, 0], atol=1e-6)  # type: ignore[arg-type]
    np.testing.assert_allclose(record.vectors["views"], [[0, 0, 0, 1]], atol=1e-6)  # type: ignore[arg-type]


def test_a_missing_vector_is_missing_not_zeros(store: PartStore) -> None:
    store.upsert([point(1, {"name_de": vector(1, 1, 0)}), point(2), point(3, FULL)])
    records = store.get([identity(1), identity(2)], with_vectors=True)
    assert [set(record.vectors) for record in records] == [{"name_de"}, set()]
    assert store.count(HasVector("image")) == 1
    assert store.count(HasVector("name_de")) == 2


def test_what_is_not_asked_for_does_not_come(store: PartStore) -> None:
    store.upsert([point(1, FULL, family="Schraube", weight_kg=1.5)])
    (bare,) = store.get([identity(1)], with_payload=False)
    assert (bare.payload, bare.vectors) == ({}, {})
    (some,) = store.get([identity(1)], with_payload=["family"], with_vectors=["terms"])
    assert some.payload == {"family": "Schraube"}
    assert set(some.vectors) == {"terms"}


def test_a_huge_payload_survives(store: PartStore) -> None:
    text = "Zylinderschraube mit Innensechskant " * 30_000
    store.upsert([point(1, description=text)])
    assert read(store)["description"] == text


def test_points_come_in_the_order_asked_for(store: PartStore) -> None:
    store.upsert([point(number) for number in range(5)])
    ids = [identity(number) for number in (3, 99, 0, 4)]
    assert [record.id for record in store.get(ids)] == [ids[0], *ids[2:]]


def test_many_points_come_as_themselves_in_the_order_asked_for(store: PartStore) -> None:
    store.upsert([point(number, {"name_de": vector(1, 2, number)}) for number in range(1, 300)])
    numbers = [*np.random.default_rng(4).permutation(np.arange(1, 300)).tolist(), 7, 7]
    records = store.get([identity(number) for number in numbers], with_vectors=["name_de"])
    assert [record.id for record in records] == [identity(number) for number in numbers]
    assert [record.payload["part_number"] for record in records] == [f"P{n}" for n in numbers]


BAD_VECTORS: dict[str, dict[str, Vector]] = {
    "nan": {"image": vector(1, float("nan"), 0, 0)},
    "infinite": {"image": vector(1, float("inf"), 0, 0)},
    "zero": {"image": vector(0, 0, 0, 0)},
    "too large": {"image": vector(1e30, 1e30, 0, 0)},
    "too short": {"image": vector(1, 0, 0)},
    "two rows": {"image": np.ones((1, 4), dtype=np.float32)},
    "a row too few": {"views": vector(1, 0, 0, 0)},
    "no rows": {"views": np.empty((0, 4), dtype=np.float32)},
    "a zero row": {"views": np.asarray([[1, 0, 0, 0], [0, 0, 0, 0]], dtype=np.float32)},
    "sparse for dense": {"image": sparse(i1=1)},
    "dense for sparse": {"terms": vector(1, 2)},
    "no terms": {"terms": sparse()},
    "a term without weight": {"terms": sparse(i1=1, i2=0)},
    "a term of nan": {"terms": sparse(i1=float("nan"))},
    "a term twice": {"terms": SparseVector(np.asarray([4, 4], dtype=np.uint32), vector(1, 1))},
    "uneven": {"terms": SparseVector(np.asarray([4], dtype=np.uint32), vector(1, 1))},
}


@pytest.mark.parametrize("bad", BAD_VECTORS.values(), ids=BAD_VECTORS.keys())
def test_a_bad_vector_is_refused_by_part_number_and_nothing_is_written(
    store: PartStore, bad: dict[str, Vector]
) -> None:
    with pytest.raises(InvalidVector, match=r"part 'P2'.*image|part 'P2'.*views|part 'P2'.*terms"):
        store.upsert([point(1, FULL), point(2, {**FULL, **bad}), point(3, FULL)])
    assert store.count() == 0


def test_an_unknown_vector_is_refused(store: PartStore) -> None:
    with pytest.raises(UnknownName, match="image"):
        store.upsert([point(1, {"imgae": vector(1, 0, 0, 0)})])


@pytest.mark.parametrize("bad", ["", "P1", "7", identity(1).upper(), identity(1).replace("-", "")])
def test_a_bad_id_is_refused(store: PartStore, bad: str) -> None:
    for call in (
        lambda: store.upsert([Point(bad, {}, {})]),
        lambda: store.get([bad]),
        lambda: store.delete([bad]),
        lambda: store.update_payload({bad: {"a": 1}}),
        lambda: store.write_assignments("run", {bad: 1}),
    ):
        with pytest.raises(UsageError, match="uuid"):
            call()


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), object()])
def test_a_payload_that_is_no_json_is_refused(store: PartStore, bad: object) -> None:
    with pytest.raises(UsageError):
        store.upsert([point(1), point(2, weight_kg=bad)])
    assert store.count() == 0


def test_repeating_an_upsert_changes_nothing(store: PartStore) -> None:
    points = random_points(20)
    store.upsert(points)
    before = store.get([point.id for point in points], with_vectors=["image", "name_de"])
    store.upsert(points)
    after = store.get([point.id for point in points], with_vectors=["image", "name_de"])
    assert store.count() == 20
    for one, other in zip(before, after, strict=True):
        assert (one.id, one.payload, one.vectors.keys()) == (
            other.id,
            other.payload,
            other.vectors.keys(),
        )


def test_of_the_same_point_twice_in_a_batch_the_later_counts(store: PartStore) -> None:
    store.upsert([point(1, family="A"), point(1, family="B")])
    assert (store.count(), read(store)["family"]) == (1, "B")


def test_an_upsert_replaces_vectors_and_payload(store: PartStore) -> None:
    store.upsert([point(1, FULL, family="A", weight_kg=1.5), point(2, FULL, family="A")])
    store.upsert([point(1, {"name_de": vector(0, 0, 1)}, family="B", note="neu")])
    (record,) = store.get([identity(1)], with_vectors=True)
    assert record.payload == {"part_number": "P1", "family": "B", "note": "neu"}
    assert set(record.vectors) == {"name_de"}
    np.testing.assert_allclose(record.vectors["name_de"], [0, 0, 1], atol=1e-6)  # type: ignore[arg-type]
    store.upsert([point(1)])
    (record,) = store.get([identity(1)], with_vectors=True)
    assert (record.payload, record.vectors) == ({"part_number": "P1"}, {})
    assert read(store, 2)["family"] == "A"


def test_an_upsert_keeps_what_others_own(store: PartStore) -> None:
    store.upsert([point(1, FULL, family="A", attributes={"thread": "M8", "length_mm": 4})])
    store.write_assignments("k means, 9", {identity(1): 4})
    store.update_payload({identity(1): {"review": {"state": "accepted"}}})
    store.upsert([point(1, FULL, family="B", attributes={"thread": "M6"}, clusters={"x": 1})])
    assert read(store) == {
        "part_number": "P1",
        "family": "B",
        "attributes": {"thread": "M6"},
        "clusters": {"k means, 9": 4},
        "review": {"state": "accepted"},
    }


def test_a_new_point_may_bring_its_clusters(store: PartStore) -> None:
    store.upsert([point(1, clusters={"run": 3})])
    assert read(store)["clusters"] == {"run": 3}


def test_update_payload_sets_top_level_keys_and_skips_unknown_points(store: PartStore) -> None:
    store.upsert([point(1, FULL, family="A", attributes={"a": 1}), point(2, family="A")])
    store.update_payload(
        {
            identity(1): {"family": "B", "attributes": {"b": 2}},
            identity(9): {"family": "B"},
            identity(2): {"family": None, "note": "x"},
        }
    )
    assert read(store, 1) == {"part_number": "P1", "family": "B", "attributes": {"b": 2}}
    assert read(store, 2) == {"part_number": "P2", "note": "x"}
    assert store.count() == 2
    assert store.count(HasVector("image")) == 1


@pytest.mark.parametrize("run", ["run", "k-means 9", "größe.v2", 'say "9"', "a[0]"])
def test_assignments_are_written_only_where_they_differ(store: PartStore, run: str) -> None:
    store.upsert([point(number) for number in range(6)])
    first = {identity(number): number % 2 for number in range(6)}
    assert store.write_assignments(run, first) == 6
    assert store.write_assignments(run, first) == 0
    assert store.write_assignments(run, {**first, identity(0): -1, identity(99): 3}) == 1
    assert store.write_assignments("other", {identity(0): 0}) == 1
    assert read(store, 0)["clusters"] == {run: -1, "other": 0}
    assert read(store, 3)["clusters"] == {run: 1}


def test_assignments_can_be_filtered_on(store: PartStore) -> None:
    store.upsert([point(number) for number in range(6)])
    store.write_assignments("Lauf 1", {identity(number): number % 3 for number in range(6)})
    assert store.count(Equals("clusters.Lauf 1", 2)) == 2


def test_deleted_points_are_gone(store: PartStore) -> None:
    store.upsert(random_points(10))
    store.delete([identity(3), identity(3), identity(77)])
    assert store.count() == 9
    assert store.get([identity(3)]) == []


@pytest.mark.parametrize("batch_size", [1, 7, 64, 1000])
def test_a_scan_yields_each_point_once_in_the_order_of_ids(
    store: PartStore, batch_size: int
) -> None:
    count = 40 if batch_size == 1 else 300
    store.upsert(random_points(count))
    batches = list(store.scan(batch_size=batch_size, with_payload=False))
    ids = [record.id for batch in batches for record in batch]
    assert ids == sorted(identity(number) for number in range(count))
    assert all(0 < len(batch) <= batch_size for batch in batches)


def test_a_scan_filters_and_selects(store: PartStore) -> None:
    store.upsert(random_points(50))
    records = [
        record
        for batch in store.scan(
            Equals("family", "F2"), batch_size=3, with_payload=["family"], with_vectors=["terms"]
        )
        for record in batch
    ]
    assert len(records) == 7
    assert all(record.payload == {"family": "F2"} for record in records)
    assert all(set(record.vectors) == {"terms"} for record in records)


def test_facets_are_ordered_by_count_then_value(store: PartStore) -> None:
    families = ["b", "b", "a", "a", "c", ["a", "d"], None, "ü"]
    store.upsert([point(number, family=family) for number, family in enumerate(families)])
    assert store.facet("family") == [
        FacetCount("a", 3),
        FacetCount("b", 2),
        FacetCount("c", 1),
        FacetCount("d", 1),
        FacetCount("ü", 1),
    ]
    assert store.facet("family", limit=3) == store.facet("family")[:3]
    assert store.facet("family", Equals("part_number", "P5")) == [
        FacetCount("a", 1),
        FacetCount("d", 1),
    ]


def test_facets_tie_by_value_beyond_the_limit(store: PartStore) -> None:
    store.upsert([point(number, family=f"F{number:03}") for number in range(60)])
    assert [facet.value for facet in store.facet("family", limit=3)] == ["F000", "F001", "F002"]


def test_former_values_leave_the_facets(store: PartStore) -> None:
    store.upsert([point(1, family="A")])
    store.upsert([point(1, family="B")])
    assert store.facet("family") == [FacetCount("B", 1)]


def test_a_facet_wants_a_keyword_index(store: PartStore) -> None:
    with pytest.raises(UnknownName, match="family"):
        store.facet("weight_kg")


def test_numbers_of_things_are_at_least_one(store: PartStore) -> None:
    with pytest.raises(UsageError, match="batch_size"):
        next(store.scan(batch_size=0))
    with pytest.raises(UsageError, match="limit"):
        store.facet("family", limit=0)

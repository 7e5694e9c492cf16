from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import UsageError
from search.api import search
from search.evaluation.evaluate import evaluate, retrieval_score
from search.evaluation.nearest_rows import nearest_rows
from search.evaluation.vector_table import vector_table
from tests.search.small_catalog import Item, SmallCatalog, build

KINDS = {
    "Bolts": ("Sechskantschraube", "Hexagon bolt", (255, 0, 0)),
    "Nuts": ("Mutter", "Nut", (0, 255, 0)),
    "Seals": ("Dichtung", "Seal", (0, 0, 255)),
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalog]:
    rng = np.random.default_rng(0)
    items = []
    for family, (de, en, colour) in KINDS.items():
        for i in range(9):
            r, g, b = (int(c) for c in np.clip(np.array(colour) + rng.integers(-90, 90, 3), 0, 255))
            colours = ((r, g, b),) if i % 2 else ()
            items.append(Item(f"{family}-{i}", f"{de} {i} M{6 + i}", f"{en} {i}", family, colours))
    items += [Item("loner", "Motor", "Motor", "Motors"), Item("none", "Hebel", "Lever")]
    items.append(Item("filled", "Nut", "Nut", "Nuts", origin="filled"))
    built = build(tmp_path_factory.mktemp("store"), items)
    yield built
    built.close()


def brute_force(catalog: SmallCatalog, vector: str, label: str) -> tuple[float, float, float, int]:
    records = [r for batch in catalog.store.scan(with_vectors=[vector]) for r in batch]
    records = [r for r in records if vector in r.vectors and r.payload.get(label)]
    firsts, tens, averages = [], [], []
    for record in records:
        own_label = record.payload[label]
        rest = [
            (float(np.dot(np.asarray(record.vectors[vector]), np.asarray(r.vectors[vector]))), i)
            for i, r in enumerate(records)
            if r is not record
        ]
        right = sum(r.payload[label] == own_label for r in records) - 1
        if right == 0:
            continue
        ranked = sorted(rest, key=lambda scored: (-scored[0], scored[1]))[:10]
        hits = [records[i].payload[label] == own_label for _, i in ranked]
        firsts.append(hits[0])
        tens.append(sum(hits) / 10)
        precisions = [sum(hits[: k + 1]) / (k + 1) for k, hit in enumerate(hits) if hit]
        averages.append(sum(precisions) / min(10, right))
    return float(np.mean(firsts)), float(np.mean(tens)), float(np.mean(averages)), len(firsts)


@pytest.mark.parametrize("vector", ["image", "name_de", "name_en"])
def test_retrieval_is_what_brute_force_finds(catalog: SmallCatalog, vector: str) -> None:
    score = evaluate(catalog).retrieval[vector]
    measures = (score.p_at_1, score.p_at_10, score.map_at_10, score.n)
    assert measures == pytest.approx(brute_force(catalog, vector, "family"))


def test_fused_goes_through_the_search_itself(catalog: SmallCatalog) -> None:
    score = evaluate(catalog).retrieval["fused"]
    families = {
        r.payload["part_number"]: r.payload.get("family")
        for batch in catalog.store.scan()
        for r in batch
    }
    numbers = [number for number, family in families.items() if family not in (None, "Motors")]
    right = [
        families[hit.part_number] == families[number]
        for number in numbers
        for hit in search(catalog, like=number, limit=1, filters="has=family").hits
    ]
    assert score.n == len(numbers)
    assert score.p_at_1 == pytest.approx(float(np.mean(right)))


def test_translation_asks_only_names_that_were_given(catalog: SmallCatalog) -> None:
    translation = evaluate(catalog).translation
    assert translation["de_en"].n == translation["en_de"].n == 29
    # The words share no tokens across the languages but for "Motor", and numbers.
    assert translation["de_en"].hit_at_1 >= 1 / 29
    assert translation["de_en"].hit_at_1 <= translation["de_en"].hit_at_10 <= 1


def test_it_is_the_same_each_time_and_plain_values(catalog: SmallCatalog) -> None:
    values = evaluate(catalog).to_json()
    assert json.loads(json.dumps(values)) == evaluate(catalog).to_json()
    assert set(values) == {"retrieval", "translation", "clustering"}
    assert set(values["retrieval"]) == {"image", "name_de", "name_en", "terms", "fused"}
    assert set(values["retrieval"]["fused"]) == {"p@1", "p@10", "map@10", "n"}
    assert set(values["translation"]["de_en"]) == {"hit@1", "hit@10", "n"}


@pytest.mark.parametrize("label", ["colour", "subfamily"])
def test_a_label_that_nothing_has_is_refused(catalog: SmallCatalog, label: str) -> None:
    with pytest.raises(UsageError, match=label):
        evaluate(catalog, label)


def test_scores_of_a_worked_example() -> None:
    hits = np.array([[True, False, True], [False, False, False]])
    score = retrieval_score(hits, np.array([2, 5]))
    assert score.p_at_1 == 0.5
    assert score.p_at_10 == pytest.approx(0.1)
    assert score.map_at_10 == pytest.approx((1 + 2 / 3) / 2 / 2)


@given(st.integers(0, 40), st.integers(1, 40), st.integers(1, 12), st.integers(0, 3))
def test_nearest_rows_are_exact_with_ties_by_row(q: int, n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    targets = rng.integers(-1, 2, (n, 3)).astype(np.float32)
    queries = rng.integers(-1, 2, (q, 3)).astype(np.float32)
    rows = [list(row) for _, block in nearest_rows(queries, targets, k) for row in block]
    expected = [
        sorted(range(n), key=lambda i: (-float(query @ targets[i]), i))[:k] for query in queries
    ]
    assert rows == expected


def test_nearest_rows_never_find_the_query_itself_over_block_borders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("search.evaluation.nearest_rows.TARGET_BLOCK", 7)
    monkeypatch.setattr("search.evaluation.nearest_rows.QUERY_BLOCK", 5)
    targets = np.random.default_rng(0).normal(size=(23, 4)).astype(np.float32)
    own = np.arange(23)
    rows = [row for block in nearest_rows(targets, targets, 30, own) for row in block[1]]
    assert [len(row) for row in rows] == [22] * 23
    assert all(i not in row for i, row in enumerate(rows))


def test_a_vector_table_holds_what_the_store_holds(catalog: SmallCatalog) -> None:
    records = [r for batch in catalog.store.scan(with_vectors=["image"]) for r in batch]
    with vector_table(catalog.store, ["image", "terms"], ["part_number"]) as table:
        assert list(table.matrix) == ["image"]
        for row, part in zip(table.matrix["image"], table.parts["image"], strict=True):
            assert np.array_equal(row, np.asarray(records[part].vectors["image"]))
        assert [p["part_number"] for p in table.payloads] == [
            r.payload["part_number"] for r in records
        ]

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

from catalog.errors import UsageError
from search.api import search
from search.evaluation.evaluate import evaluate
from search.evaluation.scores import retrieval_score, translation_score
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
    assert set(values) == {"retrieval", "translation"}
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


def test_translation_counts_the_first_and_any_of_ten() -> None:
    score = translation_score(np.array([[True, False], [False, True], [False, False]]))
    assert score.to_json() == {"hit@1": 0.3333, "hit@10": 0.6667, "n": 3}

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.arrays import FloatMatrix
from catalog.embedding.builtin_names import NAMES, create
from catalog.embedding.contract import Fittable, NamePair, TextEmbedder
from catalog.errors import ModelNotFound, UnknownName, UsageError

SOME_PAIRS = (
    NamePair("Rillenkugellager", "deep groove ball bearing"),
    NamePair("Schrankzwirbel", "cabinet twister"),
    NamePair(None, "hose clamp"),
    NamePair("Dichtring", None),
    NamePair(None, None),
)


@cache
def _fitted(name: str, sample: tuple[NamePair, ...] = SOME_PAIRS) -> TextEmbedder:
    embedder = create(name)
    if isinstance(embedder, Fittable):
        embedder.fit(sample)
    return embedder


@pytest.fixture(scope="module")
def bilingual() -> TextEmbedder:
    return _fitted("bilingual")


@pytest.fixture(scope="module", params=NAMES)
def embedder(request: pytest.FixtureRequest) -> TextEmbedder:
    return _fitted(request.param)


def _similarity(embedder: TextEmbedder, left: str, right: str) -> float:
    one, other = embedder.embed_queries([left, right])
    return float(one @ other)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="Known: bag-of-words, bilingual, tfidf"):
        create("bilingal")


@pytest.mark.parametrize("name", ["bilingual", "tfidf"])
def test_unfitted_it_says_so(name: str) -> None:
    embedder = create(name)
    assert isinstance(embedder, Fittable)
    for use in (
        lambda: embedder.description,
        embedder.state,
        lambda: embedder.embed_queries(["a"]),
    ):
        with pytest.raises(UsageError, match=f"builtin:{name} has not learnt"):
            use()


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0", "---", "\n\t", "...", "()"])
def test_blank_names_are_rows_of_zeros(embedder: TextEmbedder, blank: str) -> None:
    rows = embedder.embed_documents([blank, "valve"])
    assert not rows[0].any()
    assert np.linalg.norm(rows[1]) == pytest.approx(1, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=8))
def test_rows_are_finite_and_of_length_one_or_zero(names: list[str]) -> None:
    rows = _HYPOTHESIS.embed_documents(names)
    assert rows.shape == (len(names), _HYPOTHESIS.description.dim)
    lengths = np.linalg.norm(rows, axis=1)
    assert np.all((lengths == 0) | (np.abs(lengths - 1) < 1e-4))


_HYPOTHESIS = create("bag-of-words")


def test_writings_of_one_name_are_the_same(embedder: TextEmbedder) -> None:
    writings = ["Rückschlagventil M8x20", "rueckschlagventil  M 8 x 20", "RÜCKSCHLAGVENTIL M8×20"]
    rows = embedder.embed_queries(writings)
    assert np.allclose(rows, rows[0], atol=1e-5)


@pytest.mark.parametrize("name", ["bilingual", "tfidf"])
@pytest.mark.parametrize(
    "written", ["Rillenkugelager", "Rillenkugellagern", "Rilenkugellager", "Rillenkugellagre"]
)
def test_typing_errors_and_inflections_stay_near(name: str, written: str) -> None:
    parts = [
        "Rillenkugellager",
        "Dichtring",
        "Rohrschelle",
        "Absperrhahn",
        "Zylinderrollen",
        "roller",
    ]
    embedder = _fitted(name)
    scores = embedder.embed_documents(parts) @ embedder.embed_queries([written])[0]
    assert scores[0] > scores[1:].max()


@pytest.mark.parametrize("name", NAMES)
def test_sizes_weigh_little_and_do_not_vanish(name: str) -> None:
    embedder = _fitted(name)
    other_size = _similarity(embedder, "Sechskantschraube M8x20", "Sechskantschraube M10x30")
    other_part = _similarity(embedder, "Sechskantschraube M8x20", "Dichtring M8x20")
    assert other_part < 0.5 < other_size < 0.999


@pytest.mark.parametrize(
    ("german", "english", "wrong"),
    [
        ("Kugellager", "ball bearing", "ball valve"),
        ("Sechskantschraube", "hexagon bolt", "hexagon nut"),
        ("Druckfeder", "compression spring", "compression fitting"),
        ("Mikroskop", "microscope", "manometer"),
    ],
)
def test_the_glossary_bridges_the_languages(
    bilingual: TextEmbedder, german: str, english: str, wrong: str
) -> None:
    assert _similarity(bilingual, german, english) > _similarity(bilingual, german, wrong) + 0.1


@pytest.mark.slow
def test_the_catalogues_own_pairs_bridge_the_languages(bilingual: TextEmbedder) -> None:
    without = _fitted("bilingual", ())
    taught = _similarity(bilingual, "Schrankzwirbel lang", "cabinet twister long")
    untaught = _similarity(without, "Schrankzwirbel lang", "cabinet twister long")
    assert taught > untaught + 0.1


def test_only_bilingual_knows_translations() -> None:
    tfidf = _fitted("tfidf")
    assert _similarity(tfidf, "Schraube", "bolt") < 0.1
    assert _similarity(_fitted("bilingual"), "Schraube", "bolt") > 0.2


def test_a_row_does_not_depend_on_its_batch(embedder: TextEmbedder) -> None:
    names = [f"Ventil {number} Zoll" for number in range(1500)]
    together = embedder.embed_documents(names)
    alone = np.vstack([embedder.embed_documents([name]) for name in names[::250]])
    assert np.allclose(together[::250], alone, atol=1e-5)


@pytest.mark.parametrize("name", ["bilingual", "tfidf"])
def test_a_state_is_small_and_gives_the_same_embedder(name: str) -> None:
    embedder, other = _fitted(name), create(name)
    assert isinstance(embedder, Fittable)
    assert isinstance(other, Fittable)
    state = embedder.state()
    assert sum(array.nbytes for array in state.values()) < 20_000_000
    other.load_state(state)
    assert other.description == embedder.description
    names = ["Ventil", "hose clamp", "M8x20"]
    assert np.array_equal(other.embed_queries(names), embedder.embed_queries(names))


@pytest.mark.parametrize("name", ["bilingual", "tfidf"])
@pytest.mark.parametrize("damage", ["absent", "cut"])
def test_a_state_that_does_not_fit_is_refused(name: str, damage: str) -> None:
    embedder, other = _fitted(name), create(name)
    assert isinstance(embedder, Fittable)
    assert isinstance(other, Fittable)
    for key, array in embedder.state().items():
        state = {**embedder.state(), key: array[: len(array) // 2]}
        if damage == "absent":
            del state[key]
        with pytest.raises(ModelNotFound, match="partscope rebuild"):
            other.load_state(state)
        with pytest.raises(UsageError):
            other.state()


@pytest.mark.slow
def test_what_was_learnt_is_part_of_the_fingerprint(bilingual: TextEmbedder) -> None:
    assert _fitted("bilingual", ()).description.fingerprint != bilingual.description.fingerprint


@pytest.mark.slow
def test_names_beyond_the_sample_size_change_nothing() -> None:
    embedder, more = create("tfidf"), create("tfidf")
    assert isinstance(embedder, Fittable)
    assert isinstance(more, Fittable)
    sample = [NamePair(None, f"valve {number}") for number in range(embedder.sample_size)]
    embedder.fit(sample)
    more.fit([*sample, NamePair("Schraube", "screw")])
    assert embedder.description == more.description


def _names(folder: Path) -> tuple[list[str], list[str]]:
    with (folder / "parts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["name_de"] for row in rows], [row["name_en"] for row in rows]


def _hit_at_10(queries: FloatMatrix, documents: FloatMatrix, wanted: list[str]) -> float:
    names = np.array(wanted)
    nearest = np.argsort(-(queries @ documents.T), axis=1, kind="stable")[:, :10]
    return float((names[nearest] == names[:, None]).any(axis=1).mean())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("learnt_from", "searched_in"),
    [("hardware_taxonomy_dev", "cpv_names_dev"), ("cpv_names_dev", "hardware_taxonomy_dev")],
)
def test_german_finds_english_in_a_list_never_seen(
    shared: Path, learnt_from: str, searched_in: str
) -> None:
    german, english = _names(shared / "data" / learnt_from)
    pairs = tuple(NamePair(*pair) for pair in zip(german, english, strict=True))
    embedder = _fitted("bilingual", pairs)
    german, english = _names(shared / "data" / searched_in)
    queries, documents = embedder.embed_queries(german), embedder.embed_documents(english)
    assert _hit_at_10(queries, documents, english) >= 0.7
    assert _hit_at_10(documents, queries, german) >= 0.7

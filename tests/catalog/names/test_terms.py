from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.arrays import SparseVector
from catalog.names.terms import document_terms, query_terms
from catalog.parts import Part


def _score(query: str, part: Part) -> float:
    query_vector, part_vector = query_terms(query), document_terms(part)
    if query_vector is None or part_vector is None:
        return 0.0
    _, ours, theirs = np.intersect1d(query_vector.indices, part_vector.indices, return_indices=True)
    return float(query_vector.values[ours] @ part_vector.values[theirs])


def _part(number: str = "-", de: str | None = None, en: str | None = None) -> Part:
    return Part(part_number=number, name_de=de, name_en=en)


def _assert_valid(vector: SparseVector | None) -> None:
    if vector is not None:
        assert vector.indices.dtype == np.uint32
        assert vector.values.dtype == np.float32
        assert len(vector.indices) == len(vector.values) > 0
        assert (np.diff(vector.indices.astype(np.int64)) > 0).all()
        assert np.isfinite(vector.values).all()
        assert (vector.values > 0).all()


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("Kugelhahn", _part(de="Kugelhähne G1/2")),
        ("Schraube", _part(de="Sechskantschrauben M8x20")),
        ("M8", _part(de="Schraube M 8 x 20")),
        ("M8x20", _part(en="Screw M8 x 20")),
        ("DIN 933", _part(de="Schraube DIN EN ISO 4017")),
        ("6205", _part(en="Bearing 6205-2RS")),
        ("2004E205", _part("2004E205")),
        ("2004-e205", _part("2004E205")),
        ("A 123 456", _part("A123456")),
        ("A123456", _part("A-123.456")),
        ("123.456", _part("A-123.456/7")),
        ("skt.schr.", _part(de="Skt.Schr.")),
        ("battery", _part(en="Batteries")),
    ],
)
def test_a_query_meets_the_part_it_means(query: str, part: Part) -> None:
    other = _part("ZZ-9", de="Dichtung 20x30", en="gasket")
    assert _score(query, part) > 0
    assert _score(query, other) == 0


def test_the_whole_compound_beats_one_of_its_parts() -> None:
    assert _score("Kugelhahn", _part(de="Kugelhahn")) > _score(
        "Kugelhahn", _part(de="Hahn mit Kugel")
    )


def test_the_whole_part_number_beats_a_piece_of_it() -> None:
    assert _score("A-123", _part("A-123")) > 2 * _score("A-123", _part("B-123"))


def test_given_and_cleaned_name_count_once() -> None:
    given_only = Part("-", name_de="Schraube M8")
    both = Part("-", name_de="Schraube M8", clean_de="Schraube M8")
    one, other = document_terms(given_only), document_terms(both)
    assert one is not None
    assert other is not None
    np.testing.assert_array_equal(one.values, other.values)


def test_repetition_saturates() -> None:
    once = _score("Mutter", _part(de="Mutter"))
    often = _score("Mutter", _part(de="Mutter " * 50))
    assert often < 3 * once


@pytest.mark.parametrize("text", ["", "  ", "---", "???", "\x00"])
def test_nothing_has_no_terms(text: str) -> None:
    assert query_terms(text) is None
    assert document_terms(_part(text)) is None


def test_indices_are_stable_across_versions() -> None:
    ring = query_terms("ring")
    assert ring is not None
    assert 3653743779 in ring.indices.tolist()


@given(st.text(max_size=60), st.text(max_size=60))
def test_terms_of_any_text_are_valid_vectors(one: str, other: str) -> None:
    query = query_terms(one)
    _assert_valid(query)
    _assert_valid(document_terms(Part(one, name_de=other, clean_en=one)))


def test_part_numbers_in_other_scripts_and_lone_surrogates_are_terms_too() -> None:
    assert _score("ЖМ-12", _part("ЖМ 12")) > 1
    assert query_terms("\ud800 M8") is not None

from __future__ import annotations

import numpy as np
import pytest

from catalog.names.terms import document_terms
from catalog.parts import Part
from search.queries.query_terms import BOTH_NAMES, terms_of_query


@pytest.mark.parametrize(
    "name", ["Sechskantschraube M8x20 DIN 933", "Hexagon bolt", "Kugellager 6204"]
)
def test_a_part_of_that_name_shares_every_term_it_has(name: str) -> None:
    query, ideal = terms_of_query([name]), document_terms(Part("", name_de=name))
    assert query is not None
    assert ideal is not None
    common = np.intersect1d(query.terms.indices, ideal.indices)
    assert query.ideal.indices.tolist() == common.tolist()
    weight_of = dict(zip(ideal.indices.tolist(), ideal.values.tolist(), strict=True))
    query_weight_of = dict(
        zip(query.terms.indices.tolist(), query.terms.values.tolist(), strict=True)
    )
    expected = [query_weight_of[index] * weight_of[index] * BOTH_NAMES for index in common.tolist()]
    assert query.ideal.values.tolist() == pytest.approx(expected)


def test_punctuation_asks_for_nothing() -> None:
    assert terms_of_query(["???"]) is None

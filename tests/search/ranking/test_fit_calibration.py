"""A catalogue's calibration: estimated from its parts, kept with it, renewed as it grows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catalog.names.terms import document_terms
from catalog.parts import Part
from search.ranking.calibration import DEFAULT_CURVES, TOP_EVIDENCE, Calibration
from search.ranking.fit_calibration import ARTEFACT, fit_calibration, load_calibration
from tests.search.small_catalog import Item, SmallCatalog, build, point

RED = (255, 0, 0)


def items(count: int, first: int = 0) -> list[Item]:
    return [
        Item(f"N-{place}", f"Mutter M{place}", f"Nut {place}", None, ((place, 255 - place, 0),))
        for place in range(first, first + count)
    ]


@pytest.fixture
def catalog(tmp_path: Path) -> SmallCatalog:
    return build(tmp_path, items(30))


def test_a_vector_of_many_pairs_has_a_curve_of_its_own(catalog: SmallCatalog) -> None:
    calibration = fit_calibration(catalog)
    assert (calibration.points, calibration.sampled) == (30, 30)
    assert {"image", "name_de", "name_en", "terms"} <= set(calibration.curves)
    for name in ("image", "name_de"):
        curve = calibration.curves[name]
        assert curve is not DEFAULT_CURVES[name]
        assert curve(np.array([1.0]))[0] == TOP_EVIDENCE
    catalog.close()


def test_a_few_parts_use_the_curves_that_are_usual(tmp_path: Path) -> None:
    few = build(tmp_path, items(3))
    calibration = fit_calibration(few)
    assert calibration.curves["name_de"] is DEFAULT_CURVES["name_de"]
    assert "description" not in calibration.curves
    few.close()


def test_the_rarer_a_term_the_more_it_weighs(catalog: SmallCatalog) -> None:
    calibration = fit_calibration(catalog)
    common, rare = (document_terms(Part("", name_de=name)) for name in ("Mutter", "Hydraulik"))
    assert common is not None
    assert rare is not None
    assert calibration.idf(common.indices).max() < calibration.idf(rare.indices).min()
    catalog.close()


def test_it_is_kept_with_the_catalogue_and_read_from_there(catalog: SmallCatalog) -> None:
    calibration = load_calibration(catalog)
    content = catalog.store.read_artefact(ARTEFACT)
    assert content is not None
    assert Calibration.from_artefact(content) == calibration
    other = Calibration(points=31)
    catalog.store.write_artefact(ARTEFACT, other.to_artefact())
    assert load_calibration(catalog) == other
    catalog.close()


@pytest.mark.parametrize("content", [b"damaged", Calibration(points=500).to_artefact()])
def test_what_is_damaged_or_outdated_is_estimated_again(
    catalog: SmallCatalog, content: bytes
) -> None:
    catalog.store.write_artefact(ARTEFACT, content)
    assert load_calibration(catalog).points == 30
    catalog.close()


def test_a_catalogue_that_has_grown_is_calibrated_anew(catalog: SmallCatalog) -> None:
    assert load_calibration(catalog).points == 30
    catalog.store.upsert([point(item) for item in items(20, first=30)])
    assert load_calibration(catalog).points == 50
    catalog.close()

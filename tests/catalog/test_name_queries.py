"""Names that are asked by are cleaned and embedded as those that are stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from catalog.name_queries import embed_names
from catalog.parts import Language, point_id
from ingest.api import ingest
from partscope.catalog import Catalog

NAMES: dict[str, tuple[Language, str]] = {
    "1": ("de", "SECHSKANTSCHRAUBE M8X40 DIN 933 VERZINKT"),
    "2": ("de", "Zylinderschr. m. Innensechskant"),
    "3": ("de", "Dichtring für Ölablassschraube"),
    "4": ("en", "HEXAGON HEAD SCREW WITH WASHER"),
    "5": ("en", "Deep groove ball bearing 6204"),
    "6": ("en", "Seal ring &amp; housing for the pump"),
}


@pytest.fixture(scope="module", params=["builtin:tfidf", "builtin:bilingual"])
def catalog(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Catalog]:
    """Give a catalogue of names, each of one language."""
    folder: Path = tmp_path_factory.mktemp("names")
    rows = [
        f"{number},{name if language == 'de' else ''},{name if language == 'en' else ''}"
        for number, (language, name) in NAMES.items()
    ]
    table = folder / "parts.csv"
    table.write_text("\n".join(["part_number,name_de,name_en", *rows]), encoding="utf-8")
    with Catalog.open(
        folder / "store", image_model="none", text_model=str(request.param)
    ) as opened:
        ingest(opened, table)
        yield opened


def test_a_stored_name_that_is_asked_for_has_its_vector(catalog: Catalog) -> None:
    assert catalog.text_embedder is not None
    rows = embed_names(catalog.text_embedder, [name for _, name in NAMES.values()])
    for row, (number, (language, _)) in zip(rows, NAMES.items(), strict=True):
        [record] = catalog.store.get([str(point_id("parts", number))], with_vectors=True)
        stored = np.asarray(record.vectors[f"name_{language}"])
        np.testing.assert_allclose(row, stored, atol=1e-5, err_msg=number)
        assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)


def test_a_name_is_cleaned_before_it_is_embedded(catalog: Catalog) -> None:
    assert catalog.text_embedder is not None
    dirty, clean = embed_names(
        catalog.text_embedder, ["  SECHSKANTSCHRAUBE&nbsp;M8 ;", "Sechskantschraube M8"]
    )
    np.testing.assert_allclose(dirty, clean, atol=1e-6)


def test_a_name_that_holds_nothing_has_a_row_of_zeros(catalog: Catalog) -> None:
    assert catalog.text_embedder is not None
    rows = embed_names(catalog.text_embedder, ["", "Ring"])
    assert rows.dtype == np.float32
    assert not rows[0].any()
    assert rows[1].any()
    assert len(embed_names(catalog.text_embedder, [])) == 0

"""Rebuilding: another embedder beside the old one, nothing lost, the former active until the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog.errors import FingerprintMismatch, PartscopeError
from catalog.parts import from_payload, point_id
from catalog.progress import Silent
from ingest.api import ingest
from ingest.job import ledger_path
from ingest.rebuild import rebuild
from partscope.catalog import Catalog
from search.api import search
from tests.ingest.written_tables import MakeTable

ROWS = [
    {"part_number": "1", "name_de": "Sechskantschraube M8x20", "image": "a.png|b.png"},
    {"part_number": "2", "name_en": "hexagon nut M8", "image": "c.png"},
    {"part_number": "3", "name_de": "Dichtring", "name_en": "sealing ring", "family": "seals"},
]
BY_NUMBER = str(point_id("parts", "1"))


def _parts(catalog: Catalog) -> dict[str, object]:
    records = [record for batch in catalog.store.scan() for record in batch]
    return {record.id: from_payload(record.payload) for record in records}


@pytest.mark.slow
def test_another_embedder_keeps_every_part_and_what_others_wrote(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    table = make_table(ROWS)
    ingest(catalog, table)
    catalog.store.update_payload({BY_NUMBER: {"clusters": {"run": 7}, "review": {"by": "me"}}})
    before = _parts(catalog)
    catalog.close()
    with Catalog.open(tmp_path / "store", image_model="builtin:hog") as other:
        summary = rebuild(other, Silent())
        assert (summary.created, summary.images_used) == (3, 3)
        assert other.manifest.generation == 2
        assert other.manifest.embedders["image"].name == "builtin:hog"
        assert other.manifest.embedders["text"].name == "builtin:bag-of-words"
        assert _parts(other) == before
        [record] = other.store.get([BY_NUMBER])
        assert record.payload["clusters"] == {"run": 7}
        assert record.payload["review"] == {"by": "me"}
    with Catalog.open(tmp_path / "store") as again:
        assert again.manifest.generation == 2
        assert ingest(again, table).unchanged == 3
        assert not ledger_path(again.settings.work_folder, 1).exists()


def test_from_a_table_the_table_decides(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    ingest(catalog, make_table(ROWS))
    smaller = make_table([{**ROWS[0], "name_en": "bolt"}], name="smaller.csv")
    summary = rebuild(catalog, Silent(), table=smaller)
    assert catalog.store.count() == 1
    assert any("2 parts of the former catalogue" in notice for notice in summary.notices)
    [record] = catalog.store.get([BY_NUMBER])
    assert record.payload["name_en"] == "bolt"


def test_a_lost_photo_keeps_the_former_catalogue_active(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    ingest(catalog, make_table(ROWS))
    (tmp_path / "a.png").unlink()
    with pytest.raises(PartscopeError, match=r"1 views failed .* --max-failures 1"):
        rebuild(catalog, Silent())
    assert catalog.manifest.generation == 1
    assert catalog.store.count() == 3
    [record] = catalog.store.get([BY_NUMBER], with_vectors=True)
    assert "views" in record.vectors


def test_a_rebuild_that_failed_holds_nothing_though_its_error_is_kept(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    ingest(catalog, make_table(ROWS))
    (tmp_path / "a.png").unlink()
    with pytest.raises(PartscopeError, match="not switched over") as error:
        rebuild(catalog, Silent())
    catalog.close()
    with Catalog.open(catalog.settings.store, image_model="none", text_model="none") as again:
        assert again.store.count() == 3
    assert error.tb is not None  # it holds the frames, and all that is in them, until here


def test_without_a_catalogue_there_is_nothing_to_rebuild(catalog: Catalog) -> None:
    with pytest.raises(PartscopeError, match="partscope ingest TABLE"):
        rebuild(catalog, Silent())


def test_other_word_lists_are_refused_until_the_catalogue_is_rebuilt(
    catalog: Catalog, make_table: MakeTable, caplog: pytest.LogCaptureFixture
) -> None:
    table = make_table(ROWS)
    ingest(catalog, table)
    catalog.store.write_manifest(replace(catalog.manifest, terms="of another version"))
    catalog.reread()
    with pytest.raises(FingerprintMismatch, match="partscope rebuild --catalog parts"):
        ingest(catalog, table)
    assert search(catalog, text="Dichtring").hits[0].part_number == "3"
    assert "exact words may be missed" in caplog.text
    rebuild(catalog, Silent())
    assert ingest(catalog, table).unchanged == 3
    caplog.clear()
    assert search(catalog, text="Dichtring").hits
    assert not caplog.text

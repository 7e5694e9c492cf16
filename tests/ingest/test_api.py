"""Ingest end to end on real Edge: what each row becomes, and what a second run does."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from catalog.errors import FingerprintMismatch, ImageRejected, UsageError
from catalog.parts import point_id
from catalog.progress import Silent
from catalog.store.contract import Point, Record
from ingest.api import ingest
from ingest.job import ledger_path
from ingest.ledger import Ledger
from ingest.outcomes import IngestSummary
from ingest.rebuild import rebuild
from partscope.catalog import Catalog
from tests.ingest.written_tables import MakeTable, write_photo

ROWS = [
    {"part_number": "007", "name_de": "Sechskantschraube M8x20", "image": "a.png|b.png"},
    {
        "part_number": "2004E205",
        "name_en": "hexagon nut M8",
        "image": "c.png",
        "description": "for M8",
    },
    {"part_number": "X/1", "name_de": "Dichtring", "name_en": "sealing ring", "family": "seals"},
    {"part_number": "only-photo", "image": "d.png"},
]


def _record(catalog: Catalog, number: str) -> Record:
    [record] = catalog.store.get([str(point_id("parts", number))], with_vectors=True)
    return record


def _report(summary: IngestSummary) -> list[dict[str, str]]:
    with Path(summary.report).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_becomes_one_point(catalog: Catalog, make_table: MakeTable) -> None:
    summary = ingest(catalog, make_table(ROWS))
    assert (summary.rows, summary.created, summary.failed) == (4, 4, 0)
    assert (summary.images_used, summary.images_missing) == (4, 0)
    assert catalog.store.count() == 4
    screw = _record(catalog, "007")
    assert screw.payload["part_number"] == "007"
    assert screw.payload["name_origin"] == {"de": "given", "en": "translated"}
    assert screw.payload["attributes"]["thread"] == "M8"
    assert [view["file"] for view in screw.payload["views"]] == ["a.png", "b.png"]
    assert {"image", "views", "name_de", "name_en", "terms"} == set(screw.vectors)
    assert set(_record(catalog, "only-photo").vectors) == {"image", "terms"}
    assert "description" in _record(catalog, "2004E205").vectors
    assert "views" not in _record(catalog, "2004E205").vectors


def test_a_second_run_changes_nothing(catalog: Catalog, make_table: MakeTable) -> None:
    table = make_table(ROWS)
    ingest(catalog, table)
    before = [record for batch in catalog.store.scan(with_vectors=True) for record in batch]
    again = ingest(catalog, table)
    assert (again.unchanged, again.created, again.updated) == (4, 0, 0)
    assert again.images_used == 4
    after = [record for batch in catalog.store.scan(with_vectors=True) for record in batch]
    assert [record.payload for record in after] == [record.payload for record in before]


def test_only_what_changed_is_updated(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    ingest(catalog, make_table(ROWS))
    catalog.store.update_payload({str(point_id("parts", "007")): {"clusters": {"run": 3}}})
    changed = [{**ROWS[0], "name_de": "Sechskantschraube M8x25"}, *ROWS[1:]]
    write_photo(tmp_path / "c.png", (200, 0, 0))
    summary = ingest(catalog, make_table(changed))
    assert (summary.updated, summary.unchanged) == (2, 2)
    screw = _record(catalog, "007").payload
    assert (screw["attributes"]["length_mm"], screw["rev"]) == (25, 2)
    assert screw["clusters"] == {"run": 3}


def test_the_ledger_alone_is_not_believed(catalog: Catalog, make_table: MakeTable) -> None:
    table = make_table(ROWS)
    ingest(catalog, table)
    catalog.store.delete([str(point_id("parts", "007"))])
    summary = ingest(catalog, table)
    assert (summary.created, summary.unchanged) == (1, 3)


def test_a_lost_ledger_costs_time_but_no_write(catalog: Catalog, make_table: MakeTable) -> None:
    table = make_table(ROWS)
    ingest(catalog, table)
    ledger_path(catalog.settings.work_folder, 1).unlink()
    assert ingest(catalog, table).unchanged == 4
    assert ingest(catalog, table, resume=False).unchanged == 4


def test_bad_rows_and_images_are_counted_and_told(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    rows = [
        *ROWS,
        {"part_number": "007", "name_de": "Sechskantschraube M8x20", "image": "a.png|b.png"},
        {"part_number": "007", "name_de": "etwas anderes"},
        {"part_number": "", "name_de": "ohne Nummer"},
        {"part_number": "empty"},
        {"part_number": "broken", "name_de": "Feder", "image": "cut.png"},
        {"part_number": "gone", "name_en": "spring", "image": "gone.png"},
        {"part_number": "outside", "name_en": "spring 2", "image": "../../../etc/passwd"},
        {"part_number": "nothing", "image": "cut.png"},
    ]
    table = make_table(rows)
    whole = (tmp_path / "cut.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "gone.png").unlink()
    summary = ingest(catalog, table)
    assert dict(summary.skipped) == {"duplicate_row": 1, "no_information": 1}
    assert dict(summary.failures) == {
        "duplicate_conflict": 1,
        "no_part_number": 1,
        "nothing_to_embed": 1,
    }
    assert summary.created == 7
    assert summary.image_failures["truncated"] == 2
    assert summary.image_failures["missing"] == 1
    assert summary.image_failures["outside_folder"] == 1
    assert _record(catalog, "007").payload["name_de"] == "Sechskantschraube M8x20"
    report = {(row["part_number"], row["row"]): row for row in _report(summary)}
    assert len(report) == len(rows)
    assert report["007", "6"]["reason"] == "duplicate_conflict"
    assert "cut.png: truncated" in report["broken", "9"]["image_problems"]
    with Ledger(ledger_path(catalog.settings.work_folder, 1), catalog.manifest.identity) as ledger:
        letters = {letter.row_number: letter for letter in ledger.dead_letters()}
    assert {6, 7} <= set(letters)
    assert json.loads(letters[7].raw) == {"name_de": "ohne Nummer"}


def test_a_mended_row_leaves_the_dead_letters(catalog: Catalog, make_table: MakeTable) -> None:
    ingest(catalog, make_table([{"name_de": "Schraube"}]))
    ingest(catalog, make_table([{"part_number": "1", "name_de": "Schraube"}]))
    with Ledger(ledger_path(catalog.settings.work_folder, 1), catalog.manifest.identity) as ledger:
        assert list(ledger.dead_letters()) == []


def test_a_photo_that_appears_later_is_found(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    table = make_table([{"part_number": "1", "name_de": "Feder", "image": "late.png"}])
    (tmp_path / "late.png").unlink()
    assert ingest(catalog, table).images_missing == 1
    assert ingest(catalog, table).unchanged == 1
    write_photo(tmp_path / "late.png")
    summary = ingest(catalog, table)
    assert (summary.updated, summary.images_used) == (1, 1)
    assert "image" in _record(catalog, "1").vectors


def test_a_photo_that_vanishes_takes_its_vector_with_it(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    rows = [{"part_number": "1", "name_de": "Feder", "image": "a.png"}]
    ingest(catalog, make_table(rows))
    (tmp_path / "a.png").unlink()
    summary = ingest(catalog, tmp_path / "parts.csv")
    assert (summary.updated, summary.images_missing) == (1, 1)
    assert "image" not in _record(catalog, "1").vectors


def test_a_dry_run_writes_nothing(catalog: Catalog, make_table: MakeTable, tmp_path: Path) -> None:
    report = tmp_path / "checked.xlsx"
    summary = ingest(catalog, make_table(ROWS), dry_run=True, report=report)
    assert (summary.rows, summary.created, summary.dry_run) == (4, 4, True)
    assert report.is_file()
    assert not catalog.exists


def test_a_folder_of_photos_is_matched_by_part_number(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    for name in ("4711.png", "4711_2.png", "471.png", "stray.png", "readme.txt"):
        write_photo(photos / name) if name.endswith("png") else (photos / name).write_text("hi")
    table = make_table([{"part_number": "4711", "name_de": "Rad"}, {"part_number": "471"}])
    summary = ingest(catalog, table, images=photos)
    assert (summary.created, summary.images_used) == (2, 3)
    assert any("1 image files fit no part number" in notice for notice in summary.notices)


def test_another_embedder_or_preparation_is_refused(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    table = make_table(ROWS)
    ingest(catalog, table)
    catalog.close()
    with (
        Catalog.open(tmp_path / "store", image_model="builtin:hog") as other,
        pytest.raises(FingerprintMismatch, match="partscope rebuild --catalog parts --image-model"),
    ):
        ingest(other, table)
    with (
        Catalog.open(tmp_path / "store", preparation="clahe") as other,
        pytest.raises(FingerprintMismatch, match="--preparation clahe --store"),
    ):
        ingest(other, table)
    with Catalog.open(tmp_path / "store") as same:
        assert ingest(same, table).unchanged == 4


def test_a_frame_from_a_notebook(catalog: Catalog) -> None:
    frame = pd.DataFrame({"Teilenummer": [1001, 1002], "Benennung": ["Welle", "Nabe"]})
    summary = catalog.ingest(frame)
    assert summary.created == 2
    assert _record(catalog, "1001").payload["name_de"] == "Welle"


def test_only_so_many_rows(catalog: Catalog, make_table: MakeTable) -> None:
    assert ingest(catalog, make_table(ROWS), limit=2).rows == 2
    with pytest.raises(UsageError, match="limit"):
        ingest(catalog, make_table(ROWS), limit=0)


def test_columns_can_be_given(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Schlüssel;Was\nA1;Zahnrad\n", encoding="utf-8")
    columns = {"Schlüssel": "part_number", "Was": "name_de"}
    ingest(catalog, tmp_path / "t.csv", columns=columns)
    assert _record(catalog, "A1").payload["name_de"] == "Zahnrad"


def test_an_absent_image_folder_is_a_wrong_call(catalog: Catalog, make_table: MakeTable) -> None:
    with pytest.raises(UsageError, match="--images needs a folder or a zip"):
        ingest(catalog, make_table(ROWS), images="/does/not/exist")


def test_images_stay_readable_afterwards(
    catalog: Catalog, make_table: MakeTable, tmp_path: Path
) -> None:
    ingest(catalog, make_table(ROWS))
    assert catalog.read_original("a.png") == (tmp_path / "a.png").read_bytes()
    with Image.open(tmp_path / "a.png") as photo:
        assert catalog.read_image(tmp_path / "a.png").shape[1] <= photo.width


def test_a_table_without_a_folder_cannot_name_files_of_this_machine(catalog: Catalog) -> None:
    with pytest.raises(ImageRejected, match="no_image_folder"):
        catalog.reader(None).read("/etc/passwd")


def test_descriptions_that_come_later_are_kept_and_told(
    catalog: Catalog, make_table: MakeTable
) -> None:
    ingest(catalog, make_table([{"part_number": "1", "name_de": "Feder"}]))
    later = [{"part_number": "2", "name_de": "Rad", "description": "rund"}]
    summary = ingest(catalog, make_table(later, name="later.csv"))
    assert any("kept but not searched" in notice for notice in summary.notices)
    record = _record(catalog, "2")
    assert record.payload["description"] == "rund"
    assert "description" not in record.vectors
    rebuild(catalog, Silent())
    assert "description" in _record(catalog, "2").vectors


def test_an_error_in_the_middle_leaves_no_stage_running(
    catalog: Catalog, make_table: MakeTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = make_table([{"part_number": str(n), "name_de": f"Feder {n}"} for n in range(200)])
    upsert, calls = catalog.store.upsert, []

    def interrupted(points: Sequence[Point]) -> None:
        calls.append(len(points))
        if len(calls) == 3:
            raise KeyboardInterrupt
        upsert(points)

    monkeypatch.setattr(catalog.store, "upsert", interrupted)
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        ingest(catalog, table)
    assert set(threading.enumerate()) <= before
    monkeypatch.undo()
    assert ingest(catalog, table).failed == 0
    assert catalog.store.count() == 200

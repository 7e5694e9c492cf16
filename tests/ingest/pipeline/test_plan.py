"""Planning: rows are cleaned, repeats and conflicts settled, and what is done is left out."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

from catalog.tables.rows import BadRow, SourceRow
from ingest.cleaning.cleaner import Cleaner
from ingest.cleaning.name_pairs import NamePairs
from ingest.file_signatures import FileSignatures
from ingest.ledger import LedgerEntry
from ingest.pipeline.plan import KnownParts, Planner
from ingest.pipeline.rows import PlannedRow, Stored
from segmentation.choices import Decisions


class Known(KnownParts):
    """What earlier runs left, given outright."""

    def __init__(self, stored: dict[str, Stored], entries: dict[str, LedgerEntry]) -> None:
        super().__init__("parts", None, None, Lock())
        self._given = stored, entries

    def stored(self, keys: Any) -> dict[str, Stored]:
        return {key: self._given[0][key] for key in keys if key in self._given[0]}

    def entries(self, keys: Any) -> dict[str, LedgerEntry]:
        return {key: self._given[1][key] for key in keys if key in self._given[1]}


def _planned(
    *rows: SourceRow | BadRow,
    root: Path | None = None,
    stored: dict[str, Stored] | None = None,
    entries: dict[str, LedgerEntry] | None = None,
) -> list[PlannedRow]:
    planner = Planner(
        Cleaner(NamePairs()),
        None,
        FileSignatures(root),
        Known(stored or {}, entries or {}),
        Decisions(None),
    )
    return list(planner.plan(rows))


def _row(number: int, part_number: str, *images: str, **fields: str) -> SourceRow:
    return SourceRow(number, {"part_number": part_number, "name_de": "Mutter", **fields}, images)


def _endings(rows: list[PlannedRow]) -> list[tuple[str, str] | None]:
    return [
        None if row.outcome is None else (row.outcome.outcome, row.outcome.reason) for row in rows
    ]


def test_a_row_that_has_to_be_looked_at_has_its_references_and_a_hash(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"1")
    [row] = _planned(_row(1, "1", "a.png"), root=tmp_path)
    assert (row.outcome, row.references, row.stored) == (None, ("a.png",), None)
    assert row.row_hash


def test_a_file_that_is_not_there_leaves_the_row_without_a_hash(tmp_path: Path) -> None:
    [row] = _planned(_row(1, "1", "absent.png"), root=tmp_path)
    assert row.row_hash == ""


def test_repeats_are_skipped_conflicts_and_broken_rows_fail_in_their_order() -> None:
    rows = _planned(
        _row(1, "1"),
        BadRow(2, "nul_byte", "the row holds NUL bytes", raw="x"),
        _row(3, "1"),
        _row(4, "1", name_de="Motor"),
        _row(5, ""),
        SourceRow(6, {"part_number": "6"}),
    )
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert _endings(rows) == [
        None,
        ("failed", "nul_byte"),
        ("skipped", "duplicate_row"),
        ("failed", "duplicate_conflict"),
        ("failed", "no_part_number"),
        ("skipped", "no_information"),
    ]


def test_what_ledger_and_store_agree_on_is_unchanged() -> None:
    [fresh] = _planned(_row(1, "1"))
    entry = LedgerEntry("1", fresh.row_hash, "source", images_used=2)
    stored = {"1": Stored("source", 4)}
    [done] = _planned(_row(1, "1"), stored=stored, entries={"1": entry})
    assert done.outcome is not None
    assert (done.outcome.outcome, done.outcome.images_used) == ("unchanged", 2)


def test_neither_the_ledger_nor_the_store_is_believed_alone() -> None:
    [fresh] = _planned(_row(1, "1"))
    entry = {"1": LedgerEntry("1", fresh.row_hash, "source")}
    other_entry = {"1": LedgerEntry("1", "another row", "source")}
    stored, other_stored = {"1": Stored("source", 4)}, {"1": Stored("another", 4)}
    for held, noted in ((other_stored, entry), (stored, other_entry), (stored, {})):
        [row] = _planned(_row(1, "1"), stored=held, entries=noted)
        assert (row.outcome, row.stored) == (None, held["1"])
    [row] = _planned(_row(1, "1"), entries=entry)
    assert (row.outcome, row.stored) == (None, None)


def test_a_word_about_cutting_that_is_not_understood_is_noted() -> None:
    [row, understood] = _planned(
        _row(1, "1", "http://example.org/a.png", segment="vielleicht"),
        _row(2, "2", "http://example.org/a.png", segment="nein"),
    )
    assert "segment_not_understood" in row.events
    [choice] = understood.choices.values()
    assert (choice.use, choice.by) == ("no", "column")

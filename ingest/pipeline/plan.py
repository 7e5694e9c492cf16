"""From a table's rows to planned ones: clean, find the views, and settle what is done already."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from threading import Lock

from catalog.parts import Part, point_id
from catalog.store.contract import PartStore
from catalog.tables.rows import BadRow, SourceRow
from ingest.cleaning.cleaner import CleanedRow, Cleaner
from ingest.file_signatures import FileSignatures
from ingest.ledger import Ledger, LedgerEntry
from ingest.outcomes import Outcome, RowOutcome
from ingest.pipeline.row_hashes import choice_marks, row_hash
from ingest.pipeline.rows import PlannedRow, Stored
from ingest.view_index import ViewIndex
from segmentation.choices import AUTO, Decisions, choices_of, column_choice

SKIPPED_REASONS = frozenset({"empty_row", "missing_required", "no_information", "duplicate_row"})
"""Rows with these reasons are left out on purpose; all other reasons are failures."""
_CHUNK = 256
_as_json = json.JSONEncoder(ensure_ascii=False).encode


class KnownParts:
    """What is known of parts from earlier runs: the ledger's word, checked against the store."""

    def __init__(
        self, catalog: str, store: PartStore | None, ledger: Ledger | None, lock: Lock
    ) -> None:
        """Look into ``store`` and ``ledger`` where there are any; ``lock`` guards the store.

        A store that is empty now is not asked again: each part is looked up once a run.
        """
        self._catalog = catalog
        self._store = store if store is not None and store.count() else None
        self._ledger = ledger
        self._lock = lock

    def stored(self, keys: Sequence[str]) -> dict[str, Stored]:
        """Return what the store holds for those parts."""
        if self._store is None:
            return {}
        ids = {str(point_id(self._catalog, key)): key for key in keys}
        with self._lock:
            records = self._store.get(list(ids), with_payload=["source_hash", "rev"])
        return {
            ids[record.id]: Stored(
                str(record.payload.get("source_hash", "")), int(record.payload.get("rev", 0))
            )
            for record in records
        }

    def entries(self, keys: Sequence[str]) -> dict[str, LedgerEntry]:
        """Return what the ledger holds for those parts."""
        return {} if self._ledger is None else self._ledger.entries(keys)


class Planner:
    """Plans the rows of one table, in order, with flat memory."""

    def __init__(
        self,
        cleaner: Cleaner,
        views: ViewIndex | None,
        signatures: FileSignatures,
        known_parts: KnownParts,
        decisions: Decisions,
    ) -> None:
        """``decisions`` are people's about cutting single photos."""
        self._cleaner = cleaner
        self._decisions = decisions
        self._views = views
        self._signatures = signatures
        self._known = known_parts

    def plan(self, rows: Iterable[SourceRow | BadRow]) -> Iterator[PlannedRow]:
        """Yield each row as it has to be looked at, or with its outcome where it is settled."""
        seen_rows = _SeenRows()
        try:
            iterator = (self._clean(row) for row in rows)
            while chunk := list(islice(iterator, _CHUNK)):
                yield from self._settle_known(seen_rows.first_of_each(chunk))
        finally:
            seen_rows.close()

    def _clean(self, row: SourceRow | BadRow) -> PlannedRow:
        if isinstance(row, BadRow):
            return _left_out(PlannedRow(row.number, Part(""), raw=row.raw), row.reason, row.detail)
        views = self._views.views_of(row) if self._views else None
        references = views.references if views else row.images
        cleaned = self._cleaner.clean(row, has_views=bool(references))
        notes = views.notes if views else ()
        return self._planned(row, cleaned, references, (*cleaned.events, *notes))

    def _planned(
        self,
        row: SourceRow,
        cleaned: CleanedRow,
        references: tuple[str, ...],
        events: tuple[str, ...],
    ) -> PlannedRow:
        raw = _as_json(dict(row.fields))
        if cleaned.part is None:
            part = Part(row.fields.get("part_number", ""))
            no_part = PlannedRow(row.number, part, events=events, raw=raw)
            return _left_out(no_part, cleaned.dropped or "unusable")
        signatures = [self._signatures.of(reference) for reference in references]
        column = column_choice(row.fields.get("segment", ""))
        if column is None:
            events = (*events, "segment_not_understood")
        decided = self._decisions.of(cleaned.part.part_number)
        choices = choices_of(references, column or AUTO, decided)
        digest = row_hash(cleaned.part, [*references, *signatures, *choice_marks(choices)])
        return PlannedRow(
            row.number, cleaned.part, references, digest, events, raw=raw, choices=choices
        )

    def _settle_known(self, rows: Sequence[PlannedRow]) -> Iterator[PlannedRow]:
        keys = [row.key for row in rows if row.outcome is None]
        stored = self._known.stored(keys)
        entries = self._known.entries(keys)
        for row in rows:
            if row.outcome is None and (of_row := stored.get(row.key)) is not None:
                yield _unless_done(row, of_row, entries.get(row.key))
            else:
                yield row


class _SeenRows:
    """Which part numbers this run has seen; on disk, so that memory stays flat."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._db.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def close(self) -> None:
        self._db.close()

    def first_of_each(self, rows: Iterable[PlannedRow]) -> list[PlannedRow]:
        """Let the first row of each part through; a repeat is skipped, a conflict fails."""
        return [self._check(row) if row.outcome is None else row for row in rows]

    def _check(self, row: PlannedRow) -> PlannedRow:
        key = row.key
        digest = row_hash(row.part, row.references) if row.references else row.row_hash
        fresh = self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, digest)).rowcount
        if fresh:
            return row
        first = self._db.execute("SELECT digest FROM seen WHERE key = ?", (key,)).fetchone()[0]
        return _left_out(row, "duplicate_row" if first == digest else "duplicate_conflict")


_DETAILS = {
    "no_information": "no name, no description and no image",
    "no_part_number": "the part number is empty",
    "bad_part_number": "the part number is longer than 256 characters or has control characters",
    "duplicate_row": "the same row stands further up",
    "duplicate_conflict": "another row with this part number and other content stands further up; "
    "the first one is kept",
}


def _left_out(row: PlannedRow, reason: str, detail: str = "") -> PlannedRow:
    outcome: Outcome = "skipped" if reason in SKIPPED_REASONS else "failed"
    return row.ended(outcome, reason, detail or _DETAILS.get(reason, ""))


def _unless_done(row: PlannedRow, stored: Stored, entry: LedgerEntry | None) -> PlannedRow:
    if entry is None or not _is_done(row, stored, entry):
        return replace(row, stored=stored)
    outcome = RowOutcome(
        number=row.number,
        part_number=row.part.part_number,
        outcome="unchanged",
        events=row.events,
        images_used=entry.images_used,
        images_missing=entry.images_missing,
        images_failed=entry.images_failed,
    )
    return replace(row, stored=stored, outcome=outcome)


def _is_done(row: PlannedRow, stored: Stored, entry: LedgerEntry) -> bool:
    is_same_row = bool(row.row_hash) and entry.row_hash == row.row_hash
    return is_same_row and stored.source_hash == entry.source_hash

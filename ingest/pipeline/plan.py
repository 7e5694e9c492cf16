"""From table rows to tasks: map, clean, find the views, and leave out what is done already."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from threading import Lock

from catalog.parts import point_id
from catalog.store.contract import PartStore
from catalog.tables.rows import BadRow, SourceRow
from ingest.cleaning.cleaner import CleanedRow, Cleaner
from ingest.file_signatures import FileSignatures
from ingest.ledger import Ledger, LedgerEntry
from ingest.outcomes import RowOutcome
from ingest.pipeline.task import Stored, Task, choice_marks, key_of, row_hash
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
    """Turns the rows of one table into tasks, in order, with flat memory."""

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

    def plan(self, rows: Iterable[SourceRow | BadRow]) -> Iterator[Task | RowOutcome]:
        """Yield a task for each row that has to be looked at, and the outcome of every other."""
        seen_rows = _SeenRows()
        try:
            iterator = (self._clean(row) for row in rows)
            while chunk := list(islice(iterator, _CHUNK)):
                yield from self._settle_known(seen_rows.first_of_each(chunk))
        finally:
            seen_rows.close()

    def _clean(self, row: SourceRow | BadRow) -> Task | RowOutcome:
        if isinstance(row, BadRow):
            return _left_out(row.number, "", row.reason, row.detail, raw=row.raw)
        views = self._views.views_of(row) if self._views else None
        references = views.references if views else row.images
        cleaned = self._cleaner.clean(row, has_views=bool(references))
        notes = views.notes if views else ()
        return self._task(row, cleaned, references, (*cleaned.events, *notes))

    def _task(
        self,
        row: SourceRow,
        cleaned: CleanedRow,
        references: tuple[str, ...],
        events: tuple[str, ...],
    ) -> Task | RowOutcome:
        raw = _as_json(dict(row.fields))
        if cleaned.part is None:
            reason = cleaned.dropped or "unusable"
            number = row.fields.get("part_number", "")
            return _left_out(row.number, number, reason, _DETAILS.get(reason, ""), events, raw)
        signatures = [self._signatures.of(reference) for reference in references]
        column = column_choice(row.fields.get("segment", ""))
        if column is None:
            events = (*events, "segment_not_understood")
        decided = self._decisions.of(cleaned.part.part_number)
        choices = choices_of(references, column or AUTO, decided)
        digest = row_hash(cleaned.part, [*references, *signatures, *choice_marks(choices)])
        return Task(row.number, cleaned.part, references, digest, events, raw=raw, choices=choices)

    def _settle_known(self, tasks: Sequence[Task | RowOutcome]) -> Iterator[Task | RowOutcome]:
        keys = [key_of(task.part) for task in tasks if isinstance(task, Task)]
        stored = self._known.stored(keys)
        entries = self._known.entries(keys)
        for task in tasks:
            if isinstance(task, RowOutcome):
                yield task
                continue
            key = key_of(task.part)
            yield _unless_done(task, stored.get(key), entries.get(key))


class _SeenRows:
    """Which part numbers this run has seen; on disk, so that memory stays flat."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._db.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def close(self) -> None:
        self._db.close()

    def first_of_each(self, rows: Iterable[Task | RowOutcome]) -> list[Task | RowOutcome]:
        """Let the first row of each part through; a repeat is skipped, a conflict fails."""
        return [row if isinstance(row, RowOutcome) else self._check(row) for row in rows]

    def _check(self, task: Task) -> Task | RowOutcome:
        key = key_of(task.part)
        digest = row_hash(task.part, task.references) if task.references else task.row_hash
        fresh = self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, digest)).rowcount
        if fresh:
            return task
        first = self._db.execute("SELECT digest FROM seen WHERE key = ?", (key,)).fetchone()[0]
        reason = "duplicate_row" if first == digest else "duplicate_conflict"
        number = task.part.part_number
        return _left_out(task.number, number, reason, _DETAILS[reason], task.events, task.raw)


_DETAILS = {
    "no_information": "no name, no description and no image",
    "no_part_number": "the part number is empty",
    "bad_part_number": "the part number is longer than 256 characters or has control characters",
    "duplicate_row": "the same row stands further up",
    "duplicate_conflict": "another row with this part number and other content stands further up; "
    "the first one is kept",
}


def _left_out(
    number: int,
    part_number: str,
    reason: str,
    detail: str,
    events: tuple[str, ...] = (),
    raw: str = "",
) -> RowOutcome:
    outcome = "skipped" if reason in SKIPPED_REASONS else "failed"
    return RowOutcome(
        number,
        part_number,
        outcome,  # type: ignore[arg-type]  # a conditional expression widens to str
        reason,
        detail,
        events,
        raw=raw,
    )


def _unless_done(task: Task, stored: Stored | None, entry: LedgerEntry | None) -> Task | RowOutcome:
    if stored is None:
        return task
    task = replace(task, stored=stored)
    if entry is None or not task.row_hash or entry.row_hash != task.row_hash:
        return task
    if stored.source_hash != entry.source_hash:
        return task
    return RowOutcome(
        number=task.number,
        part_number=task.part.part_number,
        outcome="unchanged",
        events=task.events,
        images_used=entry.images_used,
        images_missing=entry.images_missing,
        images_failed=entry.images_failed,
    )

"""The writing step: points into the store, then into the ledger; nothing is done before both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from time import monotonic

from catalog.errors import InvalidVector
from catalog.store.contract import PartStore, Point
from ingest.ledger import Ledger, LedgerEntry
from ingest.outcomes import RowOutcome
from ingest.pipeline.rows import MadeRow
from ingest.pipeline.stage_clock import StageClock

COMMIT_SECONDS = 5.0
"""So often, at the latest, is what was written made durable and noted in the ledger."""
COMMIT_ROWS = 5000


class Writer:
    """Upserts points batch by batch and settles them in the ledger once they are durable."""

    def __init__(
        self, store: PartStore, ledger: Ledger, source: str, lock: Lock, clock: StageClock
    ) -> None:
        """Write to ``store`` (guarded by ``lock``) and note in ``ledger`` under ``source``."""
        self._store = store
        self._ledger = ledger
        self._source = source
        self._lock = lock
        self._clock = clock
        self._entries: list[LedgerEntry] = []
        self._outcomes: list[RowOutcome] = []
        self._committed_at = monotonic()

    def write(self, batches: Iterable[Sequence[MadeRow]]) -> Iterator[RowOutcome]:
        """Write all batches and yield the outcome of each row, in order."""
        for batch in batches:
            refused = self._upsert([row.point for row in batch if row.point is not None])
            for row in batch:
                yield self._settle(row, refused)
            due = monotonic() - self._committed_at > COMMIT_SECONDS
            if due or len(self._outcomes) >= COMMIT_ROWS:
                self.commit()
        self.commit()

    def commit(self) -> None:
        """Make the points durable, then note them in the ledger: in this order, always."""
        with self._clock.measure("write"):
            with self._lock:
                self._store.commit()
            self._ledger.record(self._source, self._entries, self._outcomes)
        self._entries, self._outcomes = [], []
        self._committed_at = monotonic()

    def _upsert(self, points: Sequence[Point]) -> dict[str, str]:
        """Upsert the points; return why some were refused, by point id."""
        if not points:
            return {}
        with self._clock.measure("write"), self._lock:
            try:
                self._store.upsert(points)
            except InvalidVector:
                return self._upsert_each(points)
        return {}

    def _upsert_each(self, points: Sequence[Point]) -> dict[str, str]:
        refused = {}
        for point in points:
            try:
                self._store.upsert([point])
            except InvalidVector as error:  # the slow path: which one is it?
                refused[point.id] = str(error)
        return refused

    def _settle(self, row: MadeRow, refused: dict[str, str]) -> RowOutcome:
        outcome = row.outcome
        if row.point is not None and row.point.id in refused:
            outcome = row.refused(refused[row.point.id])
        elif row.entry is not None:
            self._entries.append(row.entry)
        self._outcomes.append(outcome)
        return outcome

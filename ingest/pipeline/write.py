"""The writing stage: points into the store, then into the ledger; nothing is done before both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from time import monotonic

from catalog.errors import InvalidVector
from catalog.store.contract import PartStore
from ingest.ledger import Ledger, LedgerEntry
from ingest.outcomes import RowOutcome
from ingest.pipeline.embed import Embedded, EmbeddedTask
from ingest.pipeline.stage_clock import StageClock
from ingest.pipeline.task import LoadedTask, key_of

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

    def write(self, batches: Iterable[Sequence[Embedded]]) -> Iterator[RowOutcome]:
        """Write all batches and yield the outcome of each row, in order."""
        for batch in batches:
            refused = self._upsert([item for item in batch if isinstance(item, EmbeddedTask)])
            for item in batch:
                yield self._settle(item, refused)
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

    def _upsert(self, tasks: Sequence[EmbeddedTask]) -> dict[str, str]:
        """Upsert the points; return why some were refused, by point id."""
        if not tasks:
            return {}
        with self._clock.measure("write"), self._lock:
            try:
                self._store.upsert([task.point for task in tasks])
            except InvalidVector:
                return self._upsert_each(tasks)
        return {}

    def _upsert_each(self, tasks: Sequence[EmbeddedTask]) -> dict[str, str]:
        refused = {}
        for task in tasks:
            try:
                self._store.upsert([task.point])
            except InvalidVector as error:  # the slow path: which one is it?
                refused[task.point.id] = str(error)
        return refused

    def _settle(self, item: Embedded, refused: dict[str, str]) -> RowOutcome:
        if isinstance(item, RowOutcome):
            outcome = item
        elif isinstance(item, EmbeddedTask) and item.point.id in refused:
            outcome = item.loaded.failed("invalid_vector", refused[item.point.id])
        else:
            loaded = item.loaded if isinstance(item, EmbeddedTask) else item
            outcome = loaded.outcome()
            self._entries.append(_entry(loaded, outcome))
        self._outcomes.append(outcome)
        return outcome


def _entry(loaded: LoadedTask, outcome: RowOutcome) -> LedgerEntry:
    return LedgerEntry(
        key=key_of(loaded.part),
        row_hash=loaded.settled_hash,
        source_hash=loaded.part.source_hash,
        images_used=outcome.images_used,
        images_missing=outcome.images_missing,
        images_failed=outcome.images_failed,
    )

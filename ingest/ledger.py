"""The ledger: what was done with each part, so that an ingest resumes where it was killed.

It is written only after the store has made the points durable: a part the ledger calls done is in
the store, and a part it does not know is processed again, which changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.outcomes import RowOutcome

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
    key TEXT PRIMARY KEY,
    row_hash TEXT NOT NULL,
    source_hash TEXT NOT NULL,
    images_used INTEGER NOT NULL,
    images_missing INTEGER NOT NULL,
    images_failed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead_letters (
    source TEXT NOT NULL,
    row_number INTEGER NOT NULL,
    part_number TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    raw TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (source, row_number)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What was last done with a part; an empty ``row_hash`` asks for another try."""

    key: str
    row_hash: str
    source_hash: str
    images_used: int = 0
    images_missing: int = 0
    images_failed: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A row that could not become a point, with the reason; kept until the row succeeds."""

    source: str
    row_number: int
    part_number: str
    reason: str
    detail: str
    raw: str


class Ledger:
    """An SQLite file beside the catalogue; one writer, any number of readers."""

    def __init__(self, path: Path, identity: str) -> None:
        """Open or create it; entries of another catalogue (``identity``) are forgotten."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # The planner reads from its own thread while the main thread writes: WAL allows both.
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        self._belong_to(identity)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def entries(self, keys: Sequence[str]) -> dict[str, LedgerEntry]:
        """Return the entries of those parts that have one."""
        marks = ",".join("?" * len(keys))
        rows = self._db.execute(f"SELECT * FROM parts WHERE key IN ({marks})", list(keys))  # noqa: S608
        return {row[0]: LedgerEntry(*row) for row in rows}

    def record(
        self, source: str, entries: Iterable[LedgerEntry], outcomes: Iterable[RowOutcome]
    ) -> None:
        """Write entries and outcomes in one transaction: failed rows become dead letters."""
        with self._transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)", map(_entry_row, entries)
            )
            for outcome in outcomes:
                self._settle(source, outcome)

    def forget(self) -> None:
        """Forget what was done, so that every part is processed again."""
        self._db.execute("DELETE FROM parts")

    def dead_letters(self) -> Iterator[DeadLetter]:
        """Yield the rows that could not become points, by source and row."""
        query = (
            "SELECT source, row_number, part_number, reason, detail, raw FROM dead_letters "
            "ORDER BY source, row_number"
        )
        for row in self._db.execute(query):
            yield DeadLetter(*row)

    def __len__(self) -> int:
        """Return how many parts are done."""
        return int(self._db.execute("SELECT count(*) FROM parts").fetchone()[0])

    def _settle(self, source: str, outcome: RowOutcome) -> None:
        if outcome.outcome == "failed":
            now = datetime.now(UTC).isoformat(timespec="seconds")
            values = (source, outcome.number, outcome.part_number, outcome.reason)
            self._db.execute(
                "INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*values, outcome.detail, outcome.raw, now),
            )
        else:
            self._db.execute(
                "DELETE FROM dead_letters WHERE source = ? AND row_number = ?",
                (source, outcome.number),
            )

    def _belong_to(self, identity: str) -> None:
        row = self._db.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()
        if row is not None and row[0] == identity:
            return
        with self._transaction():
            self._db.execute("DELETE FROM parts")
            self._db.execute("DELETE FROM dead_letters")
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('identity', ?)", (identity,))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _entry_row(entry: LedgerEntry) -> tuple[str, str, str, int, int, int]:
    return (
        entry.key,
        entry.row_hash,
        entry.source_hash,
        entry.images_used,
        entry.images_missing,
        entry.images_failed,
    )

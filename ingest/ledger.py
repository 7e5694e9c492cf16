"""The ledger: what was done with each part, so that an ingest resumes where it was killed.

It is written only after the store has made the points durable: a part the ledger calls done is in
the store, and a part it does not know is processed again, which changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from catalog.errors import StoreError
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
    last_seen: str
    """When it failed last, UTC in ISO form."""


_LETTERS = (
    "SELECT source, row_number, part_number, reason, detail, raw, at FROM dead_letters "
    "ORDER BY source, row_number LIMIT ?"
)
_ALL = -1


def ledger_path(work_folder: Path, generation: int) -> Path:
    """Return where the ledger of one generation is."""
    return work_folder / f"ledger-g{generation}.sqlite"


def read_dead_letters(
    path: Path, identity: str, limit: int | None = None
) -> tuple[list[DeadLetter], int]:
    """Return the first dead letters by source and row, and how many there are.

    Nothing is written and nobody kept waiting, also while an ingest is under way. There are none
    where there is no ledger, or one of another catalogue. StoreError for one that cannot be read.
    """
    if not path.exists():
        return [], 0
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            if _identity(db) != identity:
                return [], 0
            rows = db.execute(_LETTERS, (_ALL if limit is None else limit,))
            return [DeadLetter(*row) for row in rows], _count(db, "dead_letters")
    except sqlite3.Error as error:
        raise StoreError(f"the ledger {path} cannot be read: {error}") from error


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

    def __exit__(self, *_: object) -> None:
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
        for row in self._db.execute(_LETTERS, (_ALL,)):
            yield DeadLetter(*row)

    def count_dead_letters(self) -> int:
        """Return how many rows could not become points, of all sources."""
        return _count(self._db, "dead_letters")

    def forget_rows_after(self, source: str, last: int) -> None:
        """Forget dead letters of rows behind the last one that the source has now."""
        self._db.execute(
            "DELETE FROM dead_letters WHERE source = ? AND row_number > ?", (source, last)
        )

    def __len__(self) -> int:
        """Return how many parts are done."""
        return _count(self._db, "parts")

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
        if _identity(self._db) == identity:
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


def _identity(db: sqlite3.Connection) -> str | None:
    row = db.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()
    return None if row is None else str(row[0])


def _count(db: sqlite3.Connection, table: Literal["parts", "dead_letters"]) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def _entry_row(entry: LedgerEntry) -> tuple[str, str, str, int, int, int]:
    return (
        entry.key,
        entry.row_hash,
        entry.source_hash,
        entry.images_used,
        entry.images_missing,
        entry.images_failed,
    )

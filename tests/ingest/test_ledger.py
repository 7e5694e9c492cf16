"""The ledger remembers what is done, for this catalogue only, and keeps dead letters."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.errors import StoreError
from ingest.ledger import Ledger, LedgerEntry, read_dead_letters
from ingest.outcomes import RowOutcome

ENTRY = LedgerEntry("4711", "row", "source", 2, 1, 0)


def test_entries_survive_reopening(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite", "one") as ledger:
        ledger.record("t.csv", [ENTRY], [])
    with Ledger(tmp_path / "ledger.sqlite", "one") as ledger:
        assert ledger.entries(["4711", "4712"]) == {"4711": ENTRY}
        assert len(ledger) == 1


def test_another_catalogue_starts_empty(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite", "one") as ledger:
        ledger.record("t.csv", [ENTRY], [RowOutcome(1, "x", "failed", "bad")])
    with Ledger(tmp_path / "ledger.sqlite", "another") as ledger:
        assert ledger.entries(["4711"]) == {}
        assert list(ledger.dead_letters()) == []


def test_a_dead_letter_stays_until_its_row_succeeds(tmp_path: Path) -> None:
    failed = RowOutcome(7, "4711", "failed", "invalid_vector", "why", raw='{"a": 1}')
    with Ledger(tmp_path / "ledger.sqlite", "one") as ledger:
        ledger.record("t.csv", [], [failed])
        ledger.record("t.csv", [], [failed])
        [letter] = ledger.dead_letters()
        assert (letter.row_number, letter.reason, letter.raw) == (7, "invalid_vector", '{"a": 1}')
        ledger.record("other.csv", [], [RowOutcome(7, "4711", "created")])
        assert len(list(ledger.dead_letters())) == 1
        ledger.record("t.csv", [ENTRY], [RowOutcome(7, "4711", "created")])
        assert list(ledger.dead_letters()) == []


def test_forgetting_keeps_dead_letters(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite", "one") as ledger:
        ledger.record("t.csv", [ENTRY], [RowOutcome(7, "x", "failed", "bad")])
        ledger.forget()
        assert len(ledger) == 0
        assert len(list(ledger.dead_letters())) == 1


def test_dead_letters_are_read_while_somebody_writes(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    rows = [RowOutcome(number, f"P{number}", "failed", "bad", "why") for number in range(3)]
    with Ledger(path, "one") as ledger:
        ledger.record("t.csv", [], rows)
        letters, count = read_dead_letters(path, "one", 2)
        assert ([letter.row_number for letter in letters], count) == ([0, 1], 3)
        assert letters[0].last_seen.endswith("+00:00")
        ledger.record("t.csv", [], [RowOutcome(1, "P1", "created")])
        assert read_dead_letters(path, "one")[1] == ledger.count_dead_letters() == 2
    assert read_dead_letters(path, "another") == ([], 0)
    assert read_dead_letters(tmp_path / "none.sqlite", "one") == ([], 0)
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(StoreError, match=r"empty\.sqlite cannot be read"):
        read_dead_letters(tmp_path / "empty.sqlite", "one")


def test_rows_that_a_source_no_longer_has_are_forgotten(tmp_path: Path) -> None:
    rows = [RowOutcome(number, "", "failed", "bad") for number in (2, 5, 9)]
    with Ledger(tmp_path / "ledger.sqlite", "one") as ledger:
        for source in ("t.csv", "u.csv"):
            ledger.record(source, [], rows)
        ledger.forget_rows_after("t.csv", 5)
        kept = [(letter.source, letter.row_number) for letter in ledger.dead_letters()]
    assert kept == [("t.csv", 2), ("t.csv", 5), ("u.csv", 2), ("u.csv", 5), ("u.csv", 9)]


def test_a_failing_record_writes_nothing(tmp_path: Path) -> None:
    broken = LedgerEntry("4712", None, "source")  # type: ignore[arg-type]  # violates NOT NULL
    with Ledger(tmp_path / "ledger.sqlite", "one") as ledger:
        with pytest.raises(Exception, match="NOT NULL"):
            ledger.record("t.csv", [ENTRY, broken], [])
        assert len(ledger) == 0
        ledger.record("t.csv", [ENTRY], [])
        assert len(ledger) == 1


_WRITER = """
import sys
from pathlib import Path
from ingest.ledger import Ledger, LedgerEntry
ledger = Ledger(Path(sys.argv[1]), "one")
for n in range(10**6):
    ledger.record("t", [LedgerEntry(f"{n}-{i}", "r", "s") for i in range(10)], [])
    print(n, flush=True)
"""


def test_what_was_recorded_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        recorded = [int(child.stdout.readline()) for _ in range(25)]
        os.kill(child.pid, signal.SIGKILL)
    with Ledger(path, "one") as ledger:
        keys = [f"{n}-{i}" for n in recorded for i in range(10)]
        assert len(ledger.entries(keys)) == len(keys)
        assert len(ledger) % 10 == 0

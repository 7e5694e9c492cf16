"""The writing step: points first, then the ledger; a refused point costs its own row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import pytest

from catalog.parts import point_id
from catalog.store.contract import Point
from catalog.store.edge.store import EdgeStore
from catalog.store.manifest import EmbedderRecord, Manifest
from catalog.store.schema import part_schema
from ingest.ledger import Ledger, LedgerEntry
from ingest.outcomes import RowOutcome
from ingest.pipeline import write
from ingest.pipeline.rows import MadeRow
from ingest.pipeline.stage_clock import StageClock
from ingest.pipeline.write import Writer

RECORD = EmbedderRecord("builtin:colour", "f", 4, "Apache-2.0")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EdgeStore]:
    store = EdgeStore(tmp_path, "parts", reserve_bytes=0)
    store.create(part_schema(4, None), Manifest("parts", {"image": RECORD}))
    yield store
    store.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite", "one") as ledger:
        yield ledger


def _made(number: int, vector: Sequence[float]) -> MadeRow:
    part_number = f"P{number}"
    image = np.array(vector, np.float32)
    payload = {"part_number": part_number, "rev": 1}
    return MadeRow(
        RowOutcome(number, part_number, "created", images_used=1),
        Point(str(point_id("parts", part_number)), {"image": image}, payload),
        LedgerEntry(part_number, "row", "source"),
        raw="{}",
    )


GOOD, BAD = (1, 0, 0, 0), (float("nan"), 0, 0, 0)


def _written(store: EdgeStore, ledger: Ledger, *batches: list[MadeRow]) -> list[RowOutcome]:
    writer = Writer(store, ledger, "t.csv", Lock(), StageClock())
    return list(writer.write(batches))


def test_points_are_stored_and_noted_and_outcomes_keep_their_order(
    store: EdgeStore, ledger: Ledger
) -> None:
    skipped = MadeRow(RowOutcome(2, "", "skipped", "empty_row"))
    outcomes = _written(store, ledger, [_made(1, GOOD), skipped], [_made(3, GOOD)])
    assert [outcome.number for outcome in outcomes] == [1, 2, 3]
    assert store.count() == 2
    assert set(ledger.entries(["P1", "P3"])) == {"P1", "P3"}
    assert list(ledger.dead_letters()) == []


def test_a_point_that_the_store_refuses_costs_its_row_alone(
    store: EdgeStore, ledger: Ledger
) -> None:
    outcomes = _written(store, ledger, [_made(1, GOOD), _made(2, BAD), _made(3, GOOD)])
    assert [outcome.outcome for outcome in outcomes] == ["created", "failed", "created"]
    assert (outcomes[1].reason, outcomes[1].images_used) == ("invalid_vector", 0)
    assert store.count() == 2
    assert set(ledger.entries(["P1", "P2", "P3"])) == {"P1", "P3"}
    [letter] = ledger.dead_letters()
    assert (letter.part_number, letter.reason) == ("P2", "invalid_vector")


def test_the_ledger_notes_nothing_that_is_not_durable(
    store: EdgeStore, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted_at_commit: list[int] = []
    commit = store.commit

    def watched() -> None:
        noted_at_commit.append(len(ledger))
        commit()

    monkeypatch.setattr(store, "commit", watched)
    monkeypatch.setattr(write, "COMMIT_ROWS", 2)
    _written(store, ledger, [_made(1, GOOD)], [_made(2, GOOD)], [_made(3, GOOD)])
    assert noted_at_commit == [0, 2]
    assert len(ledger) == 3

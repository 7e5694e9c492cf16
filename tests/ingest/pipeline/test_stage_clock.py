"""The clock adds up what each stage takes, from several threads, and what fails too."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.pipeline import stage_clock
from ingest.pipeline.stage_clock import StageClock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StageClock:
    """Give a clock to which a second passes at each look."""
    ticks = iter(range(10_000))
    monkeypatch.setattr(stage_clock, "perf_counter", lambda: float(next(ticks)))
    return StageClock()


def test_blocks_of_one_stage_add_up(clock: StageClock) -> None:
    for stage in ("decode", "embed", "decode"):
        with clock.measure(stage):
            pass
    assert clock.seconds() == {"decode": 2.0, "embed": 1.0}


def test_what_fails_has_taken_its_time(clock: StageClock) -> None:
    with pytest.raises(ValueError, match="broken"), clock.measure("decode"):
        raise ValueError("broken")
    assert clock.seconds() == {"decode": 1.0}


def test_waiting_counts_the_time_between_items_alone(clock: StageClock) -> None:
    def items() -> Iterator[int]:
        yield from (1, 2)

    assert list(clock.waiting("read", items())) == [1, 2]
    assert clock.seconds() == {"read": 3.0}  # the end is waited for as well


def test_threads_lose_nothing() -> None:
    clock = StageClock()

    def measure(_: int) -> None:
        with clock.measure("decode"):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(measure, range(200)))
    assert clock.seconds()["decode"] > 0

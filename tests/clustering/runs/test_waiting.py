"""What somebody else holds is waited for, for so long and no longer."""

from __future__ import annotations

import pytest

from catalog.errors import StoreLocked
from clustering.runs.waiting import retry_while_locked


class _Time:
    """A clock that only sleeping moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def _held_until(end: float, time: _Time) -> str:
    if time() < end:
        raise StoreLocked("process 7 holds it")
    return "free"


def test_what_is_freed_in_time_is_got_and_the_wait_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    time = _Time()
    got = retry_while_locked(lambda: _held_until(29, time), 30, clock=time, sleep=time.sleep)
    assert (got, time()) == ("free", 29)
    assert [record.getMessage() for record in caplog.records] == [
        "waiting up to 30 s: process 7 holds it"
    ]


def test_what_stays_held_is_given_up() -> None:
    time = _Time()
    with pytest.raises(StoreLocked, match="process 7"):
        retry_while_locked(lambda: _held_until(31, time), 30, clock=time, sleep=time.sleep)
    assert time() == 30

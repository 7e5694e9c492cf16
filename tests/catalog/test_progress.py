"""Progress: a bar on a terminal, lines in the log elsewhere, and silence where it is asked for."""

from __future__ import annotations

import io
import logging

import pytest
from rich.console import Console

from catalog.progress import Bar, Logged, Progress, Silent, shown_progress


def _work(progress: Progress) -> None:
    progress.start("looking", unit="rows")
    progress.advance()
    progress.start("ingesting", 20, "rows")
    for _ in range(3):
        progress.advance(4)
        progress.note("1 failed")
    progress.start("writing back")


def test_the_log_has_a_line_a_phase_and_how_far_it_is(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        _work(Logged(seconds=0.0))
    assert caplog.messages[0] == "looking"
    assert caplog.messages[1].startswith("looking: 1 rows, ")
    assert caplog.messages[2] == "ingesting (20 rows)"
    assert caplog.messages[5].startswith("ingesting: 12 of 20 rows, ")
    assert caplog.messages[5].endswith(" rows/s")
    assert caplog.messages[6:] == ["writing back"]


def test_a_short_phase_needs_no_more_than_its_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        _work(Logged(seconds=1e9))
    assert caplog.messages == ["looking", "ingesting (20 rows)", "writing back"]


def test_silence(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        _work(Silent())
    assert (caplog.messages, capfd.readouterr()) == ([], ("", ""))


@pytest.mark.parametrize("stays", [True, False])
def test_the_bar_shows_count_and_note_and_stays_if_it_is_to(stays: bool) -> None:
    screen = io.StringIO()
    with Bar(Console(file=screen, force_terminal=True, width=120), stays=stays) as bar:
        bar.start("ingesting", 20, "rows")
        bar.advance(12)
        bar.note("2 skipped, 1 failed")
    lines = screen.getvalue()
    assert "ingesting" in lines
    assert "12/20" in lines
    assert "2 skipped, 1 failed" in lines
    erased = lines.rfind("\x1b[2K") > lines.rfind("12/20")
    assert erased is not stays


def test_where_nobody_watches_it_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as progress:
        assert isinstance(progress, Logged)
        _work(progress)
    assert capsys.readouterr() == ("", "")

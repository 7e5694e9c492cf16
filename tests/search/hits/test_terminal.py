"""Hits as a table in a terminal: what stands in it, and that no name is markup."""

from __future__ import annotations

import pytest

from catalog.names.attributes import AttributeComparison
from search.hits.explanation import Explanation
from search.hits.hit import Hit
from search.hits.results import SearchResult
from search.hits.terminal import print_result


def hit(number: str, score: float, why: Explanation | None = None) -> Hit:
    return Hit(number, score, "Mutter [bold]M8", "Nut M8", "Nuts", None, why or Explanation(), "id")


def shown(
    capsys: pytest.CaptureFixture[str], *hits: Hit, min_score: float = 0.0, explained: bool = False
) -> str:
    print_result(SearchResult(hits, 0.1), min_score, explained=explained)
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def test_each_hit_has_its_score_number_names_and_family(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = shown(capsys, hit("[red]N-1", 0.75), hit("N-2", 0.0)).splitlines()
    assert lines[0].split() == ["score", "part", "number", "name", "family"]
    assert lines[1].split(maxsplit=2)[:2] == ["██████░░", "0.75"]
    assert "[red]N-1" in lines[1]
    assert "Mutter [bold]M8 / Nut M8" in lines[1]
    assert lines[1].rstrip().endswith("Nuts")
    assert lines[2].startswith("░░░░░░░░ 0.00")


def test_only_what_changes_the_reading_of_a_hit_is_said_unasked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    why = Explanation(
        part_number="exact",
        attributes=AttributeComparison(conflicts={"thread": ("M8", "M10")}),
        text="the whole sentence",
    )
    short = shown(capsys, hit("N-1", 1.0, why))
    assert "this is its part number; conflict: thread M8 ≠ M10" in short
    assert "the whole sentence" not in short
    assert "the whole sentence" in shown(capsys, hit("N-1", 1.0, why), explained=True)


def test_a_hit_without_reasons_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(shown(capsys, hit("N-1", 0.5)).splitlines()) == 2
    assert len(shown(capsys, hit("N-1", 0.5), explained=True).splitlines()) == 2


def test_nothing_found_says_what_was_to_be_reached(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys).strip() == "nothing found"
    assert "scores 0.05 or more; --min-score 0" in shown(capsys, min_score=0.05)

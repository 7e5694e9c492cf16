"""What tables and people say about cutting photos, and that it is never forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from partscope.errors import PartscopeError
from segmentation.choices import AUTO, Choice, Decisions, choices_of, column_choice

FULL = Choice("no", "review")
PROMPT = Choice("yes", "review", "hexagon nut .")


@pytest.mark.parametrize(
    ("text", "use"),
    [("Ja", "yes"), (" x ", "yes"), ("1", "yes"), ("NEIN", "no"), ("false", "no"), ("", "auto")],
)
def test_cells_in_both_languages(text: str, use: str) -> None:
    choice = column_choice(text)
    assert choice is not None
    assert choice.use == use


def test_a_cell_that_says_something_else_is_not_guessed() -> None:
    assert column_choice("vielleicht") is None


def test_decisions_outlive_the_process_and_can_be_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "segmentation.json"
    Decisions(path).decide("47/11 ä", "a.jpg", FULL)
    Decisions(path).decide("47/11 ä", "b.jpg", PROMPT)
    kept = Decisions(path)
    assert kept.of("47/11 a\u0308 ") == {"a.jpg": FULL, "b.jpg": PROMPT}  # NFD, a space behind
    assert kept.of("4711") == {}
    kept.decide("47/11 ä", "a.jpg", None)
    assert Decisions(path).of("47/11 ä") == {"b.jpg": PROMPT}


@pytest.mark.parametrize("content", ["", "[]", '{"version": 9, "parts": {}}', '{"version": 1}'])
def test_a_damaged_file_is_an_error_that_names_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "segmentation.json"
    path.write_text(content)
    with pytest.raises(PartscopeError, match=r"segmentation\.json cannot be read"):
        Decisions(path)


def test_a_person_goes_before_the_column() -> None:
    column = Choice("yes", "column")
    assert choices_of(["a", "b"], column, {"b": FULL}) == {"a": column, "b": FULL}
    assert choices_of(["a", "b"], AUTO, {"b": FULL, "gone": FULL}) == {"b": FULL}

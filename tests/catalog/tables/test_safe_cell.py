"""Cells that outside data cannot turn into formulas."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalog.tables.safe_cell import MAX_CELL, safe_cell


@given(st.text(max_size=40))
def test_no_text_is_a_formula_or_an_illegal_cell(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert all(ord(letter) >= 32 or letter in "\t\n\r" for letter in cell)
    assert safe_cell(cell) == cell


def test_numbers_stay_numbers_and_long_texts_fit() -> None:
    assert safe_cell(-1.5) == -1.5
    assert safe_cell(None) is None
    assert len(safe_cell("x" * 40_000)) == MAX_CELL

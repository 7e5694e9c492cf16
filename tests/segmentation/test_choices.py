"""What tables and people say about cutting photos, and that it is never forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.errors import StoreError
from catalog.store.contract import PartStore, Schema, VectorSpec
from catalog.store.edge.store import EdgeStore
from catalog.store.manifest import Manifest
from segmentation.choices import (
    AUTO,
    DECISIONS,
    Choice,
    Decisions,
    choices_of,
    column_choice,
    decide,
)

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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PartStore]:
    edge_store = EdgeStore(tmp_path, "parts", reserve_bytes=0)
    edge_store.create(Schema((VectorSpec("terms", "sparse"),)), Manifest("parts"))
    yield edge_store
    edge_store.close()


def test_decisions_outlive_the_process_and_can_be_taken_back(
    store: PartStore, tmp_path: Path
) -> None:
    assert Decisions(store).of("4711") == {}
    decide(store, "47/11 ä", "a.jpg", FULL)
    decide(store, "47/11 ä", "b.jpg", PROMPT)
    store.close()
    again = EdgeStore(tmp_path, "parts", reserve_bytes=0)
    assert Decisions(again).of("47/11 a\u0308 ") == {"a.jpg": FULL, "b.jpg": PROMPT}  # NFD, a space
    assert Decisions(again).of("4711") == {}
    decide(again, "47/11 ä", "a.jpg", None)
    assert Decisions(again).of("47/11 ä") == {"b.jpg": PROMPT}
    again.close()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"parts": {"1": {"a": {}}}}'])
def test_damaged_decisions_are_an_error_that_names_them(store: PartStore, content: str) -> None:
    store.write_artefact(DECISIONS, content.encode())
    with pytest.raises(StoreError, match=r"segmentation-decisions\.json\) is damaged"):
        Decisions(store)


def test_a_person_goes_before_the_column() -> None:
    column = Choice("yes", "column")
    assert choices_of(["a", "b"], column, {"b": FULL}) == {"a": column, "b": FULL}
    assert choices_of(["a", "b"], AUTO, {"b": FULL, "gone": FULL}) == {"b": FULL}

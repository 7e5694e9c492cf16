"""The hashes by which a part is unchanged: those of every catalogue that was ingested so far."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.parts import MeasuredSize, Part, View, ViewSegmentation
from ingest.pipeline.row_hashes import choice_marks, row_hash, source_hash
from segmentation.choices import Choice

VIEWS = (
    View("a.png", "a" * 64, 1600, 1200, ("tiny",)),
    View("b.png", "b" * 64, 640, 480),
    View("c.png", "b" * 64, 640, 480),
)
CUT = (
    ViewSegmentation(
        column="yes",
        used="both",
        score=0.9312,
        label="part",
        box=(10, 20, 300, 400),
        area=0.1042,
        measured=MeasuredSize(30.02, 12.5, 0.81, 0.125, 61),
        by="review",
        prompt="nut .",
    ),
    ViewSegmentation(used="full", reason="not_needed"),
    None,
)
PART = Part(
    "4711",
    name_de="Sechskantmutter M8",
    name_en="Hex nut M8",
    clean_de="sechskantmutter m8",
    clean_en="hex nut m8",
    name_origin={"de": "given", "en": "translated"},
    family="Nuts",
    weight_kg=0.012,
    attributes={"thread": "M8", "length_mm": [8.0, 6.5]},
)
CHOICES = {"a.png": Choice("yes", "review", "nut ."), "b.png": Choice("no", "column")}


def test_the_hash_of_a_row_is_that_of_every_ledger_so_far() -> None:
    assert row_hash(PART, ["a.png", "123-456", "a.png: no"]) == "cee4fb5f9ad4296a244098a57cd30c78"


def test_a_row_with_an_unknown_file_has_no_hash() -> None:
    assert row_hash(PART, ["a.png", None]) == ""


@pytest.mark.parametrize("is_cut", [False, True])
def test_the_hash_of_a_point_is_that_of_every_store_so_far(is_cut: bool) -> None:
    views = tuple(map(_with_segmentation, VIEWS, CUT)) if is_cut else VIEWS
    part = replace(PART, views=views, source_hash="former")
    assert source_hash(part, views) == "87278051a77100c006fd528031adbb9e"
    marks = choice_marks(CHOICES)
    assert source_hash(part, views, marks) == "ec46546f87ce412b856c02bc4fe88320"


def test_the_hash_of_a_point_without_anything() -> None:
    assert source_hash(Part("1"), ()) == "e94729f1b7216fe6349678af1385b29d"


def _with_segmentation(view: View, segmentation: ViewSegmentation | None) -> View:
    return replace(view, segmentation=segmentation)

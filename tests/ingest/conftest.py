"""Tables and photos to ingest."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from partscope.catalog import Catalog
from tests.ingest.photos import MakeTable, write_photo


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """Give a catalogue that does not exist yet, with quick embedders."""
    with Catalog.open(
        tmp_path / "store", image_model="builtin:colour", text_model="builtin:tfidf", batch_size=4
    ) as opened:
        yield opened


@pytest.fixture
def make_table(tmp_path: Path) -> MakeTable:
    """Give a function that writes a CSV of part rows and a photo for each image it names."""

    def make(rows: Sequence[dict[str, str]], name: str = "parts.csv") -> Path:
        columns = ["part_number", "name_de", "name_en", "description", "image", "family"]
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        for row in rows:
            for reference in filter(_is_inside, row.get("image", "").split("|")):
                write_photo(tmp_path / reference)
        return tmp_path / name

    return make


def _is_inside(reference: str) -> bool:
    return bool(reference) and not reference.startswith((".", "/"))

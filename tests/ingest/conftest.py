"""Tables and photos to ingest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from partscope.catalog import Catalog
from tests.ingest.written_tables import make_table

__all__ = ["make_table"]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """Give a catalogue that does not exist yet, with quick embedders."""
    with Catalog.open(
        tmp_path / "store",
        image_model="builtin:colour",
        text_model="builtin:bag-of-words",
        batch_size=4,
    ) as opened:
        yield opened

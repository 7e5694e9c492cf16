"""What the embedders of a catalogue learnt is read back, or what to do is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from catalog.catalog_embedders import read_learnt, state_name
from catalog.errors import StoreError
from partscope.catalog import Catalog

NAME = state_name("text", 1)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    models = {"image_model": "none", "text_model": "builtin:tfidf"}
    with Catalog.open(tmp_path / "store", **models) as catalog:
        catalog.ingest(pd.DataFrame({"part_number": ["1"], "name_en": ["ball bearing"]}))
        yield catalog


def test_what_was_learnt_is_kept_beside_the_parts(catalog: Catalog) -> None:
    assert read_learnt(catalog.store, NAME, "the embedder", catalog.settings)


def test_what_is_missing_or_damaged_is_told_with_what_to_do(
    catalog: Catalog, tmp_path: Path
) -> None:
    mend = f"restore a backup, or run partscope rebuild --catalog parts --store {tmp_path}/store"
    content = catalog.store.read_artefact(NAME)
    assert content is not None
    catalog.store.write_artefact(NAME, content[:-9])
    catalog.close()
    with Catalog.open(tmp_path / "store") as again:
        with pytest.raises(StoreError) as damaged:
            _ = again.text_embedder
        again.store.delete_artefact(NAME)
        with pytest.raises(StoreError) as missing:
            _ = again.text_embedder
    learnt = "what the text embedder of catalogue 'parts' learnt is"
    assert str(damaged.value).startswith(f"{learnt} damaged (")
    assert str(missing.value) == f"{learnt} missing from {tmp_path}/store/parts: {mend}"
    assert str(damaged.value).endswith(mend)

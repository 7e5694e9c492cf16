"""The vectors and parts of a store as matrices."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from search.evaluation.vector_table import vector_table
from tests.search.small_catalog import Item, SmallCatalog, build


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalog]:
    built = build(
        tmp_path_factory.mktemp("store"),
        [
            Item("A", "Mutter", "Nut", "Nuts", ((255, 0, 0),)),
            Item("B", "Schraube", None, "Bolts"),
            Item("C", None, "Seal", None, ((0, 0, 255),)),
        ],
    )
    yield built
    built.close()


def test_each_row_is_the_stored_vector_of_the_part_it_belongs_to(catalog: SmallCatalog) -> None:
    records = [r for batch in catalog.store.scan(with_vectors=["image"]) for r in batch]
    with vector_table(catalog.store, ["image"], ["part_number"]) as table:
        assert [part.part_number for part in table.parts] == [
            record.payload["part_number"] for record in records
        ]
        assert len(table.matrix["image"]) == 2
        for row, part in zip(table.matrix["image"], table.part_rows["image"], strict=True):
            assert np.array_equal(row, np.asarray(records[part].vectors["image"]))


def test_only_dense_vectors_and_only_the_fields_asked_for_are_read(catalog: SmallCatalog) -> None:
    with vector_table(catalog.store, ["name_de", "terms"], ["part_number", "family"]) as table:
        assert list(table.matrix) == ["name_de"]
        assert {part.family for part in table.parts} == {"Nuts", "Bolts", None}
        assert all(part.name_de is None for part in table.parts)


def test_a_vector_that_no_part_has_is_an_empty_matrix(catalog: SmallCatalog) -> None:
    with vector_table(catalog.store, ["description"], ["part_number"]) as table:
        assert table.matrix["description"].shape == (0, 256)
        assert table.part_rows["description"].tolist() == []

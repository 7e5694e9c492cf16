from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from catalog.errors import UnknownName, UsageError
from catalog.store.contract import PartStore, Schema, VectorSpec
from catalog.store.filters import Equals
from catalog.store.manifest import Manifest
from clustering.contract import Block, Features
from clustering.space.features import feature_blocks, pull_features
from tests.stores import edge_place, identity, point, unique_catalog

SCHEMA = Schema(
    (
        VectorSpec("image", "dense", 3),
        VectorSpec("views", "multi", 3),
        VectorSpec("name_de", "dense", 2),
        VectorSpec("name_en", "dense", 2),
        VectorSpec("terms", "sparse"),
    ),
    {"family": "keyword"},
)


def vector(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PartStore]:
    with edge_place(tmp_path) as place:
        store = place.open(unique_catalog())
        store.create(SCHEMA, Manifest("test"))
        store.upsert(
            [
                point(0, {"image": vector(3, 0, 4), "name_de": vector(1, 0)}, rev=7, family="a"),
                point(1, {"name_de": vector(1, 0), "name_en": vector(0, 1)}, rev=2, family="b"),
                point(2, {"image": vector(0, 1, 0)}, family="b"),
            ]
        )
        yield store


def row_of(features: Features, number: int, block: str) -> np.ndarray | None:
    position = features.ids.index(identity(number))
    indices = np.flatnonzero(features.blocks[block].rows == position)
    return features.blocks[block].matrix[indices[0]] if len(indices) else None


def test_a_part_is_in_the_rows_of_the_vectors_it_has(store: PartStore) -> None:
    features = pull_features(store, ["image", "name"])
    assert features.ids == sorted(identity(number) for number in range(3))
    assert features.revs[features.ids.index(identity(0))] == 7
    assert set(features.blocks) == {"image", "name_de", "name_en"}
    image = row_of(features, 0, "image")
    assert image is not None
    np.testing.assert_allclose(image, [0.6, 0, 0.8], atol=1e-6)
    assert row_of(features, 1, "image") is None
    assert row_of(features, 2, "name_de") is None
    assert all(np.all(np.diff(block.rows) > 0) for block in features.blocks.values())


def test_a_filter_and_the_asked_features_bound_what_is_read(store: PartStore) -> None:
    seen: list[int] = []
    features = pull_features(store, ["name_de"], Equals("family", "b"), seen.append)
    assert sorted(features.ids) == sorted([identity(1), identity(2)])
    assert set(features.blocks) == {"name_de"}
    assert sum(seen) == 2


def test_names_are_the_unit_mean_of_the_languages_a_part_has(store: PartStore) -> None:
    features = pull_features(store, ["name", "image"])
    name, image = feature_blocks(features, ["name", "image"])
    rows = {features.ids[row]: name.matrix[i] for i, row in enumerate(name.rows)}
    np.testing.assert_allclose(rows[identity(1)], np.sqrt([0.5, 0.5]), atol=1e-6)
    np.testing.assert_allclose(rows[identity(0)], [1, 0], atol=1e-6)
    assert len(name.rows) == len(image.rows) == 2


def test_features_that_no_part_has_are_refused() -> None:
    features = Features(
        ["a"],
        np.zeros(1, np.int64),
        {"image": Block("image", np.array([0]), np.ones((1, 2), np.float32))},
    )
    with pytest.raises(UsageError, match="no part has any of the features name"):
        feature_blocks(features, ["name"])


def test_a_vector_the_catalogue_lacks_is_no_block(store: PartStore) -> None:
    features = pull_features(store, ["image", "description"])
    assert set(features.blocks) == {"image"}
    assert [block.name for block in feature_blocks(features, ["image", "description"])] == ["image"]


def test_unknown_and_repeated_features_are_refused(store: PartStore) -> None:
    with pytest.raises(UnknownName, match="unknown feature 'imgae'; did you mean 'image'"):
        pull_features(store, ["imgae"])
    with pytest.raises(UsageError, match="each once; got image, image"):
        pull_features(store, ["image", "image"])
    with pytest.raises(UsageError, match="got none"):
        pull_features(store, [])

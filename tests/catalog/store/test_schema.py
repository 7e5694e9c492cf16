"""The schema of a catalogue of parts."""

from __future__ import annotations

import pytest

from catalog.errors import UnknownName
from catalog.store.contract import VectorSpec
from catalog.store.schema import (
    check_facet_key,
    part_schema,
    schema_from_json,
    schema_to_json,
)


def test_the_named_vectors_of_a_part() -> None:
    assert part_schema(512, 384, with_description=True).vectors == (
        VectorSpec("image", "dense", 512),
        VectorSpec("views", "multi", 512),
        VectorSpec("name_de", "dense", 384),
        VectorSpec("name_en", "dense", 384),
        VectorSpec("description", "dense", 384),
        VectorSpec("terms", "sparse"),
    )


def test_a_modality_without_a_model_is_left_out() -> None:
    assert [spec.name for spec in part_schema(None, 4).vectors] == ["name_de", "name_en", "terms"]
    assert [spec.name for spec in part_schema(4, None).vectors] == ["image", "views", "terms"]


def test_json_and_back() -> None:
    schema = part_schema(8, 4)
    assert schema_from_json(schema_to_json(schema)) == schema


def test_a_facet_wants_a_keyword_index() -> None:
    check_facet_key("attributes.thread", part_schema(8, 4))
    with pytest.raises(UnknownName, match=r"attributes\.thread"):
        check_facet_key("attributes.thraed", part_schema(8, 4))

"""The schema of a catalogue of parts: its named vectors, and the payload keys that are indexed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from catalog.errors import UnknownName
from catalog.store.contract import PayloadIndex, Schema, VectorSpec

PART_INDEXES: dict[str, PayloadIndex] = {
    "part_number": "keyword",
    "family": "keyword",
    "subfamily": "keyword",
    "entity": "keyword",
    "weight_kg": "float",
    "name_origin.de": "keyword",
    "name_origin.en": "keyword",
    "attributes.standard": "keyword",
    "attributes.thread": "keyword",
    "attributes.material": "keyword",
    "attributes.length_mm": "float",
    "attributes.diameter_mm": "float",
    "attributes.voltage_v": "float",
}
"""What filters and facets use. Other keys can be filtered on as well, by a pass over the payload."""


def part_schema(
    image_dim: int | None, text_dim: int | None, *, with_description: bool = False
) -> Schema:
    """Return the schema of a catalogue of parts; a dim of None leaves that modality out.

    ``image`` is the mean of a part's views, ``views`` one row a view, ``name_de``, ``name_en`` and
    ``description`` share the text dim, ``terms`` is always there.
    """
    vectors: list[VectorSpec] = []
    if image_dim is not None:
        vectors += [
            VectorSpec("image", "dense", image_dim),
            VectorSpec("views", "multi", image_dim),
        ]
    if text_dim is not None:
        names = ["name_de", "name_en", *(["description"] if with_description else [])]
        vectors += [VectorSpec(name, "dense", text_dim) for name in names]
    return Schema((*vectors, VectorSpec("terms", "sparse")), PART_INDEXES)


def schema_to_json(schema: Schema) -> dict[str, Any]:
    """Return plain values."""
    return {
        "vectors": [asdict(spec) for spec in schema.vectors],
        "payload_indexes": dict(schema.payload_indexes),
    }


def schema_from_json(values: Mapping[str, Any]) -> Schema:
    """Read plain values; keys of a later version are ignored."""
    vectors = tuple(
        VectorSpec(spec["name"], spec["kind"], spec.get("dim")) for spec in values["vectors"]
    )
    return Schema(vectors, dict(values["payload_indexes"]))


def check_facet_key(key: str, schema: Schema) -> None:
    """Refuse to count the values of a key that has no keyword index."""
    keywords = [name for name, kind in schema.payload_indexes.items() if kind == "keyword"]
    if key not in keywords:
        raise UnknownName("facet key", key, keywords)

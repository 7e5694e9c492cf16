"""What a store keeps beside the points of a generation: its manifest and its schema, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from catalog.errors import StoreError
from catalog.store.contract import Schema
from catalog.store.manifest import Manifest
from catalog.store.schema import schema_from_json, schema_to_json


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """One generation of a catalogue."""

    manifest: Manifest
    schema: Schema

    def to_text(self) -> str:
        """Return the record as JSON."""
        values: dict[str, Any] = {
            "manifest": self.manifest.to_json(),
            "schema": schema_to_json(self.schema),
        }
        return json.dumps(values, ensure_ascii=False, indent=1)

    @classmethod
    def from_text(cls, text: str | bytes, where: str) -> GenerationRecord:
        """Read a record; StoreError naming ``where`` it stands when it is damaged."""
        try:
            values = json.loads(text)
            return cls(Manifest.from_json(values["manifest"]), schema_from_json(values["schema"]))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise StoreError(
                f"{where} is damaged ({error}): restore a backup, or delete it and ingest again"
            ) from None

"""Hashes of rows: of what a table says, and of everything that a point is made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.parts import Part, View, field_values
from segmentation.choices import Choice


def row_hash(part: Part, signatures: Sequence[str | None]) -> str:
    """Return the hash of a cleaned row and its files' signatures; empty if one is unknown."""
    if any(signature is None for signature in signatures):
        return ""
    return _hash({"part": field_values(part), "files": list(signatures)})


def choice_marks(choices: Mapping[str, Choice]) -> tuple[str, ...]:
    """Return what is said about cutting as text for hashes."""
    return tuple(f"{reference}: {choice.text}" for reference, choice in sorted(choices.items()))


def source_hash(part: Part, views: Sequence[View], marks: Sequence[str] = ()) -> str:
    """Return the hash of everything the point is made from: the same on every machine.

    ``views`` count, those of ``part`` do not. ``marks`` are what else decides about the vectors,
    such as ``PlannedRow.marks``.
    """
    values = field_values(part)
    values["views"] = [view.sha256 for view in views]
    values["files"] = [view.file for view in views]
    values.pop("source_hash")
    if marks:
        values["marks"] = list(marks)
    return _hash(values)


def _hash(values: Mapping[str, Any]) -> str:
    return hashlib.blake2b(_as_json(values).encode(), digest_size=16).hexdigest()


_as_json = json.JSONEncoder(sort_keys=True, ensure_ascii=True, default=str).encode
"""One encoder for all rows: to make one costs as much as a small row's text."""

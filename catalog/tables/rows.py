"""Rows on their way from the table to the cleaner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

FIELDS = (
    "part_number",
    "name_de",
    "name_en",
    "description",
    "family",
    "subfamily",
    "weight_kg",
    "entity",
    "image",
    "segment",
)
"""What a column can be mapped to; several columns may be mapped to ``image``.

``segment`` says whether the photos of a row are to be cut: yes, no or auto.
"""

NO_DOUBTS: Mapping[str, str] = MappingProxyType({})


def _no_doubts() -> Mapping[str, str]:
    return NO_DOUBTS


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row as the table has it. ``number`` is 1 for the first row below the header.

    ``doubts`` names the columns whose text may not be what somebody once typed, with the reason:
    ``date`` (a date cell), ``scientific`` (shown as 1.23E+05), ``digits_lost`` (a number longer
    than its storage keeps exactly).
    """

    number: int
    values: Mapping[str, str | None]
    doubts: Mapping[str, str] = field(default_factory=_no_doubts)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read; ``reason`` is a short stable key that is counted."""

    number: int
    reason: str
    detail: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row by field. Text exactly as written; empty cells are absent.

    ``images`` are references (path, zip member or URL) in the order of the views.
    """

    number: int
    fields: Mapping[str, str]
    images: tuple[str, ...] = field(default=())

"""What a part is: one row of the catalogue, one point in the store."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")
NameOrigin = Literal["given", "filled", "translated"]
AttributeValue: TypeAlias = str | float | list[str] | list[float]
"""A standard or thread is text, a size is a number in the unit its key ends with, several are a list."""
Attributes: TypeAlias = dict[str, AttributeValue]

_WHITESPACE = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u200b\ufeff"), " ")


@dataclass(frozen=True, slots=True)
class View:
    """One image of a part. ``width`` and ``height`` are pixels of the original, upright."""

    file: str
    sha256: str
    width: int
    height: int
    notes: tuple[str, ...] = ()
    segmentation: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the catalogue after cleaning.

    ``name_de`` and ``name_en`` are as given (or filled, see ``name_origin``); ``clean_de`` and
    ``clean_en`` are their cleaned forms beside them. ``source_hash`` is the hash of everything the
    point is made from.
    """

    part_number: str
    name_de: str | None = None
    name_en: str | None = None
    clean_de: str | None = None
    clean_en: str | None = None
    name_origin: Mapping[Language, NameOrigin] = field(default_factory=dict)
    description: str | None = None
    family: str | None = None
    subfamily: str | None = None
    weight_kg: float | None = None
    entity: str | None = None
    views: tuple[View, ...] = ()
    attributes: Attributes = field(default_factory=dict)
    source_hash: str = ""

    def name(self, language: Language) -> str | None:
        """Return the name in one language, or None."""
        return self.name_de if language == "de" else self.name_en

    def clean_name(self, language: Language) -> str | None:
        """Return the cleaned name in one language, or None."""
        return self.clean_de if language == "de" else self.clean_en


def to_payload(part: Part) -> dict[str, Any]:
    """Return the payload of a part's point; unknown fields are left out, not written as null."""
    views = [_without_empty(asdict(view)) for view in part.views]
    return _without_empty({**field_values(part), "views": views})


def field_values(part: Part) -> dict[str, Any]:
    """Return the fields by name, not copied: asdict, which copies deeply, is ten times as slow."""
    return dict(zip(Part.__slots__, _values_of(part), strict=True))


def from_payload(payload: Mapping[str, Any]) -> Part:
    """Return the part a payload describes; keys that are not a part's own are ignored."""
    part_fields = {name: payload[name] for name in Part.__slots__ if name in payload}
    views = [
        View(**{**view, "notes": tuple(view.get("notes", ()))})
        for view in part_fields.pop("views", ())
    ]
    return Part(views=tuple(views), **part_fields)


def row_files(views: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the file behind each row of a part's ``views`` vector, given its payload's ``views``.

    First a row a view; then the full photo of each view that is embedded by crop and full photo both.
    """
    full_photo_views = [
        view for view in views if (view.get("segmentation") or {}).get("used") == "both"
    ]
    return [str(view["file"]) for view in (*views, *full_photo_views)]


def part_key(part_number: str) -> str:
    """Return the part number as its key: NFC, odd spaces as spaces, ends stripped; else unchanged."""
    if part_number.isascii():
        return part_number.strip()
    return unicodedata.normalize("NFC", part_number).translate(_WHITESPACE).strip()


def point_id(catalog: str, part_number: str) -> UUID:
    """Return the id of a part's point: uuid5 of the catalogue's namespace and the part's key."""
    return uuid5(_namespace(catalog), part_key(part_number))


_values_of = attrgetter(*Part.__slots__)


@lru_cache(16)
def _namespace(catalog: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"partscope:{catalog}")


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", (), [], {})}

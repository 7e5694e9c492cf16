"""What a part is: one row of the catalogue, one point in the store."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, Self, TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")
NameOrigin = Literal["given", "filled", "translated"]
AttributeValue: TypeAlias = str | float | list[str] | list[float]
"""A standard or thread is text, a size is a number in the unit its key ends with, several are a list."""
Attributes: TypeAlias = dict[str, AttributeValue]

_WHITESPACE = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u200b\ufeff"), " ")


@dataclass(frozen=True, slots=True)
class MeasuredSize:
    """Length and width of a part in mm, each +- ``uncertainty_mm`` (95 %), as a ruler in a photo tells.

    ``mm_per_px`` is the scale of the photo that was measured, ``marks`` how many marks were read.
    """

    length_mm: float
    width_mm: float
    uncertainty_mm: float
    mm_per_px: float
    marks: int

    def to_json(self) -> dict[str, Any]:
        """Return the size as payloads keep it."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the size that a payload keeps; unknown keys are ignored."""
        return cls(**_own(cls, values))


@dataclass(frozen=True, slots=True)
class ViewSegmentation:
    """What became of a view when its part was to be cut out.

    ``column`` is what the table says of cutting it. ``used`` is what is embedded; None where nothing
    was cut. ``reason`` is why there is no crop, a stable key. ``score`` (0..1), ``label``, ``box`` (xyxy
    in pixels of the original, right and bottom exclusive) and ``area`` (share of the photo) are what the
    segmenter gave, also where that was refused. ``by`` and ``prompt`` are a person's decision.
    """

    column: str = ""
    used: Literal["crop", "full", "both"] | None = None
    reason: str = ""
    score: float | None = None
    label: str = ""
    box: tuple[int, int, int, int] | None = None
    area: float | None = None
    measured: MeasuredSize | None = None
    by: str = ""
    prompt: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return what payloads keep: what is not known has no key."""
        values = {
            **{key: getattr(self, key) for key in self.__slots__},
            "box": None if self.box is None else list(self.box),
            "measured": None if self.measured is None else self.measured.to_json(),
        }
        return _without_empty(values)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return what a payload keeps; unknown keys are ignored."""
        own = _own(cls, values)
        if "box" in own:
            own["box"] = tuple(own["box"])
        if "measured" in own:
            own["measured"] = MeasuredSize.from_json(own["measured"])
        return cls(**own)


@dataclass(frozen=True, slots=True)
class View:
    """One image of a part. ``width`` and ``height`` are pixels of the original, upright."""

    file: str
    sha256: str
    width: int
    height: int
    notes: tuple[str, ...] = ()
    segmentation: ViewSegmentation | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the view as payloads keep it: what is not known has no key."""
        cutting = self.segmentation
        return _without_empty(
            {
                "file": self.file,
                "sha256": self.sha256,
                "width": self.width,
                "height": self.height,
                "notes": list(self.notes),
                "segmentation": None if cutting is None else cutting.to_json(),
            }
        )

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the view that a payload keeps; unknown keys are ignored."""
        own = _own(cls, values)
        own["notes"] = tuple(own.get("notes", ()))
        if own.get("segmentation") is not None:
            own["segmentation"] = ViewSegmentation.from_json(own["segmentation"])
        return cls(**own)


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
    views = [view.to_json() for view in part.views]
    return _without_empty({**field_values(part), "views": views})


def field_values(part: Part) -> dict[str, Any]:
    """Return the fields by name, not copied: asdict, which copies deeply, is ten times as slow."""
    return dict(zip(Part.__slots__, _values_of(part), strict=True))


def from_payload(payload: Mapping[str, Any]) -> Part:
    """Return the part a payload describes; keys that are not a part's own are ignored."""
    values = {name: payload[name] for name in Part.__slots__ if name in payload}
    return Part(**{**values, "views": views_of(payload)})


def views_of(payload: Mapping[str, Any]) -> tuple[View, ...]:
    """Return the views that a part's payload keeps."""
    return tuple(map(View.from_json, payload.get("views", ())))


def row_files(views: Sequence[View]) -> list[str]:
    """Return the file behind each row of a part's ``views`` vector, given the part's views.

    First a row a view; then the full photo of each view that is embedded by crop and full photo both.
    """
    full_photo_views = [
        view for view in views if view.segmentation and view.segmentation.used == "both"
    ]
    return [view.file for view in (*views, *full_photo_views)]


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


def _own(kind: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are fields of a dataclass: a newer version may have written others."""
    return {field.name: values[field.name] for field in fields(kind) if field.name in values}


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", (), [], {})}

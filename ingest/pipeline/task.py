"""One row on its way through the pipeline: what is to be done, then with its views, then its point."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.arrays import RgbImage
from catalog.parts import Part, View, field_values, part_key
from ingest.outcomes import MISSING_IMAGE, RowOutcome, ViewCut, ViewFailure
from segmentation.choices import Choice


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store already holds for a part."""

    source_hash: str
    rev: int


@dataclass(frozen=True, slots=True)
class Task:
    """A cleaned row that has to be looked at; ``row_hash`` is empty where it cannot be trusted.

    ``choices`` are what a column or a person says about cutting single references.
    """

    number: int
    part: Part
    references: tuple[str, ...]
    row_hash: str
    events: tuple[str, ...] = ()
    stored: Stored | None = None
    raw: str = ""
    choices: Mapping[str, Choice] = field(default_factory=dict)

    @property
    def marks(self) -> tuple[str, ...]:
        """The choices as text for hashes; empty where there are none."""
        return choice_marks(self.choices)


@dataclass(frozen=True, slots=True)
class LoadedTask:
    """A task with its views decoded; ``pixels`` belong to ``part.views`` in order.

    Once cut, ``pixels`` are crops where there is one, ``full_photos`` those that are embedded beside
    their crop, by position, and ``cuts`` say what became of each view.
    """

    task: Task
    part: Part
    pixels: tuple[RgbImage, ...]
    failures: tuple[ViewFailure, ...] = field(default=())
    full_photos: Mapping[int, RgbImage] = field(default_factory=dict)
    cuts: tuple[ViewCut, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        """Whether the store holds just this already."""
        stored = self.task.stored
        return stored is not None and stored.source_hash == self.part.source_hash

    @property
    def marks(self) -> tuple[str, ...]:
        """What else decides about the vectors: choices, and views whose segmentation failed."""
        failed = (f"{cut.reference}: {cut.reason}" for cut in self.cuts if cut.is_transient)
        return (*self.task.marks, *failed)

    @property
    def settled_hash(self) -> str:
        """The hash to remember; empty where another run may find more."""
        passing = any(failure.is_transient for failure in self.failures)
        passing |= any(cut.is_transient for cut in self.cuts)
        return "" if passing else self.task.row_hash

    @property
    def images_missing(self) -> int:
        """How many references point to nothing."""
        return sum(failure.reason == MISSING_IMAGE for failure in self.failures)

    def outcome(self) -> RowOutcome:
        """Return the row's outcome if all goes well from here."""
        stored = self.task.stored
        change = "unchanged" if self.is_unchanged else "updated" if stored else "created"
        return RowOutcome(
            number=self.task.number,
            part_number=self.part.part_number,
            outcome=change,  # type: ignore[arg-type]  # a conditional expression widens to str
            events=self.task.events,
            images_used=len(self.part.views),
            images_missing=self.images_missing,
            images_failed=len(self.failures) - self.images_missing,
            view_failures=self.failures,
            cuts=self.cuts,
        )

    def failed(self, reason: str, detail: str) -> RowOutcome:
        """Return the outcome of a row that cannot become a point."""
        return RowOutcome(
            number=self.task.number,
            part_number=self.part.part_number,
            outcome="failed",
            reason=reason,
            detail=detail,
            events=self.task.events,
            images_missing=self.images_missing,
            images_failed=len(self.failures) - self.images_missing,
            view_failures=self.failures,
            raw=self.task.raw,
        )


def key_of(part: Part) -> str:
    """Return the part's key in ledger and store."""
    return part_key(part.part_number)


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

    ``marks`` are what else decides about the vectors, such as ``Task.marks``.
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

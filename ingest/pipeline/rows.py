"""One row on its way through the pipeline: what is to be done, then with its views, then its point.

A row that is settled early keeps its place among the others: as a ``PlannedRow`` with its
``outcome``, which every later step hands on untouched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from catalog.arrays import RgbImage
from catalog.parts import Part, View, part_key
from catalog.store.contract import Point
from ingest.ledger import LedgerEntry
from ingest.outcomes import MISSING_IMAGE, Outcome, RowOutcome, ViewCut, ViewFailure
from ingest.pipeline.row_hashes import choice_marks, source_hash
from segmentation.choices import Choice


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store already holds for a part."""

    source_hash: str
    rev: int


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of the table that has to be looked at, or its ``outcome`` where it is settled.

    ``part`` is without views; of a row that is no part it has as much of the part number as there
    is. ``row_hash`` is empty where it cannot be trusted. ``choices`` are what a column or a person
    says about cutting single references; ``raw`` is the row as it was given.
    """

    number: int
    part: Part
    references: tuple[str, ...] = ()
    row_hash: str = ""
    events: tuple[str, ...] = ()
    stored: Stored | None = None
    raw: str = ""
    choices: Mapping[str, Choice] = field(default_factory=dict)
    outcome: RowOutcome | None = None

    @property
    def key(self) -> str:
        """The part's key in ledger and store."""
        return part_key(self.part.part_number)

    @property
    def marks(self) -> tuple[str, ...]:
        """The choices as text for hashes; empty where there are none."""
        return choice_marks(self.choices)

    def ended(self, outcome: Outcome, reason: str, detail: str = "") -> Self:
        """Return the row settled: left out, or failed, for this reason."""
        number, part_number = self.number, self.part.part_number
        settled = RowOutcome(
            number, part_number, outcome, reason, detail, self.events, raw=self.raw
        )
        return replace(self, outcome=settled)


@dataclass(frozen=True, slots=True, eq=False)
class LoadedView:
    """A view with what the embedder is given of it: the photo or its crop, or crop and full photo."""

    view: View
    pictures: tuple[RgbImage, ...]


@dataclass(frozen=True, slots=True)
class MadeRow:
    """What became of a row, if the store takes its point.

    ``point`` is to be written and ``entry`` noted in the ledger once it is durable; there is
    neither where the row ended before, and no point where the part is unchanged.
    """

    outcome: RowOutcome
    point: Point | None = None
    entry: LedgerEntry | None = None
    raw: str = ""

    def refused(self, detail: str) -> RowOutcome:
        """Return what became of the row where the store refuses its point."""
        return replace(
            self.outcome,
            outcome="failed",
            reason="invalid_vector",
            detail=detail,
            images_used=0,
            cuts=(),
            raw=self.raw,
        )


@dataclass(frozen=True, slots=True)
class LoadedRow:
    """A planned row with its views decoded, then cut; ``cuts`` say what became of each view.

    ``source_hash`` is of all that the point is made from; empty where the row was settled before.
    """

    planned: PlannedRow
    views: tuple[LoadedView, ...] = ()
    failures: tuple[ViewFailure, ...] = ()
    cuts: tuple[ViewCut, ...] = ()
    source_hash: str = ""

    @classmethod
    def of(
        cls,
        planned: PlannedRow,
        views: Sequence[LoadedView],
        failures: Sequence[ViewFailure] = (),
        cuts: Sequence[ViewCut] = (),
    ) -> Self:
        """Return the row with these views, and the hash that follows from them.

        Besides choices, views whose segmentation failed decide about the vectors.
        """
        failed = (f"{cut.reference}: {cut.reason}" for cut in cuts if cut.is_transient)
        marks = (*planned.marks, *failed)
        digest = source_hash(planned.part, [loaded.view for loaded in views], marks)
        return cls(planned, tuple(views), tuple(failures), tuple(cuts), digest)

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to embed: it ended before, or the store holds just this."""
        return self.planned.outcome is not None or self.is_unchanged

    @property
    def is_unchanged(self) -> bool:
        """Whether the store holds just this already."""
        stored = self.planned.stored
        return stored is not None and stored.source_hash == self.source_hash

    @property
    def settled_hash(self) -> str:
        """The hash to remember; empty where another run may find more."""
        passing = any(failure.is_transient for failure in self.failures)
        passing |= any(cut.is_transient for cut in self.cuts)
        return "" if passing else self.planned.row_hash

    @property
    def part(self) -> Part:
        """The part with its views, as it is stored; made anew each time."""
        views = tuple(loaded.view for loaded in self.views)
        return replace(self.planned.part, views=views, source_hash=self.source_hash)

    @property
    def outcome(self) -> RowOutcome:
        """What becomes of the row if all goes well from here."""
        if self.planned.outcome is not None:
            return self.planned.outcome
        stored = self.planned.stored
        change: Outcome = "unchanged" if self.is_unchanged else "updated" if stored else "created"
        return self._outcome(change, images_used=len(self.views), cuts=self.cuts)

    def made(self, point: Point | None = None) -> MadeRow:
        """Return the row as it is handed to the writer."""
        outcome = self.outcome
        if self.planned.outcome is not None:
            return MadeRow(outcome)
        entry = LedgerEntry(
            key=self.planned.key,
            row_hash=self.settled_hash,
            source_hash=self.source_hash,
            images_used=outcome.images_used,
            images_missing=outcome.images_missing,
            images_failed=outcome.images_failed,
        )
        return MadeRow(outcome, point, entry, self.planned.raw)

    def failed(self, reason: str, detail: str) -> MadeRow:
        """Return a row that cannot become a point."""
        return MadeRow(self._outcome("failed", reason=reason, detail=detail, raw=self.planned.raw))

    def _outcome(
        self,
        outcome: Outcome,
        *,
        reason: str = "",
        detail: str = "",
        raw: str = "",
        images_used: int = 0,
        cuts: tuple[ViewCut, ...] = (),
    ) -> RowOutcome:
        missing = sum(failure.reason == MISSING_IMAGE for failure in self.failures)
        return RowOutcome(
            number=self.planned.number,
            part_number=self.planned.part.part_number,
            outcome=outcome,
            reason=reason,
            detail=detail,
            events=self.planned.events,
            images_used=images_used,
            images_missing=missing,
            images_failed=len(self.failures) - missing,
            view_failures=self.failures,
            raw=raw,
            cuts=cuts,
        )

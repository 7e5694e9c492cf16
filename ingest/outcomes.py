"""What became of each row, and of the whole table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["created", "updated", "unchanged", "skipped", "failed"]
MISSING_IMAGE = "missing"


@dataclass(frozen=True, slots=True)
class ViewFailure:
    """A view that could not be used; ``reason`` is a short stable key."""

    reference: str
    reason: str
    detail: str

    @property
    def is_transient(self) -> bool:
        """Whether another run may succeed without any change to the row."""
        return self.reason.startswith("url_")


@dataclass(frozen=True, slots=True)
class ViewCut:
    """What was made of a view that could be cut: a crop, or the full photo for a counted reason."""

    reference: str
    reason: str = ""
    detail: str = ""
    is_cached: bool = False
    is_transient: bool = False

    @property
    def text(self) -> str:
        """What became of it, in words for the report."""
        picture = "full photo: " + self.reason if self.reason else "crop"
        return f"{picture} ({self.detail})" if self.detail else picture


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row. ``events`` are the cleaning rules that fired."""

    number: int
    part_number: str
    outcome: Outcome
    reason: str = ""
    detail: str = ""
    events: tuple[str, ...] = ()
    images_used: int = 0
    images_missing: int = 0
    images_failed: int = 0
    view_failures: tuple[ViewFailure, ...] = ()
    raw: str = ""
    cuts: tuple[ViewCut, ...] = ()

    @property
    def is_left_out(self) -> bool:
        """Whether the row, or one of its images, is not in the catalogue."""
        return self.outcome in ("skipped", "failed") or self.images_failed > 0


@dataclass(slots=True)
class IngestSummary:
    """The counts of one ingest; ``seconds_by_stage`` is busy time, stages overlap."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    images_used: int = 0
    images_missing: int = 0
    images_failed: int = 0
    image_failures: Counter[str] = field(default_factory=Counter)
    segmented: int = 0
    masks_kept: int = 0
    full_photos: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)
    report: str = ""
    seconds: float = 0.0
    seconds_by_stage: dict[str, float] = field(default_factory=dict)
    embedder_idle: float = 0.0
    dry_run: bool = False

    def add(self, row: RowOutcome) -> None:
        """Count one row."""
        self.rows += 1
        if row.events:  # to count nothing costs as much as to count a few
            self.events.update(row.events)
        self.images_used += row.images_used
        self.images_missing += row.images_missing
        self.images_failed += row.images_failed
        if row.view_failures:
            self.image_failures.update(failure.reason for failure in row.view_failures)
        for view in row.cuts:
            self.segmented += not view.reason
            self.masks_kept += view.is_cached
            if view.reason:
                self.full_photos[view.reason] += 1
        if row.outcome == "skipped":
            self.skipped[row.reason] += 1
        elif row.outcome == "failed":
            self.failed += 1
            self.failures[row.reason] += 1
        else:
            setattr(self, row.outcome, getattr(self, row.outcome) + 1)

    def left_out(self) -> str:
        """Return how much is not in the catalogue so far, in words."""
        counts = {
            "skipped": self.skipped.total(),
            "failed": self.failed,
            "bad images": self.images_failed,
        }
        return ", ".join(f"{count} {name}" for name, count in counts.items() if count)

    def is_news_after(self, former: IngestSummary | None) -> bool:
        """Whether anything was written, or the table looks otherwise than in the former look."""
        return (
            former is None or bool(self.created or self.updated) or self._seen() != former._seen()
        )

    def _seen(self) -> tuple[object, ...]:
        return self.rows, self.skipped, self.failures, self.image_failures, self.notices

    def lines(self) -> list[str]:
        """Return the counts as lines for people."""
        rate = self.rows / self.seconds if self.seconds else 0.0
        verb = "checked" if self.dry_run else "done"
        lines = [
            f"{self.rows} rows {verb} in {self.seconds:.1f} s ({rate:.0f}/s): {self.created} created, "
            f"{self.updated} updated, {self.unchanged} unchanged, "
            f"{self.skipped.total()} skipped, {self.failed} failed",
            f"images: {self.images_used} used, {self.images_missing} missing, "
            f"{self.images_failed} failed",
            *self._cut_lines(),
        ]
        for title, counts in (
            ("skipped", self.skipped),
            ("failed", self.failures),
            ("image problems", self.image_failures),
            ("cleaning", self.events),
        ):
            if counts:
                listed = ", ".join(f"{count} {key}" for key, count in counts.most_common())
                lines.append(f"{title}: {listed}")
        return [*lines, f"row report: {self.report}"]

    def _cut_lines(self) -> list[str]:
        if not self.segmented and not self.full_photos:
            return []
        reasons = ", ".join(f"{count} {reason}" for reason, count in self.full_photos.most_common())
        cached = f", {self.masks_kept} masks from the cache" if self.masks_kept else ""
        full = f" ({reasons})" if reasons else ""
        return [
            f"segmentation: {self.segmented} segmented, {self.full_photos.total()} full photos{full}"
            f"{cached}, {self.seconds_by_stage.get('segment', 0.0):.1f} s"
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the counts as the command line prints them."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": dict(sorted(self.skipped.items())),
            "failed": self.failed,
            "failures": dict(sorted(self.failures.items())),
            "images": {
                "used": self.images_used,
                "missing": self.images_missing,
                "failed": self.images_failed,
                "reasons": dict(sorted(self.image_failures.items())),
            },
            "segmentation": {
                "segmented": self.segmented,
                "from_cache": self.masks_kept,
                "full_photo": dict(sorted(self.full_photos.items())),
            },
            "cleaning": dict(sorted(self.events.items())),
            "notices": self.notices,
            "report": self.report,
            "seconds": round(self.seconds, 3),
            "seconds_by_stage": {key: round(s, 3) for key, s in self.seconds_by_stage.items()},
            "embedder_idle": round(self.embedder_idle, 4),
            "dry_run": self.dry_run,
        }

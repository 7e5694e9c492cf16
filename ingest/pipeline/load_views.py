"""The decoding step: a row's references become decoded views, or counted failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catalog.errors import ImageRejected
from catalog.images.decode import DecodedImage
from catalog.parts import View, ViewSegmentation
from ingest.outcomes import ViewFailure
from ingest.pipeline.rows import LoadedRow, LoadedView, PlannedRow
from ingest.pipeline.stage_clock import StageClock
from segmentation.choices import AUTO, Choice

MAX_VIEWS = 64
"""More views of one part than this are left out and counted as ``too_many_views``."""


@dataclass(frozen=True, slots=True)
class ViewLoader:
    """Reads and decodes the views of rows, by ``Pictures.load``; used by several threads at once."""

    read: Callable[[str], bytes]
    decode: Callable[[bytes], DecodedImage]
    clock: StageClock

    def load(self, planned: PlannedRow) -> LoadedRow:
        """Return the row with the views that could be used; the others are failures."""
        if planned.outcome is not None:
            return LoadedRow(planned)
        with self.clock.measure("decode"):
            views: list[LoadedView] = []
            failures: list[ViewFailure] = []
            for position, reference in enumerate(planned.references):
                try:
                    if position >= MAX_VIEWS:
                        raise ImageRejected("too_many_views", f"at most {MAX_VIEWS} views a part")
                    views.append(self._load(reference, planned.choices.get(reference, AUTO)))
                except ImageRejected as error:
                    failures.append(ViewFailure(reference, error.reason, error.detail))
            return LoadedRow.of(planned, views, failures)

    def _load(self, reference: str, choice: Choice) -> LoadedView:
        content = self.read(reference)
        decoded = self.decode(content)
        view = View(
            reference,
            decoded.sha256,
            decoded.width,
            decoded.height,
            tuple(decoded.notes),
            # Kept also where nothing is cut: a rebuild from the catalogue's own parts reads it.
            ViewSegmentation(column=choice.use) if choice.by == "column" else None,
        )
        return LoadedView(view, (decoded.pixels,))

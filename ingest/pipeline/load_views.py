"""The decoding stage: a task's references become decoded views, or counted failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from catalog.arrays import RgbImage
from catalog.errors import ImageRejected
from catalog.images.decode import DecodedImage
from catalog.parts import View, ViewSegmentation
from ingest.outcomes import ViewFailure
from ingest.pipeline.stage_clock import StageClock
from ingest.pipeline.task import LoadedTask, Task, source_hash
from segmentation.choices import AUTO, Choice

MAX_VIEWS = 64
"""More views of one part than this are left out and counted as ``too_many_views``."""


@dataclass(frozen=True, slots=True)
class ViewLoader:
    """Reads and decodes the views of tasks, by ``Pictures.load``; used by several threads at once."""

    read: Callable[[str], bytes]
    decode: Callable[[bytes], DecodedImage]
    clock: StageClock

    def load(self, task: Task) -> LoadedTask:
        """Return the task with the views that could be used; the others are failures."""
        with self.clock.measure("decode"):
            views: list[View] = []
            pixels: list[RgbImage] = []
            failures: list[ViewFailure] = []
            for position, reference in enumerate(task.references):
                try:
                    if position >= MAX_VIEWS:
                        raise ImageRejected("too_many_views", f"at most {MAX_VIEWS} views a part")
                    view, image = self._load(reference, task.choices.get(reference, AUTO))
                except ImageRejected as error:
                    failures.append(ViewFailure(reference, error.reason, error.detail))
                    continue
                views.append(view)
                pixels.append(image)
            digest = source_hash(task.part, views, task.marks)
            part = replace(task.part, views=tuple(views), source_hash=digest)
            return LoadedTask(task, part, tuple(pixels), tuple(failures))

    def _load(self, reference: str, choice: Choice) -> tuple[View, RgbImage]:
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
        return view, decoded.pixels

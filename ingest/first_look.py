"""The first look over a table: how many rows, which name pairs, and a sample of images to fit on."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from catalog.arrays import RgbImage
from catalog.parts import Part
from catalog.progress import Progress
from catalog.tables.rows import BadRow, SourceRow
from ingest.cleaning.name_pairs import NamePairs
from ingest.pipeline.load_views import ViewLoader
from ingest.pipeline.overlap import map_in_order
from ingest.pipeline.rows import LoadedRow, PlannedRow
from ingest.view_index import ViewIndex

SAMPLE_CAP = 4096
"""At most so many parts are remembered for the image sample."""


@dataclass(slots=True)
class FirstLook:
    """What one pass over the rows tells; memory is bounded whatever the table's size.

    The image sample is the parts with the smallest hash of their part number: the same for the
    same table in any order.
    """

    pairs: NamePairs = field(default_factory=NamePairs)
    rows: int = 0
    has_descriptions: bool = False
    _sample: list[tuple[int, str, str]] = field(default_factory=list)

    def read(
        self,
        rows: Iterable[SourceRow | BadRow],
        views: ViewIndex | None,
        progress: Progress,
        *,
        want_images: bool,
    ) -> None:
        """Look at every row once; image references only where they are wanted."""
        for row in rows:
            self.rows += 1
            progress.advance()
            if isinstance(row, BadRow):
                continue
            self.pairs.add(row)
            self.has_descriptions |= "description" in row.fields
            if want_images:
                self._note_image(row, views)

    @property
    def notices(self) -> list[str]:
        """What people should know of the first look."""
        if not self.pairs.is_capped:
            return []
        return ["the table has more distinct name pairs than are kept; the first ones are used"]

    def loaded(self, loader: ViewLoader, limit: int, workers: int) -> Iterator[LoadedRow]:
        """Yield at most ``limit`` parts with one view each, as the loader makes it; some have failed."""
        chosen = sorted(self._sample, reverse=True)[:limit]  # the keys are negated hashes
        rows = [
            PlannedRow(0, Part(part_number=number), (reference,))
            for _, number, reference in sorted(chosen, key=lambda entry: entry[1:])
        ]
        return map_in_order(loader.load, rows, workers=workers, window=2 * workers)

    def images(self, loader: ViewLoader, limit: int, workers: int) -> Iterator[RgbImage]:
        """Yield at most ``limit`` views as the loader makes them; those that fail are left out."""
        loaded = self.loaded(loader, limit, workers)
        return (picture for row in loaded for view in row.views for picture in view.pictures)

    def _note_image(self, row: SourceRow, views: ViewIndex | None) -> None:
        references: Sequence[str] = views.views_of(row).references if views else row.images
        if not references:
            return
        number = row.fields.get("part_number", "")
        digest = hashlib.blake2b(number.encode(errors="replace"), digest_size=8).digest()
        entry = (-int.from_bytes(digest, "big"), number, references[0])
        if len(self._sample) < SAMPLE_CAP:
            heapq.heappush(self._sample, entry)
        else:
            heapq.heappushpop(self._sample, entry)

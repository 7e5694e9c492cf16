"""What an engine is: it lends the maker of points its threads, its processes or its machines."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Protocol

from ingest.pipeline.point_maker import PointMaker
from ingest.pipeline.rows import MadeRow, PlannedRow


class Engine(Protocol):
    """Engines differ in who runs the maker, in nothing else."""

    def run(
        self, rows: Iterable[PlannedRow], maker: PointMaker
    ) -> Generator[list[MadeRow], None, None]:
        """Yield in batches what becomes of each row, in the order of the rows.

        Rows are planned, and batches made, only so far ahead that memory stays bounded. Closing the
        generator stops all that is under way, after the photo at hand; nothing runs on behind it.
        An error of the rows or of the maker is raised, and what was under way is lost.
        """
        ...

"""The engine of one process: its threads overlap the steps of the maker."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import chain

from catalog.store.contract import chunked
from ingest.pipeline.overlap import map_in_order, run_ahead
from ingest.pipeline.point_maker import PointMaker
from ingest.pipeline.rows import LoadedRow, MadeRow, PlannedRow

BATCHES_AHEAD = 2
_ROWS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Plans, decodes (in ``workers`` threads), cuts, embeds and writes at the same time.

    Rows are planned ahead in one thread, ``rows_ahead`` at most, cut in another one, which spreads
    over more where the segmenter gains from it, and embedded in a third; the caller's thread writes.
    """

    workers: int
    rows_ahead: int

    def run(
        self, rows: Iterable[PlannedRow], maker: PointMaker
    ) -> Generator[list[MadeRow], None, None]:
        """Yield in batches what becomes of each row; see ``Engine``."""
        # Left from the last stage to the first, so that none waits for one that has ended.
        with ExitStack() as stages:
            loaded = stages.enter_context(self.loaded(rows, maker.load, maker.views_at_once))
            batches: Iterator[Sequence[LoadedRow]] = maker.batches(loaded)
            if maker.is_cutting:
                ahead = run_ahead(map(maker.cut, batches), BATCHES_AHEAD)
                batches = stages.enter_context(closing(ahead))
            made = run_ahead(_embedded(batches, maker), BATCHES_AHEAD, maker.stopped)
            yield from stages.enter_context(closing(made))

    @contextmanager
    def loaded(
        self,
        rows: Iterable[PlannedRow],
        load: Callable[[PlannedRow], LoadedRow],
        views_ahead: int,
    ) -> Iterator[Iterator[LoadedRow]]:
        """Lend the rows with their views, as many rows decoded ahead as views may be held."""
        # Handed over by the dozen: a queue costs as much as the cleaning of a short name.
        depth = max(1, self.rows_ahead // _ROWS_AT_ONCE)
        with closing(run_ahead(chunked(rows, _ROWS_AT_ONCE), depth)) as planned:
            loaded = map_in_order(
                load,
                chain.from_iterable(planned),
                workers=self.workers,
                window=views_ahead,
                is_light=_is_light,
            )
            with closing(loaded):
                yield loaded


def _is_light(row: PlannedRow) -> bool:
    return row.outcome is not None or not row.references


def _embedded(batches: Iterable[Sequence[LoadedRow]], maker: PointMaker) -> Iterator[list[MadeRow]]:
    for batch in maker.clock.waiting("embedder waits", batches):
        yield maker.embed(batch)

"""The rows that failed when they were last looked at, as the ledger of a catalogue keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from catalog.opened import OpenedCatalog
from ingest.ledger import DeadLetter, ledger_path, read_dead_letters


@dataclass(frozen=True, slots=True)
class Failures:
    """The first failed rows by source and row; ``count`` is how many there are in all."""

    rows: tuple[DeadLetter, ...]
    count: int

    def to_json(self) -> dict[str, Any]:
        """Return plain values; ``last_seen`` is when the row failed last, UTC."""
        return {
            "failures": [
                {
                    "part_number": letter.part_number,
                    "row": letter.row_number,
                    "source": letter.source,
                    "reason": letter.reason,
                    "detail": letter.detail,
                    "last_seen": letter.last_seen,
                }
                for letter in self.rows
            ],
            "count": self.count,
        }

    def lines(self) -> Iterator[str]:
        """Yield the same for people, a table a source."""
        for source, letters in groupby(self.rows, lambda letter: letter.source):
            yield source
            yield from _table(list(letters))
        shown = f"; the first {len(self.rows)} are shown" if len(self.rows) < self.count else ""
        yield f"{self.count} rows fail{shown}" if self.count else "no row fails"


def failures(catalog: OpenedCatalog, limit: int | None = None) -> Failures:
    """Return the rows that still fail, the first ``limit`` of them, as far as this machine knows.

    A row is forgotten once it succeeds, and with the generation of the catalogue that it failed in.
    The store is not locked: somebody may be writing to it. CatalogNotFound without a catalogue.
    """
    manifest = catalog.manifest
    path = ledger_path(catalog.settings.work_folder, manifest.generation)
    letters, count = read_dead_letters(path, manifest.identity, limit)
    return Failures(tuple(letters), count)


def _table(letters: list[DeadLetter]) -> Iterator[str]:
    width = max(len("part number"), *(len(letter.part_number) for letter in letters)) + 2
    yield f"{'row':>9}  {'part number':<{width}}{'last seen (UTC)':<18}why"
    for letter in letters:
        seen = letter.last_seen[:16].replace("T", " ")
        why = " ".join(f"{letter.reason}: {letter.detail}".split())
        yield f"{letter.row_number:>9}  {letter.part_number:<{width}}{seen:<18}{why}"

"""The name pairs of one table: what a name is called in the other language elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from catalog.embedding.contract import NamePair
from catalog.names.normalise import fold
from catalog.names.repair import storable
from catalog.parts import Language
from catalog.tables.rows import SourceRow
from ingest.cleaning.placeholders import is_placeholder

MAX_PAIRS = 200_000
"""Distinct pairs, and distinct names without a counterpart, that are kept; later ones are counted."""
MAX_NAME = 1000
"""Characters of a name; longer ones are no names and are left out here."""


class NamePairs:
    """Collects names while rows stream by; memory is bounded by ``MAX_PAIRS`` names of ``MAX_NAME``.

    The same rows in any order give the same answers, unless there are more pairs than are kept.
    """

    def __init__(self, max_pairs: int = MAX_PAIRS) -> None:
        self._max_pairs = max_pairs
        self._both: Counter[tuple[str, str]] = Counter()
        self._single: Counter[tuple[str, str]] = Counter()
        self._best: dict[Language, dict[str, str]] | None = None
        self.ignored = 0
        """Rows whose names were not kept because there were too many."""

    def add(self, row: SourceRow) -> None:
        """Note the names of one row; placeholders count as absent."""
        names = (_name(row, "name_de"), _name(row, "name_en"))
        if all(names):
            self._count(self._both, names)
            self._best = None
        elif any(names):
            self._count(self._single, names)

    @property
    def is_capped(self) -> bool:
        """Whether names were left out because there were too many."""
        return self.ignored > 0

    def lookup(self, name: str, language: Language) -> str | None:
        """Return what a name in ``language`` is called in the other one in most rows, or None.

        Names are compared folded; ties go to the alphabetically first.
        """
        if self._best is None:
            self._best = {"de": self._most_frequent(0), "en": self._most_frequent(1)}
        return self._best[language].get(fold(name))

    def pairs(self) -> Iterator[NamePair]:
        """Yield the distinct pairs, most frequent first, then the names without a counterpart."""
        for pair in sorted(self._both, key=lambda pair: (-self._both[pair], pair)):
            yield NamePair(*pair)
        for german, english in sorted(self._single, key=lambda pair: (-self._single[pair], pair)):
            yield NamePair(german or None, english or None)

    def _count(self, counter: Counter[tuple[str, str]], names: tuple[str, str]) -> None:
        if names in counter or len(counter) < self._max_pairs:
            counter[names] += 1
        else:
            self.ignored += 1

    def _most_frequent(self, side: int) -> dict[str, str]:
        """Return the most frequent counterpart by folded name of one side (0 German, 1 English)."""
        counts: dict[str, Counter[str]] = {}
        for pair, count in self._both.items():
            counts.setdefault(fold(pair[side]), Counter())[pair[1 - side]] += count
        return {
            name: min(
                counterparts, key=lambda counterpart: (-counterparts[counterpart], counterpart)
            )
            for name, counterparts in counts.items()
        }


def _name(row: SourceRow, field: str) -> str:
    name = storable(row.fields.get(field, "").strip())
    return "" if len(name) > MAX_NAME or is_placeholder(name) else name

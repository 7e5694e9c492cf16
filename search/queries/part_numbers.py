"""Parts whose number was typed: exactly, without its punctuation, or in part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from catalog.names.words.folding import fold
from catalog.parts import part_key, point_id
from catalog.store.contract import PartStore, Record
from catalog.store.filters import Condition, HasId, every

NumberMatchKind = Literal["exact", "folded", "prefix", "part"]
MAX_MATCHES = 50
"""Parts that a piece of a number brings in at most."""
MAX_INDEXED = 2_000_000
"""Catalogues above this are only asked for whole numbers: the index of pieces is held in memory
(about 20 bytes a part)."""
_MIN_PIECE = 3
_MAX_PIECE = 40
_MAX_WORDS = 4
_DROPPED = re.compile(r"[\W_]+")
_FLOOR = {"prefix": 0.7, "part": 0.5}
_SPAN = 0.29


@dataclass(frozen=True, slots=True)
class NumberMatch:
    """How a text matches a part number; ``share`` is how much of the number was typed, in (0, 1]."""

    kind: NumberMatchKind
    share: float

    @property
    def floor(self) -> float:
        """The score that the match alone is worth: 1 for the number itself, less for a piece."""
        if self.kind in ("exact", "folded"):
            return 1.0 if self.kind == "exact" else 0.999
        return _FLOOR[self.kind] + _SPAN * self.share


class PartNumbers:
    """Finds parts by their number. Pieces are looked up in an index built at the first need."""

    def __init__(self, store: PartStore, catalog: str) -> None:
        self._store = store
        self._catalog = catalog
        self._index: _Index | None = None

    def find(
        self, texts: Sequence[str], conditions: Sequence[Condition | None], pieces: Sequence[bool]
    ) -> list[dict[str, NumberMatch]]:
        """Return by point id the parts whose number each text matches, the best matches first.

        ``conditions`` limit what may be found; ``pieces`` says for which texts less than the whole
        number will do. An empty text matches nothing.
        """
        ids = [str(point_id(self._catalog, text)) if part_key(text) else "" for text in texts]
        existing_ids = {record.id for record in self._known(ids)}
        answers: list[dict[str, NumberMatch]] = []
        for text, identity, condition, in_part in zip(texts, ids, conditions, pieces, strict=True):
            matches = {identity: NumberMatch("exact", 1.0)} if identity in existing_ids else {}
            if not matches and _looks_like_number(text):
                matches = self._pieces(squash(text), in_part=in_part)
            answers.append(self._allowed(matches, condition))
        return answers

    def _known(self, ids: Sequence[str]) -> Sequence[Record]:
        unique_ids = list({identity for identity in ids if identity})
        return self._store.get(unique_ids, with_payload=False) if unique_ids else []

    def _pieces(self, piece: str, *, in_part: bool) -> dict[str, NumberMatch]:
        if self._index is None:
            self._index = _Index.build(self._store)
        return {
            str(point_id(self._catalog, number)): match
            for number, match in self._index.find(piece, in_part=in_part)
        }

    def _allowed(
        self, matches: dict[str, NumberMatch], condition: Condition | None
    ) -> dict[str, NumberMatch]:
        if condition is None or not matches:
            return matches
        where = every([condition, HasId(tuple(matches))])
        allowed = {r.id for batch in self._store.scan(where, with_payload=False) for r in batch}
        return {identity: match for identity, match in matches.items() if identity in allowed}


def squash(text: str) -> str:
    """Return a part number folded and without punctuation and spaces: ``Ab-12/3`` -> ``ab123``."""
    return _DROPPED.sub("", fold(text))


def _looks_like_number(text: str) -> bool:
    piece = squash(text)
    return (
        _MIN_PIECE <= len(piece) <= _MAX_PIECE
        and len(text.split()) <= _MAX_WORDS
        and any(letter.isdigit() for letter in piece)
    )


class _Index:
    # All squashed numbers in one text, a line each: finding a piece is one pass of the C library.
    # Whole numbers are found by their hash, 16 bytes a part.

    def __init__(self, numbers: Sequence[str]) -> None:
        self._numbers = numbers
        squashed = [squash(number) for number in numbers]
        self._longest = max(map(len, squashed), default=0)
        self._text = "\n" + "\n".join(squashed) + "\n"
        self._starts = np.cumsum([1, *(len(line) + 1 for line in squashed)])
        hashes = np.array([hash(line) for line in squashed], dtype=np.int64)
        self._by_hash = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._by_hash]

    @classmethod
    def build(cls, store: PartStore) -> _Index:
        if store.count() > MAX_INDEXED:
            return cls([])
        batches = store.scan(with_payload=["part_number"], batch_size=4096)
        return cls([str(r.payload["part_number"]) for batch in batches for r in batch])

    def find(self, piece: str, *, in_part: bool) -> list[tuple[str, NumberMatch]]:
        if len(piece) > self._longest:
            return []
        matches = {row: NumberMatch("folded", 1.0) for row in self._whole(piece)}
        if in_part:
            kinds: tuple[tuple[NumberMatchKind, str], ...] = (("prefix", "\n"), ("part", ""))
            for kind, before in kinds:
                for row, length in self._rows(before, piece):
                    matches.setdefault(row, NumberMatch(kind, len(piece) / length))
        best = sorted(matches.items(), key=lambda item: (-item[1].floor, self._numbers[item[0]]))
        return [(self._numbers[row], match) for row, match in best[:MAX_MATCHES]]

    def _whole(self, piece: str) -> list[int]:
        digest = np.int64(hash(piece))
        first = np.searchsorted(self._hashes, digest, side="left")
        last = np.searchsorted(self._hashes, digest, side="right")
        rows: list[int] = self._by_hash[first:last].tolist()
        return [row for row in rows if squash(self._numbers[row]) == piece]

    def _rows(self, before: str, piece: str) -> Iterator[tuple[int, int]]:
        # The row and the squashed length of each number that has the piece, at its start or anywhere.
        pattern = before + piece
        position = self._text.find(pattern)
        for _ in range(20 * MAX_MATCHES):
            if position < 0:
                return
            at = position + len(before)
            row = int(np.searchsorted(self._starts, at, side="right")) - 1
            yield row, int(self._starts[row + 1] - self._starts[row]) - 1
            position = self._text.find(pattern, position + 1)

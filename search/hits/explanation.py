"""Why a part was found: each vector's share in the score, words, attributes, the part number, the view."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.arrays import FloatMatrix
from catalog.names.attributes import AttributeComparison
from catalog.names.words.tokens import tokens
from search.queries.part_numbers import NumberMatchKind

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class VectorShare:
    """What one vector says of a hit; ``similarity`` is a cosine, for terms the share covered.

    ``share`` is its part of the score, in [0, 1]. Both have four digits.
    """

    similarity: float
    share: float

    def to_json(self) -> dict[str, float]:
        """Return plain values."""
        return {"similarity": self.similarity, "share": self.share}


@dataclass(frozen=True, slots=True)
class MatchedWords:
    """The tokens of the query's names that the part has too, and those it has not."""

    shared: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def to_json(self) -> dict[str, list[str]]:
        """Return plain values."""
        return {"shared": list(self.shared), "missing": list(self.missing)}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where the score of one hit comes from; the shares of ``vectors`` by name add up to 1.

    ``part_number`` says how its number was typed, ``attributes`` what query and part both state.
    ``words``, ``view`` (its file) and ``text``, all in one line for people, are there only where
    the query asked to explain.
    """

    vectors: Mapping[str, VectorShare] = field(default_factory=dict)
    part_number: NumberMatchKind | None = None
    attributes: AttributeComparison = field(default_factory=AttributeComparison)
    words: MatchedWords | None = None
    view: str | None = None
    text: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values; what there is none of is left out, but for ``vectors``."""
        values = {
            "vectors": {name: share.to_json() for name, share in self.vectors.items()},
            "part_number": self.part_number,
            "attributes": _attributes_to_json(self.attributes),
            "words": self.words.to_json() if self.words is not None else None,
            "view": self.view,
            "text": self.text,
        }
        return {key: value for key, value in values.items() if value is not None}


def vector_shares(
    vectors: Sequence[str], similarity: Sequence[float], shares: Sequence[float]
) -> dict[str, VectorShare]:
    """Return the shares of the vectors that the part has: those whose similarity is not NaN."""
    return {
        name: VectorShare(round(value, _DIGITS), round(share, _DIGITS))
        for name, value, share in zip(vectors, similarity, shares, strict=True)
        if not math.isnan(value)
    }


def matched_words(names: Sequence[str], payload: Mapping[str, Any]) -> MatchedWords:
    """Return which tokens of the query's names the part with that payload has too."""
    query_tokens = dict.fromkeys(token for name in names for token in tokens(name))
    texts = [payload.get(key) for key in ("name_de", "name_en", "description")]
    part_tokens = {token for text in texts if text for token in tokens(text)}
    return MatchedWords(
        tuple(token for token in query_tokens if token in part_tokens),
        tuple(token for token in query_tokens if token not in part_tokens),
    )


def matched_view(queries: FloatMatrix, views: FloatMatrix) -> int:
    """Return which row of ``views``, shape (m, dim), is the nearest to any of ``queries``, (n, dim)."""
    return int((views @ queries.T).max(axis=1).argmax())


def _attributes_to_json(attributes: AttributeComparison) -> dict[str, Any] | None:
    if not (attributes.shared or attributes.conflicts):
        return None
    conflicts = {key: list(values) for key, values in attributes.conflicts.items()}
    return {"shared": dict(attributes.shared), "conflicts": conflicts}

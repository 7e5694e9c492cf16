"""How much each vector counts: as given for it, as given for its group, or the default."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from catalog.errors import UnknownName, UsageError
from catalog.name_value import NameValueForm

GROUP_OF = {
    "image": "image",
    "name_de": "name",
    "name_en": "name",
    "terms": "terms",
    "description": "description",
}
"""The vectors that are asked, and the group each counts for: the names of a part in both languages
are alternatives, since one query is in one language or the embedder reads both."""
DEFAULT_WEIGHTS = {"image": 1.0, "name": 0.5, "terms": 0.5, "description": 0.5}
"""A picture counts as much as the two readings of a name (its vector and its words) together."""


_WEIGHTS = NameValueForm("--weight", "vector=number", "image=2")


def parse_weights(texts: Iterable[str]) -> dict[str, float]:
    """Return weights from ``vector=number`` texts; UsageError for others."""
    weights = _WEIGHTS.numbers(texts)
    check_weights(weights)
    return weights


def check_weights(weights: Mapping[str, float]) -> None:
    """Refuse weights of unknown vectors or groups (UnknownName), and any that is no number >= 0."""
    for name, weight in weights.items():
        if name not in GROUP_OF and name not in DEFAULT_WEIGHTS:
            raise UnknownName("vector to weigh", name, {*GROUP_OF, *DEFAULT_WEIGHTS})
        if not (math.isfinite(weight) and weight >= 0):
            raise UsageError(f"the weight of {name!r} must be a number >= 0; got {weight}")


def resolve_weights(weights: Mapping[str, float], vectors: Sequence[str]) -> dict[str, float]:
    """Return the weight of each vector: as given for it, as given for its group, or the default."""
    return {
        vector: float(
            weights.get(vector, weights.get(GROUP_OF[vector], DEFAULT_WEIGHTS[GROUP_OF[vector]]))
        )
        for vector in vectors
    }

"""One query as the store and the fusion see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.arrays import FloatMatrix, SparseVector, Vector
from catalog.parts import Attributes
from search.queries.query import Query

NAME_VECTORS = ("name_de", "name_en")


@dataclass(frozen=True, slots=True)
class Probe:
    """A query with all that is compared with the parts of a catalogue.

    ``query_vectors`` are by named vector, ``weights`` too; ``curves`` says which calibration curve
    reads a vector's scores. ``view_vectors``, shape (n, dim), are for MaxSim against parts with
    several views. ``ideal_terms`` are what an ideal match shares with the terms of the query (see
    ``QueryTerms``). ``names`` are the texts behind the query, ``attributes`` what they state, and
    ``own_id`` is the id of the part that must not find itself.
    """

    query: Query
    query_vectors: Mapping[str, Vector]
    weights: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[str, str] = field(default_factory=dict)
    view_vectors: FloatMatrix | None = None
    ideal_terms: SparseVector | None = None
    names: tuple[str, ...] = ()
    attributes: Attributes = field(default_factory=dict)
    own_id: str | None = None

    @property
    def is_guarded(self) -> bool:
        """Whether attributes move the score: those of a typed name do, those of a whole part do not."""
        return bool(self.attributes) and self.own_id is None

    @property
    def vector_names(self) -> tuple[str, ...]:
        """The named vectors that are compared, in a fixed order."""
        return tuple(self.query_vectors)

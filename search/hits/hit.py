"""One part found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from search.hits.explanation import Explanation


@dataclass(frozen=True, slots=True)
class Hit:
    """One part found. ``score`` is in 0..1 and means the same from query to query.

    ``image`` is the reference of the view that matched, else of the first. ``why`` says where the
    score comes from. ``payload`` is all that is stored with the part.
    """

    part_number: str
    score: float
    name_de: str | None
    name_en: str | None
    family: str | None
    image: str | None
    why: Explanation
    id: str
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the hit as the command line prints it."""
        return {
            "part_number": self.part_number,
            "score": round(self.score, 4),
            "name_de": self.name_de,
            "name_en": self.name_en,
            "family": self.family,
            "image": self.image,
            "why": self.why.to_json(),
        }

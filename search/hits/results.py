"""What a search found: hits, as objects, as a table, as JSON and as a picture list for notebooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from search.hits.explanation import Explanation

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("part_number", "score", "name_de", "name_en", "family", "subfamily", "image")


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


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of one query, best first, and how long it took in seconds."""

    hits: tuple[Hit, ...]
    seconds: float
    read_original: Callable[[str], bytes] | None = field(default=None, repr=False)
    """Gives the bytes of a stored view for thumbnails; may raise ImageRejected."""

    def to_json(self) -> dict[str, Any]:
        """Return ``hits`` and ``seconds`` as plain values."""
        return {"hits": [hit.to_json() for hit in self.hits], "seconds": round(self.seconds, 4)}

    def to_frame(self) -> pd.DataFrame:
        """Return one row a hit."""
        import pandas as pd

        rows = [
            {**dict.fromkeys(COLUMNS), **hit.payload, "score": hit.score, "image": hit.image}
            for hit in self.hits
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def _repr_html_(self) -> str:
        from search.hits.contact_sheet import html_table

        return html_table(self)

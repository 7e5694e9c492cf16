"""What a search found: hits, as objects, as a table, as JSON and as a picture list for notebooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from search.hits.hit import Hit
from search.hits.html import html_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("part_number", "score", "name_de", "name_en", "family", "subfamily", "image")


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
        return html_table(self.hits, self.read_original)

"""The face of partscope: one object for a catalogue and all that can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.arrays import FloatMatrix, RgbImage
from catalog.opened import OpenedCatalog
from clustering.api import cluster
from ingest.api import ingest
from search.api import facet, search
from segmentation.cutter import Cutter
from segmentation.pictures import embed_pictures, pictures_of

if TYPE_CHECKING:
    from clustering.job.outcome import Outcome
    from ingest.outcomes import IngestSummary
    from search.hits.results import SearchResult


class Catalog(OpenedCatalog):
    """One named set of parts and all that belongs to it.

    Open it with ``Catalog.open``; it is a context manager. It may not exist yet: the first ingest
    creates it.
    """

    def ingest(self, table: Any, **options: Any) -> IngestSummary:
        """Ingest a table (path, URL or DataFrame); options as in ``ingest.api.ingest``."""
        return ingest(self, table, **options)

    def cluster(self, **options: Any) -> Outcome:
        """Group the parts and make that the active run; options as in ``clustering.api.cluster``."""
        return cluster(self, **options)

    def search(self, text: str | None = None, **options: Any) -> SearchResult:
        """Find similar parts by ``text``, ``image``, ``like``; options as in ``search.api.search``."""
        return search(self, text=text, **options)

    def facet(self, key: str, filters: Any = None, **options: Any) -> dict[str, int]:
        """Return how many parts have each value of a key; options as in ``search.api.facet``."""
        return facet(self, key, filters, **options)

    @property
    def cutter(self) -> Cutter | None:
        """What cuts parts out of their photos, checked; None where full photos are embedded."""
        return pictures_of(self).cutter

    def read_image(self, source: str | Path | bytes | RgbImage) -> RgbImage:
        """Return a query image as its embedder sees it first: cut and prepared like stored views.

        ``source`` is a path, URL, an image file's bytes or RGB pixels.
        """
        return pictures_of(self).of_query(self.read_source(source))[0]

    def embed_images(self, sources: Sequence[str | Path | bytes | RgbImage]) -> FloatMatrix:
        """Return the ``image`` vectors of query images, shape (n, dim); see ``segmentation.pictures``."""
        return embed_pictures(self, sources)

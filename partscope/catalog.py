"""The face of partscope: one object for a catalogue and all that can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from catalog.arrays import FloatMatrix, RgbImage
from catalog.opened import OpenedCatalog
from clustering import api as clustering_api
from clustering.classify.classifier import Classification, Classifier
from clustering.duplicates.finding import MIN_SCORE, DuplicateGroup, find_duplicates
from clustering.report.export import export
from clustering.report.write import write_report
from clustering.runs.reviewed_run import ReviewedRun
from ingest import api as ingest_api
from ingest.failures import failures
from ingest.rebuild import rebuild
from partscope.catalog_info import CatalogInfo, catalog_info
from search import api as search_api
from search.evaluation.evaluate import evaluate
from segmentation.cutter import Cutter
from segmentation.pictures import embed_pictures, pictures_of


class Catalog(OpenedCatalog):
    """One named set of parts and all that belongs to it.

    Open it with ``Catalog.open``; it is a context manager. It may not exist yet: the first ingest
    creates it.
    """

    # The verbs of the rooms below whose first parameter is the catalogue are its methods as they are.
    ingest = ingest_api.ingest
    rebuild = rebuild
    failures = failures
    search = search_api.search
    search_many = search_api.search_many
    facet = search_api.facet
    evaluate = evaluate
    cluster = clustering_api.cluster

    def info(self) -> CatalogInfo:
        """Return what the catalogue holds and what it was built with."""
        return catalog_info(self)

    def classify(
        self,
        image: str | Path | bytes | RgbImage | None = None,
        name: str | None = None,
        *,
        run: str | None = None,
    ) -> Classification:
        """Return which cluster an image, a name or both belong to, by the active run or another.

        For many, keep a ``clustering.classify.classifier.Classifier``.
        """
        return Classifier(self, run).classify(image, name)

    def duplicates(self, *, min_score: float = MIN_SCORE) -> list[DuplicateGroup]:
        """Return the groups of parts that were probably entered twice, the surest first.

        ``min_score`` in [0, 1] is how sure a pair must be.
        """
        _ = self.manifest  # says how to create one
        return find_duplicates(self.store, min_score=min_score)

    def export(
        self,
        target: str | Path,
        run: str | None = None,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Write one row a part to a .csv, .xlsx or .parquet file: its cluster in the active run.

        Or in another ``run`` by id or name; ``progress`` hears of rows written. Returns the rows.
        """
        _ = self.manifest
        return export(ReviewedRun.find(self.store, run), Path(target), progress)

    def report(
        self,
        folder: str | Path,
        run: str | None = None,
        *,
        progress: Callable[[str], None] | None = None,
    ) -> list[Path]:
        """Write the active run, or another, as an HTML page with its pictures; return the files.

        Needs the extra ``report``; ``progress`` hears of each step.
        """
        return write_report(self, Path(folder), run, progress)

    # -- query images -------------------------------------------------------------------------

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

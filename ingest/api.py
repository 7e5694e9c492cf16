"""Ingest from Python: ``Catalog.ingest`` and the command line both come through here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.job import IngestJob
from ingest.outcomes import IngestSummary
from ingest.progress import IngestProgress, Silent
from ingest.rows import BadRow, SourceRow
from ingest.samples import FirstLook
from ingest.tables.mapping import ColumnMapping, guess_mapping
from ingest.tables.source import TableSource, open_table
from ingest.views import ViewIndex
from partscope.catalog import Catalog
from partscope.errors import UsageError
from partscope.images.reader import ImageReader
from segmentation.registry import segmenter

if TYPE_CHECKING:
    import pandas as pd


def ingest(
    catalog: Catalog,
    table: str | Path | pd.DataFrame,
    *,
    images: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    records: str | None = None,
    require: Sequence[str] = (),
    limit: int | None = None,
    dry_run: bool = False,
    resume: bool = True,
    report: str | Path | None = None,
    progress: IngestProgress | None = None,
) -> IngestSummary:
    """Ingest a table into the catalogue, which is created if there is none.

    ``table`` is a CSV, TSV, XLSX or Parquet file, a DataFrame, or the URL template of a paged JSON
    source. ``images`` is a folder or zip; without it, references are relative to the table's
    folder. ``columns`` maps columns to fields where the guess is wrong. ``records`` and
    ``require`` are for JSON sources: where the rows are, and the fields a row must have. Rows that
    an earlier run finished are skipped unless ``resume`` is False. Raises UsageError for input
    that cannot be used as a whole; single bad rows and images are counted in the result.
    """
    source = open_table(table, sheet=sheet, records=records, require=tuple(require), limit=limit)
    mapping = guess_mapping(source.columns, columns)
    job = table_job(catalog, table, source, mapping, images=images, limit=limit, report=report)
    progress = progress or Silent()
    look = job.look(progress, want_images=not catalog.exists)
    if not dry_run:
        _ready_catalog(catalog, job, look)
    summary = job.run(look, progress, dry_run=dry_run, resume=resume)
    summary.notices.extend((*source.notices, *mapping.notices, *look.notices))
    return summary


def table_job(
    catalog: Catalog,
    table: str | Path | pd.DataFrame,
    source: TableSource,
    mapping: ColumnMapping,
    *,
    images: str | Path | None,
    limit: int | None,
    report: str | Path | None,
) -> IngestJob:
    """Return the job that brings one table into a catalogue."""
    segmenter(catalog.settings.segmenter)
    if limit is not None and limit < 0:
        raise UsageError(f"the limit must be 0 or more; got {limit}")
    root = _image_root(table, images)

    def rows() -> Iterator[SourceRow | BadRow]:
        for row in islice(source.rows(), limit):
            yield row if isinstance(row, BadRow) else mapping.apply(row)

    return IngestJob(
        catalog=catalog,
        source_name=str(table) if isinstance(table, (str, Path)) else "DataFrame",
        rows=rows,
        read=ImageReader(root, catalog.fetcher).read,
        image_root=root,
        views=ViewIndex.build(root) if images is not None and root is not None else None,
        report=Path(report) if report else None,
    )


def _ready_catalog(catalog: Catalog, job: IngestJob, look: FirstLook) -> None:
    if catalog.exists:
        # Refuse another embedder or preparation before anything is written.
        _ = catalog.image_embedder, catalog.text_embedder, catalog.preparation
    else:
        job.create_catalog(look)
    if job.image_root is not None:
        catalog.add_image_root(str(job.image_root.resolve()))


def _image_root(table: str | Path | pd.DataFrame, images: str | Path | None) -> Path | None:
    if images is not None:
        root = Path(images)
        if not root.exists():
            raise UsageError(f"--images needs a folder or a zip file; there is none at {root}")
        return root
    if isinstance(table, (str, Path)) and Path(table).is_file():
        return Path(table).resolve().parent
    return None

"""Ingest from Python: ``Catalog.ingest`` and the command line both come through here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.job import IngestJob
from ingest.outcomes import IngestSummary
from ingest.progress import IngestProgress, Silent
from ingest.tables.mapping import guess_mapping
from ingest.tables.source import open_table
from ingest.views import ViewIndex
from partscope.catalog import Catalog
from partscope.errors import UsageError
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
    segmenter(catalog.settings.segmenter)
    if limit is not None and limit < 0:
        raise UsageError(f"the limit must be 0 or more; got {limit}")
    source = open_table(table, sheet=sheet, records=records, require=tuple(require), limit=limit)
    root = _image_root(table, images)
    job = IngestJob(
        catalog=catalog,
        source=source,
        source_name=str(table) if isinstance(table, (str, Path)) else "DataFrame",
        mapping=guess_mapping(source.columns, columns),
        image_root=root,
        views=ViewIndex.build(root) if images is not None and root is not None else None,
        limit=limit,
        report=Path(report) if report else None,
    )
    return job.run(progress or Silent(), dry_run=dry_run, resume=resume)


def _image_root(table: str | Path | pd.DataFrame, images: str | Path | None) -> Path | None:
    if images is not None:
        root = Path(images)
        if not root.exists():
            raise UsageError(f"--images needs a folder or a zip file; there is none at {root}")
        return root
    if isinstance(table, (str, Path)) and Path(table).is_file():
        return Path(table).resolve().parent
    return None

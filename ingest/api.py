"""Ingest from Python: ``Catalog.ingest`` and the command line both come through here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from catalog.errors import UsageError
from catalog.fetching.fetcher import Fetcher
from catalog.fetching.urls import is_url
from catalog.images.view_source import ViewSource
from catalog.opened import OpenedCatalog
from catalog.progress import Logged, Progress
from catalog.tables.columns.mapping import ColumnMapping, guess_mapping
from catalog.tables.rows import BadRow, SourceRow
from catalog.tables.source import Reading, TableSource, open_table
from catalog.tables.spool import Spool
from ingest.creation import create_catalog
from ingest.first_look import FirstLook
from ingest.indexing import build_index, index_notices
from ingest.job import IngestJob
from ingest.outcomes import IngestSummary
from ingest.view_index import ViewIndex
from segmentation.catalog_cutter import choose_cutting
from segmentation.pictures import pictures_of

if TYPE_CHECKING:
    import pandas as pd


def ingest(
    catalog: OpenedCatalog,
    table: str | Path | pd.DataFrame,
    *,
    images: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    dry_run: bool = False,
    resume: bool = True,
    report: str | Path | None = None,
    progress: Progress | None = None,
    **reading: Unpack[Reading],
) -> IngestSummary:
    """Ingest a table into the catalogue, which is created if there is none.

    ``table`` is a CSV, TSV, XLSX or Parquet file, a DataFrame, or the URL template of a paged JSON
    source. ``images`` is a folder or zip; without it, references are relative to the table's
    folder, to the working folder for a DataFrame, and URLs alone for a table behind a URL.
    ``columns`` maps columns to fields where the guess is wrong. ``reading`` is how the table is read:
    the ``sheet`` of a workbook; for JSON ``records``, where the rows are (``data.items``), and the
    numbers ``{page}`` stands for, from ``first_page`` in steps of ``page_step``; the columns that a
    row must ``require``, and the ``limit`` of rows. Rows that an earlier run finished are skipped
    unless ``resume`` is False. Raises UsageError for input that cannot be used
    as a whole; single bad rows and images are counted in the result.
    """
    with read_table(catalog, table, **reading) as source:
        mapping = guess_mapping(source.columns, columns)
        job = table_job(catalog, table, source, mapping, reading, images=images, report=report)
        with closing(job.views):
            summary = _run(job, progress or Logged(), dry_run=dry_run, resume=resume)
        summary.notices[:0] = (*source.notices, *mapping.notices)
    if job.view_index is not None:
        summary.notices.extend(_view_notices(job.view_index, mapping))
    return summary


def _run(job: IngestJob, progress: Progress, *, dry_run: bool, resume: bool) -> IngestSummary:
    catalog = job.catalog
    look = job.look(progress, want_images=not catalog.exists)
    if not dry_run:
        _ready_catalog(catalog, job, look)
    elif catalog.exists:
        _check_fits(catalog)
    else:
        # An unknown or missing segmenter is a wrong call.
        choose_cutting(catalog.settings, None, lambda _: ())
    summary = job.run(look, progress, dry_run=dry_run, resume=resume)
    if not dry_run:
        state = build_index(catalog.store, catalog.settings, progress)
        summary.notices.extend(index_notices(state, catalog.settings))
    summary.notices.extend(look.notices)
    if look.has_descriptions and not _embeds_descriptions(catalog):
        summary.notices.append(
            "the catalogue was created without descriptions: they are kept but not searched; "
            f"give them a vector with: {catalog.settings.command('rebuild')}"
        )
    return summary


@contextmanager
def read_table(
    catalog: OpenedCatalog, table: str | Path | pd.DataFrame, **reading: Unpack[Reading]
) -> Iterator[TableSource]:
    """Lend an open table; one behind a URL is fetched once and kept in a temporary file."""
    if not is_url(table):
        yield open_table(table, **reading)
        return
    settings = catalog.settings
    # The user names this address, unlike those inside tables: it may be in the user's own network.
    fetching = Fetcher(
        settings.fetch_timeout, settings.fetch_retries, settings.max_page_bytes, allow_private=True
    )
    with (
        fetching as fetcher,
        closing(Spool(open_table(table, fetcher=fetcher, **reading))) as spool,
    ):
        yield spool


def table_job(
    catalog: OpenedCatalog,
    table: str | Path | pd.DataFrame,
    source: TableSource,
    mapping: ColumnMapping,
    reading: Reading,
    *,
    images: str | Path | None,
    report: str | Path | None,
) -> IngestJob:
    """Return the job that brings one table, opened by ``reading``, into a catalogue."""
    root = _image_root(table, images)

    def rows() -> Iterator[SourceRow | BadRow]:
        for row in source.rows():
            yield row if isinstance(row, BadRow) else mapping.apply(row)

    return IngestJob(
        catalog=catalog,
        source_name=_source_name(table, reading.get("sheet")),
        rows=rows,
        views=ViewSource(catalog.settings, [root]).opened(),
        image_root=root,
        view_index=_view_index(root, rows) if images is not None and root is not None else None,
        # One DataFrame cannot be told from another.
        is_whole=reading.get("limit") is None and isinstance(table, (str, Path)),
        report=Path(report) if report else None,
    )


def existing_root(images: str | Path) -> Path:
    """Return the folder or zip that views are read from; UsageError where there is none."""
    root = Path(images)
    if not root.exists():
        raise UsageError(f"--images needs a folder or a zip file; there is none at {root}")
    return root


def _source_name(table: str | Path | pd.DataFrame, sheet: str | None) -> str:
    """Return what rows are known by in the ledger, wherever the table is named from."""
    if not isinstance(table, (str, Path)):
        return "DataFrame"
    name = str(table) if is_url(table) else str(Path(table).resolve())
    return f"{name} ({sheet})" if sheet else name


def _embeds_descriptions(catalog: OpenedCatalog) -> bool:
    if not catalog.exists or catalog.text_embedder is None:
        return True  # nothing to tell yet, or names are not embedded either
    return any(spec.name == "description" for spec in catalog.store.schema().vectors)


def _view_index(root: Path, rows: Callable[[], Iterator[SourceRow | BadRow]]) -> ViewIndex:
    numbers = (row.fields.get("part_number", "") for row in rows() if isinstance(row, SourceRow))
    return ViewIndex.build(root, (number for number in numbers if number))


def _view_notices(views: ViewIndex, mapping: ColumnMapping) -> list[str]:
    has_image_column = "image" in mapping.columns.values()
    unmatched = "image files fit no part number" + " (the table may name them)" * has_image_column
    counts = {
        unmatched: views.unmatched,
        "image files fit several part numbers and are given to none": views.ambiguous,
        "files in the image folder are no images": views.other_files,
    }
    return [f"{count} {what}" for what, count in counts.items() if count]


def _ready_catalog(catalog: OpenedCatalog, job: IngestJob, look: FirstLook) -> None:
    if catalog.exists:
        _check_fits(catalog)  # before anything is written
    else:
        create_catalog(job, look)
    if job.image_root is not None:
        catalog.add_image_root(str(job.image_root.resolve()))


def _check_fits(catalog: OpenedCatalog) -> None:
    """Refuse another embedder, preparation, segmenter or word list than the catalogue's."""
    catalog.check_terms()
    _ = catalog.image_embedder, catalog.text_embedder, catalog.preparation, pictures_of(catalog)


def _image_root(table: str | Path | pd.DataFrame, images: str | Path | None) -> Path | None:
    if images is not None:
        return existing_root(images)
    if isinstance(table, (str, Path)) and Path(table).is_file():
        return Path(table).resolve().parent
    if isinstance(table, (str, Path)):
        return None  # a table behind a URL names URLs; it must not name files of this machine
    return Path.cwd()

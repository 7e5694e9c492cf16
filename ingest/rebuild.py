"""Rebuild a catalogue beside the old one, then switch: with other embedders, or from its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.api import read_table, table_job
from ingest.job import IngestJob, ledger_path
from ingest.outcomes import IngestSummary
from ingest.progress import IngestProgress
from ingest.rows import BadRow, SourceRow
from ingest.tables.mapping import guess_mapping
from partscope.catalog import Catalog
from partscope.errors import PartscopeError
from partscope.parts import Part, from_payload
from partscope.store.contract import KEPT_PAYLOAD, PartStore


def rebuild(
    catalog: Catalog,
    progress: IngestProgress,
    *,
    table: str | Path | None = None,
    images: str | Path | None = None,
    report: str | Path | None = None,
) -> IngestSummary:
    """Build the catalogue anew beside the active one and switch over if nothing was lost.

    Without a table, the parts are those of the catalogue itself, with their names as given and
    their views read again from where they came. Clusters and reviews are carried over. More
    failed rows or views than ``max_failures`` leave the active one as it is (PartscopeError).
    """
    job = _job(catalog, table, images, report)
    look = job.look(progress, want_images=True)
    built = job.create_catalog(look, next_generation=True)
    summary = _job(built, table, images, report, source=catalog).run(
        look, progress, dry_run=False, resume=True
    )
    _refuse_losses(summary, catalog)
    left_behind = carry_over(catalog.store, built.store)
    former = ledger_path(catalog.settings.work_folder, catalog.manifest.generation)
    catalog.switch_to(built)
    former.unlink(missing_ok=True)
    if left_behind:
        summary.notices.append(f"{left_behind} parts of the former catalogue are not in this one")
    return summary


def carry_over(old: PartStore, new: PartStore) -> int:
    """Copy what others wrote (clusters, review) to the new points; return how many have none."""
    left_behind = 0
    for records in old.scan(with_payload=list(KEPT_PAYLOAD)):
        present = {record.id for record in new.get([r.id for r in records], with_payload=False)}
        left_behind += sum(record.id not in present for record in records)
        new.update_payload({r.id: r.payload for r in records if r.payload and r.id in present})
    new.commit()
    return left_behind


def stored_rows(store: PartStore) -> Iterator[SourceRow]:
    """Yield the catalogue's own parts as rows, with their texts as they were given."""
    number = 0
    for records in store.scan():
        for record in records:
            number += 1
            part = from_payload(record.payload)
            yield SourceRow(number, _fields(part), tuple(view.file for view in part.views))


def _job(
    catalog: Catalog,
    table: str | Path | None,
    images: str | Path | None,
    report: str | Path | None,
    source: Catalog | None = None,
) -> IngestJob:
    if table is None:
        known = source or catalog
        rows: Callable[[], Iterator[SourceRow | BadRow]] = lambda: stored_rows(known.store)  # noqa: E731
        report_path = Path(report) if report else None
        return IngestJob(
            catalog, f"catalogue {catalog.name}", rows, known.read_original, report=report_path
        )
    opened = read_table(catalog, table)
    mapping = guess_mapping(opened.columns)
    return table_job(catalog, table, opened, mapping, images=images, report=report)


def _fields(part: Part) -> dict[str, str]:
    given = {
        f"name_{language}": part.name(language)
        for language, origin in part.name_origin.items()
        if origin == "given"
    }
    values = {
        "part_number": part.part_number,
        **given,
        "description": part.description,
        "family": part.family,
        "subfamily": part.subfamily,
        "weight_kg": None if part.weight_kg is None else f"{part.weight_kg!r} kg",
        "entity": part.entity,
        "segment": _column(part),
    }
    return {name: value for name, value in values.items() if value}


def _column(part: Part) -> str | None:
    """Return what the table said about cutting the part's photos."""
    told = (view.segmentation or {} for view in part.views)
    return next((each["column"] for each in told if "column" in each), None)


def _refuse_losses(summary: IngestSummary, catalog: Catalog) -> None:
    lost = summary.failed + summary.images_missing + summary.images_failed
    if lost <= catalog.settings.max_failures:
        return
    raise PartscopeError(
        f"not switched over: {summary.failed} rows and "
        f"{summary.images_missing + summary.images_failed} views failed (row report: "
        f"{summary.report}); the former catalogue is still active. Mend them, or allow as many "
        f"with --max-failures {lost}"
    )

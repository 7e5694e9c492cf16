"""Rebuild a catalogue beside the old one, then switch: with other embedders, or from its sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from catalog.errors import PartscopeError
from catalog.images.view_source import ViewSource
from catalog.opened import OpenedCatalog
from catalog.parts import Part, from_payload
from catalog.progress import Logged, Progress
from catalog.store.contract import KEPT_PAYLOAD, PartStore
from catalog.tables.columns.mapping import guess_mapping
from catalog.tables.rows import SourceRow
from catalog.tables.source import Reading
from ingest.api import existing_root, read_table, table_job
from ingest.creation import create_catalog
from ingest.first_look import FirstLook
from ingest.indexing import build_index, index_notices
from ingest.job import IngestJob
from ingest.ledger import ledger_path
from ingest.outcomes import IngestSummary


def rebuild(
    catalog: OpenedCatalog,
    progress: Progress | None = None,
    *,
    table: str | Path | None = None,
    images: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    report: str | Path | None = None,
    **reading: Unpack[Reading],
) -> IngestSummary:
    """Build the catalogue anew beside the active one and switch over if nothing was lost.

    Without a table, the parts are those of the catalogue itself, with their names as given and
    their views read again from ``images``, else from where they came; ``columns`` and ``reading``
    are for a table, as in ``ingest.api.ingest``. Clusters and reviews are carried over. More failed
    rows or views than ``max_failures`` leave the active one as it is (PartscopeError).
    """
    if table is None:
        return _rebuilt(_stored_parts(catalog, images, report), progress or Logged())
    with read_table(catalog, table, **reading) as source:
        mapping = guess_mapping(source.columns, columns)
        job = table_job(catalog, table, source, mapping, reading, images=images, report=report)
        summary = _rebuilt(job, progress or Logged())
        summary.notices[:0] = (*source.notices, *mapping.notices)
    return summary


def _rebuilt(job: IngestJob, progress: Progress) -> IngestSummary:
    """Bring the job's rows into the next generation of its catalogue and switch over to it."""
    catalog = job.catalog
    with closing(job.views):
        look = job.look(progress, want_images=True)
        # However this ends, nothing may still hold the folder of the generation that was built.
        with create_catalog(job, look, next_generation=True) as successor:
            return _switched(replace(job, catalog=successor), catalog, look, progress)


def _switched(
    job: IngestJob, catalog: OpenedCatalog, look: FirstLook, progress: Progress
) -> IngestSummary:
    successor, settings = job.catalog, catalog.settings
    summary = job.run(look, progress, dry_run=False, resume=True)
    _refuse_losses(summary, catalog)
    if job.image_root is not None:
        successor.add_image_root(str(job.image_root.resolve()))
    left_behind = carry_over(catalog.store, successor.store)
    if left_behind:
        summary.notices.append(f"{left_behind} parts of the former catalogue are not in this one")
    state = build_index(successor.store, settings, progress)
    summary.notices.extend(index_notices(state, settings))
    former = ledger_path(settings.work_folder, catalog.manifest.generation)
    catalog.switch_to(successor)
    former.unlink(missing_ok=True)
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


def _stored_parts(
    catalog: OpenedCatalog, images: str | Path | None, report: str | Path | None
) -> IngestJob:
    """Return the job that brings the catalogue's own parts into a generation of it."""
    root = None if images is None else existing_root(images)
    return IngestJob(
        catalog=catalog,
        source_name=f"catalogue {catalog.name}",
        rows=lambda: stored_rows(catalog.store),
        views=ViewSource(catalog.settings, [root]).opened() if root else catalog.originals,
        image_root=root,
        report=Path(report) if report else None,
    )


def _fields(part: Part) -> dict[str, str]:
    given_names = {
        f"name_{language}": part.name(language)
        for language, origin in part.name_origin.items()
        if origin == "given"
    }
    values = {
        "part_number": part.part_number,
        **given_names,
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
    columns = (view.segmentation.column for view in part.views if view.segmentation)
    return next(filter(None, columns), None)


def _refuse_losses(summary: IngestSummary, catalog: OpenedCatalog) -> None:
    losses = summary.failed + summary.images_missing + summary.images_failed
    if losses <= catalog.settings.max_failures:
        return
    raise PartscopeError(
        f"not switched over: {summary.failed} rows and "
        f"{summary.images_missing + summary.images_failed} views failed (row report: "
        f"{summary.report}); the former catalogue is still active. Mend them, or allow as many "
        f"with --max-failures {losses}"
    )

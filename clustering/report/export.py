"""Who is in which cluster, as a table: one row a part, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.store.contract import Record
from catalog.tables.table_file import TableFile, check_target
from clustering.contract import NOISE
from clustering.runs.decisions import Status
from clustering.runs.outliers import outliers_of_run
from clustering.runs.reviewed_run import ReviewedRun

COLUMNS: dict[str, type] = {
    "part_number": str,
    "name_de": str,
    "name_en": str,
    "family": str,
    "subfamily": str,
    "run": str,
    "cluster": int,
    "label_de": str,
    "label_en": str,
    "size": int,
    "status": str,
    "is_medoid": int,
    "outlier_score": float,
}
_PAYLOAD = ("part_number", "name_de", "name_en", "family", "subfamily")


@dataclass(frozen=True, slots=True)
class ExportedPart:
    """One row: ``COLUMNS`` in their order; a part in no cluster has neither cluster nor labels.

    ``is_medoid`` is 0 or 1; ``outlier_score`` is in 0..1.
    """

    part_number: str
    name_de: str | None
    name_en: str | None
    family: str | None
    subfamily: str | None
    run: str
    cluster: int | None
    label_de: str | None
    label_en: str | None
    size: int | None
    status: Status | None
    is_medoid: int
    outlier_score: float


def export(run: ReviewedRun, target: Path, progress: Callable[[int], None] | None = None) -> int:
    """Write the assignments of a run; return the number of rows.

    ``target`` ends with ``.csv``, ``.xlsx`` or ``.parquet``, UsageError else. Noise has no cluster.
    """
    check_target(target)
    count = 0
    with TableFile(target, COLUMNS) as table:
        for part in exported_parts(run):
            table.write([getattr(part, name) for name in COLUMNS])
            count += 1
            if progress is not None:
                progress(1)
    return count


def exported_parts(run: ReviewedRun) -> Iterator[ExportedPart]:
    """Yield the parts of a run, in the order of their ids; those ingested after it are left out."""
    score_of = outliers_of_run(run)
    for batch in run.store.scan(batch_size=1024, with_payload=list(_PAYLOAD)):
        for record in batch:
            if record.id in run.cluster_of:
                yield _exported(run, record, round(score_of[record.id], 4))


def _exported(run: ReviewedRun, record: Record, outlier_score: float) -> ExportedPart:
    payload, cluster = record.payload, run.cluster_of[record.id]
    profile = run.profiles.get(cluster)
    return ExportedPart(
        part_number=payload["part_number"],
        name_de=payload.get("name_de"),
        name_en=payload.get("name_en"),
        family=payload.get("family"),
        subfamily=payload.get("subfamily"),
        run=run.run_id,
        cluster=None if cluster == NOISE else cluster,
        label_de=profile.label_de if profile else None,
        label_en=profile.label_en if profile else None,
        size=profile.size if profile else None,
        status=run.status_of(cluster) if profile else None,
        is_medoid=int(profile is not None and profile.medoid == record.id),
        outlier_score=outlier_score,
    )

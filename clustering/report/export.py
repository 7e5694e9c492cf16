"""Who is in which cluster, as a table: one row a part, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from catalog.tables.table_file import TableFile, check_target
from clustering.contract import NOISE, ClusterProfile
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


def export(run: ReviewedRun, target: Path, progress: Callable[[int], None] | None = None) -> int:
    """Write the assignments of a run; return the number of rows.

    ``target`` ends with ``.csv``, ``.xlsx`` or ``.parquet``, UsageError else. Noise has no cluster.
    """
    check_target(target)
    count = 0
    with TableFile(target, COLUMNS) as table:
        for row in _rows(run):
            table.write(row)
            count += 1
            if progress is not None:
                progress(1)
    return count


def _rows(run: ReviewedRun) -> Iterator[list[Any]]:
    score_of = outliers_of_run(run)
    for batch in run.store.scan(batch_size=1024, with_payload=list(_PAYLOAD)):
        for record in batch:
            cluster = run.cluster_of.get(record.id)
            if cluster is None:
                continue  # ingested after the run
            part_columns = [record.payload.get(key) for key in _PAYLOAD]
            status = run.status_of(cluster)
            described = _described(run.profiles.get(cluster), cluster, record.id, status)
            yield [*part_columns, run.run_id, *described, round(score_of[record.id], 4)]


def _described(
    profile: ClusterProfile | None, cluster: int, identity: str, status: str
) -> list[Any]:
    if profile is None:
        return [None if cluster == NOISE else cluster, None, None, None, None, 0]
    labels = [profile.label_de, profile.label_en]
    return [cluster, *labels, profile.size, status, int(profile.medoid == identity)]

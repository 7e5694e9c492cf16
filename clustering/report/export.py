"""Who is in which cluster, as a table: one row a part, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from catalog.store.contract import PartStore
from catalog.tables.table_file import TableFile, check_target
from clustering.contract import NOISE, ClusterProfile
from clustering.runs import run_store
from clustering.runs.reviewed_run import reviewed_assignment, reviewed_profiles
from clustering.scores.outlier_scores import outliers_of_run

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


def export(
    store: PartStore,
    target: Path,
    run: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the assignments of a run, the active one by default; return the number of rows.

    ``target`` ends with ``.csv``, ``.xlsx`` or ``.parquet``. Noise has no cluster. UsageError for
    another ending, without a run, and for an unknown one.
    """
    check_target(target)
    exported_run = run_store.load(store, run)
    count = 0
    with TableFile(target, COLUMNS) as table:
        for row in _rows(store, exported_run.run_id):
            table.write(row)
            count += 1
            if progress is not None:
                progress(1)
    return count


def _rows(store: PartStore, run_id: str) -> Iterator[list[Any]]:
    assigned, reviewed = reviewed_assignment(store, run_id)
    profiles = {profile.cluster: profile for profile in reviewed_profiles(store, run_id)}
    cluster_of, score_of = assigned.cluster_of(), outliers_of_run(store, run_id)
    for batch in store.scan(batch_size=1024, with_payload=list(_PAYLOAD)):
        for record in batch:
            cluster = cluster_of.get(record.id)
            if cluster is None:
                continue  # ingested after the run
            part_columns = [record.payload.get(key) for key in _PAYLOAD]
            status = reviewed.statuses.get(cluster, "proposed")
            described = _described(profiles.get(cluster), cluster, record.id, status)
            yield [*part_columns, run_id, *described, round(score_of[record.id], 4)]


def _described(
    profile: ClusterProfile | None, cluster: int, identity: str, status: str
) -> list[Any]:
    if profile is None:
        return [None if cluster == NOISE else cluster, None, None, None, None, 0]
    labels = [profile.label_de, profile.label_en]
    return [cluster, *labels, profile.size, status, int(profile.medoid == identity)]

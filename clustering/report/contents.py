"""What a report shows of a run: bounded samples of parts, whatever the size of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.store.contract import PartStore, Record, chunked
from clustering.contract import ClusterProfile, Labels
from clustering.runs.decisions import Status
from clustering.runs.outliers import outliers_of_run
from clustering.runs.reviewed_run import ReviewedRun
from clustering.runs.run import Run

MAP_PARTS = 2000
"""Parts on the maps: of larger catalogues a random sample."""
SHEETS = 100
"""Clusters that get a sheet, the largest ones."""
SHEET_PARTS = 12
"""Parts a sheet: the medoid, typical ones, and the farthest out."""
SHEET_OUTLIERS = 3
_PAYLOAD = ("part_number", "name_de", "name_en", "family", "views")
_READ = 500


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part; ``file`` is its first view, None where it has none."""

    id: str
    part_number: str
    name: str
    family: str | None
    file: str | None
    cluster: int
    outlier: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A cluster and some of its parts: the medoid first, the ``outliers`` farthest out last."""

    profile: ClusterProfile
    status: Status
    parts: tuple[ShownPart, ...]
    outliers: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """Parts by family (rows) and cluster (columns), the most frequent of both first."""

    families: Sequence[str]
    clusters: Sequence[str]
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ReportContents:
    """Everything a report shows, without pictures and without places on the map."""

    run: Run
    profiles: Sequence[ClusterProfile]
    noise: int
    mapped: Sequence[ShownPart]
    sheets: Sequence[Sheet]
    confusion: Confusion | None


def label_of(profile: ClusterProfile) -> str:
    """Return the labels in both languages, once where they are the same."""
    return " / ".join(dict.fromkeys((profile.label_de, profile.label_en)))


def report_contents(run: ReviewedRun, families: Mapping[str, str | None]) -> ReportContents:
    """Return what the report on a run shows.

    ``families`` by id, as far as they are known. Memory: a few numbers a part.
    """
    assigned, profiles, outlier_of = run.assignment, run.largest_first(), outliers_of_run(run)
    sheet_parts = {
        profile.cluster: _picked(profile, assigned.ids, assigned.clusters, outlier_of)
        for profile in profiles[:SHEETS]
    }
    # Ids are hashes: the first ones are a random sample.
    mapped = assigned.ids[:MAP_PARTS]
    part_ids = dict.fromkeys([*mapped, *(part for ids in sheet_parts.values() for part in ids)])
    shown_parts = _shown(run.store, list(part_ids), run.cluster_of, outlier_of)
    return ReportContents(
        run=run.record,
        profiles=profiles,
        noise=run.noise,
        mapped=[shown_parts[part] for part in mapped if part in shown_parts],
        sheets=[
            _sheet(profile, run.status_of(profile.cluster), sheet_parts, shown_parts)
            for profile in profiles[:SHEETS]
        ],
        confusion=_confusion(assigned.ids, assigned.clusters, families, profiles),
    )


def _picked(
    profile: ClusterProfile, ids: Sequence[str], clusters: Labels, outlier_of: Mapping[str, float]
) -> list[str]:
    """Return the medoid, then evenly from the most typical to the farthest out."""
    members = [ids[row] for row in np.flatnonzero(clusters == profile.cluster).tolist()]
    ranked = sorted(members, key=lambda part: (outlier_of[part], part))
    others = [part for part in ranked if part != profile.medoid]
    farthest = others[-SHEET_OUTLIERS:] if len(others) > SHEET_OUTLIERS else []
    typical = others[: len(others) - len(farthest)]
    typical_count = SHEET_PARTS - 1 - len(farthest)
    rows = np.unique(np.linspace(0, len(typical) - 1, typical_count).round().astype(int)).tolist()
    sample = [typical[row] for row in rows] if typical else []
    return [profile.medoid, *sample, *farthest]


def _sheet(
    profile: ClusterProfile,
    status: Status,
    sheet_parts: Mapping[int, Sequence[str]],
    shown_parts: Mapping[str, ShownPart],
) -> Sheet:
    parts = tuple(shown_parts[part] for part in sheet_parts[profile.cluster] if part in shown_parts)
    outliers = SHEET_OUTLIERS if len(parts) > SHEET_OUTLIERS + 1 else 0
    return Sheet(profile, status, parts, outliers)


def _shown(
    store: PartStore,
    ids: Sequence[str],
    cluster_of: Mapping[str, int],
    outlier_of: Mapping[str, float],
) -> dict[str, ShownPart]:
    shown_parts = {}
    for chunk in chunked(ids, _READ):
        for record in store.get(chunk, with_payload=list(_PAYLOAD)):
            cluster, outlier = cluster_of[record.id], outlier_of[record.id]
            shown_parts[record.id] = _part(record, cluster, outlier)
    return shown_parts


def _part(record: Record, cluster: int, outlier: float) -> ShownPart:
    payload = record.payload
    names = (payload.get("name_de"), payload.get("name_en"))
    views = payload.get("views") or ()
    return ShownPart(
        id=record.id,
        part_number=str(payload.get("part_number", "")),
        name=" / ".join(dict.fromkeys(filter(None, names))),
        family=payload.get("family"),
        file=str(views[0]["file"]) if views else None,
        cluster=cluster,
        outlier=outlier,
    )


def _confusion(
    ids: Sequence[str],
    clusters: Labels,
    families: Mapping[str, str | None],
    profiles: Sequence[ClusterProfile],
) -> Confusion | None:
    labelled_rows = [row for row, part in enumerate(ids) if families.get(part)]
    if not labelled_rows:
        return None
    names, rows = np.unique([str(families[ids[row]]) for row in labelled_rows], return_inverse=True)
    numbers, columns = np.unique(clusters[labelled_rows], return_inverse=True)
    counts = np.zeros((len(names), len(numbers)), dtype=np.int64)
    np.add.at(counts, (rows, columns), 1)
    label = {profile.cluster: f"{profile.cluster} {profile.label_en}" for profile in profiles}
    titles = [label.get(int(number), "noise") for number in numbers]
    by_family = np.argsort(-counts.sum(axis=1), kind="stable")
    # Each cluster beside the family that most of it is of, so that what agrees is the diagonal.
    by_cluster = np.lexsort((-counts.sum(axis=0), counts[by_family].argmax(axis=0)))
    return Confusion(
        [str(names[row]) for row in by_family],
        [titles[column] for column in by_cluster],
        counts[np.ix_(by_family, by_cluster)],
    )

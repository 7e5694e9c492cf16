"""How decisions bend the clusters of any run: a pure function of both.

They are applied in the order they were made; the later one has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from clustering.contract import NOISE, Labels, Rows
from clustering.runs.decisions import Decision, Status, in_force

FOLLOW = 0.8
"""At least this share of a cluster must be accepted members for its other parts to be with them."""
MOST = 0.5
"""More than this share of a cluster's known members must be in a cluster for it to be that one."""


@dataclass(slots=True)
class DecidedClusters:
    """The clusters after the decisions; status and labels by cluster; decisions that found nothing."""

    clusters: Labels
    statuses: dict[int, Status] = field(default_factory=dict)
    names: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    dormant: list[int] = field(default_factory=list)


def apply_decisions(
    ids: Sequence[str], labels: Labels, decisions: Sequence[Decision]
) -> DecidedClusters:
    """Return the clusters of the parts ``ids`` after what was decided.

    The same labels and decisions give the same result; nothing that was handed in is changed. A
    decision whose parts or clusters are not in this run changes nothing and is ``dormant``.
    """
    standing_decisions = in_force(decisions)
    reviewed = DecidedClusters(labels.copy())
    row_of = _places(ids, standing_decisions)
    # What was decided before a cluster was accepted was about that cluster, so it must be there.
    for decision in standing_decisions:
        if decision.action == "accept":
            _pin(reviewed, decision, row_of)
    for decision in standing_decisions:
        if not _RULES[decision.action](reviewed, decision, row_of):
            reviewed.dormant.append(decision.number)
    return reviewed


_Places: TypeAlias = Mapping[str, int]


def _places(ids: Sequence[str], decisions: Sequence[Decision]) -> _Places:
    named_parts = {
        part
        for decision in decisions
        for part in (
            *decision.parts,
            *decision.others,
            *(member for group in decision.groups for member in group),
        )
    }
    return {part: row for row, part in enumerate(ids) if part in named_parts} if named_parts else {}


def _rows(parts: Sequence[str], row_of: _Places) -> Rows:
    return np.array([row_of[part] for part in parts if part in row_of], dtype=np.intp)


def find_cluster(clusters: Labels, known_members: Rows) -> int | None:
    """Return the cluster that most of the known members are in, None where there is none."""
    member_clusters = clusters[known_members]
    numbers, counts = np.unique(member_clusters[member_clusters != NOISE], return_counts=True)
    if not len(numbers) or counts.max() <= MOST * len(known_members):
        return None
    return int(numbers[counts.argmax()])


def _accept(reviewed: DecidedClusters, decision: Decision, row_of: _Places) -> bool:
    is_found = _pin(reviewed, decision, row_of)
    if is_found and decision.cluster is not None:
        reviewed.statuses[decision.cluster] = "accepted"
    return is_found


def _pin(reviewed: DecidedClusters, decision: Decision, row_of: _Places) -> bool:
    rows = _rows(decision.parts, row_of)
    if not len(rows) or decision.cluster is None:
        return False
    cluster = find_cluster(reviewed.clusters, rows)
    if cluster is not None and cluster != decision.cluster:
        inside = np.count_nonzero(reviewed.clusters[rows] == cluster)
        if inside >= FOLLOW * np.count_nonzero(reviewed.clusters == cluster):
            reviewed.clusters[reviewed.clusters == cluster] = decision.cluster
    reviewed.clusters[rows] = decision.cluster
    return True


def _reject(reviewed: DecidedClusters, decision: Decision, row_of: _Places) -> bool:
    cluster = _named(reviewed, decision, row_of, 0)
    if cluster is not None:
        reviewed.statuses[cluster] = "rejected"
    return cluster is not None


def _rename(reviewed: DecidedClusters, decision: Decision, row_of: _Places) -> bool:
    cluster = _named(reviewed, decision, row_of, 0)
    if cluster is not None:
        german, english = reviewed.names.get(cluster, (None, None))
        reviewed.names[cluster] = (decision.label_de or german, decision.label_en or english)
    return cluster is not None


def _merge(reviewed: DecidedClusters, decision: Decision, row_of: _Places) -> bool:
    into = _named(reviewed, decision, row_of, 0)
    if into is None:
        return False
    sources = [_named(reviewed, decision, row_of, at) for at in range(1, len(decision.groups))]
    for cluster in sources:
        if cluster is not None:
            reviewed.clusters[reviewed.clusters == cluster] = into
    return any(cluster is not None for cluster in sources)


def _split(reviewed: DecidedClusters, decision: Decision, row_of: _Places) -> bool:
    rows = _rows(decision.parts, row_of)
    if not len(rows) or decision.cluster is None:
        return False
    left_behind = set(reviewed.clusters[_rows(decision.others, row_of)].tolist())
    numbers, counts = np.unique(reviewed.clusters[rows], return_counts=True)
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
        inside = reviewed.clusters == number
        # A later run may have found the group itself: then its new parts belong to it as well.
        if number not in {NOISE, *left_behind} and count > MOST * np.count_nonzero(inside):
            reviewed.clusters[inside] = decision.cluster
    reviewed.clusters[rows] = decision.cluster
    return True


def _move(reviewed: DecidedClusters, decision: Decision, row_of: _Places) -> bool:
    rows = _rows(decision.parts, row_of)
    cluster = _named(reviewed, decision, row_of, 0)
    if not len(rows) or cluster is None:
        return False
    reviewed.clusters[rows] = cluster
    return True


def _exclude(reviewed: DecidedClusters, decision: Decision, row_of: _Places) -> bool:
    rows = _rows(decision.parts, row_of)
    reviewed.clusters[rows] = NOISE
    return bool(len(rows))


def _must_link(reviewed: DecidedClusters, decision: Decision, row_of: _Places) -> bool:
    rows = _rows(decision.parts, row_of)
    if len(rows) < 2:
        return False
    clusters = reviewed.clusters[rows][reviewed.clusters[rows] != NOISE]
    target = clusters[0] if len(clusters) else decision.cluster
    reviewed.clusters[rows] = NOISE if target is None else target
    return True


def _cannot_link(reviewed: DecidedClusters, decision: Decision, row_of: _Places) -> bool:
    rows = _rows(decision.parts, row_of)
    if len(rows) < 2:
        return False
    for later in range(1, len(rows)):
        if reviewed.clusters[rows[later]] in reviewed.clusters[rows[:later]]:
            reviewed.clusters[rows[later]] = NOISE
    return True


def _named(reviewed: DecidedClusters, decision: Decision, row_of: _Places, at: int) -> int | None:
    members = decision.groups[at] if at < len(decision.groups) else ()
    return find_cluster(reviewed.clusters, _rows(members, row_of))


_RULES: Mapping[str, Callable[[DecidedClusters, Decision, _Places], bool]] = {
    "accept": _accept,
    "reject": _reject,
    "rename": _rename,
    "merge": _merge,
    "split": _split,
    "move": _move,
    "exclude": _exclude,
    "must-link": _must_link,
    "cannot-link": _cannot_link,
}

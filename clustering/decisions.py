"""What reviewers decided, and how it bends the clusters of any run: a pure function of both.

Decisions name parts, not clusters: a cluster is the one that most of its known members are in. So
they hold in every later run, whatever it numbers its clusters. They are applied in the order they
were made; the later one has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from clustering.contract import NOISE, Labels, Rows

Action: TypeAlias = Literal[
    "accept",
    "reject",
    "rename",
    "merge",
    "split",
    "move",
    "exclude",
    "must-link",
    "cannot-link",
    "undo",
]
Status: TypeAlias = Literal["proposed", "accepted", "rejected"]
FOLLOW = 0.8
"""At least this share of a cluster must be accepted members for its other parts to be with them."""
MOST = 0.5
"""More than this share of a cluster's known members must be in a cluster for it to be that one."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of one person.

    ``parts`` are ids of the parts it is about: all members (accept), those that move, split off or
    are linked. ``groups`` are known members of the clusters it names, first the one that stays;
    ``others`` known members that a split leaves behind. ``cluster`` is the number that the result
    has or gets. ``undoes`` is the number of the decision that it takes back.
    """

    number: int
    action: Action
    who: str
    when: str
    why: str = ""
    run: str = ""
    cluster: int | None = None
    parts: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    others: tuple[str, ...] = ()
    label_de: str | None = None
    label_en: str | None = None
    undoes: int | None = None


@dataclass(slots=True)
class Reviewed:
    """The clusters after the decisions; status and labels by cluster; decisions that found nothing."""

    clusters: Labels
    statuses: dict[int, Status] = field(default_factory=dict)
    names: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    dormant: list[int] = field(default_factory=list)


def in_force(decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions that were not taken back, in order; an undo can be taken back as well."""
    void: set[int] = set()
    for decision in reversed(decisions):
        if decision.action == "undo" and decision.number not in void:
            void.add(decision.undoes or 0)
    return [each for each in decisions if each.action != "undo" and each.number not in void]


def pinned_parts(decisions: Sequence[Decision]) -> set[str]:
    """Return the parts whose cluster somebody accepted."""
    return {part for each in in_force(decisions) if each.action == "accept" for part in each.parts}


def apply_decisions(ids: Sequence[str], labels: Labels, decisions: Sequence[Decision]) -> Reviewed:
    """Return the clusters of the parts ``ids`` after what was decided.

    The same labels and decisions give the same result; nothing that was handed in is changed. A
    decision whose parts or clusters are not in this run changes nothing and is ``dormant``.
    """
    standing = in_force(decisions)
    reviewed = Reviewed(labels.copy())
    place = _places(ids, standing)
    # What was decided before a cluster was accepted was about that cluster, so it must be there.
    for decision in standing:
        if decision.action == "accept":
            _pin(reviewed, decision, place)
    for decision in standing:
        if not _RULES[decision.action](reviewed, decision, place):
            reviewed.dormant.append(decision.number)
    return reviewed


_Places: TypeAlias = Mapping[str, int]


def _places(ids: Sequence[str], decisions: Sequence[Decision]) -> _Places:
    named = {
        part
        for each in decisions
        for part in (*each.parts, *each.others, *(one for group in each.groups for one in group))
    }
    return {part: place for place, part in enumerate(ids) if part in named} if named else {}


def _rows(parts: Sequence[str], place: _Places) -> Rows:
    return np.array([place[part] for part in parts if part in place], dtype=np.intp)


def find_cluster(clusters: Labels, known_members: Rows) -> int | None:
    """Return the cluster that most of the known members are in, None where there is none."""
    found = clusters[known_members]
    numbers, counts = np.unique(found[found != NOISE], return_counts=True)
    if not len(numbers) or counts.max() <= MOST * len(known_members):
        return None
    return int(numbers[counts.argmax()])


def _accept(reviewed: Reviewed, decision: Decision, place: _Places) -> bool:
    is_found = _pin(reviewed, decision, place)
    if is_found and decision.cluster is not None:
        reviewed.statuses[decision.cluster] = "accepted"
    return is_found


def _pin(reviewed: Reviewed, decision: Decision, place: _Places) -> bool:
    rows = _rows(decision.parts, place)
    if not len(rows) or decision.cluster is None:
        return False
    found = find_cluster(reviewed.clusters, rows)
    if found is not None and found != decision.cluster:
        inside = np.count_nonzero(reviewed.clusters[rows] == found)
        if inside >= FOLLOW * np.count_nonzero(reviewed.clusters == found):
            reviewed.clusters[reviewed.clusters == found] = decision.cluster
    reviewed.clusters[rows] = decision.cluster
    return True


def _reject(reviewed: Reviewed, decision: Decision, place: _Places) -> bool:
    cluster = _named(reviewed, decision, place, 0)
    if cluster is not None:
        reviewed.statuses[cluster] = "rejected"
    return cluster is not None


def _rename(reviewed: Reviewed, decision: Decision, place: _Places) -> bool:
    cluster = _named(reviewed, decision, place, 0)
    if cluster is not None:
        german, english = reviewed.names.get(cluster, (None, None))
        reviewed.names[cluster] = (decision.label_de or german, decision.label_en or english)
    return cluster is not None


def _merge(reviewed: Reviewed, decision: Decision, place: _Places) -> bool:
    into = _named(reviewed, decision, place, 0)
    if into is None:
        return False
    found = [_named(reviewed, decision, place, at) for at in range(1, len(decision.groups))]
    for cluster in found:
        if cluster is not None:
            reviewed.clusters[reviewed.clusters == cluster] = into
    return any(cluster is not None for cluster in found)


def _split(reviewed: Reviewed, decision: Decision, place: _Places) -> bool:
    rows = _rows(decision.parts, place)
    if not len(rows) or decision.cluster is None:
        return False
    left = set(reviewed.clusters[_rows(decision.others, place)].tolist())
    numbers, counts = np.unique(reviewed.clusters[rows], return_counts=True)
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
        inside = reviewed.clusters == number
        # A later run may have found the group itself: then its new parts belong to it as well.
        if number not in {NOISE, *left} and count > MOST * np.count_nonzero(inside):
            reviewed.clusters[inside] = decision.cluster
    reviewed.clusters[rows] = decision.cluster
    return True


def _move(reviewed: Reviewed, decision: Decision, place: _Places) -> bool:
    rows = _rows(decision.parts, place)
    cluster = _named(reviewed, decision, place, 0)
    if not len(rows) or cluster is None:
        return False
    reviewed.clusters[rows] = cluster
    return True


def _exclude(reviewed: Reviewed, decision: Decision, place: _Places) -> bool:
    rows = _rows(decision.parts, place)
    reviewed.clusters[rows] = NOISE
    return bool(len(rows))


def _must_link(reviewed: Reviewed, decision: Decision, place: _Places) -> bool:
    rows = _rows(decision.parts, place)
    if len(rows) < 2:
        return False
    grouped = reviewed.clusters[rows][reviewed.clusters[rows] != NOISE]
    target = grouped[0] if len(grouped) else decision.cluster
    reviewed.clusters[rows] = NOISE if target is None else target
    return True


def _cannot_link(reviewed: Reviewed, decision: Decision, place: _Places) -> bool:
    rows = _rows(decision.parts, place)
    if len(rows) < 2:
        return False
    for later in range(1, len(rows)):
        if reviewed.clusters[rows[later]] in reviewed.clusters[rows[:later]]:
            reviewed.clusters[rows[later]] = NOISE
    return True


def _named(reviewed: Reviewed, decision: Decision, place: _Places, at: int) -> int | None:
    members = decision.groups[at] if at < len(decision.groups) else ()
    return find_cluster(reviewed.clusters, _rows(members, place))


_RULES: Mapping[str, Callable[[Reviewed, Decision, _Places], bool]] = {
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

"""From what a reviewer asks, in part numbers and cluster numbers, to a decision that will hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from catalog.errors import UsageError
from catalog.parts import point_id
from clustering.contract import NOISE
from clustering.runs import run_store
from clustering.runs.decisions import Action, Decision, in_force
from clustering.runs.reviewed_run import ReviewedRun

KNOWN_MEMBERS = 64
"""Members by which a cluster is found again in later runs."""


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """Checks and completes decisions on a run as people see it now. UsageError says what is wrong."""

    run: ReviewedRun

    def about_cluster(self, action: Action, cluster: int, **labels: str) -> Decision:
        """Return a decision that names one cluster; accepting one names all its members."""
        if action == "accept":
            return _decision(action, cluster=cluster, parts=tuple(self._members(cluster)))
        return replace(
            _decision(action, cluster=cluster, groups=(self._known_members(cluster),)),
            label_de=labels.get("label_de"),
            label_en=labels.get("label_en"),
        )

    def merge(self, clusters: Sequence[int]) -> Decision:
        """Return the merging of clusters into the first one."""
        if len(set(clusters)) < 2 or len(set(clusters)) < len(clusters):
            raise UsageError(f"two or more different clusters can be merged; got {list(clusters)}")
        groups = tuple(self._known_members(cluster) for cluster in clusters)
        return _decision("merge", cluster=clusters[0], groups=groups)

    def split(self, part_numbers: Sequence[str]) -> Decision:
        """Return the splitting of parts from the one cluster that they are in."""
        parts = self._ids(part_numbers)
        clusters = {self._cluster_of(part) for part in parts}
        if len(clusters) > 1 or NOISE in clusters:
            raise UsageError(
                f"the parts of a split must be in one cluster; got {len(parts)} parts in "
                f"{', '.join(map(_name, sorted(clusters)))}"
            )
        cluster = clusters.pop()
        others = self._known_members(cluster, without=parts)
        if not others:
            raise UsageError(f"that would leave nothing in cluster {cluster}: rename it instead")
        return _decision("split", cluster=self._fresh(), parts=parts, others=others)

    def move(self, part_number: str, cluster: int) -> Decision:
        """Return the moving of a part to another cluster."""
        parts = self._ids([part_number])
        if self._cluster_of(parts[0]) == cluster:
            raise UsageError(f"part {part_number!r} is in cluster {cluster} already")
        return _decision(
            "move", cluster=cluster, parts=parts, groups=(self._known_members(cluster),)
        )

    def exclude(self, part_number: str) -> Decision:
        """Return the exclusion of a part."""
        return _decision("exclude", parts=self._ids([part_number]))

    def pair(self, action: Action, first_number: str, second_number: str) -> Decision:
        """Return the linking or parting of two parts."""
        parts = self._ids([first_number, second_number])
        opposite = "cannot-link" if action == "must-link" else "must-link"
        for decision in in_force(self.run.decisions):
            if decision.action == opposite and set(decision.parts) == set(parts):
                raise UsageError(
                    f"decision {decision.number} ({opposite}, {decision.who}) says the opposite: "
                    f"take it back first with `partscope review undo {decision.number}`"
                )
        are_lonely = {self._cluster_of(part) for part in parts} == {NOISE}
        fresh = self._fresh() if action == "must-link" and are_lonely else None
        return _decision(action, cluster=fresh, parts=parts)

    def undo(self, number: int) -> Decision:
        """Return the taking back of a decision."""
        numbers = [decision.number for decision in self.run.decisions]
        if number not in numbers:
            there_are = f"there are 1 to {numbers[-1]}" if numbers else "there are none yet"
            raise UsageError(f"there is no decision {number}: {there_are}")
        standing_numbers = {decision.number for decision in in_force(self.run.decisions)}
        standing_numbers |= {
            decision.number for decision in self.run.decisions if decision.action == "undo"
        }
        takers = [
            decision
            for decision in self.run.decisions
            if decision.undoes == number and decision.number in standing_numbers
        ]
        if number not in standing_numbers or takers:
            raise UsageError(f"decision {number} was taken back already")
        return _decision("undo", undoes=number)

    # -- inside -------------------------------------------------------------------------------

    def _ids(self, part_numbers: Sequence[str]) -> tuple[str, ...]:
        catalog = self.run.store.manifest().catalog
        ids = tuple(str(point_id(catalog, number)) for number in part_numbers)
        missing = self.run.assignment.positions(ids) < 0
        if missing.any():
            number = part_numbers[int(missing.argmax())]
            raise UsageError(
                f"part {number!r} is not in the active run: is the number right, or is it new "
                "since `partscope cluster`?"
            )
        if not ids or len(set(ids)) < len(ids):
            raise UsageError(
                f"give different part numbers; got {', '.join(part_numbers) or 'none'}"
            )
        return ids

    def _cluster_of(self, part: str) -> int:
        return self.run.cluster_of[part]

    def _members(self, cluster: int) -> list[str]:
        rows = np.flatnonzero(self.run.assignment.clusters == cluster)
        if cluster == NOISE or not len(rows):
            numbers = sorted(self.run.sizes)
            listing = ", ".join(map(str, numbers[:20])) + (", ..." if len(numbers) > 20 else "")
            raise UsageError(f"the active run has no cluster {cluster}; it has {listing or 'none'}")
        return [self.run.assignment.ids[row] for row in rows]

    def _known_members(self, cluster: int, without: Sequence[str] = ()) -> tuple[str, ...]:
        excluded = set(without)
        members = [member for member in self._members(cluster) if member not in excluded]
        spread = np.linspace(0, len(members) - 1, min(len(members), KNOWN_MEMBERS)).astype(int)
        return tuple(members[row] for row in spread)

    def _fresh(self) -> int:
        index = run_store.read_index(self.run.store)
        run_store.write_index(self.run.store, replace(index, next_cluster=index.next_cluster + 1))
        return index.next_cluster


def _decision(action: Action, **values: Any) -> Decision:
    return Decision(0, action, "", "", **values)


def _name(cluster: int) -> str:
    return "none" if cluster == NOISE else f"cluster {cluster}"

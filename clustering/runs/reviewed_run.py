"""A run as people see it: its record, bent by what reviewers decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from catalog.store.contract import PartStore
from clustering.contract import NOISE, ClusterProfile
from clustering.runs import run_store
from clustering.runs.apply_decisions import DecidedClusters, apply_decisions
from clustering.runs.assignment import Assignment
from clustering.runs.decision_log import read_decisions
from clustering.runs.decisions import Decision, Status
from clustering.runs.run import Run
from clustering.runs.run_clusters import RunClusters, load_clusters


class ReviewedRun:
    """One run of a catalogue; each of its parts is read when first asked for, and then kept.

    It does not follow what is written afterwards: make another one after a decision.
    """

    def __init__(self, store: PartStore, run_id: str) -> None:
        self.store = store
        self.run_id = run_id

    @classmethod
    def find(cls, store: PartStore, run: str | None = None) -> ReviewedRun:
        """Return the run of that id, the one in force of that name, or the active one for None.

        UsageError where nothing was grouped yet, UnknownName with the runs that there are.
        """
        return cls(store, run_store.find_id(store, run))

    # -- as it was made -----------------------------------------------------------------------

    @cached_property
    def record(self) -> Run:
        """What was asked, chosen and measured."""
        return run_store.read(self.store, self.run_id)

    @cached_property
    def assignment_as_made(self) -> Assignment:
        """Who is in which cluster before any decision."""
        return run_store.assignment(self.store, self.run_id)

    @cached_property
    def clusters_as_made(self) -> RunClusters:
        """The clusters as they were described last, with sizes and labels before any decision."""
        return load_clusters(self.store, self.run_id)

    # -- as people see it ---------------------------------------------------------------------

    @cached_property
    def decisions(self) -> list[Decision]:
        """All decisions in the order they were made, those taken back as well."""
        return read_decisions(self.store)

    @cached_property
    def decided(self) -> DecidedClusters:
        """What the decisions make of the clusters."""
        before = self.assignment_as_made
        return apply_decisions(before.ids, before.clusters, self.decisions)

    @cached_property
    def assignment(self) -> Assignment:
        """Who is in which cluster after all decisions."""
        return replace(self.assignment_as_made, clusters=self.decided.clusters)

    @cached_property
    def cluster_of(self) -> Mapping[str, int]:
        """The cluster by the id of the part, -1 is noise."""
        return self.assignment.cluster_of()

    @cached_property
    def sizes(self) -> Mapping[int, int]:
        """The number of parts by cluster, without noise."""
        return self.assignment.sizes()

    @property
    def noise(self) -> int:
        """How many parts are in no cluster."""
        return int(np.count_nonzero(self.assignment.clusters == NOISE))

    @cached_property
    def profiles(self) -> Mapping[int, ClusterProfile]:
        """The clusters that have members, by number, with their present sizes, labels and medoids."""
        return {profile.cluster: profile for profile in self._present_profiles()}

    def largest_first(self) -> list[ClusterProfile]:
        """Return the profiles, the largest cluster first, equal ones by number."""
        return sorted(self.profiles.values(), key=lambda profile: (-profile.size, profile.cluster))

    def status_of(self, cluster: int) -> Status:
        """Return what reviewers said of a cluster, ``proposed`` where they said nothing."""
        return self.decided.statuses.get(cluster, "proposed")

    # -- inside -------------------------------------------------------------------------------

    def _present_profiles(self) -> Iterator[ClusterProfile]:
        for cluster, profile in self.clusters_as_made.profiles.items():
            if cluster in self.sizes:
                german, english = self.decided.names.get(cluster, (None, None))
                yield replace(
                    profile,
                    size=self.sizes[cluster],
                    medoid=self._medoid(profile),
                    label_de=german or profile.label_de,
                    label_en=english or profile.label_en,
                )

    def _medoid(self, profile: ClusterProfile) -> str:
        """Return the medoid, or the first member where a decision took it out of its cluster."""
        if self.cluster_of.get(profile.medoid) == profile.cluster:
            return profile.medoid
        members = self.assignment.clusters == profile.cluster
        return self.assignment.ids[int(members.argmax())]

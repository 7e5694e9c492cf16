"""The index of one collection: a server builds it in the background, unless a bulk load holds it off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep

from qdrant_client import models

from catalog.store.contract import PartStore, Schema
from catalog.store.filters import HasVector
from catalog.store.index_state import IndexPhase, IndexState
from catalog.store.server.connection import ServerConnection

LOADING = models.OptimizersConfigDiff(indexing_threshold=0)
"""For bulk loads: never."""
DEFAULT_THRESHOLD = 10_000
"""The engine's own, in kilobytes of one vector in one segment."""
_LOOK_SECONDS = 0.5
_PHASES: dict[models.CollectionStatus, IndexPhase] = {
    models.CollectionStatus.GREEN: "ready",
    models.CollectionStatus.YELLOW: "building",
    models.CollectionStatus.GREY: "missing",  # a server that was restarted waits to be asked
    models.CollectionStatus.RED: "failed",
}


@dataclass(frozen=True, slots=True)
class Indexing:
    """What the server tells; ``vectors`` are those in an index, of all names and kinds together."""

    phase: IndexPhase
    threshold: int
    vectors: int
    points: int
    problem: str = ""

    def is_small_for(self, schema: Schema, threshold: int) -> bool:
        """Whether no segment is large enough for an index, unless parts have many views."""
        dim = max((spec.dim or 0 for spec in schema.vectors), default=0)
        return self.points * dim * 4 / 1024 < threshold

    def asked_threshold(self, wanted: int | None) -> int | None:
        """Return the threshold to ask the server for, None where it has been asked already.

        ``wanted`` is what the settings say; without it, one that somebody chose stays.
        """
        threshold = wanted or self.threshold or DEFAULT_THRESHOLD
        return threshold if threshold != self.threshold or self.phase == "missing" else None


def read_indexing(connection: ServerConnection, collection: str) -> Indexing:
    """Return how far the server is with a collection."""
    info = connection.ask(lambda client: client.get_collection(collection))
    threshold = info.config.optimizer_config.indexing_threshold
    threshold = DEFAULT_THRESHOLD if threshold is None else threshold
    phase: IndexPhase = _PHASES[info.status] if threshold else "off"
    problem = "its status is red" if phase == "failed" else ""
    if isinstance(info.optimizer_status, models.OptimizersStatusOneOf1):
        phase, problem = "failed", info.optimizer_status.error
    return Indexing(
        phase, threshold, info.indexed_vectors_count or 0, info.points_count or 0, problem
    )


def start_indexing(connection: ServerConnection, collection: str, threshold: int) -> None:
    """Let the server build an index in the background for segments of so many kilobytes."""
    config = models.OptimizersConfigDiff(indexing_threshold=threshold)
    connection.ask(lambda client: client.update_collection(collection, optimizers_config=config))


def wait_until_built(look: Callable[[], Indexing], patience: float) -> None:
    """Return when the server is idle, after ``patience`` seconds at the latest."""
    deadline = monotonic() + patience
    idle_looks = 0
    # The server begins a moment after it was asked: it must be idle twice.
    while idle_looks < 2 and monotonic() < deadline:
        sleep(min(_LOOK_SECONDS, max(0.0, deadline - monotonic())))
        idle_looks = idle_looks + 1 if look().phase != "building" else 0


def index_state(store: PartStore, indexing: Indexing) -> IndexState:
    """Return the state of a store's index in parts: the server counts vectors.

    Sparse vectors are always in an index of their own, which says nothing of the others.
    """
    points = store.count()
    kinds = {spec.name: spec.kind for spec in store.schema().vectors}
    counts = {name: store.count(HasVector(name)) for name in kinds}
    sparse = sum(count for name, count in counts.items() if kinds[name] == "sparse")
    dense = sum(counts.values()) - sparse
    share = min(1.0, max(0, indexing.vectors - sparse) / dense) if dense else 0.0
    indexed = round(points * share)
    phase = "small" if indexing.phase == "ready" and not indexed else indexing.phase
    return IndexState(phase, points, indexed, indexing.threshold, indexing.problem)

"""qdrant-client's local mode with the one thing it forgets: how a collection is to be indexed."""

from __future__ import annotations

from typing import Any

from qdrant_client import QdrantClient, models


class RememberingClient(QdrantClient):
    """Answers with the threshold that was asked for last, and with the indexing that it is given.

    ``statuses`` are answered one by one, the last one for good.
    """

    def __init__(self) -> None:
        super().__init__(":memory:")
        self.thresholds: dict[str, list[int | None]] = {}
        self.statuses = [models.CollectionStatus.GREEN]
        self.optimizer_status: Any = models.OptimizersStatusOneOf.OK
        self.indexed_vectors = 0

    def create_collection(self, collection_name: str, *given: Any, **options: Any) -> bool:
        self._remember(collection_name, options)
        return super().create_collection(collection_name, *given, **options)

    def update_collection(self, collection_name: str, *given: Any, **options: Any) -> bool:
        self._remember(collection_name, options)
        return super().update_collection(collection_name, *given, **options)

    def get_collection(self, collection_name: str, **options: Any) -> models.CollectionInfo:
        info = super().get_collection(collection_name, **options)
        name = self._behind(collection_name)
        info.config.optimizer_config.indexing_threshold = self.thresholds.get(name, [None])[-1]
        info.status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        info.optimizer_status = self.optimizer_status
        info.indexed_vectors_count = self.indexed_vectors
        return info

    def _behind(self, name: str) -> str:
        aliases = {alias.alias_name: alias.collection_name for alias in self.get_aliases().aliases}
        return aliases.get(name, name)

    def _remember(self, name: str, options: dict[str, Any]) -> None:
        config = options.get("optimizers_config")
        if config is not None:
            self.thresholds.setdefault(self._behind(name), []).append(config.indexing_threshold)

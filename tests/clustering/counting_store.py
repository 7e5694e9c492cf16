"""A store that counts how often each artefact is read."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from catalog.store.contract import PartStore


class CountingStore:
    """Everything else is done by the store inside."""

    def __init__(self, store: PartStore) -> None:
        self._store = store
        self.reads: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def read_artefact(self, name: str) -> bytes | None:
        """Return an artefact and count it."""
        self.reads[name] += 1
        return self._store.read_artefact(name)

    def as_store(self) -> PartStore:
        """Return itself as what it stands for."""
        return cast(PartStore, self)

"""Stores of a process that is killed before one of its writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from catalog.store.contract import PartStore
from clustering.runs.write_back import Stores

WRITES = {
    "write_artefact",
    "delete_artefact",
    "write_assignments",
    "update_payload",
    "write_manifest",
    "upsert",
    "delete",
    "create",
    "drop",
}


class Killed(BaseException):
    """Stands for SIGKILL: nothing catches it."""


class Mortal:
    """A store whose process dies before its nth write."""

    def __init__(self, store: PartStore, lives: list[int]) -> None:
        self._store, self._lives = store, lives

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        return self._counted(method) if name in WRITES else method

    def _counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._lives[0] -= 1
            if self._lives[0] < 0:
                raise Killed
            return method(*arguments, **options)

        return call


def mortal(stores: Stores, lives: int) -> Stores:
    """Return the stores of a process that dies before its write number ``lives``, counted from 0."""
    calls_left = [lives]
    both = (Mortal(store, calls_left) for store in (stores.parts, stores.clusters))
    parts, clusters = both
    return Stores(cast(PartStore, parts), cast(PartStore, clusters))

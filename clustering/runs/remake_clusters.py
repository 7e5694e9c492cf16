"""What a backup leaves out: the points of ``<catalog>.clusters``, made again from the records of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.store.open import open_store
from clustering.runs.locks import reviewing
from clustering.runs.write_back import Stores, recover

if TYPE_CHECKING:
    from catalog.settings import Settings
    from catalog.store.contract import PartStore


def remake_clusters(parts: PartStore, settings: Settings) -> None:
    """Make the companion of a catalogue that was just restored what its runs and decisions say."""
    stores = Stores(parts, open_store(settings, companion="clusters"))
    try:
        stores.clusters.drop()  # of a former catalogue of that name
        with reviewing(parts):
            recover(stores)
    finally:
        stores.clusters.close()

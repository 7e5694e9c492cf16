"""Opens the store that the settings name."""

from __future__ import annotations

from pathlib import Path

from catalog.settings import Settings
from catalog.store.contract import PartStore


def open_store(settings: Settings, companion: str | None = None) -> PartStore:
    """Return the store: a folder is Qdrant Edge, a URL a Qdrant server.

    ``companion`` names one that stands beside the catalogue: ``<catalog>.<companion>``.

    ``:memory:`` is the server's store over qdrant-client's local mode, for tests only. Nothing is
    opened or contacted before the first use.
    """
    catalog = f"{settings.catalog}.{companion}" if companion else settings.catalog
    if settings.is_server or settings.store == ":memory:":
        from catalog.store.server.connection import ServerConnection
        from catalog.store.server.store import ServerStore

        connection = ServerConnection(settings.store, settings.api_key)
        return ServerStore(connection, catalog, index_threshold=settings.index_threshold)

    from catalog.store.edge.store import EdgeStore

    folder = Path(settings.store).expanduser()
    return EdgeStore(folder, catalog, index_from=settings.index_from)

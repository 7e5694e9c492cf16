"""Whatever loads a catalogue ends with its index, also where a process died before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from qdrant_client import models

from catalog.progress import Silent
from catalog.settings import load_settings
from catalog.store.server.connection import ServerConnection
from catalog.store.server.store import ServerStore
from clustering.api import cluster
from ingest.api import ingest
from ingest.rebuild import rebuild
from partscope.catalog import Catalog
from tests.catalog.store.server.remembering_client import RememberingClient

PARTS = pd.DataFrame({"part_number": ["1", "2", "3"], "name_en": ["bolt", "nut", "ball bearing"]})
MODELS = {"image_model": "none", "text_model": "builtin:bag-of-words"}


class Phases(Silent):
    """Remembers what it was told of."""

    def __init__(self) -> None:
        super().__init__()
        self.phases: list[str] = []

    def start(self, phase: str, total: int | None = None, unit: str = "parts") -> None:
        self.phases.append(phase)


@pytest.fixture
def client() -> Iterator[RememberingClient]:
    client = RememberingClient()
    yield client
    client.close()


def on_server(client: RememberingClient, work_dir: Path) -> Catalog:
    settings = load_settings(store=":memory:", work_dir=work_dir, **MODELS)
    return Catalog(settings, ServerStore(ServerConnection(":memory:", client=client), "parts"))


def test_an_ingest_ends_the_bulk_load_of_a_server(
    client: RememberingClient, tmp_path: Path
) -> None:
    catalog = on_server(client, tmp_path)
    assert catalog.ingest(PARTS).notices == []
    assert client.thresholds["parts.g1"][-1] == 10_000
    cluster(catalog, features=["name"], k=2)
    assert client.thresholds["parts.g1"][-1] == 10_000


def test_a_rebuild_ends_the_bulk_load_of_the_generation_it_built(
    client: RememberingClient, tmp_path: Path
) -> None:
    catalog = on_server(client, tmp_path)
    ingest(catalog, PARTS)
    rebuild(catalog, Silent())
    assert (catalog.manifest.generation, client.thresholds["parts.g2"][-1]) == (2, 10_000)


def test_an_index_that_is_not_done_is_told_of(client: RememberingClient, tmp_path: Path) -> None:
    client.statuses = [models.CollectionStatus.YELLOW]
    [notice] = ingest(on_server(client, tmp_path), PARTS).notices
    assert notice.startswith("index: being built, holds 0 of 3 parts; searches answer meanwhile")
    assert "partscope info --catalog parts --store :memory:" in notice


@pytest.mark.parametrize("loads", [ingest, lambda catalog, _, **more: rebuild(catalog, **more)])
def test_a_folder_has_its_index_built_once_it_pays(tmp_path: Path, loads: object) -> None:
    with Catalog.open(tmp_path, **MODELS) as catalog:
        ingest(catalog, PARTS, progress=(quiet := Phases()))
        assert catalog.store.index_state().phase == "small"
    assert quiet.phases == ["looking", "ingesting"]
    with Catalog.open(tmp_path, index_from=3) as catalog:
        # As after a process that died between the load and the index.
        assert catalog.store.index_state().phase == "missing"
        loads(catalog, PARTS, progress=(progress := Phases()))  # type: ignore[operator]
        assert catalog.store.index_state().phase == "ready"
    assert progress.phases == ["looking", "ingesting", "building the index of 3 parts"]


def test_a_dry_run_builds_none(tmp_path: Path) -> None:
    with Catalog.open(tmp_path, **MODELS) as catalog:
        ingest(catalog, PARTS)
    with Catalog.open(tmp_path, index_from=3) as catalog:
        ingest(catalog, PARTS, dry_run=True)
        assert catalog.store.index_state().phase == "missing"

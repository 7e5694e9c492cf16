"""Ingest, search, rebuild and evaluate on a real server: the same results as on Edge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest

from catalog.progress import Silent
from demo.catalogue import make_catalogue
from ingest.api import ingest
from ingest.rebuild import rebuild
from partscope.catalog import Catalog
from partscope.cli import main
from search.api import search
from search.evaluation.evaluate import evaluate

MODELS = {"image_model": "builtin:colour", "text_model": "builtin:tfidf"}
PARTS = 60


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_catalogue(tmp_path_factory.mktemp("demo"), PARTS, seed=5).table


@pytest.fixture
def on_server(server_url: str, tmp_path: Path) -> Iterator[Catalog]:
    name = f"test-{uuid4().hex[:12]}"
    with Catalog.open(
        server_url, catalog=name, work_dir=tmp_path / "work", max_failures=10, **MODELS
    ) as catalog:
        yield catalog
        catalog.store.drop()


@pytest.fixture
def on_edge(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open(tmp_path / "edge", max_failures=10, **MODELS) as catalog:
        yield catalog


def _hits(catalog: Catalog, photo: Path) -> list[list[str]]:
    queries: list[dict[str, object]] = [
        {"text": "Sechskantschraube M8"},
        {"text": "ball bearing", "image": photo},
        {"image": photo},
    ]
    results = [search(catalog, limit=5, **query) for query in queries]  # type: ignore[arg-type]
    return [[hit.part_number for hit in result.hits] for result in results]


def test_the_server_does_what_edge_does(on_server: Catalog, on_edge: Catalog, table: Path) -> None:
    summaries = [ingest(catalog, table) for catalog in (on_server, on_edge)]
    counts = [(s.created, s.failed, s.images_used, dict(s.skipped)) for s in summaries]
    assert counts[0] == counts[1]
    assert on_server.store.count() == on_edge.store.count() == summaries[0].created
    photo = sorted((table.parent / "images").iterdir())[0]
    assert _hits(on_server, photo) == _hits(on_edge, photo)
    again = ingest(on_server, table)
    assert (again.created, again.updated) == (0, 0)


def test_an_ingest_ends_the_bulk_load(
    on_server: Catalog,
    server_url: str,
    table: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    created = ingest(on_server, table).created
    on_server.close()
    main(["info", "--store", server_url, "--catalog", on_server.name, "--json"])
    index = json.loads(capsys.readouterr().out)["index"]
    assert index["threshold"] > 0
    assert (index["points"], index["phase"] in {"small", "building"}) == (created, True)
    rebuild(on_server, Silent())
    assert on_server.store.index_state().threshold > 0
    on_server.store.backup(tmp_path / "backup")
    on_server.store.drop()
    on_server.store.restore(tmp_path / "backup")
    assert on_server.store.index_state().threshold > 0


def test_a_rebuild_switches_on_the_server(on_server: Catalog, table: Path) -> None:
    created = ingest(on_server, table).created
    on_server.settings = on_server.settings.model_copy(update={"image_model": "builtin:hog"})
    summary = rebuild(on_server, Silent())
    assert summary.created == created
    assert on_server.manifest.generation == 2
    assert on_server.manifest.embedders["image"].name == "builtin:hog"
    assert on_server.store.count() == created
    assert search(on_server, text="Kugellager").hits


def test_another_client_finds_what_was_ingested(
    on_server: Catalog, server_url: str, tmp_path: Path
) -> None:
    frame = pd.DataFrame(
        {
            "part_number": ["1", "2"],
            "name_en": ["ball bearing", "hexagon nut"],
            "family": ["a", "b"],
        }
    )
    ingest(on_server, frame)
    # What the embedders learnt is kept on the server: another machine needs no file of this one.
    with Catalog.open(server_url, catalog=on_server.name, work_dir=tmp_path / "other") as other:
        assert search(other, text="Kugellager").hits[0].part_number == "1"
        assert evaluate(other, "family").to_json()["retrieval"]

"""Qdrant Edge: one owner, crashes, a full disk, a damaged folder, the child that optimises."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from catalog.errors import (
    CatalogNotFound,
    StoreError,
    StoreFull,
    StoreLocked,
    UsageError,
)
from catalog.store.contract import Point, VectorQuery
from catalog.store.edge.store import EdgeStore
from catalog.store.index_state import INDEX_FROM
from catalog.store.manifest import Manifest
from tests.stores import SCHEMA, identity, point, random_points, ranking_of, vector

ROOT = Path(__file__).resolve().parents[4]

WRITER = """
import sys
from pathlib import Path
import numpy as np
from catalog.parts import point_id
from catalog.store.contract import Point
from catalog.store.edge.store import EdgeStore

def point(number):
    vectors = {"name_de": np.asarray([1, number + 1, 0], dtype=np.float32)}
    return Point(str(point_id("test", f"P{number}")), vectors, {"part_number": f"P{number}"})

store = EdgeStore(Path(sys.argv[1]), "parts", reserve_bytes=0)
number = store.count()
"""
"""A child imports little, so that it starts fast."""

ENDLESS = """
print("ready", flush=True)
while True:
    store.upsert([point(n) for n in range(number, number + 16)])
    number += 16
    print(number, flush=True)
    if number % 64 == 0:
        store.commit()
"""

BUILDER = """
following = store.next_generation(store.schema(), store.manifest())
following.upsert([point(n) for n in range(30)])
print("ready", flush=True)
sys.stdin.read()
"""

BUILDING = """
import os
os.chdir(sys.argv[1])
sys.executable = sys.argv[1] + "/slow"
eager = EdgeStore(Path(sys.argv[1]), "parts", reserve_bytes=0, index_from=1)
store.close()
eager.optimize()
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EdgeStore]:
    store = opened(tmp_path)
    store.create(SCHEMA, Manifest("parts"))
    yield store
    store.close()


def opened(folder: Path, **options: int) -> EdgeStore:
    return EdgeStore(folder, "parts", reserve_bytes=0, **options)


def child(program: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER + program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def kill(process: subprocess.Popen[str]) -> list[str]:
    """Kill a process at once and return what it had printed."""
    process.send_signal(signal.SIGKILL)
    printed, _ = process.communicate()
    return printed.splitlines()


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    tmp_path: Path, store: EdgeStore
) -> None:
    store.close()
    rng = np.random.default_rng(0)
    for _ in range(4):
        process = child(ENDLESS, tmp_path)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        first = [process.stdout.readline() for _ in range(rng.integers(1, 40))]
        acknowledged = int([*first, *kill(process)][-1])
        records = store.get([identity(number) for number in range(acknowledged)])
        assert len(records) == acknowledged
        assert ranking_of(store, VectorQuery("name_de", vector(1, 1, 0), 1)).ids == [identity(0)]
        store.close()


def test_another_process_is_named(tmp_path: Path, store: EdgeStore) -> None:
    store.close()
    process = child(ENDLESS, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdout.readline()  # what it has written first is acknowledged
    try:
        assert store.exists()
        assert store.manifest().generation == 1
        for call in (store.count, store.drop, lambda: store.write_artefact("state", b"")):
            with pytest.raises(StoreLocked, match=f"process {process.pid} on .* since "):
                call()
    finally:
        kill(process)
    assert store.count() > 0


def test_this_process_is_named_too(tmp_path: Path, store: EdgeStore) -> None:
    store.upsert([])
    other = opened(tmp_path)
    with pytest.raises(StoreLocked, match="this very process"):
        other.count()
    store.close()
    assert other.count() == 0
    other.close()


def test_a_store_that_is_forgotten_lets_go(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.create(SCHEMA, Manifest("parts"))
    store.upsert([point(1)])
    del store
    again = opened(tmp_path)
    assert again.count() == 1
    again.close()


def test_a_generation_whose_builder_was_killed_changes_nothing(
    tmp_path: Path, store: EdgeStore
) -> None:
    store.upsert(random_points(10))
    store.close()
    process = child(BUILDER, tmp_path)
    assert process.stdout is not None
    process.stdout.readline()
    kill(process)
    assert store.count() == 10
    assert (tmp_path / "parts" / "g2").is_dir()
    following = store.next_generation(SCHEMA, Manifest("parts"))
    assert following.count() == 0
    store.switch_to(following)
    folders = sorted(path.name for path in (tmp_path / "parts").iterdir())
    assert folders == ["catalog.json", "g2", "owner.json"]


def test_a_catalogue_that_was_never_finished_is_none(tmp_path: Path) -> None:
    (tmp_path / "parts" / "g1" / "segments").mkdir(parents=True)
    (tmp_path / "parts" / "g1.json").write_text("{")
    store = opened(tmp_path)
    assert not store.exists()
    with pytest.raises(CatalogNotFound):
        store.count()
    store.create(SCHEMA, Manifest("parts"))
    assert store.count() == 0
    store.close()


def test_looking_for_a_catalogue_creates_nothing(tmp_path: Path) -> None:
    store = opened(tmp_path / "new")
    with pytest.raises(CatalogNotFound, match="partscope ingest"):
        store.count()
    assert not store.exists()
    store.drop()
    assert not (tmp_path / "new").exists()


def test_dropping_leaves_what_others_keep_in_the_folder(tmp_path: Path, store: EdgeStore) -> None:
    ledger = tmp_path / "parts" / "ledger.sqlite"
    ledger.write_bytes(b"kept")
    store.drop()
    assert ledger.read_bytes() == b"kept"
    ledger.unlink()
    store.create(SCHEMA, Manifest("parts"))
    store.drop()
    assert not (tmp_path / "parts").exists()


def test_nothing_is_written_to_a_disk_that_is_nearly_full(tmp_path: Path, store: EdgeStore) -> None:
    store.upsert([point(1)])
    store.close()
    full = EdgeStore(tmp_path, "parts", reserve_bytes=2**60)
    for call in (
        lambda: full.upsert([point(2)]),
        lambda: full.update_payload({identity(1): {"a": 1}}),
        lambda: full.write_artefact("state", b"x"),
        lambda: full.next_generation(SCHEMA, Manifest("parts")),
    ):
        with pytest.raises(StoreFull, match="MiB"):
            call()
    assert (full.count(), full.get([identity(1)])[0].payload) == (1, {"part_number": "P1"})
    assert full.artefacts() == []
    full.close()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"manifest": {}}'])
def test_a_damaged_record_is_explained(tmp_path: Path, store: EdgeStore, text: str) -> None:
    store.close()
    (tmp_path / "parts" / "catalog.json").write_text(text)
    with pytest.raises((StoreError, UsageError), match=r"damaged|schema version"):
        store.count()


def test_a_record_of_a_later_version_is_read_or_refused(tmp_path: Path, store: EdgeStore) -> None:
    store.close()
    path = tmp_path / "parts" / "catalog.json"
    record = json.loads(path.read_text())
    record["later"] = record["manifest"]["later"] = record["schema"]["later"] = 1
    path.write_text(json.dumps(record))
    assert store.count() == 0
    record["manifest"]["schema_version"] = 2
    path.write_text(json.dumps(record))
    store.close()
    with pytest.raises(UsageError, match="schema version 2"):
        store.count()


def test_a_shard_that_is_gone_is_explained(tmp_path: Path, store: EdgeStore) -> None:
    store.close()
    (tmp_path / "parts" / "g1").rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="g1"):
        store.count()
    (tmp_path / "elsewhere").rename(tmp_path / "parts" / "g1")
    assert store.count() == 0


def test_a_place_that_is_no_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = opened(tmp_path / "file")
    assert not store.exists()
    with pytest.raises(StoreError, match="file"):
        store.create(SCHEMA, Manifest("parts"))


@pytest.mark.slow
def test_optimising_leaves_the_points_and_the_answers(tmp_path: Path, store: EdgeStore) -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(INDEX_FROM, 4)).astype(np.float32)
    for start in range(0, INDEX_FROM, 2000):
        numbers = range(start, start + 2000)
        store.upsert([Point(identity(n), {"image": rows[n]}, {"stock": n}) for n in numbers])
    query = VectorQuery("image", rows[7], 10, exact=True)
    before = ranking_of(store, query).ids
    store.optimize()
    assert store.count() == INDEX_FROM
    assert ranking_of(store, query).ids == before
    store.upsert([point(INDEX_FROM)])
    store.optimize()
    assert store.count() == INDEX_FROM + 1


def test_an_index_is_built_once_enough_points_are_outside_of_it(tmp_path: Path) -> None:
    store = opened(tmp_path, index_from=20)
    store.create(SCHEMA, Manifest("parts"))
    store.upsert(random_points(19))
    assert store.optimize().phase == "small"
    store.upsert([point(19)])
    assert (store.index_state().phase, store.index_state().indexed) == ("missing", 0)
    state = store.optimize()
    assert (state.phase, state.points, state.indexed) == ("ready", 20, 20)
    store.upsert([point(20)])
    store.write_assignments("run", {identity(number): 1 for number in range(15)})
    store.update_payload({identity(7): {"review": {"seen": True}}, identity(99): {}})
    assert (store.index_state().phase, store.index_state().indexed) == ("ready", 21 - 17)
    store.write_assignments("run", {identity(number): number for number in range(2, 5)})
    assert (store.index_state().phase, store.index_state().indexed) == ("missing", 1)
    assert store.optimize().indexed == 21
    assert store.count() == 21
    store.close()


def test_what_is_outside_of_the_index_is_known_to_the_next_process(tmp_path: Path) -> None:
    store = opened(tmp_path, index_from=20)
    store.create(SCHEMA, Manifest("parts"))
    store.upsert(random_points(25))
    store.close()  # it ended between the load and the index
    assert store.index_state().phase == "missing"
    store.optimize()
    store.upsert(random_points(5))
    store.close()
    assert opened(tmp_path, index_from=20).index_state().indexed == 20
    store.close()


def test_what_killed_builds_left_behind_is_removed(tmp_path: Path) -> None:
    store = opened(tmp_path, index_from=5)
    store.create(SCHEMA, Manifest("parts"))
    store.upsert(random_points(5))
    leftover = tmp_path / "parts" / "g1" / "temp_segments" / "segment_builder_x"
    leftover.mkdir(parents=True)
    (leftover / "vectors.bin").write_bytes(bytes(1000))
    assert store.optimize().phase == "ready"
    assert not leftover.exists()
    store.close()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system has no pidfd")
def test_a_child_that_outlives_its_parent_still_owns_the_folder(
    tmp_path: Path, store: EdgeStore
) -> None:
    store.upsert(random_points(5))
    store.close()
    slow, alive = tmp_path / "slow", tmp_path / "alive"
    slow.write_text("#!/bin/sh\nexec 9> alive\necho $$ >&9\nexec sleep 600\n")
    slow.chmod(0o755)
    os.mkfifo(alive)
    process = child(BUILDING, tmp_path)
    with alive.open() as life:
        builder = int(life.readline())
        kill(process)
        with pytest.raises(StoreLocked, match=f"process {process.pid} on"):
            store.count()
    ended = os.pidfd_open(builder)
    os.kill(builder, signal.SIGKILL)
    select.select([ended], [], [])
    os.close(ended)
    assert store.count() == 5


def test_an_index_that_cannot_be_built_is_explained(
    tmp_path: Path, store: EdgeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.upsert(random_points(5))
    store.close()
    eager = opened(tmp_path, index_from=1)
    assert eager.count() == 5
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(StoreError, match=r"the parts are stored, but .*`partscope optimize"):
        eager.optimize()
    assert (eager.count(), eager.index_state().phase) == (5, "missing")
    eager.close()


def test_the_owner_file_says_who(tmp_path: Path, store: EdgeStore) -> None:
    owner = json.loads((tmp_path / "parts" / "owner.json").read_text())
    assert owner["pid"] == os.getpid()
    assert owner.keys() == {"pid", "host", "command", "since"}

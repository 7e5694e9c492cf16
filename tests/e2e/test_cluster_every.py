"""``partscope cluster --every`` goes on until it is told to stop, and lets others in between."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.store.edge.store import EdgeStore
from catalog.store.manifest import Manifest
from catalog.store.schema import part_schema
from clustering.runs.waiting import retry_while_locked
from tests.clustering.blobs import IMAGE_DIM, NAME_DIM, blob_points, part

SCRIPT = Path(sys.executable).with_name("partscope")


@pytest.mark.slow
def test_it_groups_again_and_again_until_it_is_told_to_stop(tmp_path: Path) -> None:
    parts = EdgeStore(tmp_path, "parts", reserve_bytes=0)
    parts.create(part_schema(IMAGE_DIM, NAME_DIM), Manifest("blobs"))
    parts.upsert(blob_points(range(40)))
    parts.close()
    words = ["cluster", "--every", "1s", "--k", "4", "--json", "--store", str(tmp_path)]
    with subprocess.Popen([SCRIPT, *words], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        first = json.loads(child.stdout.readline())
        retry_while_locked(lambda: parts.upsert(blob_points([40])), 120)
        parts.close()
        second = json.loads(child.stdout.readline())
        while second["changed"] == 0:
            second = json.loads(child.stdout.readline())
        child.send_signal(signal.SIGTERM)
        rest = child.stdout.read()
        assert child.wait(timeout=60) == 0
    assert (first["changed"], second["changed"], second["grouped"]) == (40, 1, "placed")
    assert all(json.loads(line)["changed"] == 0 for line in rest.splitlines())
    assert parts.get([part(40)])[0].payload["clusters"]
    parts.close()

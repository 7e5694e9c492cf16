"""The console script's own entry, called on a catalogue of parts in four clear groups."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from catalog.store.manifest import Manifest
from catalog.store.schema import part_schema
from partscope.cli import main
from tests.clustering.blobs import IMAGE_DIM, NAME_DIM, blob_points
from tests.stores import edge_place


@contextmanager
def blob_store(folder: Path) -> Iterator[Path]:
    """Lend a store's folder with a catalogue ``parts`` of 60 parts in four groups."""
    with edge_place(folder) as place:
        parts = place.open("parts")
        parts.create(part_schema(IMAGE_DIM, NAME_DIM), Manifest("blobs"))
        parts.upsert(blob_points(range(60)))
        parts.close()
        yield folder


class Shell:
    """Calls the command line and keeps what it said."""

    def __init__(self, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._store, self._capsys = store, capsys

    def __call__(self, *words: object, code: int = 0) -> str:
        """Return what it said: on stdout, or on stderr where it fails with another ``code``."""
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*map(str, words), "--store", str(self._store)])
        said = self._capsys.readouterr()
        assert ended.value.code == code, said
        return said.out if code == 0 else said.err

    def json(self, *words: object) -> Any:
        """Return what it printed with ``--json``."""
        return json.loads(self(*words, "--json"))

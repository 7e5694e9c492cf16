"""A backup: one folder that any store reads back, whichever store wrote it.

::

    backup.json        written last: the checksum of every other file
    record.json        manifest and schema
    points-00000.jsonl one line a point: id and payload
    points-00000.npz   their vectors: the rows that have each, and all of them in one array
    artefacts/

Nothing is pickled. A folder without ``backup.json`` is a backup that was not finished.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import uuid4

from catalog.errors import StoreError, UsageError
from catalog.store.backup_vectors import read_vectors, write_vectors
from catalog.store.contract import PartStore, Point, Record, Schema
from catalog.store.edge.folder import sync_folder
from catalog.store.generation_record import GenerationRecord
from catalog.store.manifest import Manifest

FORMAT = 1
BATCH = 2048
"""Points a file."""
_INDEX = "backup.json"
_UPSERT = 256


@dataclass(frozen=True, slots=True)
class BackupIndex:
    """What ``backup.json`` says: how many points there are, and the SHA-256 of every file by name."""

    points: int
    files: Mapping[str, str]


def write_backup(store: PartStore, target: Path) -> None:
    """Write a catalogue to a new folder, durably; memory holds one batch of points."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"a backup goes to a new folder; {target} exists already")
    record = GenerationRecord(store.manifest(), store.schema())
    (target / "artefacts").mkdir(parents=True, exist_ok=True)
    (target / "record.json").write_text(record.to_text(), encoding="utf-8")
    for name in store.artefacts():
        content = store.read_artefact(name)
        (target / "artefacts" / quote(name, safe="")).write_bytes(content or b"")
    points = 0
    batches = store.scan(batch_size=BATCH, with_payload=True, with_vectors=True)
    for number, batch in enumerate(batches):
        _write_points(target / f"points-{number:05d}", batch, record.schema)
        points += len(batch)
    _write_index(target, points)


def read_backup(
    source: Path, prepare: Callable[[Schema, Manifest], PartStore], store: PartStore
) -> None:
    """Fill the generation that ``prepare`` makes from a backup and make ``store`` switch to it.

    Every file is verified first, and the index is asked for at the end. The catalogue gets a new
    identity: what was noted beside the former one (a ledger) may be newer than the backup.
    """
    expected = _verified(source)
    text = (source / "record.json").read_bytes()
    record = GenerationRecord.from_text(text, str(source / "record.json"))
    manifest = replace(record.manifest, identity=uuid4().hex)
    generation = prepare(record.schema, manifest)
    for path in sorted((source / "artefacts").iterdir()):
        generation.write_artefact(unquote(path.name), path.read_bytes())
    for path in sorted(source.glob("points-*.jsonl")):
        points = _read_points(path, record.schema)
        for start in range(0, len(points), _UPSERT):
            generation.upsert(points[start : start + _UPSERT])
    if generation.count() != expected:
        raise StoreError(f"{source}: {generation.count()} of {expected} points arrived")
    generation.commit()
    store.switch_to(generation)
    store.optimize()


def _write_points(stem: Path, batch: list[Record], schema: Schema) -> None:
    with stem.with_suffix(".jsonl").open("w", encoding="utf-8") as file:
        for record in batch:
            line = {"id": record.id, "payload": record.payload}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    write_vectors(stem.with_suffix(".npz"), [record.vectors for record in batch], schema)


def _read_points(path: Path, schema: Schema) -> list[Point]:
    with path.open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    vectors = read_vectors(path.with_suffix(".npz"), len(lines), schema)
    return [
        Point(line["id"], point_vectors, line["payload"])
        for line, point_vectors in zip(lines, vectors, strict=True)
    ]


def _write_index(target: Path, points: int) -> None:
    for path in _files(target):
        _sync(path)
    files = {str(path.relative_to(target).as_posix()): _digest(path) for path in _files(target)}
    partial = target / f"{_INDEX}.partial"
    with partial.open("w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, **asdict(BackupIndex(points, files))}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target / _INDEX)
    sync_folder(target)


def _verified(source: Path) -> int:
    """Return the number of points of a backup whose files are all there and unchanged."""
    index = _read_index(source)
    for name, digest in index.files.items():
        path = source / name
        if not path.is_file() or _digest(path) != digest:
            raise UsageError(f"the backup {source} is damaged: {name} is missing or changed")
    extra = {path.relative_to(source).as_posix() for path in _files(source)} - set(index.files)
    if extra:
        raise UsageError(f"the backup {source} holds files of something else: {sorted(extra)[0]}")
    return index.points


def _read_index(source: Path) -> BackupIndex:
    try:
        values = json.loads((source / _INDEX).read_bytes())
        if values["format"] == FORMAT:
            return BackupIndex(int(values["points"]), dict(values["files"]))
    except FileNotFoundError:
        raise UsageError(
            f"{source} is no complete backup: {_INDEX}, which is written last, is missing"
        ) from None
    except (ValueError, LookupError, TypeError) as error:
        raise UsageError(f"the backup {source} is damaged: {_INDEX}: {error}") from None
    raise UsageError(f"{source} is a backup of format {values['format']}; this reads {FORMAT}")


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.parent / path.name != folder / _INDEX:
            yield path


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

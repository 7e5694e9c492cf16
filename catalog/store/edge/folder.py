"""The folder of one catalogue on Qdrant Edge: who owns it, and which generation is active.

::

    <catalog>/owner.json       locked by the one process that has the catalogue open
              catalog.json     the record of the active generation, replaced atomically
              g2.json          the record of a generation that is being built
              g1/  g2/         one shard each
              artefacts/       what the embedders learnt, the runs of the clustering job
              *.lock           locked by the one process that does the named work
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

from catalog.errors import CatalogNotFound, StoreError, StoreLocked
from catalog.store.generation_record import GenerationRecord
from catalog.store.owner import Owned, described, locked_file


class FileLease:
    """A lock of the system: nobody can take it over."""

    def check(self) -> None:
        """Do nothing: it holds as long as this process has it."""


class EdgeFolder:
    """The files of one catalogue. Whoever writes holds the folder: ``hold`` and ``let_go`` count."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._active = path / "catalog.json"
        self._holders = 0
        self._lock: int | None = None
        self._closer: weakref.finalize[[int], EdgeFolder] | None = None

    # -- ownership ----------------------------------------------------------------------------

    def hold(self) -> None:
        """Own the folder, or raise StoreLocked naming the process that does."""
        if self._lock is None:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
                self._lock = self._locked_file()
            except OSError as error:
                raise StoreError(f"the folder {self.path} cannot be used: {error}") from None
            self._closer = weakref.finalize(self, os.close, self._lock)
        self._holders += 1

    def let_go(self) -> None:
        """Undo one ``hold``; the last one frees the folder."""
        self._holders -= 1
        if self._holders == 0 and self._closer is not None:
            self._closer()
            self._lock = self._closer = None

    def descriptors(self) -> tuple[int, ...]:
        """Return what a child has to inherit to own the folder until it ends as well."""
        return () if self._lock is None or sys.platform == "win32" else (self._lock,)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Own the folder meanwhile."""
        self.hold()
        try:
            yield
        finally:
            self.let_go()

    def _locked_file(self) -> int:
        try:
            return locked_file(self.path / "owner.json")
        except Owned as error:
            raise StoreLocked(self.locked_message(error.owner)) from None

    def locked_message(self, owner: bytes | None = None) -> str:
        """Return who owns the folder, and what to do about it."""
        if owner is None:
            try:
                owner = (self.path / "owner.json").read_bytes()
            except OSError:
                owner = b""
        return (
            f"{self.path} is in use by {described(owner)}. A folder has one user at a time: wait "
            "for it or stop it, or keep the catalogue on a Qdrant server (--store http://...)"
        )

    @contextlib.contextmanager
    def lease(self, name: str) -> Iterator[FileLease]:
        """Hold a named lock, which has nothing to do with owning the folder."""
        self.active()
        try:
            lock = locked_file(self.path / f"{quote(name, safe='')}.lock")
        except Owned as error:
            raise StoreLocked(
                f"{self.path}: {name} is under way already, by {described(error.owner)}"
            ) from None
        try:
            yield FileLease()
        finally:
            os.close(lock)

    # -- records ------------------------------------------------------------------------------

    def exists(self) -> bool:
        """Return whether a generation is active."""
        return self._active.is_file()

    def active(self) -> GenerationRecord:
        """Return the active generation's record; CatalogNotFound where there is none."""
        return self._read(self._active)

    def active_generation(self) -> int | None:
        """Return the number of the active generation, None without."""
        return self.active().manifest.generation if self.exists() else None

    def prepared(self, generation: int) -> GenerationRecord:
        """Return the record of a generation that is being built."""
        return self._read(self._record(generation))

    def write(self, record: GenerationRecord, *, is_active: bool) -> None:
        """Replace a generation's record atomically, of the active one or of one being built."""
        path = self._active if is_active else self._record(record.manifest.generation)
        replace_file(path, record.to_text().encode())

    def activate(self, generation: int) -> None:
        """Make a prepared generation the active one: one rename."""
        self._record(generation).replace(self._active)
        sync_folder(self.path)

    def _read(self, path: Path) -> GenerationRecord:
        try:
            return GenerationRecord.from_text(path.read_bytes(), str(path))
        except (FileNotFoundError, NotADirectoryError):
            raise CatalogNotFound(
                f"no catalogue {self.path.name!r} in {self.path.parent}: create it with "
                f"`partscope ingest TABLE --store {self.path.parent} --catalog {self.path.name}`"
            ) from None

    def _record(self, generation: int) -> Path:
        return self.path / f"g{generation}.json"

    # -- generations --------------------------------------------------------------------------

    def shard(self, generation: int) -> Path:
        """Return the folder of a generation's shard."""
        return self.path / f"g{generation}"

    def artefact(self, name: str) -> Path:
        """Return the file of an artefact; any name makes one plain file name."""
        return self.path / "artefacts" / f"{quote(name, safe='')}.bin"

    def artefacts(self) -> list[str]:
        """Return the names of the artefacts, sorted."""
        return sorted(unquote(path.stem) for path in self.path.glob("artefacts/*.bin"))

    def remove_others(self, generation: int | None) -> None:
        """Delete what belongs to any other generation, finished or not."""
        for path in self.path.glob("g[0-9]*"):
            if path.stem != f"g{generation}" or path.suffix:
                _remove(path)

    def remove(self) -> None:
        """Delete the catalogue; files of others in the folder stay."""
        self._active.unlink(missing_ok=True)
        for lock in self.path.glob("*.lock"):
            lock.unlink()
        self.remove_others(None)
        shutil.rmtree(self.path / "artefacts", ignore_errors=True)
        if [path.name for path in self.path.iterdir()] == ["owner.json"]:
            shutil.rmtree(self.path)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make a rename inside the folder durable, where the system can."""
    if sys.platform == "win32":
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

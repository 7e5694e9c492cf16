"""One shard of Qdrant Edge that owns its folder while it is open, and speaks this project's errors."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import qdrant_edge as edge

from catalog.errors import PartscopeError, StoreError, StoreFull, StoreLocked, UsageError
from catalog.store.contract import Schema, WithPayload, WithVectors
from catalog.store.edge.folder import EdgeFolder
from catalog.store.edge.index_note import add_written, note_written, written_since
from catalog.store.edge.shapes import edge_config, index_operations, selection

Answer = TypeVar("Answer")

RESERVE_BYTES = 256 * 1024 * 1024
"""Free disk space below which nothing is written: a full disk kills the process in the engine."""
_OPTIMIZE = (
    "import sys, qdrant_edge; shard = qdrant_edge.EdgeShard.load(sys.argv[1]); "
    "shard.optimize(); shard.flush(); shard.close()"
)


class OwnedShard:
    """A shard that is opened by its first use; the folder is held as long as it is open."""

    def __init__(self, folder: EdgeFolder, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._folder = folder
        self._reserve = reserve_bytes
        self._engine: edge.EdgeShard | None = None
        self._path = Path()
        self._written = 0

    @property
    def is_open(self) -> bool:
        """Whether the shard is open, and the folder held by it."""
        return self._engine is not None

    def create(self, generation: int, schema: Schema) -> None:
        """Create the shard, durably, and leave it open."""
        self.check_space(0)
        self._open(
            lambda: generation, lambda path: edge.EdgeShard.create(path, edge_config(schema))
        )
        for operation in index_operations(schema):
            self.update(operation)
        self.flush()

    def open(self, generation: Callable[[], int]) -> None:
        """Open the shard; which one is asked when the folder is held, so that it cannot change."""
        if not self.is_open:
            self._open(generation, edge.EdgeShard.load)

    def close(self) -> None:
        """Make everything durable, close the shard and let go of the folder."""
        engine, self._engine = self._engine, None
        if engine is None:
            return
        try:
            with self._refusals():
                engine.flush()
                engine.close()
                self._save_note()
        finally:
            self._folder.let_go()

    def ask(self, question: Callable[[edge.EdgeShard], Answer]) -> Answer:
        """Return what the open shard answers."""
        if self._engine is None:
            raise StoreError(f"{self._folder.path} is closed")
        with self._refusals():
            return question(self._engine)

    def read(
        self, ids: Sequence[str], with_payload: WithPayload, with_vectors: WithVectors
    ) -> dict[str, edge.Record]:
        """Return the points that exist by their ids."""
        payload, vectors = selection(with_payload), selection(with_vectors)
        points = self.ask(lambda engine: engine.retrieve(list(ids), payload, vectors))
        # The engine keeps the order, and asking points for their ids is slow.
        if len(points) == len(ids):
            return dict(zip(ids, points, strict=True))
        return {str(point.id): point for point in points}

    def update(self, operation: edge.UpdateOperation, size: int = 0) -> None:
        """Write, unless the disk is nearly full; ``size`` is about the bytes of the operation."""
        self.check_space(size)
        self.ask(lambda engine: engine.update(operation))

    def count_written(self, points: int) -> None:
        """Count points that were written: they are outside of the index until it is built again."""
        self._written += points

    def flush(self) -> None:
        """Make what was written durable."""
        self.ask(lambda engine: engine.flush())
        with self._refusals():
            self._save_note()

    def outside_index(self, points: int) -> int:
        """Return how many of so many points no index holds, at most."""
        noted = written_since(self._path)
        return points if noted is None else min(points, noted + self._written)

    def optimize(self, generation: int) -> None:
        """Build the indexes in a child process: the engine never releases the interpreter lock.

        The shard is closed afterwards and opened again by its next use. A child that is killed
        loses no points.
        """
        path = self._folder.shard(generation)
        with self._folder.held():
            self.close()
            _remove_leftovers(path)
            self.check_space(_size_of(path) // 4)  # for a copy of all that is there
            failure = _optimized(path, self._folder.descriptors())
            if failure is None:
                note_written(path, 0)
        if failure is not None:
            raise StoreError(
                f"{self._folder.path}: the parts are stored, but their index could not be built "
                f"({failure}): try again with `partscope optimize --store {self._folder.path.parent} "
                f"--catalog {self._folder.path.name}`"
            )

    def check_space(self, size: int) -> None:
        """Raise StoreFull unless that many bytes can be written safely; they are written thrice."""
        free, needed = shutil.disk_usage(self._folder.path).free, self._reserve + 4 * size
        if free < needed:
            raise StoreFull(
                f"{self._folder.path}: {free // 2**20} MiB of disk are free, writing safely needs "
                f"{needed // 2**20} MiB: free some, or move the store"
            )

    def _open(
        self, generation: Callable[[], int], open_engine: Callable[[str], edge.EdgeShard]
    ) -> None:
        self._folder.hold()
        try:
            with self._refusals():
                self._path = self._folder.shard(generation())
                self._engine = open_engine(str(self._path))
        except BaseException:
            self._folder.let_go()
            raise

    def _save_note(self) -> None:
        add_written(self._path, self._written)
        self._written = 0

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        """Turn what the engine raises into this project's errors."""
        where = self._folder.path
        try:
            yield
        except PartscopeError:
            raise
        except (ValueError, TypeError, OverflowError) as error:
            raise UsageError(f"{where}: {error}".splitlines()[0]) from error
        except Exception as error:
            if "WouldBlock" in str(error):
                raise StoreLocked(self._folder.locked_message()) from None
            raise StoreError(f"{where}: {error}") from error
        except BaseException as error:
            # A panic of the engine derives from BaseException and has no public name.
            if type(error).__name__ == "PanicException":
                raise StoreError(f"{where}: the engine failed: {error}") from error
            raise


def _optimized(shard: Path, kept_open: Sequence[int]) -> str | None:
    """Let a child build the index; return why it could not, None where it did.

    ``kept_open`` are the locks that hold until the child ends, also where this process is killed.
    """
    child = [sys.executable, "-P", "-c", _OPTIMIZE, str(shard)]
    done = subprocess.run(child, capture_output=True, text=True, check=False, pass_fds=kept_open)
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


def _remove_leftovers(shard: Path) -> None:
    """Delete what builds that were killed left behind: each as large as the shard."""
    for leftover in shard.glob("temp_segments/*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

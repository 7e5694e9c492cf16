"""What the store adds to the bare engine: upserting 10k points, and a search of four queries.

Both sides write the same points into a shard with the same schema and ask the same queries. Run as
``python -m benchmarks.store``; set OMP_NUM_THREADS=1 on a shared machine.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import qdrant_edge as edge

from catalog.arrays import FloatMatrix, SparseVector, unit_rows
from catalog.parts import point_id
from catalog.store.contract import Point, VectorQuery
from catalog.store.edge.shapes import edge_config, index_operations
from catalog.store.edge.store import EdgeStore
from catalog.store.manifest import Manifest
from catalog.store.schema import part_schema

Item = TypeVar("Item")

DIM = 384
NAMES = ("name_de", "name_en")
QUERIES = 50
LIMIT = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    points = make_points(options.points)
    ours, raw = [], []
    for _ in range(options.repeats):  # in turns, so that a busy machine slows both
        with tempfile.TemporaryDirectory() as folder:
            ours.append(measure_store(Path(folder), points, options.batch))
            raw.append(measure_engine(Path(folder) / "raw", points, options.batch))
    print("| seconds | store | bare engine | ratio |")
    print("| --- | ---: | ---: | ---: |")
    for name in ours[0]:
        mine, theirs = (min(times[name] for times in side) for side in (ours, raw))
        print(f"| {name} | {mine:.4f} | {theirs:.4f} | {mine / theirs:.2f} |")


def make_points(count: int) -> list[Point]:
    rng = np.random.default_rng(0)
    rows = {name: unit_rows(rng.normal(size=(count, DIM)).astype(np.float32)) for name in NAMES}
    return [make_point(number, rows, rng) for number in range(count)]


def make_point(number: int, rows: dict[str, FloatMatrix], rng: np.random.Generator) -> Point:
    indices = np.unique(rng.integers(0, 50_000, size=8)).astype(np.uint32)
    terms = SparseVector(indices, rng.uniform(0.5, 2, size=indices.size).astype(np.float32))
    vectors = {**{name: rows[name][number] for name in NAMES}, "terms": terms}
    payload = {
        "part_number": f"2004E{number:05}",
        "name_de": f"Zylinderschraube M8 x {number % 90}",
        "name_en": f"socket head cap screw M8 x {number % 90}",
        "name_origin": {"de": "given", "en": "given"},
        "family": f"family {number % 40}",
        "weight_kg": number % 100 / 10,
        "attributes": {"standard": "DIN 912", "thread": "M8", "length_mm": float(number % 90)},
        "source_hash": f"{number:064x}",
    }
    return Point(str(point_id("parts", f"2004E{number:05}")), vectors, payload)


def measure_store(folder: Path, points: Sequence[Point], batch: int) -> dict[str, float]:
    store = EdgeStore(folder, "parts")
    created = timed(lambda: store.create(part_schema(None, DIM), Manifest("parts")))

    def upsert() -> None:
        for start in range(0, len(points), batch):
            store.upsert(points[start : start + batch])
        store.commit()

    queries = [queries_of(point) for point in points[:QUERIES]]
    store.count()
    times = {
        "create": created,
        "upsert": timed(upsert),
        "upsert again": timed(upsert),
        "search of 4, median": median(store.search_many, queries),
    }
    store.close()
    return times


def queries_of(point: Point) -> list[VectorQuery]:
    vector_names = [*NAMES, "terms", NAMES[0]]
    return [VectorQuery(name, point.vectors[name], LIMIT) for name in vector_names]


def measure_engine(folder: Path, points: Sequence[Point], batch: int) -> dict[str, float]:
    schema = part_schema(None, DIM)
    shards: list[edge.EdgeShard] = []

    def create() -> None:
        shards.append(edge.EdgeShard.create(str(folder), edge_config(schema)))
        for operation in index_operations(schema):
            shards[0].update(operation)

    def upsert() -> None:
        for start in range(0, len(points), batch):
            edge_points = [edge_point(point) for point in points[start : start + batch]]
            shards[0].update(edge.UpdateOperation.upsert_points(edge_points))
        shards[0].flush()

    times = {"create": timed(create), "upsert": timed(upsert), "upsert again": timed(upsert)}

    def search(point: Point) -> list[list[object]]:
        answers = shards[0].query_batch(edge_queries(point))
        return [[(hit.id, hit.score) for hit in answer] for answer in answers]

    times["search of 4, median"] = median(search, points[:QUERIES])
    shards[0].close()
    return times


def edge_point(point: Point) -> edge.Point:
    return edge.Point(point.id, edge_vectors(point), dict(point.payload))


def edge_vectors(point: Point) -> dict[str, edge.NamedVector]:
    return {name: edge_vector(vector) for name, vector in point.vectors.items()}


def edge_vector(vector: object) -> edge.NamedVector:
    if isinstance(vector, SparseVector):
        return edge.SparseVector(vector.indices.tolist(), vector.values.tolist())
    assert isinstance(vector, np.ndarray)
    plain: list[float] = vector.tolist()
    return plain


def edge_queries(point: Point) -> edge.QueryBatchRequest:
    vectors = edge_vectors(point)
    return edge.QueryBatchRequest(
        [
            edge.QueryRequest(
                limit=LIMIT,
                query=edge.Query.Nearest(vectors[name], name),
            )
            for name in (*NAMES, "terms", NAMES[0])
        ]
    )


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(work: Callable[[Item], object], items: Sequence[Item]) -> float:
    return float(np.median([timed(partial(work, item)) for item in items]))


if __name__ == "__main__":
    main()

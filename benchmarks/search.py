"""What does a search cost beside the engine's own hybrid query?

``python -m benchmarks.search`` builds catalogues of synthetic parts (512 d image, 384 d names, terms)
in Qdrant Edge and times, on the same points and the same query vectors, partscope's hybrid search
(candidates, exact scores, calibrated fusion, payload) and one bare hybrid query of the engine (the
same prefetches, reciprocal rank fusion, the same payload). The ratios are what counts: by the wall
clock on a quiet machine, by CPU time on a busy one.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import qdrant_edge as edge

from catalog.arrays import FloatMatrix, RgbImage, unit_rows
from catalog.embedding.contract import EmbedderDescription
from catalog.names.terms import document_terms, query_terms
from catalog.parts import Part, View, point_id, to_payload
from catalog.settings import load_settings
from catalog.store.contract import Point, chunked
from catalog.store.manifest import Manifest
from catalog.store.open import open_store
from catalog.store.schema import part_schema
from partscope.catalog import Catalog
from search.queries.query import Query
from search.ranking.candidates import MIN_DEPTH
from search.searcher import Searcher

KINDS = [
    "Schraube",
    "Mutter",
    "Scheibe",
    "Dichtung",
    "Lager",
    "Motor",
    "Ventil",
    "Pumpe",
    "Filter",
    "Kabel",
    "Sensor",
    "Relais",
]
FORMS = [
    "Sechskant",
    "Zylinder",
    "Senk",
    "Flach",
    "Rund",
    "Innen",
    "Aussen",
    "Doppel",
    "Kegel",
    "Rillen",
    "Axial",
    "Radial",
]
IMAGE_DIM, NAME_DIM, RRF_K = 512, 384, 60


class Given:
    """An embedder that returns the vector it was handed: only the search is timed."""

    def __init__(self, modality: Any, dim: int) -> None:
        self.description = EmbedderDescription("bench:given", modality, dim, "none", "given")
        self.vector: FloatMatrix = np.zeros((1, dim), dtype=np.float32)

    def embed_queries(self, batch: Sequence[Any]) -> FloatMatrix:
        """Return the vector for each item."""
        return np.repeat(self.vector, len(batch), axis=0)

    embed_documents = embed_queries


class BenchCatalog(Catalog):
    """The real carrier with given vectors."""

    image: Given = Given("image", IMAGE_DIM)
    text: Given = Given("text", NAME_DIM)

    @property
    def image_embedder(self) -> Any:
        """The image vector as given."""
        return self.image

    @property
    def text_embedder(self) -> Any:
        """The name vector as given."""
        return self.text

    def read_image(self, source: Any) -> RgbImage:
        """Return the pixels as they are."""
        return np.asarray(source)


def clustered(rng: np.random.Generator, centres: FloatMatrix, which: np.ndarray) -> FloatMatrix:
    noise = rng.normal(size=(len(which), centres.shape[1])).astype(np.float32)
    return unit_rows(centres[which] + 0.7 * noise)


def parts(n: int, rng: np.random.Generator) -> list[Part]:
    sizes = rng.integers(3, 40, n)
    return [
        Part(
            part_number=f"{i:07d}",
            name_de=f"{FORMS[i % 12]}{KINDS[i // 12 % 12].lower()} M{sizes[i]}",
            name_en=f"{KINDS[i // 12 % 12]} {FORMS[i % 12]} M{sizes[i]}",
            family=KINDS[i // 12 % 12],
            views=(View(f"{i}.jpg", f"{i:064d}", 640, 480),),
            attributes={"thread": f"M{sizes[i]}"},
        )
        for i in range(n)
    ]


def build(folder: Path, n: int) -> tuple[BenchCatalog, list[Part], FloatMatrix, FloatMatrix]:
    rng = np.random.default_rng(0)
    catalog = BenchCatalog(
        load_settings(store=str(folder), catalog=f"n{n}"),
        open_store(load_settings(store=str(folder), catalog=f"n{n}")),
    )
    catalog_parts = parts(n, rng)
    which = rng.integers(0, 300, n)
    centres = [
        rng.normal(size=(300, dim)).astype(np.float32) for dim in (IMAGE_DIM, NAME_DIM, NAME_DIM)
    ]
    image, name_de, name_en = (clustered(rng, kind_centres, which) for kind_centres in centres)
    if not catalog.store.exists():
        rows = zip(catalog_parts, image, name_de, name_en, strict=True)
        fill(catalog, (point(catalog.name, *row) for row in rows))
    return catalog, catalog_parts, image, name_de


def fill(catalog: BenchCatalog, points: Iterable[Point]) -> None:
    catalog.store.create(part_schema(IMAGE_DIM, NAME_DIM), Manifest(catalog.name))
    for batch in chunked(points, 500):
        catalog.store.upsert(batch)
    catalog.store.commit()
    catalog.store.optimize()


def point(catalog: str, part: Part, image: Any, name_de: Any, name_en: Any) -> Point:
    vectors = {"image": image, "name_de": name_de, "name_en": name_en}
    terms = document_terms(part)
    if terms is not None:
        vectors["terms"] = terms
    return Point(str(point_id(catalog, part.part_number)), vectors, to_payload(part))


def bare_hybrid(shard: Any, image: Any, name: Any, text: str, limit: int) -> list[dict[str, Any]]:
    """Return the payloads of the engine's own hybrid query, straight through its binding."""
    terms = query_terms(text)
    queries: list[tuple[str, Any]] = [
        ("image", image.tolist()),
        ("name_de", name.tolist()),
        ("name_en", name.tolist()),
    ]
    if terms is not None:
        queries.append(("terms", edge.SparseVector(terms.indices.tolist(), terms.values.tolist())))
    prefetches = [
        edge.Prefetch(
            limit=max(MIN_DEPTH, 2 * limit), query=edge.Query.Nearest(vector, using=using)
        )
        for using, vector in queries
    ]
    rrf: Any = edge.Fusion.Rrf(k=RRF_K)  # the stubs leave it out of what a query may be
    request = edge.QueryRequest(limit=limit, prefetches=prefetches, query=rrf, with_payload=True)
    hits = shard.ask(lambda engine: engine.query(request))
    return [dict(hit.payload or {}) for hit in hits]


class Clocked:
    """Stands before an engine and adds up the CPU seconds spent inside of it."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.seconds = engine, 0.0

    def __getattr__(self, name: str) -> Any:
        """Return the engine's own method, timed."""
        method = getattr(self.engine, name)

        def call(*arguments: Any) -> Any:
            started = time.process_time()
            try:
                return method(*arguments)
            finally:
                self.seconds += time.process_time() - started

        return call


def timed(call: Callable[[int], Any], rows: Sequence[int]) -> tuple[float, float]:
    """Return the median milliseconds of a call by the clock on the wall and by the CPU's."""
    costs = []
    for row in rows:
        started = time.perf_counter(), time.process_time()
        call(row)
        costs.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    wall, cpu = np.median(costs, axis=0) * 1000
    return float(wall), float(cpu)


def engine_share(shard: Any, call: Callable[[int], Any], rows: Sequence[int]) -> float:
    """Return which share of a call's CPU time is spent inside the engine."""
    clocked = shard._engine = Clocked(shard._engine)
    started = time.process_time()
    for row in rows:
        call(row)
    spent = time.process_time() - started
    shard._engine = clocked.engine
    return clocked.seconds / spent


def measure(folder: Path, n: int, rounds: int, limit: int) -> str:
    catalog, catalog_parts, image, name = build(folder, n)
    rng = np.random.default_rng(1)
    asked_image = unit_rows(image + 0.03 * rng.normal(size=image.shape).astype(np.float32))
    asked_name = unit_rows(name + 0.03 * rng.normal(size=name.shape).astype(np.float32))
    searcher = Searcher(catalog)
    pixels = np.zeros((8, 8, 3), dtype=np.uint8)

    def ours(row: int) -> Any:
        catalog.image.vector = asked_image[row : row + 1]
        catalog.text.vector = asked_name[row : row + 1]
        return searcher.search(Query(catalog_parts[row].name_de, image=pixels, limit=limit))

    shard = catalog.store._opened()  # type: ignore[attr-defined]

    def bare(row: int) -> Any:
        return bare_hybrid(
            shard, asked_image[row], asked_name[row], catalog_parts[row].name_de or "", limit
        )

    picked = rng.integers(0, n, rounds).tolist()
    timed(ours, picked[:10])
    timed(bare, picked[:10])
    # Interleaved in turns, so that a busy machine is busy for both.
    turns = [picked[start : start + 10] for start in range(0, rounds, 10)]
    times = np.median([(timed(bare, turn), timed(ours, turn)) for turn in turns], axis=0)
    (bare_ms, bare_cpu), (our_ms, our_cpu) = times
    hit_rate = np.mean(
        [catalog_parts[row].part_number == ours(row).hits[0].part_number for row in picked]
    )
    inside = engine_share(shard, ours, picked)
    catalog.close()
    return (
        f"| {n} | {bare_ms:.2f} | {our_ms:.2f} | {our_ms / bare_ms:.2f} | {bare_cpu:.2f} | "
        f"{our_cpu:.2f} | {our_cpu / bare_cpu:.2f} | {inside:.0%} | {hit_rate:.2f} |"
    )


HEAD = """\
| parts | bare hybrid p50 ms | partscope p50 ms | ratio | bare CPU ms | partscope CPU ms | ratio \
| of it in the engine | right part first |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="folder of catalogues to build once and reuse")
    options = parser.parse_args()
    print(HEAD)
    with TemporaryDirectory() as folder:
        for n in options.sizes:
            print(
                measure(options.keep or Path(folder), n, options.rounds, options.limit), flush=True
            )


if __name__ == "__main__":
    main()

"""What does ingest cost on top of embedding and the raw engine, and is the embedder kept busy?

Each measurement of names runs in a process of its own, so that none finds what another remembered.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

import numpy as np
import pandas as pd
import qdrant_edge as qe

from catalog.arrays import FloatMatrix
from catalog.embedding.contract import Fittable, NamePair
from catalog.embedding.registry import text_embedder
from catalog.names.terms import document_terms
from catalog.parts import Part, point_id
from ingest.api import ingest
from partscope.catalog import Catalog


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--text-model", default="builtin:bilingual")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--names-only", action="store_true")
    options = parser.parse_args()
    _compare_names(_names(options.shared, options.rows), options.text_model, options.runs)
    if not options.names_only:
        _images(options.shared)


class Cost(NamedTuple):
    """Seconds by the clock and of the processor."""

    wall: float
    cpu: float


def _compare_names(frame: pd.DataFrame, model: str, runs: int) -> None:
    raw, whole = [], []
    for _ in range(runs):
        raw.append(_in_fresh_process(_embed_and_upsert, frame, model))
        whole.append(_in_fresh_process(_ingest_names, frame, model))
        print(
            f"names only, {len(frame)} rows: raw {raw[-1].wall:.2f} s ({raw[-1].cpu:.2f} CPU), "
            f"ingest {whole[-1].wall:.2f} s ({whole[-1].cpu:.2f} CPU)"
        )
    wall = min(cost.wall for cost in whole) / min(cost.wall for cost in raw)
    cpu = min(cost.cpu for cost in whole) / min(cost.cpu for cost in raw)
    print(f"ingest / (embedding + raw upsert), best of {runs} each: {wall:.2f}x ({cpu:.2f}x CPU)")


def _in_fresh_process(
    work: Callable[[pd.DataFrame, str], None], frame: pd.DataFrame, model: str
) -> Cost:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_cost, work, frame, model).result()


def _cost(work: Callable[[pd.DataFrame, str], None], frame: pd.DataFrame, model: str) -> Cost:
    wall, cpu = perf_counter(), process_time()
    work(frame, model)
    return Cost(perf_counter() - wall, process_time() - cpu)


def _names(shared: Path, rows: int) -> pd.DataFrame:
    lists = [
        pd.read_csv(shared / "data" / name / "parts.csv", dtype=str)
        for name in ("cpv_names_dev", "hardware_taxonomy_dev")
    ]
    names = pd.concat(lists, ignore_index=True)
    take = np.arange(rows) % len(names)
    size = [f" M{n % 20 + 3}x{n}" for n in range(rows)]
    return pd.DataFrame(
        {
            "part_number": [f"P{n:06d}" for n in range(rows)],
            "name_de": names["name_de"].to_numpy()[take] + size,
            "name_en": names["name_en"].to_numpy()[take] + size,
        }
    )


def _ingest_names(frame: pd.DataFrame, model: str) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Catalog.open(folder, image_model="none", text_model=model) as catalog,
    ):
        summary = ingest(catalog, frame)
    assert summary.created == len(frame), summary


def _embed_and_upsert(frame: pd.DataFrame, model: str) -> None:
    """Fit, embed both names and upsert the same vectors and a small payload into a bare shard."""
    embedder = text_embedder(model)
    if isinstance(embedder, Fittable):
        pairs = zip(frame["name_de"], frame["name_en"], strict=True)
        embedder.fit([NamePair(de, en) for de, en in pairs][: embedder.sample_size])
    dim = embedder.description.dim
    config = qe.EdgeConfig(
        vectors={
            name: qe.EdgeVectorParams(dim, qe.Distance.Cosine) for name in ("name_de", "name_en")
        },
        sparse_vectors={"terms": qe.EdgeSparseVectorParams(modifier=qe.Modifier.Idf)},
    )
    with tempfile.TemporaryDirectory() as folder:
        shard = qe.EdgeShard.create(folder, config)
        for first in range(0, len(frame), 256):
            chunk = frame.iloc[first : first + 256]
            shard.update(
                qe.UpdateOperation.upsert_points(_raw_points(chunk, embedder.embed_documents))
            )
        shard.flush()
        shard.close()


def _raw_points(
    chunk: pd.DataFrame, embed: Callable[[Sequence[str]], FloatMatrix]
) -> list[qe.Point]:
    numbers, german, english = (list(map(str, chunk[name])) for name in chunk.columns)
    points = []
    for number, de, en, vector_de, vector_en in zip(
        numbers, german, english, embed(german).tolist(), embed(english).tolist(), strict=True
    ):
        terms = document_terms(Part(number, clean_de=de, clean_en=en))
        assert terms is not None
        vectors = {
            "name_de": vector_de,
            "name_en": vector_en,
            "terms": qe.SparseVector(terms.indices.tolist(), terms.values.tolist()),
        }
        payload = {"part_number": number, "name_de": de, "name_en": en}
        points.append(qe.Point(str(point_id("parts", number)), vectors, payload))
    return points


def _images(shared: Path) -> None:
    folder = shared / "data" / "car_parts_dev"
    for model in ("builtin:combined", f"onnx:{shared / 'models' / 'mobilenet_v2_imagenet'}"):
        with (
            tempfile.TemporaryDirectory() as store,
            Catalog.open(store, image_model=model, text_model="none") as catalog,
        ):
            summary = ingest(catalog, folder / "parts.csv")
        rate = summary.images_used / summary.seconds
        print(
            f"images, {model.rsplit('/', 1)[-1]}: {summary.images_used} in {summary.seconds:.1f} s "
            f"({rate:.0f}/s), embedder idle {summary.embedder_idle:.1%}"
        )


if __name__ == "__main__":
    main()

"""What does ingest cost on top of embedding and the raw engine, and is the embedder kept busy?"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import qdrant_edge as qe

from ingest.api import ingest
from partscope.arrays import FloatMatrix
from partscope.catalog import Catalog
from partscope.embedding.contract import Fittable, NamePair
from partscope.embedding.registry import text_embedder
from partscope.names.terms import document_terms
from partscope.parts import Part, point_id


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--text-model", default="builtin:bilingual")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    frame = _names(given.shared, given.rows)
    ratios = [_names_only(frame, given.text_model) for _ in range(given.runs)]
    print(
        f"names only: ingest / (embedding + raw upsert), best of {given.runs}: {min(ratios):.2f}x"
    )
    _images(given.shared)


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


def _names_only(frame: pd.DataFrame, model: str) -> float:
    raw = _embed_and_upsert(frame, model)
    with (
        tempfile.TemporaryDirectory() as folder,
        Catalog.open(folder, image_model="none", text_model=model) as catalog,
    ):
        start = perf_counter()
        summary = ingest(catalog, frame)
        seconds = perf_counter() - start
    assert summary.created == len(frame), summary
    stages = ", ".join(f"{name} {value:.2f}" for name, value in summary.seconds_by_stage.items())
    print(f"names only, {len(frame)} rows: raw {raw:.2f} s, ingest {seconds:.2f} s ({stages})")
    return seconds / raw


def _embed_and_upsert(frame: pd.DataFrame, model: str) -> float:
    """Fit, embed both names and upsert the same vectors and a small payload into a bare shard."""
    embedder = text_embedder(model)
    start = perf_counter()
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
        seconds = perf_counter() - start
        shard.close()
    return seconds


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

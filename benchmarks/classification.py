"""How often is a part that is left out put into its own cluster, and is the confidence true?

``python -m benchmarks.classification`` ingests ``flipkart_dev``, groups it into as many clusters as
there are families, and classifies parts that the confidence was not learnt from, each without itself:
share in the right cluster, mean confidence, expected calibration error (ten bins), share called
outliers; and the share of photos of another world (``car_parts_dev``) that are called outliers.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from catalog.arrays import FloatVector
from catalog.store.contract import Record
from clustering.classify.classifier import Classifier
from clustering.classify.confidence import MODES, SAMPLE, Confidence, learn_confidences
from clustering.classify.votes import votes_of
from clustering.contract import NOISE
from clustering.runs import run_store
from partscope.catalog import Catalog

BINS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--parts", type=int, default=400)
    parser.add_argument("--image-model", default="")
    options = parser.parse_args()
    data, models = options.shared / "data", options.shared / "models"
    model = options.image_model or f"onnx:{models / 'mobilenet_v2_imagenet'}"
    with TemporaryDirectory() as folder, Catalog.open(folder, image_model=model) as catalog:
        catalog.ingest(data / "flipkart_dev" / "parts.csv")
        catalog.cluster(features=["image", "name", "description"], k=7)
        report(catalog, options.parts)
        foreign(catalog, data / "car_parts_dev", options.parts)


def report(catalog: Catalog, count: int) -> None:
    assignment = run_store.assignment(catalog.store, run_store.active_id(catalog.store))
    cluster_of = assignment.cluster_of()
    confidences = learn_confidences(catalog.store, cluster_of)
    records = held_out(catalog, cluster_of, count)
    print("| asked by | right cluster | mean confidence | calibration error | outliers | parts |")
    print("| --- | --- | --- | --- | --- | --- |")
    for mode, confidence in confidences.items():
        print(line(catalog, mode, confidence, records, cluster_of))


def held_out(catalog: Catalog, cluster_of: Mapping[str, int], count: int) -> list[Record]:
    """Return parts behind those that the confidence was learnt from, which come first."""
    batches = catalog.store.scan(with_payload=False, with_vectors=list(MODES["both"]))
    records = [r for batch in batches for r in batch if cluster_of.get(r.id, NOISE) != NOISE]
    return records[SAMPLE * 11 // 10 :][:count]


def line(
    catalog: Catalog,
    mode: str,
    confidence: Confidence,
    records: Sequence[Record],
    cluster_of: Mapping[str, int],
) -> str:
    queries: list[dict[str, FloatVector]] = []
    ids: list[str] = []
    for record in records:
        vectors = {
            name: np.asarray(record.vectors[name], np.float32)
            for name in MODES[mode]
            if name in record.vectors
        }
        if {name[:4] for name in vectors} == {name[:4] for name in MODES[mode]}:
            queries.append(vectors)
            ids.append(record.id)
    votes = votes_of(catalog.store, queries, cluster_of, own=list(ids))
    sure = np.array([confidence(vote) for vote in votes])
    pairs = zip(votes, ids, strict=True)
    right = np.array([vote.ranked()[0][0] == cluster_of[part] for vote, part in pairs])
    far = np.mean([vote.nearest < confidence.least_nearest for vote in votes])
    error = calibration_error(sure, right)
    return (
        f"| {mode} | {right.mean():.3f} | {sure.mean():.3f} | {error:.3f} | {far:.3f} "
        f"| {len(ids)} |"
    )


def calibration_error(sure: np.ndarray, right: np.ndarray) -> float:
    """Return the mean difference of confidence and share of right answers over the bins."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [
        np.mean(bins == number) * abs(sure[bins == number].mean() - right[bins == number].mean())
        for number in np.unique(bins)
    ]
    return float(np.sum(gaps))


def foreign(catalog: Catalog, folder: Path, count: int) -> None:
    files = pd.read_csv(folder / "parts.csv", dtype=str)["image"].head(count)
    classifier = Classifier(catalog)
    is_outlier = [classifier.classify(folder / file).outlier for file in files]
    print(
        f"\nphotos of {folder.name} called outliers: {np.mean(is_outlier):.3f} of {len(is_outlier)}"
    )


if __name__ == "__main__":
    main()

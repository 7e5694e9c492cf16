"""How well does the job's own choice group the labelled sets, and does it hold without images?

``python -m benchmarks.clustering_quality`` ingests each set once (kept under ``--cache``) and groups it
as ``partscope cluster`` does, with the same settings for all sets and without looking at labels. ARI
over all parts, noise a group of its own, mean over seeds: at the true number of families, with the
number chosen, with 45 % of the images of ``flipkart_dev`` blanked, beside k-means on PCA.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir

import numpy as np

from clustering.contract import Block, Features, Grouping, Plan
from clustering.grouping.group import group
from clustering.scores.extrinsic import extrinsic_scores
from clustering.space.features import pull_features
from partscope.catalog import Catalog

IMAGE_MODEL = "mobilenet_v2_imagenet"
FEATURES = ("image", "name", "description")
BARS = {"car_parts_dev": 0.64, "cad_fasteners_dev": 0.74, "flipkart_dev": 0.65}
SANITY = ("tools_masks_dev", "cpv_names_dev", "hardware_taxonomy_dev")
BLANKED = "flipkart_dev"
BLANK_SHARE = 0.45


@dataclass(frozen=True)
class LabelledSet:
    """A labelled set's features and the family of each part."""

    name: str
    features: Features
    families: Sequence[str | None]

    @property
    def k(self) -> int:
        """The number of families."""
        return len({family for family in self.families if family})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--cache", type=Path, default=Path(gettempdir()) / "partscope-quality")
    parser.add_argument("--data", nargs="*", default=[*BARS, *SANITY])
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    print(f"{'set':<24}{'k-means':>9}{'true k':>9}{'chosen k':>10}{'bar':>6}  k chosen, seconds")
    for name in options.data:
        labelled = load(name, options.shared, options.cache)
        report(labelled, range(options.seeds))
        if name == BLANKED:
            report_blanked(labelled, range(options.seeds))


def load(name: str, shared: Path, cache: Path) -> LabelledSet:
    """Ingest a set unless the cache has it, and pull its features."""
    model = f"onnx:{shared / 'models' / IMAGE_MODEL}"
    table = shared / "data" / name / "parts.csv"
    image_model = model if (table.parent / "images").is_dir() else "none"
    with Catalog.open(cache, catalog=name, image_model=image_model, profile="builtin") as catalog:
        if not catalog.exists:
            catalog.ingest(table)
        features = pull_features(catalog.store, FEATURES)
        batches = catalog.store.scan(with_payload=["family"])
        families = [record.payload.get("family") for batch in batches for record in batch]
    return LabelledSet(name, features, families)


def report(labelled: LabelledSet, seeds: Sequence[int]) -> None:
    """Print a row: k-means on PCA and the choice at the true k, and the choice with k chosen."""
    simple = Plan(FEATURES, scaling="unit", reduction="pca:50", algorithm="kmeans", k=labelled.k)
    baseline = mean_ari(labelled, simple, seeds)
    true_k = mean_ari(labelled, Plan(FEATURES, k=labelled.k), seeds)
    started = time.process_time()
    groupings = [grouped(labelled, Plan(FEATURES, seed=seed)) for seed in seeds]
    seconds = (time.process_time() - started) / len(seeds)
    chosen = float(np.mean([ari(labelled, grouping) for grouping in groupings]))
    ks = ", ".join(str(grouping.plan.k) for grouping in groupings)
    bar = f"{BARS[labelled.name]:.2f}" if labelled.name in BARS else ""
    print(
        f"{labelled.name:<24}{baseline:>9.3f}{true_k:>9.3f}{chosen:>10.3f}{bar:>6}  "
        f"{ks} (of {labelled.k}), {seconds:.1f} CPU s",
        flush=True,
    )


def report_blanked(labelled: LabelledSet, seeds: Sequence[int]) -> None:
    """Print the row without 45 % of the images, and how parts with and without one are mixed."""
    rows = []
    for seed in seeds:
        blank = LabelledSet(labelled.name, blanked(labelled.features, seed), labelled.families)
        true_k = grouped(blank, Plan(FEATURES, k=labelled.k, seed=seed))
        chosen = grouped(blank, Plan(FEATURES, seed=seed))
        rows.append((ari(blank, true_k), ari(blank, chosen), *mixing(blank, true_k)))
    true_ari, chosen_ari, nmi, low, high = np.mean(rows, axis=0)
    print(f"{'  45 % of images blanked':<33}{true_ari:>9.3f}{chosen_ari:>10.3f}")
    print(
        f"  NMI of cluster and having an image {nmi:.3f}; share with an image by cluster "
        f"{low:.2f} to {high:.2f} (of all: {1 - BLANK_SHARE:.2f})",
        flush=True,
    )


def blanked(features: Features, seed: int) -> Features:
    """Return the features without a random share of the images."""
    image = features.blocks["image"]
    kept = np.random.default_rng(seed).random(len(image.rows)) >= BLANK_SHARE
    blocks: Mapping[str, Block] = {
        **features.blocks,
        "image": Block("image", image.rows[kept], image.matrix[kept]),
    }
    return Features(features.ids, features.revs, blocks)


def mixing(labelled: LabelledSet, grouping: Grouping) -> tuple[float, float, float]:
    """Return the NMI of clusters and having an image, and the least and largest share by cluster."""
    has = np.zeros(len(grouping.labels), dtype=bool)
    has[labelled.features.blocks["image"].rows] = True
    scores = extrinsic_scores([str(flag) for flag in has], grouping.labels)
    shares = [
        float(has[grouping.labels == cluster].mean()) for cluster in np.unique(grouping.labels)
    ]
    return scores.nmi, min(shares), max(shares)


def mean_ari(labelled: LabelledSet, plan: Plan, seeds: Sequence[int]) -> float:
    """Return the mean over seeds."""
    plans = [replace(plan, seed=seed) for seed in seeds]
    return float(np.mean([ari(labelled, grouped(labelled, seeded)) for seeded in plans]))


def grouped(labelled: LabelledSet, plan: Plan) -> Grouping:
    """Group as the job does."""
    return group(labelled.features, plan)


def ari(labelled: LabelledSet, grouping: Grouping) -> float:
    """Return the adjusted Rand index over all parts."""
    return extrinsic_scores(labelled.families, grouping.labels).ari


if __name__ == "__main__":
    main()

"""How well does a labelled set find its own kind: each vector alone, and fused?

``python -m benchmarks.retrieval`` ingests a labelled set of the shared folder into a new catalogue
through the Python API, as a user would, and prints what ``partscope evaluate`` measures. Floors and
published numbers are in each set's SOURCE.md.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from partscope.catalog import Catalog
from partscope.commands.evaluate import table
from search.evaluation.evaluate import evaluate

DATA = "flipkart_dev"
IMAGE_MODEL = "mobilenet_v2_imagenet"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--data", default=DATA, help="folder below shared/data")
    parser.add_argument("--label", default="family")
    parser.add_argument("--image-model", help=f"default: onnx of shared/models/{IMAGE_MODEL}")
    parser.add_argument("--text-model", help="default: the builtin one")
    options = parser.parse_args()
    image_model = options.image_model or f"onnx:{options.shared / 'models' / IMAGE_MODEL}"
    with (
        TemporaryDirectory() as folder,
        Catalog.open(
            folder, image_model=image_model, text_model=options.text_model, profile="builtin"
        ) as catalog,
    ):
        started = time.perf_counter()
        summary = catalog.ingest(options.shared / "data" / options.data / "parts.csv")
        print(f"{options.data}: {summary.created} parts in {time.perf_counter() - started:.1f} s")
        started = time.perf_counter()
        print(table(evaluate(catalog, options.label)))
        print(f"evaluated in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()

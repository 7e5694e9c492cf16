"""Does cutting the part out of its photo find more, and what does it cost?

Drawn parts, two photos each, half of them with a ruler and half with clutter, go through the real
ingest: as full photos, and cut in every mode and use. P@1 is of the ``image`` vector, each part
asking for its kind (sub-family) or family among the others. Time is CPU time of the whole ingest, so
views a second are those of one core. ``--memory`` ingests growing catalogues of distinct photos
instead. Examples::

    OMP_NUM_THREADS=1 python -m benchmarks.segmentation --models builtin:combined
    OMP_NUM_THREADS=1 python -m benchmarks.segmentation --memory 200 1000
"""

from __future__ import annotations

import argparse
import csv
import io
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
from PIL import Image

from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import draw_scene
from ingest.outcomes import IngestSummary
from partscope.catalog import Catalog
from search.evaluation.evaluate import evaluate

MODELS = ("builtin:combined", "onnx:../shared/models/mobilenet_v2_imagenet")
SHARES = {"ruler_share": 0.5, "clutter_share": 0.5}
VIEWS = 2


@dataclass(frozen=True)
class Variant:
    """One way to ingest the photos."""

    name: str
    segmenter: str
    segment: str = "all"
    use: str = "crop"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--models", nargs="+", default=MODELS)
    parser.add_argument("--segmenter", default="silhouette")
    parser.add_argument("--table", type=Path, help="a table with photos and families instead")
    parser.add_argument("--limit", type=int, help="at most so many rows of it")
    parser.add_argument("--parts", type=int, default=300)
    parser.add_argument("--side", type=int, default=320)
    parser.add_argument("--only", nargs="+", help="variants by name, e.g. all auto")
    parser.add_argument("--memory", type=int, nargs="+", help="photos to ingest, e.g. 200 1000")
    parser.add_argument("--one-ingest", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.one_ingest:
        print(peak_memory(options.one_ingest, options.segmenter))
    elif options.memory:
        for photos in options.memory:
            command = [sys.executable, "-m", "benchmarks.segmentation", "--one-ingest", str(photos)]
            process = subprocess.run(command, check=True, capture_output=True, text=True)
            print(f"{photos:6d} photos: peak {process.stdout.strip()} MB", flush=True)
    else:
        with tempfile.TemporaryDirectory() as folder:
            table = options.table or draw(Path(folder), options.parts, options.side)
            variants = [
                variant
                for variant in of(options.segmenter)
                if not options.only or variant.name in options.only
            ]
            compare(table, options.models, variants, options.limit)


def of(segmenter: str) -> list[Variant]:
    """Return full photos, and every mode and use of a segmenter."""
    return [
        Variant("none", "none"),
        Variant("all", segmenter),
        Variant("auto", segmenter, "auto"),
        Variant("all, both", segmenter, "all", "both"),
        Variant("auto, both", segmenter, "auto", "both"),
    ]


def compare(table: Path, models: list[str], variants: list[Variant], limit: int | None) -> None:
    """Print the table."""
    print(f"{'model':26}{'segment':12}{'P@1 kind':>9}{'family':>8}{'cut':>7}", end="")
    print(f"{'views/s':>9}  full photos")
    for model in models:
        for variant in variants:
            print(measure(table, model, variant, limit), flush=True)


def measure(table: Path, model: str, variant: Variant, limit: int | None) -> str:
    """Return a line of the table."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Catalog.open(
            folder,
            image_model=model,
            text_model="none",
            segmenter=variant.segmenter,
            segment=variant.segment,
            segment_use=variant.use,
        ) as catalog,
    ):
        start = time.process_time()
        summary = catalog.ingest(table, limit=limit)
        seconds = time.process_time() - start
        scores = [precision(catalog, label) for label in ("subfamily", "family")]
    cells = f"{Path(model).name[-25:]:26}{variant.name:12}{scores[0]:9.3f}{scores[1]:8.3f}"
    return cells + costs(summary, seconds)


def precision(catalog: Catalog, label: str) -> float:
    """Return P@1 of the image vector; NaN where no part has that label."""
    if not catalog.store.facet(label, limit=1):
        return float("nan")
    return evaluate(catalog, label).retrieval["image"].p_at_1


def costs(summary: IngestSummary, seconds: float) -> str:
    """Return the share of views cut, views a second, and why views were not cut."""
    reasons = ", ".join(f"{count} {reason}" for reason, count in summary.full_photos.most_common())
    share_cut = summary.segmented / summary.images_used
    return f"{share_cut:7.2f}{summary.images_used / seconds:9.1f}  {reasons}"


def peak_memory(photos: int, segmenter: str) -> int:
    """Return the peak of resident memory in MB of one ingest of that many distinct photos."""
    with tempfile.TemporaryDirectory() as folder:
        table = draw(Path(folder), 20, 640, distinct=photos)
        options = {"image_model": "builtin:hog", "text_model": "none", "segmenter": segmenter}
        with Catalog.open(Path(folder) / "store", segment="all", **options) as catalog:
            summary = catalog.ingest(table)
        assert summary.images_used == photos, summary.lines()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def draw(folder: Path, parts: int, side: int, distinct: int | None = None) -> Path:
    """Draw the photos and their table; ``distinct`` views of them differ in their bytes alone."""
    rows: list[tuple[str, str, str, str]] = []
    for part in draw_up_parts(parts, 3):
        files = []
        for view in range(VIEWS):
            scene = draw_scene(part, photo_seed(part, view, 3), side, **SHARES)
            files.append(f"{part.number}_{view}.jpg".replace("/", "-"))
            Image.fromarray(scene.image).save(folder / files[-1], quality=90)
        rows.append((part.number, part.kind.family, part.kind.subfamily, "|".join(files)))
    if distinct is not None:
        rows = list(_copies(folder, rows, distinct))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("part_number", "family", "subfamily", "image"), *rows])
    (folder / "parts.csv").write_text(text.getvalue(), encoding="utf-8")
    return folder / "parts.csv"


def _copies(
    folder: Path, rows: list[tuple[str, str, str, str]], count: int
) -> list[tuple[str, str, str, str]]:
    files = [file for row in rows for file in row[3].split("|")]
    contents = [(folder / file).read_bytes() for file in files]
    copies = []
    for number in range(count):
        comment = f"{number:08d}".encode()
        content = contents[number % len(contents)]
        # A JPEG comment after the start marker makes another file of the same picture.
        marked = content[:2] + b"\xff\xfe\x00\x0a" + comment + content[2:]
        (folder / f"copy-{number}.jpg").write_bytes(marked)
        copies.append((f"N{number}", "", "", f"copy-{number}.jpg"))
    return copies


if __name__ == "__main__":
    main()

"""Which image embedder finds parts of the same family, and how fast?

Each photo asks for its family among all others by cosine, on photos of vehicle parts, renders of
fasteners and photos of consumer products. Time is CPU time over all threads, from decoded pixels to
vectors, so it reads as images a second a core. Builtin embedders are fitted on the set itself,
without labels, as a catalogue does. Example::

    OMP_NUM_THREADS=1 python -m benchmarks.image_embedders --models builtin:combined builtin:sift
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix, FloatVector, RgbImage, unit_rows
from catalog.embedding.builtin_images.feature import unit
from catalog.embedding.builtin_images.pixels import grey, orientation_maps, square
from catalog.embedding.contract import Fittable, ImageEmbedder
from catalog.embedding.registry import image_embedder

SETS = ("car_parts_dev", "flipkart_dev", "cad_fasteners_dev")
BASELINE = "baseline HOG + HSV"
BUILTIN = ("hog", "colour", "shape", "orb", "patches", "sift", "combined")
ONNX = ("squeezenet11_lpips", "mobilenet_v2_imagenet")
_DEPTH = 10
Result = TypeVar("Result")


@dataclass(frozen=True)
class Score:
    """Retrieval of the same family, each photo left out of its own answer."""

    precision_1: float
    precision_10: float
    map_10: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--models", nargs="+", help="as --image-model of partscope names them")
    parser.add_argument("--fit", type=int, default=None, help="images to fit on; default: allowed")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    onnx = [f"onnx:{options.shared / 'models' / name}" for name in ONNX]
    models = options.models or [BASELINE, *(f"builtin:{name}" for name in BUILTIN), *onnx]
    print(f"{'set':18}{'model':32}{'P@1':>7}{'P@10':>7}{'mAP@10':>8}", end="")
    print(f"{'images/s':>10}{'dim':>6}{'fit s':>7}{'state MB':>10}")
    for name in options.sets:
        images, families = read_set(options.shared / "data" / name)
        for model in models:
            print(f"{name:18}{Path(model).name:32}{measure(model, images, families, options.fit)}")


def measure(
    model: str, images: Sequence[RgbImage], families: NDArray[np.str_], fitted_on: int | None
) -> str:
    """Return a line of the table."""
    if model == BASELINE:
        rows, seconds = _timed(lambda: _baseline(images))
        return _line(score(rows, families), len(images) / seconds, rows.shape[1], 0, 0)
    embedder = image_embedder(model)
    fit_seconds, size = _fit(embedder, images, fitted_on)
    rows, seconds = _timed(lambda: embedder.embed_documents(images))
    speed = len(images) / seconds
    return _line(score(rows, families), speed, rows.shape[1], fit_seconds, size)


def score(rows: FloatMatrix, families: NDArray[np.str_]) -> Score:
    """Return the retrieval scores of unit rows."""
    similar = rows @ rows.T
    np.fill_diagonal(similar, -2)
    best = np.argsort(-similar, axis=1, kind="stable")[:, :_DEPTH]
    hits = families[best] == families[:, None]
    precision = np.cumsum(hits, axis=1) / np.arange(1, _DEPTH + 1)
    average = (precision * hits).sum(axis=1) / np.maximum(1, hits.sum(axis=1))
    return Score(float(hits[:, 0].mean()), float(hits.mean()), float(average.mean()))


def read_set(folder: Path) -> tuple[list[RgbImage], NDArray[np.str_]]:
    """Return the photos of a set and their families."""
    with (folder / "parts.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["image"]]
    photos = [cv2.imread(str(folder / row["image"])) for row in rows]
    images = [np.asarray(cv2.cvtColor(photo, cv2.COLOR_BGR2RGB), np.uint8) for photo in photos]
    return images, np.array([row["family"] for row in rows])


def _fit(
    embedder: ImageEmbedder, images: Sequence[RgbImage], most: int | None
) -> tuple[float, float]:
    """Fit where the embedder learns; return CPU seconds and the state's size in MB."""
    if not isinstance(embedder, Fittable):
        return 0.0, 0.0
    sample = images[: most if most is not None else embedder.sample_size]
    _, seconds = _timed(lambda: embedder.fit(sample))
    return seconds, sum(array.nbytes for array in embedder.state().values()) / 1e6


def _baseline(images: Sequence[RgbImage]) -> FloatMatrix:
    """Return HOG and an HSV histogram side by side, what one would write first."""
    halves = [(_plain_hog(small), _hsv_histogram(small)) for small in map(_small, images)]
    return unit_rows(np.stack([np.concatenate(half) for half in halves]))


def _small(image: RgbImage) -> RgbImage:
    return square(image, 128)


def _plain_hog(image: RgbImage) -> FloatVector:
    """Return 9 unsigned directions in cells of 8 pixels, each 2 x 2 cells scaled to length 1."""
    maps = orientation_maps(grey(image), 18, sigma=0.5)
    cells = (maps[..., :9] + maps[..., 9:]).reshape(16, 8, 16, 8, 9).mean(axis=(1, 3))
    corners = [cells[y : y + 15, x : x + 15] for y in (0, 1) for x in (0, 1)]
    blocks = np.concatenate(corners, axis=2).reshape(-1, 36)
    return np.asarray(unit(unit_rows(blocks).ravel()), np.float32)


def _hsv_histogram(image: RgbImage) -> FloatVector:
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    counts = cv2.calcHist([hsv], [0, 1, 2], None, [8, 4, 4], [0, 180, 0, 256, 0, 256])
    return unit(np.sqrt(counts.ravel()))


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def _line(scores: Score, speed: float, dim: int, fit_seconds: float, size: float) -> str:
    return (
        f"{scores.precision_1:7.3f}{scores.precision_10:7.3f}{scores.map_10:8.3f}"
        f"{speed:10.0f}{dim:6d}{fit_seconds:7.1f}{size:10.1f}"
    )


if __name__ == "__main__":
    main()

"""How well do silhouette and a small saliency model cut parts out, how fast, in how much memory?

Photographed tools with hand-drawn masks (``data/tools_masks_dev``), and demo scenes of a seed of
their own with exact masks, by background and by what lies beside the part. Columns: IoU (mean,
median, share of photos under 0.5); "score" is Spearman's rank correlation of score and IoU; "ruler"
is the share of ruler pixels outside the mask; photos/s of one core's processor time at 640 pixels.
"inside": share of the found pixels that lie in the true mask, "covered": share of the true mask
that is found; loosely drawn truth shows as much inside and little covered.

    python -m benchmarks.silhouette [--shared DIR] [--scenes N] [--memory PHOTOS]
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from PIL import Image
from scipy.stats import spearmanr

from catalog.arrays import Mask, RgbImage
from demo.catalogue import draw_up_parts, photo_seed
from demo.scenes import draw_scene
from segmentation import saliency, silhouette
from segmentation.contract import Prompts, Segmentation, Segmenter

SIDE = 640
SEED = 2026
"""Of the scenes: no constant of the segmenter was chosen on them."""
OUTLINES = Path(__file__).with_name("tool_outlines.json")
"""Polygons in pixels of each photographed tool, even-odd."""
STUDENT = """
name = "saliency-student-v2"
modality = "mask"
file = "saliency_student_v2.onnx"
licence = "BSD-2-Clause-Patent"
output = "saliency_map"
[mask]
input = "input"
size = 256
mean = [123.675, 116.28, 103.53]
std = [58.395, 57.12, 57.375]
"""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo with its truth and the groups it is counted in."""

    image: RgbImage
    mask: Mask
    ruler: Mask
    groups: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--scenes", type=int, default=300)
    parser.add_argument("--memory", type=int, default=0, help="photos for the memory run")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    folder = options.shared / "data" / "tools_masks_dev"
    photos = [*tools(folder), *scenes(options.scenes), *outlined_tools(folder)]
    with TemporaryDirectory() as models:
        segmenters = [silhouette.create(), student(options.shared, Path(models))]
        for segmenter in filter(None, segmenters):
            print(f"\n{segmenter.name}: {speed(segmenter, photos):.1f} photos/s")
            print_table(photos, [find(segmenter, photo.image) for photo in photos])
    if options.memory:
        print_memory(silhouette.create(), photos, options.memory)


def tools(folder: Path) -> Iterator[Photo]:
    """Yield the photographed tools, nothing where they are absent."""
    if not folder.is_dir():
        return
    with (folder / "masks.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["mask"]]
    for row in rows:
        image = np.asarray(Image.open(folder / "images" / f"{row['id']}.jpg").convert("RGB"))
        mask = np.asarray(Image.open(folder / row["mask"]).convert("L")) > 127
        groups = ("tools", f"tools, {row['background']}")
        yield Photo(image, mask, np.zeros_like(mask), groups)


def outlined_tools(folder: Path) -> Iterator[Photo]:
    """Yield the photographed tools with the outlines that were drawn anew, by the tool's number."""
    outlines = json.loads(OUTLINES.read_text(encoding="utf-8")) if folder.is_dir() else {}
    for at, (name, polygons) in enumerate(outlines.items()):
        image = np.asarray(Image.open(folder / "images" / f"{name}.jpg").convert("RGB"))
        pixels = np.zeros(image.shape[:2], np.uint8)
        cv2.fillPoly(pixels, [np.array(polygon, np.int32) for polygon in polygons], 1)
        half = "learned from" if at % 2 == 0 else "held out"
        groups = ("tools drawn anew", f"tools drawn anew, {half}")
        yield Photo(image, pixels > 0, np.zeros(pixels.shape, bool), groups)


def scenes(count: int, seed: int = SEED) -> Iterator[Photo]:
    """Yield drawn scenes."""
    for part in draw_up_parts(count, seed):
        scene = draw_scene(part, photo_seed(part, 0, seed))
        beside = "ruler" if scene.has_ruler else "clutter" if scene.has_clutter else "nothing"
        groups = ("scenes", f"scenes, {scene.background}", f"scenes, {beside} beside")
        yield Photo(scene.image, scene.mask, scene.ruler, groups)


def student(shared: Path, folder: Path) -> Segmenter | None:
    """Return the saliency model, with the model.toml that it comes without."""
    weights = (shared / "models" / "saliency_student_v2" / "saliency_student_v2.onnx").resolve()
    if not weights.is_file():
        return None
    (folder / weights.name).symlink_to(weights)
    (folder / "model.toml").write_text(STUDENT, encoding="utf-8")
    return saliency.Saliency(folder)


def find(segmenter: Segmenter, image: RgbImage) -> Segmentation:
    return segmenter.segment([image], Prompts())[0]


def speed(segmenter: Segmenter, photos: Sequence[Photo]) -> float:
    """Return photos a second of processor time, at 640 pixels."""
    images = [at_side(photo.image) for photo in photos[:100]]
    start = time.process_time()
    for image in images:
        find(segmenter, image)
    return len(images) / (time.process_time() - start)


def at_side(image: RgbImage) -> RgbImage:
    scale = SIDE / max(image.shape)
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))


def print_table(photos: Sequence[Photo], segmentations: Sequence[Segmentation]) -> None:
    print(f"{'':26}{'n':>5}{'IoU':>7}{'median':>8}{'<0.5':>6}", end="")
    print(f"{'inside':>8}{'covered':>9}{'score':>7}{'ruler':>7}")
    pairs = list(zip(photos, segmentations, strict=True))
    for group in sorted({group for photo in photos for group in photo.groups}):
        print(f"{group:26}{line([pair for pair in pairs if group in pair[0].groups])}")


def line(pairs: Sequence[tuple[Photo, Segmentation]]) -> str:
    ious = np.array([_share(p.mask & f.mask, p.mask | f.mask) for p, f in pairs])
    inside = np.mean([_share(p.mask & f.mask, f.mask) for p, f in pairs])
    covered = np.mean([_share(p.mask & f.mask, p.mask) for p, f in pairs])
    scores = np.array([f.score for _, f in pairs])
    ranks = spearmanr(scores, ious).statistic if len(set(scores)) > 1 else np.nan
    rulers = [_share(p.ruler & ~f.mask, p.ruler) for p, f in pairs if p.ruler.any()]
    ruler = f"{np.mean(rulers):7.3f}" if rulers else f"{'':7}"
    return (
        f"{len(ious):5d}{ious.mean():7.3f}{np.median(ious):8.3f}{(ious < 0.5).mean():6.2f}"
        f"{inside:8.3f}{covered:9.3f}{ranks:7.2f}{ruler}"
    )


def print_memory(segmenter: Segmenter, photos: Sequence[Photo], count: int) -> None:
    """Print the largest memory so far at ten points of a long run."""
    print("\nphotos   largest memory, MB")
    for at in range(count):
        find(segmenter, photos[at % len(photos)].image)
        if (at + 1) % max(1, count // 10) == 0:
            largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{at + 1:6d}   {largest:.0f}", flush=True)


def _share(part: Mask, whole: Mask) -> float:
    return float(part.sum() / max(1, whole.sum()))


if __name__ == "__main__":
    main()

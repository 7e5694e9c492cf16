"""How many rulers are read, how exactly, how much is taken away, and is one found where there is none?

Draws the demo catalogue's scenes with a ruler in each: straight as drawn, turned by any angle, seen
by a tilted camera (corners up to 4 % of the side off; its scale differs over the photo, so errors are
of its middle) and as JPEG of quality 75. "readable" have 2.7 px a mm or more. "length" is the error
of the part's length by the silhouette's mask, "in +-" how often the truth lies in what is stated.
Then rulers of several materials laid at any angle beside and under the part: of how many 2.7 px a mm
or more the scale is read, how much of the rulers' pixels lies in what is taken away ("removed"; of the
part's: "part lost"), and the milliseconds of both. Last, photos without a ruler: drawn ones, and those
of the labelled sets, at most 640 px.

    OMP_NUM_THREADS=1 python -m benchmarks.ruler
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage
from catalog.images.reduction import long_side_at_most
from demo.catalogue import draw_up_parts
from demo.scenes import Scene, draw_scene
from segmentation import silhouette
from segmentation.contract import Prompts, Segmenter
from segmentation.ruler.marks import Marks
from segmentation.ruler.part_size import part_size
from segmentation.ruler.scale import read_scale
from segmentation.silhouette.background import read_evidence
from segmentation.silhouette.rulers import find_rulers
from segmentation.silhouette.working_size import WORKING_SIDE
from tests.segmentation.drawn_rulers import MATERIALS, with_ruler_at

TURNS = (0, 2, 5, 10, 20, 45)
"""Degrees between a laid ruler and the nearest side of the photo."""
SETS = ("tools_masks_dev", "car_parts_dev", "flipkart_dev", "cad_fasteners_dev")
READABLE = 2.7
"""Pixels a millimetre."""
Generator = np.random.Generator
Shot = tuple[RgbImage, float]
"""A photo and its millimetres a pixel."""
Masker = Callable[[Scene], tuple[Mask, float]]
"""Returns a mask and the overlap with the part that is expected of it."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--shared", type=Path, default=Path("../shared"))
    arguments.add_argument("--scenes", type=int, default=200)
    arguments.add_argument("--photos", type=int, default=500, help="of each labelled set")
    options = arguments.parse_args()
    print(f"{'':20}{'read':>10}{'of readable':>12}{'median':>9}{'p95':>8}{'worst':>8}{'ms':>6}")
    for side in (320, 640):
        scenes = list(drawn(options.scenes, side, ruler_share=1.0))
        for name, shoot in SHOTS.items():
            print(f"{f'{side} px {name}':20}{read_line(scenes, shoot)}")
        if side == 640:
            lengths(scenes)
    laid_table(list(drawn(options.scenes, 640, ruler_share=0.0, seed=2)))
    print(f"\nphotos without a ruler{'read':>9}{'found':>12}{'ms read':>10}{'ms find':>9}")
    bare = (scene.image for scene in drawn(options.scenes, 640, ruler_share=0.0, seed=1))
    print(f"{'drawn':20}{false_line(bare)}")
    for name in SETS:
        print(f"{name:20}{false_line(photos(options.shared / 'data' / name, options.photos))}")


def drawn(count: int, side: int, *, ruler_share: float, seed: int = 0) -> Iterator[Scene]:
    for number, part in enumerate(draw_up_parts(count, seed)):
        rng = np.random.default_rng([seed, number])
        yield draw_scene(part, rng, side, ruler_share=ruler_share)


def straight(scene: Scene, _rng: Generator) -> Shot:
    return scene.image, scene.mm_per_px


def turned(scene: Scene, rng: Generator) -> Shot:
    side = scene.image.shape[0]
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), rng.uniform(-180, 180), 1.0)
    size = int(side * (abs(turn[0, 0]) + abs(turn[0, 1])))
    turn[:, 2] += (size - side) / 2
    photo = cv2.warpAffine(
        scene.image, turn, (size, size), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(photo), scene.mm_per_px


def tilted(scene: Scene, rng: Generator) -> Shot:
    side = scene.image.shape[0]
    corners = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32)
    inwards = np.sign(side / 2 - corners) * rng.uniform(0, 0.04 * side, (4, 2))
    view = cv2.getPerspectiveTransform((corners + inwards).astype(np.float32), corners)
    photo = cv2.warpPerspective(
        scene.image, view, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(photo), scene.mm_per_px / middle_growth(view, side)


def middle_growth(view: NDArray[np.float64], side: int) -> float:
    """Return by how much a perspective enlarges the middle of the photo, along a side."""
    back = cv2.perspectiveTransform(np.array([[[side / 2, side / 2]]]), np.linalg.inv(view))[0, 0]
    square = back + np.array([[0, 0], [1, 0], [0, 1]])
    projected = cv2.perspectiveTransform(square[None], view)[0] - side / 2
    return float(np.sqrt(abs(np.linalg.det(projected[1:] - projected[0]))))


def as_jpeg(scene: Scene, _rng: Generator) -> Shot:
    content = cv2.imencode(".jpg", scene.image, [cv2.IMWRITE_JPEG_QUALITY, 75])[1]
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR)), scene.mm_per_px


SHOTS: dict[str, Callable[[Scene, Generator], Shot]] = {
    "straight": straight,
    "turned": turned,
    "tilted": tilted,
    "JPEG 75": as_jpeg,
}


def read_line(scenes: list[Scene], shoot: Callable[[Scene, Generator], Shot]) -> str:
    rng = np.random.default_rng(0)
    shots = [shoot(scene, rng) for scene in scenes]
    start = time.process_time()
    scales = [read_scale(photo) for photo, _ in shots]
    milliseconds = 1000 * (time.process_time() - start) / len(shots)
    errors = [
        abs(1 / (marks.px_per_mm * truth) - 1)
        for marks, (_, truth) in zip(scales, shots, strict=True)
        if marks is not None
    ]
    readable = sum(1 / truth >= READABLE for _, truth in shots)
    median, high, worst = (100 * np.percentile(errors, share) for share in (50, 95, 100))
    return (
        f"{len(errors):5d}/{len(shots):<4d}{len(errors) / readable:12.1%}"
        f"{median:8.2f}%{high:7.2f}%{worst:7.2f}%{milliseconds:6.0f}"
    )


def lengths(scenes: list[Scene]) -> None:
    segmenter = silhouette.create()
    ways: dict[str, Masker] = {
        "exact mask": lambda scene: (scene.mask, 1.0),
        "silhouette": partial(cut, segmenter),
    }
    for name, mask_of in ways.items():
        errors, inside = [], []
        for scene in scenes:
            size = part_size(read_scale(scene.image), *mask_of(scene))
            if size is not None:
                truth = longest_side(scene.mask) * scene.mm_per_px
                errors.append(abs(size.length_mm - truth) / truth)
                inside.append(abs(size.length_mm - truth) <= size.uncertainty_mm)
        median, high = (100 * np.percentile(errors, share) for share in (50, 95))
        print(
            f"  length by {name}: median {median:.1f} %, p95 {high:.1f} %,"
            f" in +- {np.mean(inside):.0%} of {len(errors)}"
        )


def cut(segmenter: Segmenter, scene: Scene) -> tuple[Mask, float]:
    segmentation = segmenter.segment([scene.image], Prompts())[0]
    return segmentation.mask, segmentation.score


def longest_side(mask: Mask) -> float:
    points = np.argwhere(mask)[:, ::-1].astype(np.int32)
    return float(max(cv2.minAreaRect(points)[1]) + 1)


def photos(folder: Path, count: int) -> Iterator[RgbImage]:
    with (folder / "parts.csv").open(encoding="utf-8", newline="") as file:
        names = [row["image"] for row in csv.DictReader(file) if row["image"]]
    for number in np.random.default_rng(0).permutation(len(names))[:count]:
        pixels = cv2.imread(str(folder / names[number]))
        if pixels is not None:
            yield long_side_at_most(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)), 640)


@dataclass(slots=True)
class Look:
    """What reading and finding made of photos, and the processor time of both in seconds."""

    read: list[Marks | None] = field(default_factory=list)
    found: list[Mask] = field(default_factory=list)
    reading: float = 0.0
    finding: float = 0.0

    def at(self, photo: RgbImage) -> None:
        """Look at one more photo; ``found`` has the photo's own size."""
        start = time.process_time()
        self.read.append(read_scale(photo))
        self.reading += time.process_time() - start
        evidence = read_evidence(long_side_at_most(photo, WORKING_SIDE))
        start = time.process_time()
        rulers = find_rulers(photo, evidence).astype(np.uint8)
        self.finding += time.process_time() - start
        height, width = photo.shape[:2]
        self.found.append(cv2.resize(rulers, (width, height), interpolation=cv2.INTER_NEAREST) > 0)

    def times(self) -> str:
        """Return milliseconds a photo."""
        count = max(1, len(self.read)) / 1000
        return f"{self.reading / count:9.1f}{self.finding / count:9.1f}"


def false_line(images: Iterator[RgbImage]) -> str:
    look = Look()
    for image in images:
        look.at(image)
    count = len(look.read)
    n_read, n_found = sum(m is not None for m in look.read), sum(bool(m.any()) for m in look.found)
    return f"{n_read:6d}/{count:<4d}{n_found:8d}/{count:<4d}{look.times()}"


def laid_table(scenes: list[Scene]) -> None:
    print(
        f"\n{'laid, 640 px':20}{'read':>10}{'removed':>9}{'part lost':>11}{'ms read':>9}{'ms find':>9}"
    )
    for turn in TURNS:
        print(f"{f'turned by {turn}°':20}{laid_line(scenes, [turn], sorted(MATERIALS))}")
    for material in sorted(MATERIALS):
        print(f"{material:20}{laid_line(scenes, TURNS, [material])}")


def laid_line(scenes: list[Scene], turns: Sequence[int], materials: Sequence[str]) -> str:
    """Return the line of one ruler a scene, turned away from each of the photo's sides."""
    look, readable, removed, lost = Look(), 0, [], []
    for number, scene in enumerate(scenes):
        rng = np.random.default_rng([3, number])
        turn = turns[number % len(turns)] * rng.choice([-1, 1]) + 90 * rng.integers(4)
        material = materials[number % len(materials)]
        part, scale = scene.mask, scene.mm_per_px
        photo, ruler = with_ruler_at(scene.image, part, scale, float(turn), material, rng)
        look.at(photo)
        readable += 1 / scale >= READABLE
        removed.append((look.found[-1] & ruler).sum() / ruler.sum())
        lost.append((look.found[-1] & part).sum() / part.sum())
    n_read = sum(marks is not None for marks in look.read)
    shares = f"{np.mean(removed):9.3f}{np.mean(lost):11.4f}"
    return f"{n_read:6d}/{readable:<4d}{shares}{look.times()}"


if __name__ == "__main__":
    main()

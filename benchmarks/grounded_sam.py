"""How many images a second does grounded-sam cut out in batches, against one call an image?

Models have random weights: what is found is noise, what it costs is not. ``tiny`` are the models of
the tests; ``real`` have the size of grounding-dino-tiny and sam2.1-hiera-tiny and want a GPU. Scenes
are the demo catalogue's; CPU seconds are those of this process.

    OMP_NUM_THREADS=1 python -m benchmarks.grounded_sam
    python -m benchmarks.grounded_sam --models real --images 64
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from catalog.arrays import RgbImage
from demo.catalogue import draw_up_parts
from demo.scenes import draw_scene
from segmentation.by_text.grounded_sam import GroundedSam, create
from segmentation.contract import Prompts, Segmentation
from tests.segmentation.by_text.tiny_models import (
    save_detector,
    save_mask_model,
    save_real_detector,
    save_real_mask_model,
)

Run = Callable[[list[RgbImage]], list[Segmentation]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--models", choices=["tiny", "real"], default="tiny")
    arguments.add_argument("--images", type=int, default=48)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    photos = scenes(options.images)
    with TemporaryDirectory() as folder:
        segmenter = build(Path(folder), options.models)
        print(f"{options.models} models on {segmenter.device}, {len(photos)} images")
        ways: dict[str, Run] = {
            "one by one": lambda images: [
                segmenter.segment([image], Prompts())[0] for image in images
            ],
            "batched": lambda images: segmenter.segment(images, Prompts()),
        }
        table(ways, photos, options.rounds)


def scenes(count: int) -> list[RgbImage]:
    """Return drawn photos of 320 x 320 px and cuts of 320 x 240 px, as photos have few formats."""
    photos = [
        draw_scene(part, np.random.default_rng(number)).image
        for number, part in enumerate(draw_up_parts(count))
    ]
    return [photo if number % 2 else photo[40:280] for number, photo in enumerate(photos)]


def build(folder: Path, models: str) -> GroundedSam:
    save = (save_real_detector, save_real_mask_model)
    if models == "tiny":
        save = (save_detector, save_mask_model)
    detector, mask_model = (save_model(folder / save_model.__name__) for save_model in save)
    return create(str(detector), str(mask_model))


def table(ways: dict[str, Run], photos: list[RgbImage], rounds: int) -> None:
    best: dict[str, tuple[float, float]] = {}
    segmentations: dict[str, list[Segmentation]] = {}
    for _ in range(rounds):
        for name, run in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            segmentations[name] = run(photos)
            cost = time.perf_counter() - wall, time.process_time() - cpu
            best[name] = min(best.get(name, cost), cost, key=lambda pair: pair[1])
    print(f"{'':12}{'images/s':>10}{'CPU ms':>10}")
    for name, (wall, cpu) in best.items():
        print(f"{name:12}{len(photos) / wall:10.1f}{1000 * cpu / len(photos):10.1f}")
    single, batched = best["one by one"], best["batched"]
    same = [
        (first.mask == second.mask).mean()
        for first, second in zip(segmentations["one by one"], segmentations["batched"], strict=True)
    ]
    print(
        f"batched is {single[0] / batched[0]:.2f}x as fast ({single[1] / batched[1]:.2f}x by CPU)"
    )
    print(f"pixels that agree: {np.mean(same):.5f} on average, {np.min(same):.5f} at least")


if __name__ == "__main__":
    main()

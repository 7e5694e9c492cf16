"""Fit the coefficients of ``segmentation/silhouette/belief.py`` and write its ``coefficients.json``.

Learned from are demo scenes of their own seeds and every second photographed tool (its outline drawn
anew, ``tool_outlines.json``); ``benchmarks.silhouette`` measures on other scenes and the other tools.

    python -m benchmarks.fit_silhouette [--shared DIR] [--scenes N]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.silhouette import Photo, outlined_tools, scenes
from catalog.arrays import Mask
from segmentation.contract import Prompts
from segmentation.silhouette import belief as silhouette_belief
from segmentation.silhouette.background import Evidence, Plane
from segmentation.silhouette.belief import Coefficients, doubt, first_cues, second_cues, weighed
from segmentation.silhouette.candidates import candidates
from segmentation.silhouette.cues import Cues, local_cues
from segmentation.silhouette.look import look_at

SEEDS = (0, 7)
NEAR, ANYWHERE = 600, 200
"""Pixels that are learned from in each photo: in and around the part, and anywhere."""
REPEATS = 8
"""How often a photographed tool counts as against a drawn scene."""


class Lesson:
    """A photo to learn from at working size: evidence, truth, and the pixels that are looked at."""

    def __init__(self, photo: Photo, rng: np.random.Generator) -> None:
        look = look_at(photo.image, Prompts())
        assert look is not None, "a photo too small to learn from"
        self.evidence: Evidence = look.evidence
        height, width = look.clutter.shape
        levels = photo.mask[look.window].astype(np.uint8) * 255
        self.truth: Mask = cv2.resize(levels, (width, height), interpolation=cv2.INTER_AREA) > 127
        near = cv2.dilate(self.truth.astype(np.uint8), np.ones((31, 31))) > 0
        self.chosen = np.concatenate(
            [rng.choice(np.flatnonzero(near), NEAR), rng.choice(near.size, ANYWHERE)]
        )
        self.local = local_cues(self.evidence)
        self.masks = candidates(self.evidence)

    def first(self) -> tuple[Cues, Plane]:
        """Return the cues of the first step and what is believed before it."""
        return first_cues(self.local, self.masks), self.masks.mean(axis=0)

    def second(self, first: Coefficients) -> tuple[Cues, Plane]:
        """Return the cues of the second step and what is believed before it."""
        belief = weighed(*self.first(), first)
        return second_cues(self.local, belief, self.evidence), belief


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--scenes", type=int, default=150, help="of each seed")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rng = np.random.default_rng(0)
    tools = list(outlined_tools(options.shared / "data" / "tools_masks_dev"))[::2]
    drawn_scenes = chain.from_iterable(scenes(options.scenes, seed) for seed in SEEDS)
    lessons = [Lesson(photo, rng) for photo in chain(drawn_scenes, *[tools] * REPEATS)]
    first = fit(lessons, Lesson.first)
    second = fit(lessons, lambda lesson: lesson.second(first))
    target = Path(silhouette_belief.__file__).with_name("coefficients.json")
    target.write_text(as_json(first, second), encoding="utf-8")
    print(f"{len(lessons)} photos, {first.size} + {second.size} coefficients: {target.name}")


def fit(lessons: Sequence[Lesson], step: Callable[[Lesson], tuple[Cues, Plane]]) -> Coefficients:
    """Return the coefficients of one step."""
    columns, truth = [], []
    for lesson in lessons:
        cues, belief = step(lesson)
        chosen = cues.reshape(len(cues), -1)[:, lesson.chosen]
        chosen = np.vstack([chosen, np.ones_like(chosen[:1])])
        before = belief.ravel()[lesson.chosen]
        columns.append(np.vstack([chosen, chosen * before, chosen * doubt(before)]).T)
        truth.append(lesson.truth.ravel()[lesson.chosen])
    return logistic(np.concatenate(columns), np.concatenate(truth)).reshape(3, -1)


def logistic(columns: NDArray[np.float32], truth: NDArray[np.bool_]) -> Coefficients:
    """Return coefficients for columns as they are, fitted on columns of unit deviation."""
    scale = columns.std(axis=0)
    scale[scale < 1e-6] = 1
    model = LogisticRegression(max_iter=300, fit_intercept=False).fit(columns / scale, truth)
    return np.asarray(model.coef_[0] / scale, np.float32)


def as_json(*steps: Coefficients) -> str:
    """Return the coefficients, a line for each row, four digits."""
    rows = [[[float(f"{w:.4g}") for w in row] for row in step] for step in steps]
    lines = [",\n  ".join(json.dumps(row) for row in step) for step in rows]
    return "[\n [" + "],\n [".join(lines) + "]\n]\n"


if __name__ == "__main__":
    main()

"""How surfaces look: colour and shine of materials, and the tables that parts lie on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.solids import MATERIALS, Material

Picture: TypeAlias = NDArray[np.float32]
"""Shape (height, width, 3), linear-ish RGB in 0..1."""
Background: TypeAlias = Callable[[np.random.Generator, int, int], Picture]


@dataclass(frozen=True, slots=True)
class Finish:
    """Base colour, how metallic (mirrors the room), how sharp the highlight."""

    colour: tuple[float, float, float]
    metallic: float
    shine: float


FINISHES: dict[Material, Finish] = {
    "zinc": Finish((0.74, 0.75, 0.76), 0.7, 22),
    "steel": Finish((0.58, 0.59, 0.61), 0.85, 40),
    "black": Finish((0.09, 0.09, 0.10), 0.25, 18),
    "brass": Finish((0.78, 0.60, 0.26), 0.7, 28),
    "rubber": Finish((0.07, 0.07, 0.07), 0.05, 6),
    "red": Finish((0.72, 0.10, 0.08), 0.05, 30),
    "blue": Finish((0.10, 0.25, 0.62), 0.05, 30),
    "white": Finish((0.88, 0.88, 0.86), 0.02, 12),
    "copper": Finish((0.75, 0.42, 0.28), 0.75, 30),
    "glass": Finish((0.80, 0.86, 0.86), 0.35, 60),
    "green": Finish((0.12, 0.48, 0.22), 0.05, 30),
}


def finish_maps(
    material: NDArray[np.uint8],
) -> tuple[Picture, NDArray[np.float32], NDArray[np.float32]]:
    """Return colour (h, w, 3), metallic (h, w) and shine (h, w) of each pixel."""
    finishes = [FINISHES[name] for name in MATERIALS]
    colours = np.array([finish.colour for finish in finishes], np.float32)
    metallic = np.array([finish.metallic for finish in finishes], np.float32)
    shine = np.array([finish.shine for finish in finishes], np.float32)
    return colours[material], metallic[material], shine[material]


def noise(
    rng: np.random.Generator, height: int, width: int, scales: tuple[int, ...]
) -> NDArray[np.float32]:
    """Return smooth noise of several scales in pixels, mean 0, about -1..1."""
    total = np.zeros((height, width), np.float32)
    for scale in scales:
        small = rng.normal(size=(max(2, height // scale), max(2, width // scale))).astype(
            np.float32
        )
        total += cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return total / (1.5 * len(scales))


def paper(rng: np.random.Generator, height: int, width: int) -> Picture:
    """White paper."""
    return _tinted((0.93, 0.93, 0.92), 0.015, noise(rng, height, width, (3, 60)))


def grey_board(rng: np.random.Generator, height: int, width: int) -> Picture:
    """Grey cardboard."""
    return _tinted((0.55, 0.54, 0.52), 0.05, noise(rng, height, width, (2, 5, 80)))


def cardboard(rng: np.random.Generator, height: int, width: int) -> Picture:
    """Brown cardboard with its corrugation."""
    lines = np.sin(np.arange(height, dtype=np.float32) / rng.uniform(2, 4))[:, None]
    return _tinted((0.66, 0.52, 0.36), 0.04, noise(rng, height, width, (2, 40)) + 0.4 * lines)


def wood(rng: np.random.Generator, height: int, width: int) -> Picture:
    """A wooden bench with its grain."""
    warp = noise(rng, height, width, (120, 60)) * 26
    rows = np.arange(height, dtype=np.float32)[:, None] + warp
    grain = np.sin(rows / rng.uniform(3, 7)) * 0.6 + noise(rng, height, width, (2, 4)) * 0.5
    return _tinted((0.60, 0.43, 0.26), 0.09, grain)


def scratched_metal(rng: np.random.Generator, height: int, width: int) -> Picture:
    """A worn metal bench with scratches."""
    base = _tinted((0.46, 0.48, 0.50), 0.06, noise(rng, height, width, (2, 30, 90)))
    for _ in range(30):
        start = (int(rng.integers(width)), int(rng.integers(height)))
        end = (start[0] + int(rng.integers(-90, 90)), start[1] + int(rng.integers(-40, 40)))
        level = float(rng.uniform(0.35, 0.68))
        cv2.line(base, start, end, (level, level, level), 1, cv2.LINE_AA)
    return base


def cutting_mat(rng: np.random.Generator, height: int, width: int) -> Picture:
    """A green cutting mat with its grid."""
    mat = _tinted((0.10, 0.34, 0.28), 0.03, noise(rng, height, width, (2, 50)))
    step = int(rng.integers(22, 34))
    for at in range(int(rng.integers(step)), max(height, width), step):
        colour = (0.55, 0.66, 0.50)
        cv2.line(mat, (at, 0), (at, height), colour, 1)
        cv2.line(mat, (0, at), (width, at), colour, 1)
    return mat


def blue_cloth(rng: np.random.Generator, height: int, width: int) -> Picture:
    """A blue work cloth with folds and weave."""
    weave = np.sin(np.arange(width, dtype=np.float32) * 1.7)[None, :] * 0.4
    return _tinted((0.20, 0.29, 0.47), 0.07, noise(rng, height, width, (60, 110)) * 1.6 + weave)


def concrete(rng: np.random.Generator, height: int, width: int) -> Picture:
    """A concrete floor with stains."""
    return _tinted((0.50, 0.49, 0.47), 0.09, noise(rng, height, width, (2, 8, 40, 120)))


BACKGROUNDS: dict[str, Background] = {
    "paper": paper,
    "grey_board": grey_board,
    "cardboard": cardboard,
    "wood": wood,
    "scratched_metal": scratched_metal,
    "cutting_mat": cutting_mat,
    "blue_cloth": blue_cloth,
    "concrete": concrete,
}


def _tinted(
    colour: tuple[float, float, float], strength: float, pattern: NDArray[np.float32]
) -> Picture:
    tint = np.array(colour, np.float32)
    shade = 1 + np.float32(strength / max(colour)) * pattern[..., None]
    return np.clip(tint * shade, 0, 1)

"""Plain parts drawn on paper by the tests: their outline is exact."""

from __future__ import annotations

import numpy as np

from catalog.arrays import Mask, RgbImage

PAPER = 225
BLUE = (40, 60, 110)
"""No shadow of the paper has this colour."""


def disc(height: int, width: int, radius: float, at: tuple[float, float] = (0.5, 0.5)) -> Mask:
    """Return a disc of that radius in pixels around ``at``, x and y as shares of the photo."""
    y, x = np.mgrid[0:height, 0:width]
    inside: Mask = (x - width * at[0]) ** 2 + (y - height * at[1]) ** 2 < radius**2
    return inside


def on_paper(mask: Mask, colour: tuple[int, int, int] = (90, 92, 96), seed: int = 0) -> RgbImage:
    """Return a photo of what the mask covers, on light paper with some grain."""
    image = np.full((*mask.shape, 3), float(PAPER))
    image[mask] = colour
    image += np.random.default_rng(seed).normal(scale=2, size=image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)

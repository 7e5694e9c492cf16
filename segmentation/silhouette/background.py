"""What the photo's background looks like, judged by its border, and how each pixel differs from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from partscope.arrays import Mask, RgbImage

Plane: TypeAlias = NDArray[np.float32]
"""Shape (height, width): one number a pixel."""
Lab: TypeAlias = NDArray[np.float32]
"""Shape (height, width, 3): CIE lightness 0..100, a, b."""

_RING_SHARE = 0.06
"""Width of the border that is looked at, as a share of the shorter side."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How each pixel differs from the background; everything has the working size.

    ``distance``: from the background's colour, in standard deviations of the background.
    ``brightness``: 1 where as bright as the background, below in a shadow (Horprasert et al. 1999).
    ``tint``: what a change of brightness leaves of the colour difference, in Lab units.
    ``edge``: how fast colour changes, in Lab units a pixel. ``calm_edge``: what nine in ten
    background pixels stay under. ``ring``: the border. ``calm``: the border where it is background.
    """

    flat: Lab
    distance: Plane
    brightness: Plane
    tint: Plane
    edge: Plane
    calm_edge: float
    ring: Mask
    calm: Mask


def read_evidence(image: RgbImage) -> Evidence:
    """Return how an image of working size differs from its background."""
    lab = cv2.cvtColor(image.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    lab = cv2.GaussianBlur(lab, (0, 0), 0.6)
    ring = _ring(lab.shape[:2])
    surface, calm = _surface(lab, ring)
    spread = _spread(lab, surface, calm)
    brightness = (lab[..., 0] + 16) / np.maximum(surface[..., 0] + 16, 1)
    tint = lab[..., 1:] - surface[..., 1:] * brightness[..., None]
    edge = _edges(lab)
    return Evidence(
        flat=lab - surface,
        distance=_distance(lab, surface, spread),
        brightness=brightness,
        tint=cv2.magnitude(*map(np.ascontiguousarray, (tint[..., 0], tint[..., 1]))),
        edge=edge,
        calm_edge=float(np.quantile(edge[calm], 0.9)),
        ring=ring,
        calm=calm,
    )


def _ring(shape: tuple[int, ...]) -> Mask:
    height, width = shape
    thick = max(2, round(_RING_SHARE * min(height, width)))
    ring = np.ones((height, width), bool)
    ring[thick : height - thick, thick : width - thick] = False
    return ring


def _surface(lab: Lab, ring: Mask) -> tuple[Lab, Mask]:
    """Return the background's colour at each pixel, light falling off smoothly, and the calm border.

    A plane through the border at first, then a curved surface through all that fits.
    """
    columns, colours = _terms(ring.shape).reshape(-1, 6), lab.reshape(-1, 3)
    border = np.flatnonzero(ring)[::_EVERY]
    found, weights = _robust_fit(columns[border, :3], colours[border], rounds=6)
    surface = (columns[:, :3] @ found).reshape(lab.shape)
    calm = np.zeros_like(ring)
    calm.ravel()[border] = weights > 0.3
    for _ in range(2):
        fits = _distance(lab, surface, _spread(lab, surface, calm)) < 3
        if np.count_nonzero(fits) < _FEW:
            break
        chosen = np.flatnonzero(fits)[:: 3 * _EVERY]
        found, _ = _robust_fit(columns[chosen], colours[chosen], rounds=2)
        surface = (columns @ found).reshape(lab.shape)
        calm = ring & fits
    return surface, calm if np.count_nonzero(calm) >= _FEW else ring


_FEW = 50
_EVERY = 3
"""Of neighbouring pixels one in so many is fitted: the others say the same."""


def _terms(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return 1, x, y, xx, xy, yy of each pixel, x and y in -1..1; shape (height, width, 6)."""
    height, width = shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).astype(np.float32)


def _robust_fit(
    columns: NDArray[np.float32], colours: NDArray[np.float32], rounds: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return coefficients (terms, 3) and weights (n,) of a fit that outliers do not pull."""
    off = np.abs(colours - np.median(colours, axis=0)).max(axis=1)
    weights = (off < 4 * max(1.5 * float(np.median(off)), 3)).astype(np.float32)
    found = np.zeros((columns.shape[1], 3), np.float32)
    for _ in range(rounds):
        weighted = columns * weights[:, None]
        normal = weighted.T @ columns + 1e-3 * np.eye(columns.shape[1])
        found = np.linalg.solve(normal, weighted.T @ colours).astype(np.float32)
        rest = colours - columns @ found
        off = np.sqrt(np.einsum("ij,ij->i", rest, rest))
        scale = np.clip(1.5 * np.median(off[weights > 0.1]), 2, 12)
        weights = (1 / (1 + (off / (1.5 * scale)) ** 4)).astype(np.float32)
    return found, weights


def _spread(lab: Lab, surface: Lab, calm: Mask) -> tuple[float, float]:
    """Return the standard deviation of lightness and of a and b; at least what JPEG leaves."""
    off = np.abs(lab[calm] - surface[calm]) if calm.any() else np.zeros((1, 3), np.float32)
    lightness, chroma = 1.48 * np.median(off[:, 0]), 1.48 * np.median(off[:, 1:])
    return float(np.clip(lightness, 1.2, 9)), float(np.clip(chroma, 0.8, 5))


def _distance(lab: Lab, surface: Lab, spread: tuple[float, float]) -> Plane:
    off = (lab - surface) / np.array([spread[0], spread[1], spread[1]], np.float32)
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", off, off)), np.float32)


def _edges(lab: Lab) -> Plane:
    """Return the steepest slope of the three channels, a and b counting half as much again."""
    steepest = np.zeros(lab.shape[:2], np.float32)
    for channel, weight in enumerate((1.0, 1.5, 1.5)):
        plane = np.ascontiguousarray(lab[..., channel])
        along = cv2.Scharr(plane, cv2.CV_32F, 1, 0, scale=weight / 32)
        down = cv2.Scharr(plane, cv2.CV_32F, 0, 1, scale=weight / 32)
        np.maximum(steepest, cv2.magnitude(along, down), out=steepest)
    return steepest

"""What the photo's background looks like, judged by its border, and how each pixel differs from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage

Plane: TypeAlias = NDArray[np.float32]
"""Shape (height, width): one number a pixel."""
Lab: TypeAlias = NDArray[np.float32]
"""Shape (height, width, 3): CIE lightness 0..100, a, b."""

_RING_SHARE = 0.06
"""Width of the border that is looked at, as a share of the shorter side."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How each pixel differs from the background; everything has the working size.

    ``surface``: the background's colour. ``flat``: colour less that.
    ``distance``: from the background's colour, in standard deviations of the background.
    ``brightness``: 1 where as bright as the background, below in a shadow (Horprasert et al. 1999).
    ``tint``: what a change of brightness leaves of the colour difference, in Lab units.
    ``edge``: how fast colour changes, in Lab units a pixel. ``calm_edge``: what nine in ten
    background pixels stay under. ``ring``: the border. ``calm``: the border where it is background.
    """

    flat: Lab
    surface: Lab
    distance: Plane
    brightness: Plane
    tint: Plane
    edge: Plane
    calm_edge: float
    ring: Mask
    calm: Mask

    def is_shaded(self, darkest: float, brightest: float, most_tint: float) -> Mask:
        """Return where the background may lie in a shadow, between those brightnesses."""
        shaded = (self.brightness > darkest) & (self.brightness < brightest)
        return np.asarray(shaded & (self.tint < most_tint))


def read_evidence(image: RgbImage) -> Evidence:
    """Return how an image of working size differs from its background."""
    lab = read_lab(image)
    ring = _ring(lab.shape[:2])
    surface, calm = _surface(lab, ring)
    flat = lab - surface
    spread = _spread(flat[calm][::_EVERY])
    brightness = (lab[..., 0] + 16) / np.maximum(surface[..., 0] + 16, 1)
    tint = lab[..., 1:] - surface[..., 1:] * brightness[..., None]
    edge = _edges(lab)
    return Evidence(
        flat=flat,
        surface=surface,
        distance=_distance(flat, spread),
        brightness=np.asarray(brightness, np.float32),
        tint=cv2.magnitude(*map(np.ascontiguousarray, (tint[..., 0], tint[..., 1]))),
        edge=edge,
        calm_edge=float(np.quantile(edge[calm], 0.9)),
        ring=ring,
        calm=calm,
    )


def read_lab(image: RgbImage) -> Lab:
    """Return the colours of an image, a little smoothed."""
    return np.asarray(cv2.GaussianBlur(to_lab(image), (0, 0), 0.6))


def to_lab(image: RgbImage) -> Lab:
    """Return the colours of an image as they are."""
    return np.asarray(cv2.cvtColor(image.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB))


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
    plane, weights = _robust_fit(columns[border, :3], colours[border], rounds=4)
    coefficients, calm = np.pad(plane, ((0, 3), (0, 0))), border[weights > 0.3]
    some_columns, some_colours = columns[:: 3 * _EVERY], colours[:: 3 * _EVERY]
    for _ in range(2):
        spread = _spread(colours[calm] - columns[calm] @ coefficients)
        fits = _distance(some_colours - some_columns @ coefficients, spread) < 3
        if np.count_nonzero(fits) < _FEW:
            break
        coefficients, _ = _robust_fit(some_columns[fits], some_colours[fits], rounds=2)
        off = colours[border] - columns[border] @ coefficients
        calm = border[_distance(off, spread) < 3]
    surface = (columns @ coefficients).reshape(lab.shape)
    spread = _spread(colours[calm] - surface.reshape(-1, 3)[calm])
    near = np.zeros_like(ring)
    near[ring] = _distance(lab[ring] - surface[ring], spread) < 3
    return surface, near if np.count_nonzero(near) >= _FEW else ring


_FEW = 50
_EVERY = 5
"""Of neighbouring pixels one in so many is looked at: the others say the same."""
_LEAST_SPREAD = 1.2, 0.8
"""Of lightness and of a and b: what JPEG leaves of an even background."""


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
    coefficients = np.zeros((columns.shape[1], 3), np.float32)
    for _ in range(rounds):
        weighted = columns * weights[:, None]
        normal = weighted.T @ columns + 1e-3 * np.eye(columns.shape[1])
        coefficients = np.linalg.solve(normal, weighted.T @ colours).astype(np.float32)
        residuals = colours - columns @ coefficients
        off = np.sqrt(np.einsum("ij,ij->i", residuals, residuals))
        scale = np.clip(1.5 * np.median(off[weights > 0.1]), 2, 12)
        weights = (1 / (1 + (off / (1.5 * scale)) ** 4)).astype(np.float32)
    return coefficients, weights


def _spread(off: NDArray[np.float32]) -> tuple[float, float]:
    """Return the standard deviation of lightness and of a and b; ``off`` has shape (n, 3)."""
    least_lightness, least_chroma = _LEAST_SPREAD
    if not len(off):
        return _LEAST_SPREAD
    lightness, chroma = 1.48 * np.median(np.abs(off[:, 0])), 1.48 * np.median(np.abs(off[:, 1:]))
    return float(np.clip(lightness, least_lightness, 9)), float(np.clip(chroma, least_chroma, 5))


def _distance(off: NDArray[np.float32], spread: tuple[float, float]) -> Plane:
    """Return differences in colour, shape (..., 3), as one number, in standard deviations."""
    relative = off / np.array([spread[0], spread[1], spread[1]], np.float32)
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", relative, relative)), np.float32)


def _edges(lab: Lab) -> Plane:
    """Return the steepest slope of the three channels, a and b counting half as much again."""
    steepest = np.zeros(lab.shape[:2], np.float32)
    for channel, weight in enumerate((1.0, 1.5, 1.5)):
        plane = np.ascontiguousarray(lab[..., channel])
        along = cv2.Scharr(plane, cv2.CV_32F, 1, 0, scale=weight / 32)
        down = cv2.Scharr(plane, cv2.CV_32F, 0, 1, scale=weight / 32)
        np.maximum(steepest, cv2.magnitude(along, down), out=steepest)
    return steepest

"""Solids seen from above as height fields, and the few forms that all drawn parts are made of.

Lengths are millimetres. A form takes coordinate arrays and returns how deep inside each point lies
(negative outside); a height turns that depth into millimetres above the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Field: TypeAlias = NDArray[np.float32]
"""Shape (height, width): one value a pixel."""
Material = Literal[
    "zinc", "steel", "black", "brass", "rubber", "red", "blue", "white", "copper", "glass", "green"
]
MATERIALS: tuple[Material, ...] = (
    "zinc",
    "steel",
    "black",
    "brass",
    "rubber",
    "red",
    "blue",
    "white",
    "copper",
    "glass",
    "green",
)


@dataclass(frozen=True, slots=True)
class Grid:
    """Coordinates of the pixels in millimetres, already turned and shifted into the part's frame."""

    x: Field
    y: Field

    def moved(self, dx: float, dy: float, degrees: float = 0.0) -> Grid:
        """Return the grid in a frame at (dx, dy), turned by so many degrees."""
        angle = np.float32(np.radians(degrees))
        x, y = self.x - np.float32(dx), self.y - np.float32(dy)
        cos, sin = np.cos(angle), np.sin(angle)
        return Grid(cos * x + sin * y, cos * y - sin * x)

    @property
    def radius(self) -> Field:
        """Distance from the origin."""
        return np.hypot(self.x, self.y)

    @property
    def angle(self) -> Field:
        """Angle around the origin in radians."""
        return np.arctan2(self.y, self.x)


@dataclass(frozen=True, slots=True)
class Solid:
    """A part from above: ``height`` above the table (0 where there is none), and its materials."""

    height: Field
    material: NDArray[np.uint8]

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Where the part is."""
        return self.height > 0


def solid(height: Field, material: Material) -> Solid:
    """Return a solid of one material."""
    index = MATERIALS.index(material)
    above = np.maximum(height, 0).astype(np.float32)
    return Solid(above, np.full(height.shape, index, np.uint8))


def union(*solids: Solid) -> Solid:
    """Join solids; the highest one is seen."""
    first, *others = solids
    height, material = first.height, first.material
    for other in others:
        material = np.where(other.height > height, other.material, material)
        height = np.maximum(height, other.height)
    return Solid(height.astype(np.float32), material)


def without(body: Solid, hole: Field) -> Solid:
    """Cut a hole through: where ``hole`` is positive there is nothing."""
    return Solid(np.where(hole > 0, np.float32(0), body.height), body.material)


# -- depth inside a form ----------------------------------------------------------------------


def disc(grid: Grid, radius: float) -> Field:
    """Depth inside a disc."""
    return radius - grid.radius


def box(grid: Grid, width: float, height: float) -> Field:
    """Depth inside a rectangle around the origin."""
    return np.minimum(width / 2 - np.abs(grid.x), height / 2 - np.abs(grid.y))


def hexagon(grid: Grid, across_flats: float) -> Field:
    """Depth inside a regular hexagon."""
    x, y = np.abs(grid.x), np.abs(grid.y)
    slanted = x / 2 + y * np.float32(np.sqrt(3) / 2)
    return np.float32(across_flats / 2) - np.maximum(x, slanted)


# -- heights ----------------------------------------------------------------------------------


def plate(depth: Field, thickness: float, chamfer: float = 0.3) -> Field:
    """A flat plate with a chamfered edge."""
    return np.where(depth > 0, thickness - np.maximum(chamfer - depth, 0), 0).astype(np.float32)


def lying_cylinder(grid: Grid, length: float, radius: Field | float) -> Field:
    """A cylinder (or any turned profile, by radius along x) that lies on the table along x."""
    inside = np.maximum(np.square(radius) - np.square(grid.y), 0)
    lies = (np.abs(grid.x) <= length / 2) & (inside > 0)
    return np.where(lies, np.max(radius) + np.sqrt(inside), 0).astype(np.float32)


def torus(grid: Grid, mean_radius: float, thickness: float) -> Field:
    """A ring of round section that lies flat."""
    off = grid.radius - mean_radius
    inside = np.maximum(np.square(thickness / 2) - np.square(off), 0)
    return np.where(inside > 0, thickness / 2 + np.sqrt(inside), 0).astype(np.float32)


def thread(grid: Grid, start: float, end: float, radius: float, pitch: float) -> Field:
    """A lying threaded shank from ``start`` to ``end`` along x."""
    phase = (grid.x + grid.y * (pitch / (4 * radius))) / pitch
    saw = np.abs(phase - np.floor(phase) - 0.5) * 2
    profile = (radius * (0.86 + 0.14 * saw)).astype(np.float32)
    shifted = grid.moved((start + end) / 2, 0)
    return lying_cylinder(shifted, end - start, profile)

"""Photo-like scenes: a part on a table, lit from one side, sometimes with a ruler and clutter.

The mask of the part and the scale are exact, since they are drawn and not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask, RgbImage
from demo.parts import DrawnPart
from demo.shapes.fasteners import hexagon_nut, washer
from demo.solids import Field, Grid, Solid
from demo.surfaces import BACKGROUNDS, Picture, finish_maps, noise
from segmentation.masks import window_of

SIDE = 320
"""Side of a drawn photo in pixels."""
RULER_SHARE = 0.3
CLUTTER_SHARE = 0.2
_OVERSAMPLE = 1.5
_BLUR_REACH = 4
"""Pixels around a part over which its blurred edge is drawn."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One drawn photo with the truth about it; ``mask`` is the part without its shadow.

    ``ruler`` is what can be seen of a ruler, empty where there is none.
    """

    image: RgbImage
    mask: Mask
    ruler: Mask
    mm_per_px: float
    background: str
    has_clutter: bool

    @property
    def has_ruler(self) -> bool:
        """Whether a ruler lies beside the part."""
        return bool(self.ruler.any())


@dataclass(frozen=True, slots=True)
class _Light:
    direction: NDArray[np.float32]
    warmth: float
    strength: float


def draw_scene(
    part: DrawnPart,
    rng: np.random.Generator,
    side: int = SIDE,
    *,
    ruler_share: float = RULER_SHARE,
    clutter_share: float = CLUTTER_SHARE,
) -> Scene:
    """Draw one photo of a part; the same generator state gives the same photo.

    A ruler and clutter lie beside it with those probabilities, in 0..1.
    """
    full = int(side * _OVERSAMPLE)
    background = str(rng.choice(list(BACKGROUNDS), p=_BACKGROUND_SHARES))
    has_ruler, has_clutter = rng.random() < ruler_share, rng.random() < clutter_share
    mm_per_px = part.extent_mm / (full * rng.uniform(0.5, 0.74 if has_ruler else 0.84))
    grid = _grid(full, mm_per_px, rng)
    solid = part.draw(grid)
    light = _light(rng)
    picture = BACKGROUNDS[background](rng, full, full)
    if has_clutter:
        _add_clutter(picture, mm_per_px, light, rng)
    ruler = np.zeros_like(solid.mask)
    if has_ruler:
        ruler[_add_ruler(picture, mm_per_px, solid.mask, rng)] = True
    picture = _lay(picture, solid, mm_per_px, light, rng)
    image = _photo(picture, side, light, rng)
    mask, ruler = _reduced(solid.mask, side), _reduced(ruler & ~solid.mask, side)
    return Scene(image, mask, ruler, mm_per_px * _OVERSAMPLE, background, has_clutter)


def _reduced(mask: Mask, side: int) -> Mask:
    levels = mask.astype(np.uint8) * 255
    return np.asarray(cv2.resize(levels, (side, side), interpolation=cv2.INTER_AREA) > 127)


_BACKGROUND_SHARES = (0.28, 0.12, 0.1, 0.14, 0.12, 0.08, 0.08, 0.08)


def _grid(side: int, mm_per_px: float, rng: np.random.Generator) -> Grid:
    axis = (np.arange(side, dtype=np.float32) - side / 2) * np.float32(mm_per_px)
    x, y = np.meshgrid(axis, axis)
    shift = rng.uniform(-0.05, 0.05, 2) * side * mm_per_px
    return Grid(x, y).moved(float(shift[0]), float(shift[1]), float(rng.uniform(0, 360)))


def _light(rng: np.random.Generator) -> _Light:
    angle, height = rng.uniform(0, 2 * np.pi), rng.uniform(0.75, 1.4)
    direction = np.array([np.cos(angle), np.sin(angle), height], np.float32)
    direction /= np.linalg.norm(direction)
    return _Light(direction, float(rng.uniform(-0.05, 0.07)), float(rng.uniform(0.85, 1.1)))


def _lay(
    picture: Picture, solid: Solid, mm_per_px: float, light: _Light, rng: np.random.Generator
) -> Picture:
    shadow = _shadow(solid, mm_per_px, light)
    laid: Picture = picture * (1 - np.float32(0.62) * shadow[..., None])
    part = window_of(solid.mask, _BLUR_REACH)
    near = Solid(solid.height[part], solid.material[part])
    alpha = cv2.GaussianBlur(near.mask.astype(np.float32), (0, 0), 0.7)[..., None]
    laid[part] += (_shade(near, mm_per_px, light, rng) - laid[part]) * alpha
    return laid


def _shadow(solid: Solid, mm_per_px: float, light: _Light) -> Field:
    reach = (
        float(np.percentile(solid.height[solid.mask], 80)) / mm_per_px if solid.mask.any() else 0.0
    )
    shift = -light.direction[:2] / light.direction[2] * min(reach, 60.0)
    translation = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    height, width = solid.height.shape
    mask = solid.mask.astype(np.float32)
    cast = cv2.warpAffine(mask, translation, (width, height))
    soft = cv2.GaussianBlur(np.maximum(cast, mask), (0, 0), 2 + 0.15 * min(reach, 60.0))
    contact = cv2.GaussianBlur(mask, (0, 0), 4)
    cover: Field = np.clip(np.maximum(soft, 0.7 * contact), 0, 1)
    return cover


def _shade(solid: Solid, mm_per_px: float, light: _Light, rng: np.random.Generator) -> Picture:
    height_px = cv2.GaussianBlur(solid.height / np.float32(mm_per_px), (0, 0), 0.8)
    dx = cv2.Sobel(height_px, cv2.CV_32F, 1, 0, scale=0.125)
    dy = cv2.Sobel(height_px, cv2.CV_32F, 0, 1, scale=0.125)
    length = np.sqrt(dx * dx + dy * dy + 1)
    normal = np.stack([-dx, -dy, np.ones_like(dx)], axis=-1) / length[..., None]
    colour, metallic, shine = finish_maps(solid.material)
    diffuse = np.clip(normal @ light.direction, 0, 1)
    half = light.direction + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    highlight = np.clip(normal @ half, 0, 1) ** shine
    # A room: bright above, a dark horizon, some window stripes; metals mirror it.
    room = 0.55 + 0.35 * normal[..., 2] + 0.18 * np.sin(7 * normal[..., 0] + 4 * normal[..., 1])
    height, width = solid.mask.shape
    brushed = 1 + 0.05 * noise(rng, height, width, (2, 9))
    level = (0.34 + 0.62 * diffuse) * (1 - metallic) + metallic * (
        0.18 + 0.62 * room + 0.25 * diffuse
    )
    lit = colour * (level * brushed)[..., None] + 0.5 * highlight[..., None]
    shaded: Picture = np.clip(lit, 0, 1).astype(np.float32)
    return shaded


def _add_ruler(
    picture: Picture, mm_per_px: float, part: Mask, rng: np.random.Generator
) -> tuple[slice, slice]:
    """Lay a steel ruler or a yellow tape along the emptiest edge, its marks true to scale.

    Returns the rows and columns it covers.
    """
    side = picture.shape[0]
    width = int(np.clip(14 / mm_per_px, 34, 0.16 * side))
    edges = [part[:width].sum(), part[-width:].sum(), part[:, :width].sum(), part[:, -width:].sum()]
    edge = int(np.argmin(edges))
    strip = _ruler_strip(side, width, mm_per_px, rng)
    at = int(rng.integers(0, max(1, width // 4)))
    across = slice(side - at - width, side - at) if edge % 2 else slice(at, at + width)
    place = (across, slice(None)) if edge < 2 else (slice(None), across)
    turned = strip if edge < 2 else strip.transpose(1, 0, 2)
    picture[place] = turned[::-1, ::-1] if edge % 2 else turned
    return place


def _ruler_strip(length: int, width: int, mm_per_px: float, rng: np.random.Generator) -> Picture:
    colour = (235, 199, 41) if rng.random() < 0.45 else (199, 201, 204)
    strip = np.full((width, length, 3), colour, np.uint8)
    step = 1 if 1 / mm_per_px >= 3 else 5
    for mm in range(0, int(length * mm_per_px), step):
        x = int(mm / mm_per_px)
        share = 0.55 if mm % 10 == 0 else 0.4 if mm % 5 == 0 else 0.25
        cv2.line(strip, (x, width), (x, int(width * (1 - share))), _INK, 1, cv2.LINE_AA)
        if mm % 10 == 0 and 10 / mm_per_px > 16:
            place = (x + 2, max(10, int(width * 0.4)))
            cv2.putText(strip, str(mm // 10), place, cv2.FONT_HERSHEY_SIMPLEX, 0.38, _INK, 1)
    lit = strip.astype(np.float32) / np.float32(255)
    lit *= (1 + 0.04 * noise(rng, width, length, (2, 30)))[..., None]
    lit[:2] *= 0.6
    lit[-2:] *= 0.6
    clipped: Picture = np.clip(lit, 0, 1)
    return clipped


_INK = (20, 20, 20)


def _add_clutter(
    picture: Picture, mm_per_px: float, light: _Light, rng: np.random.Generator
) -> None:
    """Leave a few small washers, nuts or pen strokes near the edges."""
    side = picture.shape[0]
    size = 0.035 * side * mm_per_px
    half = side // 10
    axis = np.arange(-half, half, dtype=np.float32) * np.float32(mm_per_px)
    grid = Grid(*np.meshgrid(axis, axis))
    for _ in range(int(rng.integers(1, 4))):
        near, far = half, side - half
        column, row = (near if rng.random() < 0.5 else far for _ in range(2))
        window = picture[row - half : row + half, column - half : column + half]
        small_part = washer if rng.random() < 0.5 else hexagon_nut
        turned = grid.moved(0, 0, float(rng.uniform(0, 360)))
        window[:] = _lay(window, small_part(turned, size, "steel"), mm_per_px, light, rng)


def _photo(picture: Picture, side: int, light: _Light, rng: np.random.Generator) -> RgbImage:
    """Vignette, colour cast, blur and grain of a hand-held camera, then 8 bits."""
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    vignette = 1 - rng.uniform(0.03, 0.16) * (axis[:, None] ** 2 + axis[None] ** 2)
    slope = 1 + rng.uniform(-0.1, 0.1) * axis[None] * light.direction[0]
    cast = np.array([1 + light.warmth, 1, 1 - light.warmth], np.float32) * light.strength
    shot = small * (vignette * slope)[..., None] * cast
    shot = cv2.GaussianBlur(shot, (0, 0), float(rng.uniform(0.3, 0.7)))
    shot += rng.normal(scale=rng.uniform(0.004, 0.014), size=shot.shape).astype(np.float32)
    image: RgbImage = np.clip(shot * 255, 0, 255).astype(np.uint8)
    return image

"""Screws, nuts, washers, pins and rings."""

from __future__ import annotations

import numpy as np

from demo.solids import (
    Field,
    Grid,
    Material,
    Solid,
    box,
    disc,
    hexagon,
    lying_cylinder,
    plate,
    solid,
    thread,
    torus,
    union,
    without,
)

PITCH = {3: 0.5, 4: 0.7, 5: 0.8, 6: 1.0, 8: 1.25, 10: 1.5, 12: 1.75, 16: 2.0, 20: 2.5}
"""Coarse metric pitch by nominal diameter (ISO 261)."""


def hexagon_bolt(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A hexagon head screw lying on its side; the head shows two flats and an edge."""
    head = 0.65 * d
    return union(
        _shank(grid, d, length, head, material), _hexagon_side(grid, d, length, head, material)
    )


def socket_screw(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A hexagon socket head cap screw with its knurled head."""
    at = grid.moved(-length / 2, 0)
    knurl = (0.75 * d * (1 + 0.02 * np.sign(np.sin(grid.y * 40 / d)))).astype(np.float32)
    return union(
        _shank(grid, d, length, d, material), solid(lying_cylinder(at, d, knurl), material)
    )


def countersunk_screw(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A countersunk screw: the head is a cone that ends flat."""
    head = 0.6 * d
    start = -length / 2 - head / 2
    slope = np.clip((grid.x - start) / head, 0, 1).astype(np.float32)
    cone = (d * (1 - 0.5 * slope)).astype(np.float32)
    at = grid.moved(start + head / 2, 0)
    inside = np.maximum(np.square(cone) - np.square(at.y), 0)
    height = np.where(np.abs(at.x) <= head / 2, np.sqrt(inside) + d / 2, 0).astype(np.float32)
    height[inside <= 0] = 0
    return union(_shank(grid, d, length, head, material), solid(height, material))


def set_screw(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A headless set screw with its hexagon socket end to the left."""
    body = thread(grid, -length / 2, length / 2, d / 2, PITCH.get(int(d), d / 7))
    mouth = grid.moved(-length / 2, 0)
    return union(
        solid(body, material), solid(lying_cylinder(mouth, 0.12 * d, 0.3 * d) * 0.6, "black")
    )


def threaded_rod(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A rod with thread all along."""
    return solid(thread(grid, -length / 2, length / 2, d / 2, PITCH.get(int(d), 1)), material)


def hexagon_nut(grid: Grid, d: float, material: Material) -> Solid:
    """A hexagon nut from above: chamfered corners, threaded hole."""
    body = np.minimum(
        plate(hexagon(grid, 1.6 * d), 0.8 * d), plate(disc(grid, 0.9 * d), 0.8 * d, 0.25 * d)
    )
    return without(solid(body, material), disc(grid, 0.43 * d))


def lock_nut(grid: Grid, d: float, material: Material) -> Solid:
    """A nut with a plastic insert: the blue ring inside."""
    body = without(hexagon_nut(grid, d, material), disc(grid, 0.42 * d))
    ring = without(solid(torus(grid, 0.56 * d, 0.26 * d) + 0.75 * d, "blue"), disc(grid, 0.43 * d))
    return union(body, Solid(np.where(ring.height > 0.76 * d, ring.height, 0), ring.material))


def wing_nut(grid: Grid, d: float, material: Material) -> Solid:
    """A wing nut: two rounded wings beside a hub."""
    hub = plate(disc(grid, 0.85 * d), 1.1 * d, 0.4 * d)
    wings = [
        plate(disc(grid.moved(side * 1.3 * d, -0.2 * d), 0.7 * d), 0.7 * d, 0.25 * d)
        for side in (-1, 1)
    ]
    arm = plate(box(grid, 2.6 * d, 0.7 * d), 0.6 * d, 0.2 * d)
    return without(
        union(*(solid(form, material) for form in (hub, *wings, arm))), disc(grid, 0.42 * d)
    )


def washer(grid: Grid, d: float, material: Material) -> Solid:
    """A flat washer."""
    return without(
        solid(plate(disc(grid, 1.05 * d), 0.18 * d, 0.06 * d), material), disc(grid, 0.53 * d)
    )


def spring_washer(grid: Grid, d: float, material: Material) -> Solid:
    """A split spring washer: a ring with a slanted gap."""
    ring = without(solid(plate(disc(grid, 0.9 * d), 0.25 * d), material), disc(grid, 0.55 * d))
    gap = box(grid.moved(0.72 * d, 0, 25), 0.7 * d, 0.13 * d)
    return without(ring, gap)


def toothed_washer(grid: Grid, d: float, material: Material) -> Solid:
    """A serrated lock washer with outer teeth."""
    wave = 0.12 * d * np.sign(np.sin(grid.angle * 12))
    depth = (0.95 * d + wave - grid.radius).astype(np.float32)
    return without(solid(plate(depth, 0.15 * d, 0.05), material), disc(grid, 0.55 * d))


def dowel_pin(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A cylindrical pin with chamfered ends."""
    end = np.clip((length / 2 - np.abs(grid.x)) / (0.3 * d), 0, 1)
    radius = (d / 2 * (0.75 + 0.25 * end)).astype(np.float32)
    return solid(lying_cylinder(grid, length, radius), material)


def split_pin(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A cotter pin: an eye and two legs."""
    eye = torus(grid.moved(-length / 2, 0), 0.9 * d, 0.6 * d)
    legs = [
        lying_cylinder(grid.moved(shift, offset), length + shift, d / 4)
        for shift, offset in ((0.0, -0.28 * d), (0.15 * length, 0.28 * d))
    ]
    return union(*(solid(form, material) for form in (eye, *legs)))


def circlip(grid: Grid, d: float, material: Material) -> Solid:
    """A retaining ring: an open ring with two eared ends."""
    ring = without(
        solid(plate(disc(grid, 0.6 * d), 0.08 * d, 0.05), material), disc(grid, 0.49 * d)
    )
    ring = without(ring, box(grid.moved(0.55 * d, 0), 0.3 * d, 0.2 * d))
    ears = []
    for side in (-1, 1):
        at = grid.moved(0.53 * d, side * 0.15 * d)
        ear = solid(plate(disc(at, 0.09 * d), 0.09 * d, 0.04), material)
        ears.append(without(ear, disc(at, 0.035 * d)))
    return union(ring, *ears)


def parallel_key(grid: Grid, width: float, length: float, material: Material) -> Solid:
    """A parallel key with round ends."""
    middle = box(grid, length - width, width)
    ends = [disc(grid.moved(side * (length - width) / 2, 0), width / 2) for side in (-1, 1)]
    depth: Field = np.maximum(middle, np.maximum(*ends))
    return solid(plate(depth, 0.8 * width, 0.08 * width), material)


def _shank(grid: Grid, d: float, length: float, head: float, material: Material) -> Solid:
    plain = max(0.0, length - 3.5 * d) * 0.9
    start = -length / 2 + head / 2 - 0.1
    smooth = lying_cylinder(grid.moved(start + plain / 2, 0), plain, d / 2)
    threaded = thread(grid, start + plain, length / 2 + head / 2, d / 2, PITCH.get(int(d), d / 7))
    return union(solid(threaded, material), solid(smooth, material))


def _hexagon_side(grid: Grid, d: float, length: float, head: float, material: Material) -> Solid:
    at = grid.moved(-length / 2, 0)
    across = 1.6 * d / 2 * 1.1547
    flats = np.where(np.abs(at.y) < across / 2, 1.6 * d / 2, 1.6 * d - 1.4 * np.abs(at.y))
    inside = box(at, head, 2 * across)
    height = np.where(inside > 0, np.minimum(flats + 0.5 * d, inside * 3 + 0.8 * d), 0)
    return solid(height.astype(np.float32), material)

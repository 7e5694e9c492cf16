"""Bearings, gears, pulleys, belts, couplings and springs."""

from __future__ import annotations

import numpy as np

from demo.solids import (
    Field,
    Grid,
    Material,
    Solid,
    box,
    disc,
    lying_cylinder,
    plate,
    solid,
    torus,
    union,
    without,
)


def ball_bearing(grid: Grid, inner: float, outer: float, material: Material) -> Solid:
    """An open deep groove ball bearing: two rings, balls and their cage."""
    ring = _rings(grid, inner, outer, material)
    mean, gap = (inner + outer) / 4, (outer - inner) / 2
    balls = []
    for angle in np.linspace(0, 2 * np.pi, 9, endpoint=False):
        at = grid.moved(mean * np.cos(angle), mean * np.sin(angle))
        inside = np.maximum(np.square(0.24 * gap) - np.square(at.radius), 0)
        balls.append(solid(np.where(inside > 0, 0.25 * gap + np.sqrt(inside), 0), "steel"))
    cage = solid(torus(grid, mean, 0.2 * gap), "brass")
    return union(ring, cage, *balls)


def sealed_bearing(grid: Grid, inner: float, outer: float, material: Material) -> Solid:
    """A deep groove ball bearing with rubber seals on both sides."""
    mean, gap = (inner + outer) / 4, (outer - inner) / 2
    depth = 0.27 * gap - np.abs(grid.radius - mean)
    return union(_rings(grid, inner, outer, material), solid(plate(depth, 0.36 * gap), "rubber"))


def needle_bearing(grid: Grid, inner: float, outer: float, material: Material) -> Solid:
    """A needle roller bearing from above: a thin sleeve with many rollers."""
    ring = without(
        solid(plate(disc(grid, outer / 2), 0.3 * outer), material), disc(grid, 0.43 * outer)
    )
    wave = 0.03 * outer * np.cos(grid.angle * 26)
    rollers = (
        0.055 * outer + wave - np.abs(grid.radius - (0.5 * inner + 0.45 * outer) / 2 - 0.02 * outer)
    )
    hole = disc(grid, inner / 2)
    return without(
        union(ring, solid(plate(rollers.astype(np.float32), 0.26 * outer), "steel")), hole
    )


def spur_gear(grid: Grid, teeth: int, module: float, bore: float, material: Material) -> Solid:
    """A spur gear from above, with hub, bore and keyway."""
    pitch_radius = module * teeth / 2
    wave = np.clip(1.6 * np.cos(grid.angle * teeth), -1, 1) * module
    depth = (pitch_radius + wave - grid.radius).astype(np.float32)
    body = plate(depth, 2 * module + 2)
    web = np.where(disc(grid, 0.75 * pitch_radius) > 0, body * 0.8, body).astype(np.float32)
    hub = plate(disc(grid, bore), 2 * module + 5)
    keyway = box(grid.moved(bore / 2, 0), 0.5 * bore, 0.3 * bore)
    gear = union(solid(web, material), solid(hub, material))
    return without(gear, np.maximum(disc(grid, bore / 2), keyway))


def sprocket(grid: Grid, teeth: int, pitch: float, bore: float, material: Material) -> Solid:
    """A chain sprocket: pointed teeth with round gaps and lightening holes."""
    radius = pitch * teeth / (2 * np.pi)
    wave = 0.4 * pitch * (np.abs(np.cos(grid.angle * teeth / 2)) ** 0.7 - 0.6)
    depth = (radius + wave - grid.radius).astype(np.float32)
    body = solid(plate(depth, 0.3 * pitch), material)
    holes = [
        disc(grid.moved(0.55 * radius * np.cos(a), 0.55 * radius * np.sin(a)), 0.14 * radius)
        for a in np.linspace(0, 2 * np.pi, 6, endpoint=False)
    ]
    openings: Field = np.maximum.reduce([*holes, disc(grid, bore / 2)])
    return without(body, openings)


def v_belt(grid: Grid, length: float, material: Material) -> Solid:
    """A V-belt lying as a long loop."""
    radius = 0.09 * length
    reach = np.maximum(np.abs(grid.x) - 0.22 * length, 0)
    off = np.abs(np.hypot(reach, grid.y) - radius)
    return solid(
        plate((0.022 * length - off).astype(np.float32), 0.04 * length, 0.01 * length), material
    )


def pulley(grid: Grid, outer: float, bore: float, material: Material) -> Solid:
    """A V-belt pulley with spokes."""
    rim = plate(0.1 * outer - np.abs(grid.radius - 0.4 * outer), 0.2 * outer, 0.05 * outer)
    hub = plate(disc(grid, 0.9 * bore), 0.25 * outer)
    spokes = [
        plate(box(grid.moved(0, 0, a), 0.8 * outer, 0.09 * outer), 0.12 * outer)
        for a in (0, 60, 120)
    ]
    return without(
        union(*(solid(form, material) for form in (rim, hub, *spokes))), disc(grid, bore / 2)
    )


def jaw_coupling(grid: Grid, outer: float, bore: float, material: Material) -> Solid:
    """One hub of a jaw coupling with its coloured spider."""
    body = solid(plate(disc(grid, outer / 2), 0.4 * outer), material)
    jaws = plate(
        np.where(np.cos(grid.angle * 3) > 0.2, outer / 2 - grid.radius, -1).astype(np.float32),
        0.6 * outer,
    )
    spider = plate(
        np.where(np.cos(grid.angle * 3) < 0.1, 0.46 * outer - grid.radius, -1).astype(np.float32),
        0.5 * outer,
    )
    coupling = union(body, solid(jaws, material), solid(spider, "red"))
    return without(coupling, disc(grid, bore / 2))


def compression_spring(
    grid: Grid, d: float, outer: float, length: float, material: Material
) -> Solid:
    """A compression spring on its side: the near half of each coil over the far half."""
    coils = max(4, int(length / (2.2 * d)))
    pitch = length / coils
    near = _coil(grid, d, outer, length, pitch, slant=0.25)
    far = _coil(grid, d, outer, length, pitch, slant=-0.25) * np.float32(0.45)
    return union(solid(near, material), solid(far, material))


def extension_spring(
    grid: Grid, d: float, outer: float, length: float, material: Material
) -> Solid:
    """An extension spring: closed coils with a hook at each end."""
    body = 0.6 * length
    coils = _coil(grid, d, outer, body, 1.08 * d, slant=0.08)
    hooks = []
    for side in (-1, 1):
        at = grid.moved(side * (body / 2 + outer / 2), 0)
        ring = torus(at, outer / 2 - d / 2, d)
        hooks.append(
            np.where(np.abs(at.y - side * outer / 2) > 0.3 * outer, ring, 0).astype(np.float32)
        )
    return union(*(solid(form, material) for form in (coils, *hooks)))


def disc_spring(grid: Grid, inner: float, outer: float, material: Material) -> Solid:
    """A disc spring: a ring that is a shallow cone."""
    height = 0.05 * outer + 0.25 * (outer / 2 - grid.radius)
    ring = np.where(disc(grid, outer / 2) > 0, height, 0).astype(np.float32)
    return without(solid(ring, material), disc(grid, inner / 2))


def _rings(grid: Grid, inner: float, outer: float, material: Material) -> Solid:
    gap = (outer - inner) / 2
    outside = plate(
        (0.2 * gap - np.abs(grid.radius - (outer / 2 - 0.2 * gap))).astype(np.float32), 0.45 * gap
    )
    inside = plate(
        (0.2 * gap - np.abs(grid.radius - (inner / 2 + 0.2 * gap))).astype(np.float32), 0.45 * gap
    )
    return union(solid(outside, material), solid(inside, material))


def _coil(grid: Grid, d: float, outer: float, length: float, pitch: float, slant: float) -> Field:
    reach = outer / 2 - d / 2
    along = grid.x + slant * pitch * grid.y / reach
    off = (along / pitch - np.floor(along / pitch) - 0.5) * pitch
    wire = np.maximum(np.square(d / 2) - np.square(off), 0)
    arch = np.sqrt(np.maximum(np.square(outer / 2) - np.square(grid.y), 0))
    inside = (np.abs(grid.x) <= length / 2) & (wire > 0) & (np.abs(grid.y) < outer / 2)
    return np.where(inside, arch * 0.8 + np.sqrt(wire), 0).astype(np.float32)


def shaft(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A stepped shaft."""
    step = np.where(np.abs(grid.x) < length / 4, d / 2, 0.38 * d).astype(np.float32)
    return solid(lying_cylinder(grid, length, step), material)

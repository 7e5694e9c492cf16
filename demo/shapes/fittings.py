"""Seals, brackets, clamps, hinges, fittings and valves."""

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


def o_ring(grid: Grid, inner: float, section: float, material: Material) -> Solid:
    """An O-ring."""
    return solid(torus(grid, inner / 2 + section / 2, section), material)


def shaft_seal(grid: Grid, inner: float, outer: float, material: Material) -> Solid:
    """A radial shaft seal: rubber lip, garter spring and case."""
    width = (outer - inner) / 2
    case = plate(0.2 * width - np.abs(grid.radius - (outer / 2 - 0.2 * width)), 0.7 * width, 0.1)
    lip = plate(
        0.45 * width - np.abs(grid.radius - (inner / 2 + 0.45 * width)), 0.5 * width, 0.3 * width
    )
    spring = torus(grid, inner / 2 + 0.35 * width, 0.2 * width) + 0.45 * width
    ring = without(
        solid(np.where(spring > 0.46 * width, spring, 0).astype(np.float32), "steel"),
        disc(grid, inner / 2),
    )
    return union(solid(case, material), solid(lip, material), ring)


def flange_gasket(grid: Grid, inner: float, outer: float, material: Material) -> Solid:
    """A flat gasket with bolt holes."""
    body = solid(plate(disc(grid, outer / 2), 0.03 * outer, 0.01), material)
    radius = (inner + outer) / 4
    holes = [
        disc(grid.moved(radius * np.cos(a), radius * np.sin(a)), 0.07 * outer)
        for a in np.linspace(0, 2 * np.pi, 4, endpoint=False)
    ]
    openings: Field = np.maximum.reduce([*holes, disc(grid, inner / 2)])
    return without(body, openings)


def bonded_seal(grid: Grid, inner: float, outer: float, material: Material) -> Solid:
    """A bonded seal: a metal ring with a rubber inside."""
    metal = without(
        solid(plate(disc(grid, outer / 2), 0.1 * outer), material), disc(grid, 0.42 * outer)
    )
    rubber = solid(torus(grid, 0.42 * outer, 0.09 * outer) * 1.5, "rubber")
    return without(union(rubber, metal), disc(grid, inner / 2))


def angle_bracket(grid: Grid, width: float, length: float, material: Material) -> Solid:
    """An angle bracket seen from the side of its corner: two legs with holes."""
    legs = [
        plate(box(grid.moved(0, -length / 2 + width / 2), length, width), 3, 0.4),
        plate(box(grid.moved(-length / 2 + width / 2, 0), width, length), 3, 0.4),
    ]
    places = [(0.3, -0.5), (-0.05, -0.5), (-0.5, 0.3), (-0.5, -0.05)]
    shift = width / 2 / length
    holes = [
        disc(
            grid.moved(
                (x + (shift if x == -0.5 else 0)) * length,
                (y + (shift if y == -0.5 else 0)) * length,
            ),
            0.16 * width,
        )
        for x, y in places
    ]
    openings: Field = np.maximum.reduce(holes)
    return without(union(*(solid(leg, material) for leg in legs)), openings)


def mounting_plate(grid: Grid, width: float, length: float, material: Material) -> Solid:
    """A flat connecting plate with two slots and four holes."""
    body = solid(plate(box(grid, length, width), 3, 0.4), material)
    holes = [
        disc(grid.moved(sx * 0.4 * length, sy * 0.3 * width), 0.09 * width)
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    slots = [
        box(grid.moved(side * 0.18 * length, 0), 0.16 * length, 0.16 * width) for side in (-1, 1)
    ]
    openings: Field = np.maximum.reduce([*holes, *slots])
    return without(body, openings)


def hinge(grid: Grid, width: float, length: float, material: Material) -> Solid:
    """An opened butt hinge: two leaves, a knuckle and six holes."""
    leaves = plate(box(grid, width, length), 2.5, 0.3)
    knuckle = lying_cylinder(grid.moved(0, 0, 90), length, 0.08 * width)
    holes = [
        disc(grid.moved(side * 0.32 * width, y * length), 0.055 * width)
        for side in (-1, 1)
        for y in (-0.35, 0, 0.35)
    ]
    openings: Field = np.maximum.reduce(holes)
    return union(without(solid(leaves, material), openings), solid(knuckle, material))


def pipe_clamp(grid: Grid, d: float, material: Material) -> Solid:
    """A pipe clamp: a band with two ears and a rubber lining."""
    band = plate((0.08 * d - np.abs(grid.radius - 0.58 * d)).astype(np.float32), 0.3 * d)
    lining = plate((0.06 * d - np.abs(grid.radius - 0.48 * d)).astype(np.float32), 0.34 * d)
    ears = [
        plate(box(grid.moved(side * 0.85 * d, 0), 0.45 * d, 0.22 * d), 0.3 * d) for side in (-1, 1)
    ]
    screws = [plate(disc(grid.moved(side * 0.9 * d, 0), 0.09 * d), 0.5 * d) for side in (-1, 1)]
    return union(
        *(solid(form, material) for form in (band, *ears)),
        solid(lining, "rubber"),
        *(solid(form, "steel") for form in screws),
    )


def hose_clamp(grid: Grid, d: float, material: Material) -> Solid:
    """A worm drive hose clamp: a thin slotted band and the screw housing."""
    wave = 0.012 * d * np.sign(np.sin(grid.angle * 60))
    band = plate((0.035 * d + wave - np.abs(grid.radius - 0.5 * d)).astype(np.float32), 0.2 * d)
    housing = plate(box(grid.moved(0, 0.56 * d), 0.34 * d, 0.16 * d), 0.28 * d)
    screw = lying_cylinder(grid.moved(0.24 * d, 0.56 * d), 0.16 * d, 0.07 * d)
    return union(*(solid(form, material) for form in (band, housing)), solid(screw, "steel"))


def hose_fitting(grid: Grid, d: float, material: Material) -> Solid:
    """A threaded hose nozzle: thread, hexagon, barbs."""
    screw = thread(grid, -1.6 * d, -0.4 * d, d / 2, d / 8)
    nut = lying_cylinder(grid.moved(-0.1 * d, 0), 0.55 * d, 0.68 * d)
    saw = (grid.x / (0.35 * d)) % 1
    barbs = lying_cylinder(
        grid.moved(1.0 * d, 0), 1.7 * d, (d * (0.3 + 0.1 * (1 - saw))).astype(np.float32)
    )
    return union(*(solid(form, material) for form in (screw, nut, barbs)))


def pipe_elbow(grid: Grid, d: float, material: Material) -> Solid:
    """A 90 degree elbow with two collars."""
    at = grid.moved(-0.9 * d, -0.9 * d)
    bend = torus(at, 1.2 * d, d)
    bend = np.where((at.x > 0) & (at.y > 0), bend, 0).astype(np.float32)
    collars = [
        lying_cylinder(at.moved(0, 1.2 * d).moved(-0.2 * d, 0), 0.5 * d, 0.62 * d),
        lying_cylinder(at.moved(1.2 * d, 0, 90).moved(-0.2 * d, 0), 0.5 * d, 0.62 * d),
    ]
    return union(*(solid(form, material) for form in (bend, *collars)))


def ball_valve(grid: Grid, d: float, material: Material) -> Solid:
    """A ball valve with its lever handle."""
    body = lying_cylinder(grid, 2.6 * d, 0.5 * d)
    ball = lying_cylinder(grid, 1.0 * d, 0.72 * d)
    ends = [lying_cylinder(grid.moved(side * 1.15 * d, 0), 0.5 * d, 0.66 * d) for side in (-1, 1)]
    lever = plate(box(grid.moved(0.9 * d, 0.1 * d, 12), 2.6 * d, 0.34 * d), 1.9 * d, 0.1 * d)
    knob = plate(hexagon(grid, 0.4 * d), 2.1 * d)
    brass = [solid(form, material) for form in (body, ball, *ends)]
    return union(*brass, solid(lever, "red"), solid(knob, "steel"))


def handwheel(grid: Grid, outer: float, bore: float, material: Material) -> Solid:
    """A handwheel with three spokes and a grip."""
    rim = torus(grid, 0.44 * outer, 0.1 * outer)
    hub = plate(disc(grid, 1.1 * bore), 0.2 * outer)
    spokes = [
        plate(
            box(grid.moved(0, 0, a).moved(0.22 * outer, 0), 0.44 * outer, 0.07 * outer),
            0.07 * outer,
        )
        for a in (90, 210, 330)
    ]
    grip = plate(disc(grid.moved(0, -0.44 * outer), 0.07 * outer), 0.3 * outer, 0.05 * outer)
    wheel = union(*(solid(form, material) for form in (rim, hub, *spokes)), solid(grip, "steel"))
    return without(wheel, disc(grid, bore / 2))

"""Sensors, relays, switches, fuses, lamps and connectors."""

from __future__ import annotations

import numpy as np

from demo.solids import (
    Grid,
    Material,
    Solid,
    box,
    disc,
    lying_cylinder,
    plate,
    solid,
    thread,
    union,
)


def proximity_sensor(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A threaded proximity sensor: coloured face, threaded barrel, two nuts, cable."""
    barrel = thread(grid, -length / 2, length / 2, d / 2, 1.0)
    face = lying_cylinder(grid.moved(-length / 2 - 0.15 * d, 0), 0.3 * d, 0.46 * d)
    nuts = [lying_cylinder(grid.moved(x * length, 0), 0.3 * d, 0.78 * d) for x in (-0.05, 0.08)]
    bend = grid.moved(length / 2, 0)
    sway = 0.35 * d * np.sin(bend.x / (1.3 * d))
    off = np.abs(bend.y - sway)
    cable = np.where(
        (bend.x > 0) & (bend.x < 2.6 * d),
        np.sqrt(np.maximum(np.square(0.2 * d) - np.square(off), 0)),
        0,
    ).astype(np.float32)
    metal = [solid(form, material) for form in (barrel, *nuts)]
    return union(*metal, solid(face, "blue"), solid(cable * 2, "black"))


def relay(grid: Grid, width: float, length: float, material: Material) -> Solid:
    """A plug-in relay: a cube with pins on one side and a printed field."""
    cube = plate(box(grid, length, width), 0.8 * width, 0.5)
    label = plate(
        box(grid.moved(-0.1 * length, 0), 0.5 * length, 0.6 * width), 0.8 * width + 0.1, 0.05
    )
    pins = [
        plate(box(grid.moved(0.62 * length, y * width), 0.3 * length, 0.06 * width), 0.4 * width)
        for y in (-0.35, -0.12, 0.12, 0.35)
    ]
    return union(
        solid(cube, material), solid(label, "white"), *(solid(pin, "brass") for pin in pins)
    )


def push_button(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A push button: bezel, coloured cap, body with terminals."""
    body = plate(box(grid.moved(0.35 * length, 0), 0.7 * length, 0.9 * d), 0.8 * d, 0.5)
    bezel = lying_cylinder(grid.moved(-0.1 * length, 0), 0.2 * length, 0.62 * d)
    cap = lying_cylinder(grid.moved(-0.25 * length, 0), 0.2 * length, 0.48 * d)
    ends = [
        plate(box(grid.moved(0.75 * length, y * d), 0.14 * length, 0.1 * d), 0.4 * d)
        for y in (-0.25, 0.25)
    ]
    return union(
        solid(body, "black"),
        solid(bezel, "zinc"),
        solid(cap, material),
        *(solid(end, "brass") for end in ends),
    )


def cartridge_fuse(grid: Grid, d: float, length: float, material: Material) -> Solid:
    """A cartridge fuse: two metal caps on a glass or ceramic tube."""
    tube = lying_cylinder(grid, length, 0.44 * d)
    caps = [
        lying_cylinder(grid.moved(side * 0.39 * length, 0), 0.24 * length, d / 2)
        for side in (-1, 1)
    ]
    return union(solid(tube, material), *(solid(cap, "zinc") for cap in caps))


def indicator_lamp(grid: Grid, d: float, material: Material) -> Solid:
    """An indicator lamp from the front: bezel and domed lens."""
    bezel = plate(disc(grid, d / 2), 0.25 * d, 0.06 * d)
    inside = np.maximum(np.square(0.38 * d) - np.square(grid.radius), 0)
    dome = np.where(inside > 0, 0.25 * d + 0.6 * np.sqrt(inside), 0).astype(np.float32)
    return union(solid(bezel, "black"), solid(dome, material))


def terminal_block(grid: Grid, poles: int, pitch: float, material: Material) -> Solid:
    """A terminal strip with a screw a pole."""
    body = solid(plate(box(grid, poles * pitch, 2.4 * pitch), 1.4 * pitch, 0.4), material)
    parts = [body]
    for pole in range(poles):
        at = grid.moved((pole - (poles - 1) / 2) * pitch, 0)
        for side in (-0.6, 0.6):
            head = at.moved(0, side * pitch)
            screw = plate(disc(head, 0.32 * pitch), 1.7 * pitch)
            slot = np.where(box(head, 0.5 * pitch, 0.09 * pitch) > 0, np.float32(0.3 * pitch), 0)
            parts.append(solid(np.where(screw > 0, screw - slot, 0).astype(np.float32), "steel"))
    return union(*parts)


def cable_gland(grid: Grid, d: float, material: Material) -> Solid:
    """A cable gland: thread, hexagon, domed cap."""
    screw = thread(grid, -1.0 * d, -0.2 * d, d / 2, 1.5)
    nut = lying_cylinder(grid.moved(0.0, 0), 0.4 * d, 0.7 * d)
    taper = np.clip((1.0 * d - grid.x) / (0.8 * d), 0, 1)
    dome = lying_cylinder(
        grid.moved(0.55 * d, 0), 0.8 * d, (d * (0.4 + 0.25 * taper)).astype(np.float32)
    )
    return union(*(solid(form, material) for form in (screw, nut, dome)))

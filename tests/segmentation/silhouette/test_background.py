"""How pixels differ from a background that is even, falls off in light, or lies in a shadow."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.arrays import RgbImage
from segmentation.silhouette.background import read_evidence, to_lab
from tests.segmentation.drawn_parts import disc, on_paper
from tests.segmentation.noise import noise

DISC = disc(120, 160, 30)


def lit_from_the_left() -> RgbImage:
    """Return a dark disc on paper whose light falls off by a third."""
    light = np.linspace(1, 0.67, 160)[:, None]
    return (on_paper(DISC) * light).astype(np.uint8)


@pytest.mark.parametrize("image", [on_paper(DISC), lit_from_the_left()], ids=["even", "falling"])
def test_the_part_stands_out_and_the_background_does_not(image: RgbImage) -> None:
    evidence = read_evidence(image)
    assert np.percentile(evidence.distance[~DISC], 95) < 3
    assert np.percentile(evidence.distance[DISC], 5) > 6
    assert np.abs(evidence.brightness[~DISC] - 1).mean() < 0.03


def test_all_planes_have_the_size_of_the_photo() -> None:
    evidence = read_evidence(on_paper(DISC))
    assert evidence.surface.shape == evidence.flat.shape == (120, 160, 3)
    planes = (evidence.distance, evidence.brightness, evidence.tint, evidence.edge)
    assert {plane.shape for plane in (*planes, evidence.ring, evidence.calm)} == {(120, 160)}


def test_flat_and_surface_add_up_to_the_colours() -> None:
    image = np.full((60, 80, 3), (200, 180, 90), np.uint8)
    evidence = read_evidence(image)
    np.testing.assert_allclose(evidence.flat + evidence.surface, to_lab(image), atol=0.1)


def test_the_border_is_calm_where_no_part_runs_out_of_the_photo() -> None:
    part = np.zeros((120, 160), bool)
    part[40:80, 100:] = True
    evidence = read_evidence(on_paper(part))
    assert evidence.calm[~part & evidence.ring].mean() > 0.9
    assert not evidence.calm[part].any()
    assert not evidence.calm[~evidence.ring].any()


def test_a_shadow_is_darker_and_hardly_tinted_a_colour_is_tinted() -> None:
    shadow, red = disc(120, 160, 18, (0.25, 0.5)), disc(120, 160, 18, (0.75, 0.5))
    image = on_paper(shadow, (150, 150, 150))
    image[red] = (150, 60, 60)
    evidence = read_evidence(image)
    is_shaded = evidence.is_shaded(0.42, 0.95, 6)
    assert is_shaded[shadow].mean() > 0.9
    assert not is_shaded[red].any()
    assert evidence.tint[red].min() > 20


def test_edges_are_steep_at_the_outline_alone() -> None:
    evidence = read_evidence(on_paper(DISC))
    rim = disc(120, 160, 33) & ~disc(120, 160, 27)
    assert np.percentile(evidence.edge[rim], 50) > 3 * evidence.calm_edge
    assert np.percentile(evidence.edge[~rim], 90) < 2 * evidence.calm_edge + 1


@pytest.mark.parametrize("shape", [(16, 16), (16, 208), (208, 16)])
@pytest.mark.parametrize("smooth", [0, 5])
def test_any_photo_gives_finite_evidence(shape: tuple[int, int], smooth: int) -> None:
    evidence = read_evidence(noise(*shape, seed=1, smooth=smooth))
    for plane in (evidence.flat, evidence.distance, evidence.brightness, evidence.tint):
        assert np.isfinite(plane).all()
    assert evidence.calm.any()

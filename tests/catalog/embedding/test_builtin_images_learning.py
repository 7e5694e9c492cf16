"""The pieces that the builtin image embedders learn with."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.arrays import unit_rows
from catalog.embedding.builtin_images.drawings import drawings
from catalog.embedding.builtin_images.pixels import orientation_maps, square
from catalog.embedding.builtin_images.projection import Projection
from catalog.embedding.builtin_images.sift import DenseSift
from catalog.embedding.builtin_images.vlad import evenly_spaced
from catalog.embedding.builtin_images.words import k_means, nearest_word, principal_axes


def test_drawings_are_always_the_same_and_all_different() -> None:
    first, again = (list(islice(drawings(), 5)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert len({image.tobytes() for image in first}) == 5


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 5), st.integers(0, 99))
def test_nearest_word_is_the_nearest(rows: int, words: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, centres = (rng.standard_normal((n, size), dtype=np.float32) for n in (rows, words))
    distances = np.linalg.norm(points[:, None] - centres, axis=2)
    chosen = distances[np.arange(rows), nearest_word(points, centres)]
    np.testing.assert_allclose(chosen, distances.min(axis=1), atol=1e-4)


def test_k_means_finds_the_groups() -> None:
    rng = np.random.default_rng(0)
    groups = np.array([[0, 0], [10, 0], [0, 10]], np.float32)
    rows = np.repeat(groups, 50, axis=0) + rng.normal(0, 0.1, (150, 2)).astype(np.float32)
    centres = k_means(rows, 12, seed=1)
    to_group = np.linalg.norm(centres[:, None] - groups, axis=2)
    assert to_group.min(axis=1).max() < 0.5
    assert set(to_group.argmin(axis=1)) == {0, 1, 2}


@pytest.mark.parametrize("count", [1, 2, 7])
def test_k_means_takes_fewer_rows_than_words(count: int) -> None:
    rows = np.random.default_rng(0).standard_normal((count, 3), dtype=np.float32)
    centres = k_means(rows, 8, seed=1)
    assert centres.shape == (8, 3)
    assert np.isfinite(centres).all()


def test_principal_axes_are_those_of_largest_variance() -> None:
    rng = np.random.default_rng(0)
    rows = (rng.standard_normal((500, 4)) * [1, 9, 3, 0.1] + 5).astype(np.float32)
    axes, variances = principal_axes(rows, 2)
    np.testing.assert_allclose(np.abs(axes).argmax(axis=0), [1, 2])
    np.testing.assert_allclose(variances, [81, 9], rtol=0.2)


@pytest.mark.parametrize("count", [0, 1, 2, 10, 300])
def test_projection_keeps_scalar_products(count: int) -> None:
    rng = np.random.default_rng(count)
    basis = rng.standard_normal((12, 900))
    rows = unit_rows((rng.standard_normal((count + 30, 12)) @ basis).astype(np.float32))
    projection = Projection(900, 200, whitening=0)
    state = projection.learn(rows[:count])
    assert state["directions"].shape == (900, 200)
    short = np.stack([projection.apply(row) for row in rows[count:]])
    full = rows[count:] - state["mean"]
    np.testing.assert_allclose(short @ short.T, full @ full.T, atol=0.3 if count < 30 else 5e-3)


def test_whitening_evens_the_axes_out() -> None:
    rng = np.random.default_rng(0)
    rows = (rng.standard_normal((400, 20)) * np.linspace(5, 1, 20)).astype(np.float32)
    spreads = {}
    for whitening in (0.0, 0.5, 1.0):
        projection = Projection(20, 10, whitening)
        projection.learn(rows)
        spread = np.stack([projection.apply(row) for row in rows]).std(axis=0)
        spreads[whitening] = spread.max() / spread.min()
    assert spreads[1.0] == pytest.approx(1, abs=0.01)
    assert spreads[0.5] == pytest.approx(spreads[0.0] ** 0.5, rel=0.01)


def test_gradients_fall_into_the_bin_of_their_direction() -> None:
    across = np.tile(np.arange(32, dtype=np.float32), (32, 1))
    for turns, bin_ in ((0, 0), (3, 2), (2, 4), (1, 6)):
        maps = orientation_maps(np.rot90(across, turns).copy(), 8, sigma=0.5)[8:-8, 8:-8]
        assert maps.sum(axis=(0, 1)).argmax() == bin_
        np.testing.assert_allclose(maps.sum(axis=2), 1, atol=1e-3)


def test_sift_descriptors_are_unit_rows_within_the_image() -> None:
    descriptors = DenseSift().describe(next(drawings()))
    np.testing.assert_allclose(np.linalg.norm(descriptors.rows, axis=1), 1, atol=1e-4)
    assert descriptors.rows.shape == (len(descriptors.places), 128)
    assert np.abs(descriptors.places).max() < 0.5


def test_sift_leaves_empty_background_out() -> None:
    image = np.full((160, 160, 3), 255, np.uint8)
    image[60:100, 60:100] = 0
    descriptors = DenseSift().describe(image)
    assert len(descriptors.rows)
    assert np.abs(descriptors.places).max() < 0.4


def test_mirrored_order_is_its_own_inverse() -> None:
    order = DenseSift().mirrored
    np.testing.assert_array_equal(order[order], np.arange(128))


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (40, 30), (64, 64), (700, 900)])
def test_square_has_the_side(shape: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    result = square(image, 64)
    assert result.shape == (64, 64, 3)
    assert abs(float(result.mean()) - float(image.mean())) < 8


@given(st.integers(0, 50), st.integers(1, 20))
def test_evenly_spaced_images_keep_their_order(count: int, most: int) -> None:
    images = [np.full((1, 1, 3), number, np.uint8) for number in range(count)]
    numbers = [int(image[0, 0, 0]) for image in evenly_spaced(images, most)]
    assert len(numbers) == min(count, most)
    assert numbers == sorted(set(numbers))

from __future__ import annotations

import sys
from itertools import combinations

import numpy as np
import pytest

from catalog.arrays import FloatMatrix
from catalog.errors import MissingExtra, UnknownName, UsageError
from clustering.space.reduction import Reduction, reduced


def blobs(count: int = 60, dim: int = 20) -> FloatMatrix:
    rng = np.random.default_rng(0)
    return (
        np.repeat(np.eye(3, dim) * 6, count // 3, axis=0) + rng.normal(size=(count, dim))
    ).astype(np.float32)


@pytest.mark.parametrize(
    ("text", "kind", "size"),
    [("auto", "pca", 64), ("pca:0.9", "pca", 0.9), ("svd:7", "svd", 7), ("tsne", "tsne", 2)],
)
def test_reductions_are_read(text: str, kind: str, size: float) -> None:
    reduction = Reduction.parse(text)
    assert (reduction.kind, reduction.size) == (kind, size)
    assert Reduction.parse(reduction.text) == reduction


@pytest.mark.parametrize("text", ["pca:-1", "pca:0", "svd:0.5", "pca:many", "umap:2.5"])
def test_sizes_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=f"got '{text}'"):
        Reduction.parse(text)


def test_an_unknown_reduction_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="auto, none, pca, svd, tsne, umap"):
        Reduction.parse("ica:3")


@pytest.mark.parametrize("text", ["pca:5", "svd:5", "none", "tsne:2", "pca:0.9"])
def test_neighbours_stay_neighbours(text: str) -> None:
    rows = blobs()
    space = reduced(rows, Reduction.parse(text), seed=1)
    assert space.dtype == np.float32
    assert len(space) == len(rows)
    assert space.shape[1] <= rows.shape[1]
    family = np.repeat(range(3), 20)
    distances = np.linalg.norm(space[:, None] - space[None], axis=2) + np.eye(60) * 1e9
    assert np.mean(family[distances.argmin(axis=1)] == family) > 0.9
    np.testing.assert_array_equal(space, reduced(rows, Reduction.parse(text), seed=1))


def test_a_share_of_the_variance_is_reached() -> None:
    rows = blobs()
    total = rows.var(axis=0).sum()
    space = reduced(rows, Reduction.parse("pca:0.8"))
    assert space.var(axis=0).sum() >= 0.8 * total
    assert space[:, :-1].var(axis=0).sum() < 0.8 * total


@pytest.mark.slow
def test_umap_separates_what_is_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    # Compiling it takes many times as long as two dozen rows do without.
    monkeypatch.setattr("numba.config.DISABLE_JIT", True)
    space = reduced(blobs(24), Reduction.parse("umap:2"), seed=0)
    families = [space[start : start + 8] for start in (0, 8, 16)]
    centres = [family.mean(axis=0) for family in families]
    spread = max(float(family.std(axis=0).max()) for family in families)
    for centre, other_centre in combinations(centres, 2):
        assert np.linalg.norm(centre - other_centre) > 2 * spread


def test_umap_says_which_extra_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(MissingExtra, match=r"partscope\[clustering\]"):
        reduced(blobs(), Reduction.parse("umap:2"))


@pytest.mark.parametrize("text", ["pca:5", "svd:5", "tsne:2"])
def test_a_few_or_equal_rows_are_left_as_they_are(text: str) -> None:
    for rows in (blobs()[:2], np.ones((9, 4), np.float32)):
        np.testing.assert_array_equal(reduced(rows, Reduction.parse(text)), rows)

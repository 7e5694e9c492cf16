"""What every clusterer promises; the list of them is in ``clusterers``."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score

from catalog.arrays import FloatMatrix
from catalog.errors import UnknownName, UsageError
from clustering.algorithms.base import Algorithm
from clustering.algorithms.registry import ALGORITHMS, clusterer
from clustering.contract import NOISE, Clusterer
from tests.contracts.clusterers import CASES, Case

Groups = tuple[FloatMatrix, list[int]]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture(scope="module")
def groups() -> Groups:
    """Return 500 rows in five well separated groups of different sizes."""
    rng = np.random.default_rng(7)
    centres = 9 * np.eye(5, 8)
    truth = np.repeat(np.arange(5), [150, 120, 100, 80, 50])
    rng.shuffle(truth)
    return (centres[truth] + rng.normal(size=(500, 8))).astype(np.float32), truth.tolist()


def test_every_algorithm_is_in_the_list() -> None:
    assert {case.algorithm for case in CASES.values()} == set(ALGORITHMS)


def test_is_a_clusterer_that_scikit_learn_can_clone(case: Case) -> None:
    algorithm = case.make()
    algorithm.labels_ = np.zeros(0, np.int32)
    copy = clone(algorithm)
    assert isinstance(algorithm, Clusterer)
    assert type(copy) is type(algorithm)
    assert copy.get_params() == algorithm.get_params()
    assert not hasattr(copy, "labels_")


def test_finds_separate_groups(case: Case, groups: Groups) -> None:
    rows, truth = groups
    assert adjusted_rand_score(truth, case.make().fit_predict(rows)) > 0.9


def test_labels_are_int32_counted_from_0_and_kept(case: Case, groups: Groups) -> None:
    algorithm = case.make()
    labels = algorithm.fit_predict(groups[0])
    assert labels.dtype == np.int32
    assert labels.shape == (500,)
    assert algorithm.labels_ is labels
    numbers = set(labels.tolist())
    assert numbers - {NOISE} == set(range(max(numbers) + 1))
    assert case.finds_noise or NOISE not in numbers


def test_the_number_of_clusters_is_the_one_asked_for(case: Case, groups: Groups) -> None:
    if not case.takes_k:
        pytest.skip("finds the number itself")
    for k in (1, 2, 9):
        assert len(np.unique(case.make(k=k).fit_predict(groups[0]))) == k


def test_the_same_seed_gives_the_same_labels(case: Case, groups: Groups) -> None:
    rng = np.random.default_rng(3)
    vague = rng.normal(size=(400, 6)).astype(np.float32)
    first, again = (case.make(seed=11).fit_predict(vague) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_rows_are_left_as_they_were(case: Case, groups: Groups) -> None:
    rows = groups[0].copy()
    rows.setflags(write=False)
    case.make().fit_predict(rows)
    np.testing.assert_array_equal(rows, groups[0])


@pytest.mark.parametrize(
    "turn",
    [
        lambda rows: rows.astype(np.float64),
        np.asfortranarray,
        lambda rows: np.repeat(rows, 2, axis=0)[::2],
        lambda rows: rows.tolist(),
    ],
    ids=["float64", "by column", "strided", "lists"],
)
def test_any_form_of_the_same_rows_gives_the_same_labels(
    case: Case, groups: Groups, turn: Callable[[FloatMatrix], FloatMatrix]
) -> None:
    expected = case.make().fit_predict(groups[0])
    np.testing.assert_array_equal(case.make().fit_predict(turn(groups[0])), expected)


def test_a_shift_and_a_large_scale_change_nothing(case: Case, groups: Groups) -> None:
    rows, truth = groups
    algorithm = case.make()
    if "eps" in algorithm.get_params():
        algorithm.set_params(eps=algorithm.get_params()["eps"] * 1e4)
    assert adjusted_rand_score(truth, algorithm.fit_predict(rows * 1e4 + 1e5)) > 0.9


# nonsense: a sensible answer or one line that says what is wrong


def test_one_row(case: Case) -> None:
    labels = case.make(k=1).fit_predict(np.ones((1, 4), np.float32))
    assert labels.tolist() == [NOISE if case.finds_noise else 0]


def test_two_rows(case: Case) -> None:
    labels = case.make(k=2).fit_predict(np.array([[0, 0], [40, 1]], np.float32))
    assert labels.shape == (2,)
    if case.takes_k:
        assert sorted(labels) == [0, 1]


def test_equal_rows_are_never_apart(case: Case) -> None:
    labels = case.make(k=3).fit_predict(np.full((60, 3), 2.5, np.float32))
    assert len(np.unique(labels)) == 1


def test_many_copies_of_a_few_rows(case: Case) -> None:
    rows = np.repeat(np.diag([5, 9, 14, 30, 70, 200]).astype(np.float32), 20, axis=0)
    algorithm = case.make(k=6)
    if "min_cluster_size" in algorithm.get_params():
        algorithm.set_params(min_cluster_size=10)
    labels = algorithm.fit_predict(rows).reshape(6, 20)
    assert (labels == labels[:, :1]).all()
    assert len(np.unique(labels)) == 6


def test_a_single_column(case: Case) -> None:
    rows = np.concatenate([np.linspace(0, 1, 60), np.linspace(50, 51, 60)])[:, None]
    labels = case.make(k=2).fit_predict(rows)
    assert set(labels[:60]).isdisjoint(set(labels[60:]) - {NOISE})


def test_constant_columns_are_harmless(case: Case, groups: Groups) -> None:
    rows, truth = groups
    wide = np.hstack([rows, np.full((500, 3), 7, np.float32)])
    assert adjusted_rand_score(truth, case.make().fit_predict(wide)) > 0.9


def test_fewer_rows_than_clusters(case: Case) -> None:
    algorithm = case.make(k=5)
    rows = np.eye(3, dtype=np.float32)
    if case.takes_k:
        with pytest.raises(UsageError, match="5 clusters need at least 5 rows; got 3"):
            algorithm.fit(rows)
    else:
        assert algorithm.fit_predict(rows).shape == (3,)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_a_row_that_is_not_finite_is_named(case: Case, groups: Groups, bad: float) -> None:
    rows = groups[0].copy()
    rows[137, 2] = bad
    with pytest.raises(UsageError, match=r"must be finite and within .*; row 137 is not"):
        case.make().fit(rows)


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        (np.empty((0, 4), np.float32), "nothing to group: 0 rows"),
        (np.empty((4, 0), np.float32), r"shape \(n, dim\); got \(4, 0\)"),
        (np.arange(5, dtype=np.float32), r"shape \(n, dim\); got \(5,\)"),
        (np.array([["a", "b"]]), "must be numbers"),
    ],
    ids=["no rows", "no columns", "one dimension", "text"],
)
def test_what_is_no_matrix_is_refused(case: Case, matrix: FloatMatrix, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        case.make(k=1).fit(matrix)


def test_parameters_out_of_range_are_refused_by_name(case: Case, groups: Groups) -> None:
    numeric = {"n_clusters", "eps", "min_samples", "min_cluster_size", "n_neighbors", "resolution"}
    names = [name for name in case.make().get_params() if name in numeric]
    assert names
    for name in names:
        for bad in (0, -3, "many", True):
            with pytest.raises(UsageError, match=f"^{name} must be a"):
                case.make().set_params(**{name: bad}).fit(groups[0])


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="unknown algorithm 'kmean'; did you mean 'kmeans'"):
        clusterer("kmean")
    with pytest.raises(UnknownName, match="unknown parameter of dbscan 'n_clusters'"):
        clusterer("dbscan", {"n_clusters": 3})
    with pytest.raises(UsageError, match=r"engine must be one of auto, sklearn, .*; got 'gpu'"):
        clusterer("kmeans", {"engine": "gpu"}, k=1).fit(np.ones((2, 2), np.float32))


def test_params_win_over_k_and_seed() -> None:
    algorithm: Algorithm = clusterer("kmeans", {"n_clusters": 3}, k=7, seed=5)
    assert algorithm.get_params()["n_clusters"] == 3
    assert algorithm.get_params()["random_state"] == 5
    assert "random_state" not in clusterer("dbscan", k=7, seed=5).get_params()

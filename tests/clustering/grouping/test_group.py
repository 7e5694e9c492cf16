from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from catalog.arrays import unit_rows
from catalog.errors import UsageError
from clustering.contract import NOISE, Features, Plan
from clustering.grouping.group import group
from tests.clustering.grouping.families import FAMILIES, FAMILY, blobs, features, two_blocks


def test_clear_families_are_found_with_k_chosen() -> None:
    grouping = group(two_blocks(0), Plan())
    assert adjusted_rand_score(FAMILY, grouping.labels) > 0.99
    assert grouping.plan.k == FAMILIES
    assert any(f"k = {FAMILIES}" in reason for reason in grouping.reasons)
    assert grouping.space.shape[0] == len(FAMILY)
    assert set(grouping.curves) == {"separation", "elbow", "silhouette", "gap", "k_distance"}


def test_parts_with_and_without_an_image_land_together() -> None:
    parts = two_blocks(0.45)
    grouping = group(parts, Plan(k=FAMILIES))
    assert adjusted_rand_score(FAMILY, grouping.labels) > 0.99
    has_image = np.isin(np.arange(len(FAMILY)), parts.blocks["image"].rows)
    for cluster in range(FAMILIES):
        share = has_image[grouping.labels == cluster].mean()
        assert 0.2 < share < 0.9


def test_a_part_without_any_feature_is_noise() -> None:
    parts = two_blocks(0.45)
    images = Features(parts.ids, parts.revs, {"image": parts.blocks["image"]})
    grouping = group(images, Plan(features=("image",), k=FAMILIES))
    without = np.setdiff1d(np.arange(len(FAMILY)), parts.blocks["image"].rows)
    assert np.all(grouping.labels[without] == NOISE)
    assert np.sum(grouping.labels == NOISE) == len(without)
    assert np.all(np.isfinite(grouping.space))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_grouping() -> None:
    first, second = (group(two_blocks(0.3), Plan(seed=3)) for _ in range(2))
    np.testing.assert_array_equal(first.labels, second.labels)
    np.testing.assert_array_equal(first.space, second.space)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_handful_of_parts_gets_a_sensible_answer(count: int) -> None:
    grouping = group(features({"image": (np.arange(count), blobs(1, 8))}, count), Plan(k=7))
    assert len(grouping.labels) == count
    assert set(grouping.labels) <= set(range(count))


def test_equal_parts_are_one_group() -> None:
    same = np.tile(unit_rows(np.ones((1, 8), np.float32)), (30, 1))
    grouping = group(features({"image": (np.arange(30), same)}, 30), Plan())
    assert len(set(grouping.labels.tolist())) == 1


def test_no_parts_is_a_clear_error() -> None:
    with pytest.raises(UsageError, match="no parts"):
        group(Features([], np.zeros(0, np.int64), {}), Plan())


@pytest.mark.parametrize("algorithm", ["kmeans", "agglomerative", "gaussian", "spectral", "leiden"])
def test_an_algorithm_that_was_asked_for_is_used(algorithm: str) -> None:
    grouping = group(two_blocks(0.3), Plan(algorithm=algorithm, k=FAMILIES))
    assert grouping.plan.algorithm == algorithm
    assert adjusted_rand_score(FAMILY, grouping.labels) > 0.95
    assert (grouping.plan.reduction == "graph") == (algorithm in ("spectral", "leiden"))


def test_k_is_chosen_by_three_curves_for_an_algorithm_that_takes_one() -> None:
    grouping = group(two_blocks(0), Plan(algorithm="kmeans", k=(2, 12)))
    assert grouping.plan.k == FAMILIES
    assert set(grouping.curves) == {"elbow", "silhouette", "gap"}
    assert any("median of what the curves say" in reason for reason in grouping.reasons)


def test_the_radius_of_dbscan_is_the_knee() -> None:
    grouping = group(two_blocks(0), Plan(algorithm="dbscan"))
    assert grouping.curves["k_distance"].chosen == grouping.plan.params["eps"]
    assert adjusted_rand_score(FAMILY, grouping.labels) > 0.8


@pytest.mark.slow
def test_parameters_go_to_the_algorithm() -> None:
    fine = group(two_blocks(0), Plan(algorithm="leiden", params={"resolution": 8.0}))
    coarse = group(two_blocks(0), Plan(algorithm="leiden", params={"resolution": 0.2}))
    assert len(set(fine.labels)) > FAMILIES >= len(set(coarse.labels))
    hdbscan = group(two_blocks(0), Plan(algorithm="hdbscan", params={"min_cluster_size": 10}))
    assert hdbscan.plan.params["min_cluster_size"] == 10


def test_an_asked_reduction_is_what_is_clustered() -> None:
    grouping = group(two_blocks(0), Plan(algorithm="leiden", reduction="pca:3", scaling="minmax"))
    assert grouping.space.shape[1] == 3
    assert (grouping.plan.scaling, grouping.plan.reduction) == ("minmax", "pca:3")


@pytest.mark.slow
def test_families_are_never_looked_at_to_choose() -> None:
    wrong = [str(number % 2) for number in range(len(FAMILY))]
    blind, informed = group(two_blocks(0.2), Plan()), group(two_blocks(0.2), Plan(), truth=wrong)
    np.testing.assert_array_equal(blind.labels, informed.labels)
    assert all(compared.ari is not None for compared in informed.candidates)
    assert all(compared.ari is None for compared in blind.candidates)


@pytest.mark.parametrize("algorithm", ["auto", "kmeans"])
def test_many_parts_are_grouped_by_a_sample(
    algorithm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clustering.grouping.by_graph.LARGEST", 120)
    grouping = group(two_blocks(0.45), Plan(algorithm=algorithm, k=FAMILIES))
    assert adjusted_rand_score(FAMILY, grouping.labels) > 0.95
    assert any("drawn by chance" in reason for reason in grouping.reasons) == (algorithm == "auto")


def test_a_part_that_shares_no_feature_with_others_is_grouped_too() -> None:
    everyone = np.arange(len(FAMILY))
    parts = features(
        {"image": (everyone[:-1], blobs(1, 24)), "name_en": (everyone[-1:], blobs(2, 16))},
        len(FAMILY),
    )
    grouping = group(parts, Plan(k=FAMILIES))
    assert grouping.labels.min() == 0
    assert len(set(grouping.labels.tolist())) == FAMILIES


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (Plan(algorithm="kmean"), "did you mean 'kmeans'"),
        (Plan(reduction="pcaa:3"), "unknown reduction"),
        (Plan(scaling="min"), "unknown scaling"),
        (Plan(algorithm="kmeans", reduction="graph"), "is for auto, leiden and spectral"),
        (Plan(params={"eps": 1}), "parameters need an algorithm"),
        (Plan(algorithm="leiden", params={"eps": 1}), "unknown parameter of leiden"),
    ],
)
def test_plans_that_cannot_be_carried_out_are_refused(plan: Plan, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        group(two_blocks(0), plan)

"""The record of a run reads what was stored before, and stores it again byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from catalog.errors import StoreError
from clustering.contract import Plan
from clustering.runs.run import Run

STORED = (
    '{"run_id": "default@4", "name": "default", "created": "2026-11-24T09:00:00+00:00", '
    '"plan": {"features": ["image", "name"], "weights": {"image": 2.0}, "scaling": "auto", '
    '"reduction": "auto", "algorithm": "auto", "k": [2, 6], "params": {}, "seed": 0}, '
    '"chosen": {"features": ["image", "name"], "weights": {"image": 2.0}, "scaling": "whiten", '
    '"reduction": "pca:64", "algorithm": "dbscan", "k": 2, "params": {"eps": 0.47011375427246094}, '
    '"seed": 0}, '
    '"basis": "1ee2a13a844db8d46bc712736cc47c764f37e58bbefe4769c320addfd34eee76", '
    '"parent": "default@3", "grouped": "anew", "drift": 0, '
    '"reasons": ["grouped by image (40 of 60 parts)", "eps größer"], '
    '"metrics": {"silhouette": 0.217, "davies_bouldin": 1.125, "calinski_harabasz": 12.26, '
    '"inertia": 72.4, "coverage": 0.36, "n_with_family": 60, "ari": 0.37, "nmi": 0.6, "fmi": 0.6, '
    '"homogeneity": 0.51, "completeness": 0.74, "v_measure": 0.6, "pairwise_precision": 0.43, '
    '"pairwise_recall": 0.84, "pairwise_f1": 0.57, "purity": 0.61}, '
    '"counts": {"n_parts": 60, "n_clusters": 3, "noise": 38, "new": 1, "updated": 2, "deleted": 3}, '
    '"curves": {"separation": {"x": [4, 5], "y": [0.7, 0.6], "chosen": 4}, "k_distance": {}}, '
    '"candidates": [{"algorithm": "leiden", "k": 4, "resolution": 0.04, "modularity": 0.74, '
    '"graph_silhouette": 0.99, "score": 0.748, "ari": 1.0}, '
    '{"algorithm": "dbscan", "k": 2, "eps": 0.47}], "seconds": 1.2}'
)
"""As release 0.1 stored it."""


def test_a_stored_record_is_stored_again_byte_for_byte() -> None:
    run = Run.from_bytes(STORED.encode(), "run-default@4.json")
    assert run.to_bytes().decode() == STORED


def test_the_plans_of_a_record_are_plans() -> None:
    run = Run.from_bytes(STORED.encode(), "run-default@4.json")
    assert run.plan == Plan(weights={"image": 2.0}, k=(2, 6))
    assert run.chosen.params == {"eps": 0.47011375427246094}
    assert run.chosen.features == ("image", "name")


def test_the_memory_bound_is_not_stored() -> None:
    run = Run.from_bytes(STORED.encode(), "run-default@4.json")
    bounded = replace(run, plan=replace(run.plan, memory_bytes=1 << 30))
    assert bounded.to_bytes() == run.to_bytes()


def test_fields_of_a_later_version_are_ignored() -> None:
    values = json.loads(STORED)
    values["mood"] = "good"
    values["plan"]["mood"] = "good"
    later = json.dumps(values).encode()
    assert Run.from_bytes(later, "here") == Run.from_bytes(STORED.encode(), "here")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"plan": 1}', STORED.replace('"k"', "0")]
)
def test_a_damaged_record_is_named(content: str) -> None:
    with pytest.raises(
        StoreError, match=r"the record run-x@1\.json is damaged .* restore a backup"
    ):
        Run.from_bytes(content.encode(), "run-x@1.json")

"""A new image or name gets the cluster of its neighbours, how sure that is, or is an outlier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from catalog.errors import UnknownName, UsageError
from clustering.classify.classifier import Classifier
from clustering.runs import run_store
from partscope.catalog import Catalog
from partscope.cli import main

KINDS = {"Sechskantschraube M{}": "hexagon bolt", "Kugellager {} mm": "ball bearing"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("classify")
    rows = [
        (f"P{size}-{kind[0]}", kind.format(size), f"{english} {size}")
        for kind, english in KINDS.items()
        for size in range(3, 33)
    ]
    frame = pd.DataFrame(rows, columns=["part_number", "name_de", "name_en"])
    with Catalog.open(folder, image_model="none") as catalog:
        catalog.ingest(frame)
        catalog.cluster(features=["name"], k=2)
    return folder


@pytest.fixture
def catalog(folder: Path) -> Iterator[Catalog]:
    with Catalog.open(folder) as catalog:
        yield catalog


@pytest.mark.parametrize(
    "name", ["Sechskantschraube M40 verzinkt", "hexagon bolts", "SKT.SCHR. M8"]
)
def test_a_name_in_either_language_finds_its_cluster(catalog: Catalog, name: str) -> None:
    classification = Classifier(catalog).classify(name=name)
    assert not classification.outlier
    assert classification.label_de.startswith("Sechskantschraube")
    assert classification.score > 0.8
    assert classification.neighbours
    assert {neighbour.cluster for neighbour in classification.neighbours} == {
        classification.cluster
    }


def test_what_is_like_nothing_is_an_outlier(catalog: Catalog) -> None:
    classification = Classifier(catalog).classify(name="Gartenzwerg")
    assert classification.outlier
    assert classification.cluster is None
    assert (classification.label_en, classification.score) == ("outlier", 0)


def test_a_query_must_hold_something_that_the_catalogue_compares(catalog: Catalog) -> None:
    classifier = Classifier(catalog)
    with pytest.raises(UsageError, match="give an image, a --name, or both"):
        classifier.classify(name="  ")
    with pytest.raises(UsageError, match="holds no images"):
        classifier.classify(image=np.zeros((8, 8, 3), np.uint8))


def test_a_run_is_chosen_by_id_or_name_and_must_exist(catalog: Catalog) -> None:
    assert Classifier(catalog, "default").run.run_id == run_store.active_id(catalog.store)
    with pytest.raises(UnknownName, match="default@1"):
        Classifier(catalog, "nightly")


def test_what_was_learnt_is_kept_with_the_run(catalog: Catalog) -> None:
    Classifier(catalog).classify(name="Kugellager")
    confidences = run_store.load_model(
        catalog.store, run_store.active_id(catalog.store), "confidence"
    )
    assert confidences is not None
    assert set(confidences) == {"name"}


def test_the_command_prints_json_and_words(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["classify", "--name", "Kugellager 99 mm", "--store", str(folder)]
    with pytest.raises(SystemExit):
        main([*arguments, "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["run", "cluster", "score", "outlier", "neighbours", "label"]
    assert list(answer["label"]) == ["de", "en"]
    part_keys = ["part_number", "name_de", "name_en", "similarity", "cluster"]
    assert list(answer["neighbours"][0]) == part_keys
    assert answer["label"]["en"].lower().startswith("ball bearing")
    with pytest.raises(SystemExit):
        main(arguments)
    shown = capsys.readouterr().out
    assert "Kugellager" in shown
    assert "by run default@1" in shown

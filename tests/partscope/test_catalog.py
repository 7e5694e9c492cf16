"""The face: its public names, and that each verb of the rooms below is a method of it."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import getdoc, signature
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

import partscope
from catalog.errors import CatalogNotFound
from catalog.settings import Settings
from partscope.catalog import Catalog

OWN = {
    *(
        "ingest",
        "rebuild",
        "search",
        "search_many",
        "facet",
        "failures",
        "evaluate",
        "cluster",
        "classify",
    ),
    *("duplicates", "export", "report", "info", "cutter", "read_image", "embed_images"),
}
"""What ``Catalog`` adds to the catalogue that the rooms below open."""


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder = tmp_path_factory.mktemp("face")
    names = ["Mutter M8", "Mutter M10", "Kugellager 6204", "Kugellager 6205"]
    for place, _ in enumerate(names):
        Image.new("RGB", (24, 24), (60 * place, 30, 90)).save(folder / f"{place}.png")
    frame = pd.DataFrame(
        {
            "part_number": [f"P{place}" for place in range(len(names))],
            "name_de": names,
            "family": ["Nuts", "Nuts", "Bearings", "Bearings"],
            "image": [f"{place}.png" for place in range(len(names))],
        }
    )
    models = {"image_model": "builtin:colour", "text_model": "builtin:tfidf"}
    with Catalog.open(folder / "store", **models) as opened:
        assert opened.ingest(frame, images=folder).created == 4
        opened.cluster(features=["name"], k=2)
        yield opened


def test_the_public_names_are_these() -> None:
    assert set(partscope.__all__) == {"Catalog", "Settings", "__version__"}
    assert partscope.Catalog is Catalog
    assert partscope.Settings is Settings
    assert partscope.__version__.count(".") == 2
    with pytest.raises(AttributeError, match="no attribute 'Katalog'"):
        _ = partscope.Katalog


def test_the_methods_are_these_and_each_says_what_it_does() -> None:
    assert {name for name in vars(Catalog) if not name.startswith("_")} == OWN
    for name in OWN:
        assert getdoc(getattr(Catalog, name)), name


@pytest.mark.parametrize("name", ["ingest", "rebuild", "search", "cluster", "evaluate", "facet"])
def test_a_verb_of_a_room_takes_the_catalogue_first(name: str) -> None:
    assert next(iter(signature(getattr(Catalog, name)).parameters)) == "catalog"


def test_a_catalogue_is_searched_counted_and_measured(catalog: Catalog) -> None:
    assert catalog.search("Mutter M8").hits[0].part_number == "P0"
    assert catalog.facet("family") == {"Bearings": 2, "Nuts": 2}
    assert catalog.evaluate().retrieval["name_de"].n == 4
    info = catalog.info()
    assert (info.parts, info.vectors["image"], info.families) == (4, 4, {"Bearings": 2, "Nuts": 2})
    assert set(info.embedders) == {"image", "text"}
    assert info.active_run == "default@1"


def test_a_new_part_is_classified_by_name_and_by_picture(catalog: Catalog) -> None:
    for classification, number in (
        (catalog.classify(name="Mutter M8"), "P0"),
        (catalog.classify(catalog.read_original("3.png"), run="default"), "P3"),
    ):
        assert classification.run == "default@1"
        nearest = max(classification.neighbours, key=lambda neighbour: neighbour.similarity)
        assert nearest.part_number == number


def test_pairs_are_looked_for_and_assignments_exported(catalog: Catalog, tmp_path: Path) -> None:
    assert catalog.duplicates(min_score=1.0) == []
    written: list[int] = []
    assert catalog.export(tmp_path / "parts.csv", progress=written.append) == 4
    assert sum(written) == 4
    table = pd.read_csv(tmp_path / "parts.csv", dtype=str)
    assert set(table["part_number"]) == {"P0", "P1", "P2", "P3"}


def test_a_rebuild_keeps_the_parts(catalog: Catalog) -> None:
    summary = catalog.rebuild()
    assert (summary.created, summary.failed) == (4, 0)
    assert catalog.info().generation == 2
    assert catalog.search("Kugellager 6205").hits[0].part_number == "P3"


def test_without_a_catalogue_each_verb_says_how_to_make_one(tmp_path: Path) -> None:
    with Catalog.open(tmp_path) as nothing:
        for verb in (
            nothing.info,
            nothing.duplicates,
            lambda: nothing.search("x"),
            lambda: nothing.export(tmp_path / "x.csv"),
            lambda: nothing.classify(name="x"),
        ):
            with pytest.raises(CatalogNotFound, match="ingest TABLE"):
                verb()

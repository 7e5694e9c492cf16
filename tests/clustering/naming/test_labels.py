"""Clusters are called what their members are called, in both languages, and no two alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalog.names.attributes import read_attributes
from catalog.store.contract import Record
from clustering.naming.labels import ClusterLabel, label_clusters
from clustering.naming.members import members_of


def labelled(*clusters: Sequence[dict[str, Any]]) -> dict[int, ClusterLabel]:
    """Label clusters given as payloads of their members."""
    flat = [(label, payload) for label, members in enumerate(clusters) for payload in members]
    records = [Record(str(place), payload, {}) for place, (_, payload) in enumerate(flat)]
    labels = np.array([label for label, _ in flat], np.int32)
    return label_clusters(members_of([record.id for record in records], labels, records))


def named(de: str = "", en: str = "", **more: Any) -> dict[str, Any]:
    names = {key: name for key, name in (("name_de", de), ("name_en", en)) if name}
    return {**names, "attributes": read_attributes(*names.values()), **more}


SCREWS = [
    named(f"Sechskantschraube DIN 933 M{size}x20 verzinkt", f"Hexagon bolt DIN 933 M{size}x20")
    for size in (6, 8, 10, 12)
]
BEARINGS = [
    named(f"Rillenkugellager {number}-2RS", f"Deep groove ball bearing {number}-2RS")
    for number in (6204, 6205, 6206)
]


def test_the_label_is_the_common_phrase_with_the_shared_standard() -> None:
    screws, bearings = labelled(SCREWS, BEARINGS).values()
    assert (screws.de, screws.en) == ("Sechskantschraube DIN 933", "Hexagon bolt DIN 933")
    assert (bearings.de, bearings.en) == ("Rillenkugellager", "Deep groove ball bearing")
    assert bearings.terms[0] == "Rillenkugellager"


def test_compounds_of_one_kind_are_called_by_their_head() -> None:
    kinds = ("Leistungsschalter", "Endschalter", "Näherungsschalter", "Fußschalter")
    switches, _ = labelled([named(kind) for kind in kinds], SCREWS).values()
    assert switches.de == "Schalter"


def test_a_size_that_all_share_is_in_the_label() -> None:
    sensors = [named(f"Sensor {kind} 24 V") for kind in ("induktiv", "kapazitiv", "optisch")]
    assert labelled(sensors, SCREWS)[0].de == "Sensor 24 V"


def test_a_missing_language_is_translated() -> None:
    label = labelled([named("Kugellager 20x42"), named("Kugellager 25x52")])[0]
    assert label.de == "Kugellager"
    assert label.en == "Ball bearing"


def test_what_somebody_wrote_comes_before_translations() -> None:
    origin = {"name_origin": {"de": "translated", "en": "given"}}
    translated = [named("Umschalter", "toggle switch", **origin) for _ in range(3)]
    assert labelled([*translated, named("Kippschalter")])[0].de == "Kippschalter"


def test_two_kinds_in_one_cluster_are_both_named() -> None:
    nuts = [named(f"Mutter M{size}") for size in range(3, 9)]
    washers = [named(f"Scheibe {size} mm") for size in range(3, 8)]
    assert labelled([*nuts, *washers], BEARINGS)[0].de == "Mutter und Scheibe"


def test_what_belongs_to_a_number_names_nothing() -> None:
    sensors = [named(f"Sensor {place} 24 V DC", f"sensor {place} 24 V DC") for place in range(4)]
    label = labelled(sensors, SCREWS)[0]
    assert (label.de, label.en) == ("Sensor 24 V", "Sensor 24 V")


def test_a_label_says_that_there_are_others() -> None:
    words = ("Motor", "Pumpe", "Ventil", "Filter", "Kette", "Feder", "Riemen")
    label = labelled([named(word) for word in words])[0]
    assert label.de.endswith(" u. a.")


def test_clusters_of_one_label_are_told_apart() -> None:
    brass = [named(f"Mutter M{size} Messing") for size in (4, 5)]
    steel = [named(f"Mutter M{size} Edelstahl") for size in (4, 5)]
    other = [named(f"Mutter M{size}") for size in (4, 5)]
    labels = [label.de for label in labelled(brass, steel, other, other).values()]
    assert len(set(labels)) == 4
    assert all(label.startswith("Mutter") for label in labels)


def test_without_any_name_the_family_names_the_cluster_else_a_number() -> None:
    families = [{"family": "bearings"}, {"family": "bearings"}, {}]
    first, second = labelled(families, [{}, {}]).values()
    assert (first.de, first.en) == ("bearings", "bearings")
    assert (second.de, second.en) == ("Gruppe 1", "group 1")


def test_noise_has_no_label() -> None:
    records = [Record(str(place), named("Motor"), {}) for place in range(3)]
    members = members_of(["0", "1", "2"], np.array([-1, 4, 4], np.int32), records)
    assert list(label_clusters(members)) == [4]


@given(st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_label_is_empty_and_no_two_are_alike(clusters: list[list[str]]) -> None:
    label_of = labelled(*[[named(name, name[::-1]) for name in names] for names in clusters])
    for language in ("de", "en"):
        texts = [getattr(label, language) for label in label_of.values()]
        assert all(text.strip() for text in texts)
        assert len(set(texts)) == len(texts)

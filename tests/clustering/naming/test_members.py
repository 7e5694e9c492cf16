"""What the members of a cluster are called, read from a bounded sample."""

from __future__ import annotations

import numpy as np

from catalog.store.contract import Record
from clustering.naming.members import MEMBERS_READ, ClusterMembers, members_of


def test_all_members_count_but_only_a_sample_is_read() -> None:
    count = MEMBERS_READ + 50
    records = [Record(str(place), {"name_de": "Motor"}, {}) for place in range(count)]
    members = members_of([record.id for record in records], np.zeros(count, np.int32), records)
    assert (members[0].size, members[0].read) == (count, MEMBERS_READ)


def test_names_are_told_from_translations() -> None:
    members = ClusterMembers()
    members.add({"name_de": "Motor", "name_origin": {"de": "given"}, "family": "drives"})
    members.add(
        {"name_de": "Umschalter", "clean_de": "Schalter", "name_origin": {"de": "translated"}}
    )
    members.add({"name_en": "engine", "attributes": {"voltage_v": 24.0}})
    assert members.size == 3
    assert (members.names["de"], members.translated["de"]) == (["Motor"], ["Schalter"])
    assert members.names["en"] == ["engine"]
    assert members.families == ["drives"]
    assert members.attributes == [{}, {}, {"voltage_v": 24.0}]


def test_noise_and_parts_of_no_run_have_no_members() -> None:
    records = [Record(part, {"name_de": "Motor"}, {}) for part in ("a", "b", "c", "stranger")]
    members = members_of(["a", "b", "c"], np.array([3, -1, 1], np.int32), records)
    assert {cluster: own.size for cluster, own in members.items()} == {1: 1, 3: 1}
    assert list(members) == [1, 3]

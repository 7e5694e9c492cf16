"""What the catalogue holds now, and how that differs from what a run has looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from catalog.store.contract import PartStore
from clustering.runs.assignment import Assignment, Revs


@dataclass(frozen=True, slots=True)
class CatalogState:
    """The parts of a catalogue in the order of their ids, with rev and family."""

    ids: list[str]
    revs: Revs
    families: list[str | None]

    def families_of(self, ids: Sequence[str]) -> list[str | None]:
        """Return the families of parts; all None where fewer than two are known: no truth at all."""
        if len({family for family in self.families if family is not None}) < 2:
            return [None] * len(ids)
        family_of = dict(zip(self.ids, self.families, strict=True))
        return [family_of.get(identity) for identity in ids]


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of parts that a run has not seen, saw with other vectors, or saw and that are gone."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def touched(self) -> int:
        """How many parts that are in all."""
        return len(self.new) + len(self.changed) + len(self.gone)


def read_state(store: PartStore) -> CatalogState:
    """Read ids, revs and families of all parts. Memory: about 200 bytes a part."""
    ids: list[str] = []
    revs: list[int] = []
    families: list[str | None] = []
    for batch in store.scan(batch_size=2048, with_payload=["rev", "family"]):
        for record in batch:
            ids.append(record.id)
            revs.append(int(record.payload.get("rev", 0)))
            families.append(record.payload.get("family"))
    return CatalogState(ids, np.array(revs, dtype=np.int64), families)


def changes_since(former: Assignment, ids: Sequence[str], revs: Revs) -> Changes:
    """Return how the parts ``ids`` with their ``revs`` differ from those that were seen."""
    revs_now = dict(zip(ids, revs.tolist(), strict=True))
    revs_before = dict(zip(former.ids, former.revs.tolist(), strict=True))
    return Changes(
        new=[identity for identity in ids if identity not in revs_before],
        changed=[
            identity
            for identity in ids
            if identity in revs_before and revs_before[identity] != revs_now[identity]
        ],
        gone=[identity for identity in former.ids if identity not in revs_now],
    )

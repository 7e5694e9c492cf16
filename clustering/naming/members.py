"""What the members of each cluster are called: a bounded sample of names and attributes a cluster.

Point ids are hashes of part numbers, so the first members in the order of their ids are a random
sample, and the same one each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.names.normalise import clean_name
from catalog.parts import LANGUAGES, Language
from catalog.store.contract import Record
from clustering.contract import NOISE, Labels

MEMBERS_READ = 300
"""Members of a cluster whose names and attributes are read; of larger ones this is a sample."""
NAMING_PAYLOAD = (
    *("name_de", "name_en", "clean_de", "clean_en", "name_origin", "family", "attributes"),
)
"""The payload that naming a cluster needs."""


@dataclass(slots=True)
class ClusterMembers:
    """Of one cluster: how many parts it has, and names, families and attributes of a sample.

    ``names`` holds what somebody wrote; ``translated`` what the glossary made of it.
    """

    size: int = 0
    read: int = 0
    names: dict[Language, list[str]] = field(default_factory=lambda: {"de": [], "en": []})
    translated: dict[Language, list[str]] = field(default_factory=lambda: {"de": [], "en": []})
    families: list[str] = field(default_factory=list)
    attributes: list[Mapping[str, Any]] = field(default_factory=list)

    def add(self, payload: Mapping[str, Any]) -> None:
        """Count one member; its payload is read while the sample is not full."""
        self.size += 1
        if self.read >= MEMBERS_READ:
            return
        self.read += 1
        for language in LANGUAGES:
            self._add_name(payload, language)
        if payload.get("family"):
            self.families.append(str(payload["family"]))
        self.attributes.append(payload.get("attributes") or {})

    def _add_name(self, payload: Mapping[str, Any], language: Language) -> None:
        raw_name = payload.get(f"name_{language}")
        if not raw_name:
            return
        name = str(payload.get(f"clean_{language}") or clean_name(str(raw_name), language))
        origin = (payload.get("name_origin") or {}).get(language)
        (self.translated if origin == "translated" else self.names)[language].append(name)


def members_of(
    ids: Sequence[str], labels: Labels, records: Iterable[Record]
) -> dict[int, ClusterMembers]:
    """Return the members of each cluster by its label, noise left out.

    ``records`` carry ``NAMING_PAYLOAD``; those of other parts are passed over. Memory: a sample a
    cluster and one label a part.
    """
    label_of = dict(zip(ids, labels.tolist(), strict=True))
    members: dict[int, ClusterMembers] = {}
    for record in records:
        label = label_of.get(record.id, NOISE)
        if label != NOISE:
            members.setdefault(label, ClusterMembers()).add(record.payload)
    return dict(sorted(members.items()))

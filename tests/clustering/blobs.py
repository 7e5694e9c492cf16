"""A catalogue of parts in clear groups, in any place, for tests of the job and what follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from catalog.arrays import Vector, unit_rows
from catalog.parts import point_id
from catalog.store.contract import Point
from catalog.store.manifest import Manifest
from catalog.store.schema import part_schema
from clustering.contract import Plan
from clustering.job.cluster_job import ClusterJob
from clustering.job.outcome import Outcome
from clustering.runs.write_back import Stores
from tests.stores import Place

IMAGE_DIM, NAME_DIM = 8, 6
KINDS = (
    ("Sechskantschraube", "hexagon bolt"),
    ("Kugellager", "ball bearing"),
    ("Dichtring", "sealing ring"),
    ("Zahnrad", "gear wheel"),
)
PLAN = Plan(k=4)


def part(number: int) -> str:
    """Return the id of the part of that number, in a catalogue that calls itself blobs."""
    return str(point_id("blobs", f"P{number}"))


def blob_points(numbers: Sequence[int], *, rev: int = 1, shift: int = 0) -> list[Point]:
    """Return parts of four kinds by turns; every third has no picture. ``shift`` changes the kind."""
    return [_point(number, (number + shift) % len(KINDS), rev) for number in numbers]


@dataclass
class Blobs:
    """Both stores of a catalogue."""

    place: Place
    catalog: str
    stores: Stores = field(init=False)

    def __post_init__(self) -> None:
        self.stores = self.open()

    def open(self) -> Stores:
        """Return another pair of handles."""
        return Stores(self.place.open(self.catalog), self.place.open(f"{self.catalog}.clusters"))

    def create(self, count: int) -> None:
        """Create the catalogue with so many parts."""
        self.stores.parts.create(part_schema(IMAGE_DIM, NAME_DIM), Manifest("blobs"))
        self.stores.parts.upsert(blob_points(range(count)))

    def cluster(self, plan: Plan = PLAN, name: str = "default") -> Outcome:
        """Run the job."""
        return ClusterJob(self.stores, plan, name).run()

    def payload(self, name: str = "default") -> dict[str, int]:
        """Return the cluster of each part as its payload says."""
        return {
            record.id: record.payload["clusters"][name]
            for batch in self.stores.parts.scan(with_payload=["clusters"])
            for record in batch
            if name in (record.payload.get("clusters") or {})
        }

    def payloads(self) -> dict[str, dict[str, Any]]:
        """Return everything that the points say."""
        return {record.id: record.payload for batch in self.stores.parts.scan() for record in batch}


def _point(number: int, kind: int, rev: int) -> Point:
    rng = np.random.default_rng(number)
    german, english = KINDS[kind]
    vectors: dict[str, Vector] = {"name_de": _near(kind, NAME_DIM, rng)}
    if number % 3:
        vectors["image"] = _near(kind, IMAGE_DIM, rng)
    payload = {
        "part_number": f"P{number}",
        "name_de": f"{german} M{number % 5 + 4}",
        "name_en": f"{english} M{number % 5 + 4}",
        "name_origin": {"de": "given", "en": "given"},
        "family": english,
        "rev": rev,
    }
    return Point(part(number), vectors, payload)


def _near(kind: int, dim: int, rng: np.random.Generator) -> Any:
    centre = np.eye(dim)[kind] * 3
    return unit_rows((centre + rng.normal(0, 0.3, dim))[None].astype(np.float32))[0]

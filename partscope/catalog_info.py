"""What a catalogue holds and what it was built with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from catalog.opened import OpenedCatalog
from catalog.store.filters import HasVector
from catalog.store.index_state import IndexState
from catalog.store.manifest import EmbedderRecord, SegmentationRecord
from ingest.failures import failures

_VECTORS = ("image", "views", "name_de", "name_en", "description", "terms")
_FAMILIES = 1000
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class CatalogInfo:
    """Counts and models of a catalogue; ``vectors`` and ``families`` are parts by name.

    ``families`` are the 1000 most frequent; without ``segmentation`` full photos are embedded;
    ``still_failing`` are rows that are in no part, as far as this machine knows.
    """

    catalog: str
    store: str
    parts: int
    vectors: Mapping[str, int]
    families: Mapping[str, int]
    embedders: Mapping[str, EmbedderRecord]
    segmentation: SegmentationRecord | None
    index: IndexState
    still_failing: int
    generation: int
    active_run: str | None

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "catalog": self.catalog,
            "store": self.store,
            "parts": self.parts,
            "vectors": dict(self.vectors),
            "families": dict(self.families),
            "embedders": {name: asdict(record) for name, record in self.embedders.items()},
            "segmenter": self.segmentation.segmenter if self.segmentation else "none",
            "segmentation": asdict(self.segmentation) if self.segmentation else None,
            "index": self.index.to_json(),
            "still_failing": self.still_failing,
            "generation": self.generation,
            "active_run": self.active_run,
        }

    def lines(self) -> Iterator[str]:
        """Yield the same for people."""
        yield f"catalogue {self.catalog} in {self.store}: {self.parts} parts"
        yield from (f"  with {name}: {count}" for name, count in self.vectors.items())
        for modality, record in self.embedders.items():
            yield f"  {modality} model {record.name} ({record.dim} d, {record.licence})"
        if self.segmentation:
            cutting = self.segmentation
            yield f"  segmenter {cutting.segmenter} ({cutting.mode}, {cutting.use})"
        yield f"  index: {self.index.text}"
        if self.still_failing:
            yield f"  {self.still_failing} rows still fail: partscope failures"
        if self.families:
            first = [f"{name} {count}" for name, count in self.families.items()][:_SHOWN]
            more = len(self.families) - len(first)
            yield f"  families: {', '.join(first)}{f' and {more} more' if more else ''}"


def catalog_info(catalog: OpenedCatalog) -> CatalogInfo:
    """Return what a catalogue holds and what it was built with; CatalogNotFound without one."""
    manifest, store = catalog.manifest, catalog.store
    named = {spec.name for spec in store.schema().vectors}
    return CatalogInfo(
        catalog=manifest.catalog,
        store=store.location,
        parts=store.count(),
        vectors={name: store.count(HasVector(name)) for name in _VECTORS if name in named},
        families={facet.value: facet.count for facet in store.facet("family", limit=_FAMILIES)},
        embedders=manifest.embedders,
        segmentation=manifest.segmentation,
        index=store.index_state(),
        still_failing=failures(catalog, limit=0).count,
        generation=manifest.generation,
        active_run=manifest.active_run,
    )

"""The guided run: draw a catalogue, ingest it, search it in three ways, and group it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from catalog.arrays import RgbImage
from catalog.images.decode import decode
from catalog.images.sheet import png
from catalog.progress import shown_progress
from clustering.contract import ClusterProfile
from clustering.job.outcome import Outcome
from clustering.runs.reviewed_run import ReviewedRun
from demo.catalogue import DemoCatalogue, make_catalogue, photo_seed, save_photo
from demo.parts import DrawnPart
from demo.scenes import draw_scene
from ingest.api import ingest
from ingest.outcomes import IngestSummary
from partscope.catalog import Catalog
from search.api import search
from search.hits.contact_sheet import draw_hits
from search.hits.results import SearchResult

SEARCHES_FILE = "searches.png"
_GERMAN = "Kugellager 20x42"
_ENGLISH = "socket screw M8 black"
_SHOWN = ("spur gears", "sealed ball bearings", "ball valves")
_HITS = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """One search of the demo: its query, and what was found."""

    title: str
    photo: Path | None
    result: SearchResult

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"title": self.title, **self.result.to_json()}


@dataclass(frozen=True, slots=True)
class DemoRun:
    """All that the demo did."""

    catalogue: DemoCatalogue
    summary: IngestSummary
    searches: tuple[Shown, ...]
    sheet: Path
    grouping: Outcome
    groups: tuple[ClusterProfile, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the counts of the ingest, then the grouping, the searches and their pictures."""
        return {
            **self.summary.to_json(),
            "cluster": self.grouping.to_json(),
            "searches": [search.to_json() for search in self.searches],
            "sheet": str(self.sheet),
        }


def run_demo(folder: Path, parts: int, say: Callable[[str], object]) -> DemoRun:
    """Draw, ingest, search and group the demo catalogue in ``folder``; ``say`` hears of each step."""
    say(f"1/4  drawing a catalogue of {parts} parts ...")
    catalogue = make_catalogue(folder, parts)
    say(f"     {catalogue.table} and {catalogue.photos} photos")
    say("2/4  ingesting it ...")
    with Catalog.open(folder / "store") as catalog, shown_progress(stays=True) as progress:
        summary = ingest(catalog, catalogue.table, progress=progress)
        for line in summary.lines()[:2]:
            say(f"     {line}")
        say("3/4  searching it ...")
        searches = tuple(_searches(catalog, catalogue, folder))
        say("4/4  grouping it ...")
        grouping = catalog.cluster()
        groups = ReviewedRun(catalog.store, grouping.run.run_id).largest_first()
    page = folder / SEARCHES_FILE
    page.write_bytes(png(np.concatenate([_picture(shown_search) for shown_search in searches])))
    return DemoRun(catalogue, summary, searches, page, grouping, tuple(groups))


def _searches(catalog: Catalog, catalogue: DemoCatalogue, folder: Path) -> list[Shown]:
    searches = [
        _search(catalog, f'"{_GERMAN}"', text=_GERMAN),
        _search(catalog, f'"{_ENGLISH}"', text=_ENGLISH),
    ]
    for part in _parts_to_photograph(catalogue.parts):
        photo = folder / f"query-{part.kind.subfamily.replace(' ', '-')}.jpg"
        # A photo that the catalogue has never seen: another angle, table and light.
        save_photo(draw_scene(part, photo_seed(part, 99, seed=7)), photo)
        searches.append(_search(catalog, f"photo {photo.name}", photo=photo))
    return searches


def _parts_to_photograph(parts: Sequence[DrawnPart]) -> list[DrawnPart]:
    by_kind = {part.kind.subfamily: part for part in reversed(parts)}
    shown_parts = [by_kind[name] for name in _SHOWN if name in by_kind]
    return shown_parts or list(parts[:1])


def _search(catalog: Catalog, title: str, photo: Path | None = None, **query: Any) -> Shown:
    if photo is not None:
        query["image"] = photo
    return Shown(title, photo, search(catalog, limit=_HITS, explain=True, **query))


def _picture(shown_search: Shown) -> RgbImage:
    pixels = decode(shown_search.photo.read_bytes()).pixels if shown_search.photo else None
    return draw_hits(shown_search.result, pixels, shown_search.title)

"""Writes the report of a run into a folder: ``report.html`` and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.errors import UsageError
from catalog.images.thumbnails import thumbnails
from clustering.job.catalog_state import read_state
from clustering.report.contents import report_contents
from clustering.report.maps import map_places
from clustering.report.page import write_page
from clustering.report.plots import check_installed, draw_all
from clustering.report.sheets import LAYOUT, write_sheet
from clustering.runs.reviewed_run import ReviewedRun

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog

Step = Callable[[str], None]


def write_report(
    catalog: OpenedCatalog, folder: Path, run: str | None = None, step: Step | None = None
) -> list[Path]:
    """Write the report of a run, the active one by default; return the files, the page first.

    UsageError without a run or for a folder that cannot be written, MissingExtra without the extra
    ``report``. Bounded: at most ``contents.MAP_PARTS`` parts on the maps, ``contents.SHEETS`` sheets.
    """
    check_installed()
    say = step or (lambda _: None)
    _ = catalog.manifest
    say("reading the run")
    state = read_state(catalog.store)
    families = dict(zip(state.ids, state.families, strict=True))
    contents = report_contents(ReviewedRun.find(catalog.store, run), families)
    _make(folder)
    say("laying out the map")
    plan = contents.run.chosen
    ids, flat, deep = map_places(catalog.store, [part.id for part in contents.mapped], plan)
    part_of = {part.id: part for part in contents.mapped}
    mapped = [part_of[identity] for identity in ids]
    say("reading pictures")
    shown_parts = [*mapped, *(part for sheet in contents.sheets for part in sheet.parts)]
    images = thumbnails(
        catalog.read_original,
        (part.file for part in shown_parts if part.file),
        LAYOUT.side,
        max_pixels=catalog.settings.max_pixels,
    )
    say("drawing")
    plots = draw_all(contents, [part.cluster for part in mapped], flat, deep, folder)
    sheets = [
        write_sheet(sheet, images, folder / f"sheet-{sheet.profile.cluster}.png")
        for sheet in contents.sheets
    ]
    page = write_page(contents, catalog.name, mapped, (flat, deep), images, plots, folder)
    return [page, *plots, *sheets]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out needs a folder that can be made: {error}") from None

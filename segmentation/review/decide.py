"""What a person decides about one view of a part, checked before it is kept."""

from __future__ import annotations

from catalog.errors import UsageError
from catalog.opened import OpenedCatalog
from catalog.parts import View, point_id, views_of
from segmentation import choices
from segmentation.by_text.phrases import part_phrases
from segmentation.choices import Choice
from segmentation.registry import reads_prompts


def decide(catalog: OpenedCatalog, part_number: str, view: int, choice: Choice | None) -> str:
    """Keep what a person decided about a part's view (from 1), or forget it; return the view's file.

    The next ingest of the table processes that part again, and no other. Raises UsageError for a prompt
    that names nothing, or that the catalogue's segmenter does not read.
    """
    if choice is not None and choice.prompt:
        _check_prompt(catalog, choice.prompt)
    views = _views(catalog, part_number)
    if not 1 <= view <= len(views):
        raise UsageError(f"part {part_number!r} has views 1 to {len(views)}; got {view}")
    file = views[view - 1].file
    choices.decide(catalog.store, part_number, file, choice)
    return file


def _check_prompt(catalog: OpenedCatalog, prompt: str) -> None:
    part_phrases(prompt)
    cutting = catalog.manifest.segmentation
    name = cutting.segmenter if cutting else "none"
    if not reads_prompts(name):
        raise UsageError(
            f"catalogue {catalog.name!r} is cut by the segmenter {name}, which reads no prompts: use "
            "--full-photo, or change over with partscope rebuild --segmenter grounded-sam"
        )


def _views(catalog: OpenedCatalog, part_number: str) -> tuple[View, ...]:
    records = catalog.store.get([str(point_id(catalog.name, part_number))], with_payload=["views"])
    if not records:
        raise UsageError(f"no part {part_number!r} in catalogue {catalog.name!r}")
    views = views_of(records[0].payload)
    if not views:
        raise UsageError(f"part {part_number!r} has no views")
    return views

"""One photo on its own: what is cut out of it, and why or why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from catalog.errors import ImageRejected, UsageError
from catalog.images.preparation import Preparation
from catalog.images.sheet import png
from catalog.opened import OpenedCatalog
from catalog.parts import ViewSegmentation
from catalog.settings import Settings
from segmentation.catalog_cutter import default_segmenter
from segmentation.choices import Choice
from segmentation.contract import Prompts
from segmentation.cutter import Cutter
from segmentation.pictures import DEFAULT_SIDE, Pictures, pictures_of
from segmentation.registry import reads_prompts, segmenter
from segmentation.review.preview import before_after
from segmentation.review.wording import outcome_text, size_text
from segmentation.triage import Triage
from segmentation.view_segmentation import recorded

DEFAULT_SEGMENTER = "silhouette"
_PICTURE = 480


@dataclass(frozen=True, slots=True)
class SegmentedPhoto:
    """The result for one photo; ``record`` is what a view's payload would say.

    ``needed`` is the triage's word, ``detail`` how the segmenter broke on it.
    """

    file: str
    width: int
    height: int
    segmenter: str
    needed: bool
    record: ViewSegmentation
    detail: str
    picture: Path
    seconds: float

    def lines(self) -> list[str]:
        """Return the result for people."""
        needed = "needed" if self.needed else "not needed: an even ground, nothing beside the part"
        lines = [f"{self.file} ({self.width} x {self.height}): {outcome_text(self.record)}"]
        if self.detail:
            lines.append(self.detail)
        if self.record.area and self.record.box:
            box = " ".join(map(str, self.record.box))
            lines.append(f"box {box}, {self.record.area:.0%} of the photo")
        if self.record.measured:
            lines.append(f"size {size_text(self.record.measured)}")
        lines.append(f"segmenter {self.segmenter}, {self.seconds:.2f} s; --segment auto: {needed}")
        return [*lines, f"picture: {self.picture}"]

    def to_json(self) -> dict[str, Any]:
        """Return the result as the command line prints it."""
        return {
            "file": self.file,
            "width": self.width,
            "height": self.height,
            "segmenter": self.segmenter,
            "needed": self.needed,
            "reason": "",
            "detail": self.detail,
            "score": None,
            "box": None,
            "measured": None,
            **self.record.to_json(),
            "picture": str(self.picture),
            "seconds": round(self.seconds, 3),
        }


def segment_photo(
    settings: Settings, file: str, out: Path | None = None, prompt: str = ""
) -> SegmentedPhoto:
    """Cut the part out of one photo and write before and after as PNG; ``prompt`` says what to look for.

    By the segmenter of the settings, else as the catalogue does, else by ``DEFAULT_SEGMENTER``.
    """
    with OpenedCatalog.from_settings(settings) as catalog:
        with _usable(file):
            content = catalog.reader(None, any_file=True).read(file)
        name, cutter = _cutter(catalog)
    if prompt and not reads_prompts(name):
        raise UsageError(f"{name} reads no prompts: leave --prompt out, or name another segmenter")
    pictures = Pictures(
        Preparation(), DEFAULT_SIDE, settings.max_pixels, replace(cutter, cache=None)
    )
    with _usable(file):
        photo = pictures.load(content)
    choice = Choice("yes", prompt=prompt)
    started = perf_counter()
    cut = pictures.cut(photo, choice)
    seconds = perf_counter() - started
    path = out or Path(f"{Path(file).stem}-segmented.png")
    _write(path, png(before_after(photo.pixels, cut, _PICTURE)))
    return SegmentedPhoto(
        file=file,
        width=photo.width,
        height=photo.height,
        segmenter=name,
        needed=(cutter.needs or Triage.fit(()))(photo.pixels),
        record=recorded(cut, choice, photo.width, photo.height),
        detail=cut.detail,
        picture=path,
        seconds=seconds,
    )


@contextmanager
def _usable(file: str) -> Iterator[None]:
    try:
        yield
    except ImageRejected as error:
        raise UsageError(f"photo {file!r} cannot be used: {error.detail}") from error


def _cutter(catalog: OpenedCatalog) -> tuple[str, Cutter]:
    """Return the name of the segmenter and what cuts with it."""
    settings = catalog.settings
    set_fields = settings.model_fields_set
    if "segmenter" not in set_fields and ("catalog" in set_fields or catalog.exists):
        cutting = catalog.manifest.segmentation
        cutter = pictures_of(catalog).cutter
        if cutting is not None and cutter is not None:
            return cutting.segmenter, cutter
    name = default_segmenter(settings)
    if name == "none" and "segmenter" not in set_fields:
        name = DEFAULT_SEGMENTER
    built_segmenter = segmenter(
        name, detector=settings.segmenter_detector, mask_model=settings.segmenter_mask_model
    )
    if built_segmenter is None:
        raise UsageError(f"--segmenter none cuts nothing: name one, e.g. {DEFAULT_SEGMENTER}")
    return name, Cutter(built_segmenter, Prompts(settings.segment_prompt, settings.segment_remove))


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"--out needs a file that can be written: {error}") from None

"""Cut parts out of photos: segment, check the mask, crop, or say why the full photo is used.

One road for stored views and for queries: the same segmenter, prompts, triage, gate and crop.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from catalog.arrays import RgbImage
from catalog.errors import PartscopeError
from catalog.images.reduction import short_side_at_most
from catalog.parts import MeasuredSize
from segmentation.choices import AUTO, Choice
from segmentation.contract import Graded, Prompts, Segmentation, Segmenter, Threaded
from segmentation.crop import crop
from segmentation.gate import NONSENSE, RULER, holds_ruler, refusal
from segmentation.mask_cache import MaskCache, mask_key
from segmentation.ruler.part_size import part_size
from segmentation.ruler.scale import read_scale

logger = logging.getLogger(__name__)

CUT_VERSION = 2
"""Goes up whenever gate or crop would give another picture for the same mask."""
FAILED = "segmenter_failed"

SegmentUse: TypeAlias = Literal["crop", "full", "both"]
Needs: TypeAlias = Callable[[RgbImage], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo to cut, at ``PHOTO_SIDE`` (``segmentation.pictures``).

    ``sha256`` is that of its file; without one the mask is not kept.
    """

    pixels: RgbImage
    sha256: str = ""
    choice: Choice = AUTO


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """What became of a photo.

    ``pictures`` are for the embedder: the crop, the full photo, or both in this order. ``reason``
    says why there is no crop, a stable key; it is empty where there is one. ``segmentation`` is what the
    segmenter gave, also where the gate refused it; None where it was not asked or failed.
    """

    pictures: tuple[RgbImage, ...]
    reason: str = ""
    segmentation: Segmentation | None = None
    is_cached: bool = False
    measured: MeasuredSize | None = None
    detail: str = ""

    def reduced(self, side: int) -> tuple[RgbImage, ...]:
        """Return the pictures with their short side at most ``side`` pixels."""
        return tuple(short_side_at_most(picture, side) for picture in self.pictures)


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts batches of photos as one catalogue has it.

    ``needs`` is the triage: whether a photo needs cutting at all; None for all. Several threads may
    use it at once where ``wants_threads``, else one at a time.
    """

    segmenter: Segmenter
    prompts: Prompts = field(default_factory=Prompts)
    use: SegmentUse = "crop"
    needs: Needs | None = None
    cache: MaskCache | None = None

    @property
    def wants_threads(self) -> bool:
        """Whether single photos in several threads are done sooner than batches in one."""
        return isinstance(self.segmenter, Threaded) and self.segmenter.wants_threads

    def cut(self, photos: Sequence[Photo]) -> list[Cut]:
        """Return what becomes of each photo, order kept; one that fails costs its own mask alone."""
        reasons = [self._why_not(photo) for photo in photos]
        to_segment = [
            photo for photo, reason in zip(photos, reasons, strict=True) if reason is None
        ]
        segmented = iter(self._results(to_segment))
        return [
            Cut((photo.pixels,), reason)
            if reason is not None
            else self._cut(photo, next(segmented))
            for photo, reason in zip(photos, reasons, strict=True)
        ]

    def _why_not(self, photo: Photo) -> str | None:
        if photo.choice.use == "no":
            return photo.choice.by
        if photo.choice.use == "auto" and self.needs and not self.needs(photo.pixels):
            return "not_needed"
        return None

    def _cut(self, photo: Photo, segmented: _Result) -> Cut:
        if isinstance(segmented.result, Failure):
            return Cut((photo.pixels,), FAILED, detail=segmented.result.detail)
        full = Cut((photo.pixels,), segmentation=segmented.result, is_cached=segmented.is_cached)
        least = self.segmenter.least_score if isinstance(self.segmenter, Graded) else 0.0
        reason = refusal(segmented.result, photo.pixels, least)
        if reason == NONSENSE:
            return replace(full, reason=reason, segmentation=None)
        if reason is not None:
            return replace(full, reason=reason)
        mask = segmented.result.mask
        marks = read_scale(photo.pixels)
        if marks is not None and holds_ruler(mask, marks):
            return replace(full, reason=RULER)
        measured = part_size(marks, mask, segmented.result.score)
        if self.use == "full":
            return replace(full, reason="full_by_setting", measured=measured)
        cropped = crop(photo.pixels, mask)
        pictures = (cropped, photo.pixels) if self.use == "both" else (cropped,)
        return replace(full, pictures=pictures, measured=measured)

    # -- asking the segmenter -----------------------------------------------------------------

    def _results(self, photos: Sequence[Photo]) -> list[_Result]:
        cached_masks = [self._kept(photo) for photo in photos]
        missing = [
            photo for photo, cached in zip(photos, cached_masks, strict=True) if cached is None
        ]
        fresh = iter(self._segment(missing))
        return [
            _Result(cached, is_cached=True) if cached is not None else _Result(next(fresh))
            for cached in cached_masks
        ]

    def _segment(self, photos: Sequence[Photo]) -> list[Segmentation | Failure]:
        """Segment photos in batches of equal prompts, and keep the masks that make sense."""
        by_prompts: dict[Prompts, list[int]] = {}
        for place, photo in enumerate(photos):
            by_prompts.setdefault(self._prompts(photo), []).append(place)
        results: list[Segmentation | Failure] = [Failure("")] * len(photos)
        for prompts, places in by_prompts.items():
            outcomes = segment_each(
                self.segmenter, [photos[place].pixels for place in places], prompts
            )
            for place, result in zip(places, outcomes, strict=True):
                results[place] = result
                self._keep(photos[place], result)
        return results

    def _kept(self, photo: Photo) -> Segmentation | None:
        key = self._key(photo)
        cached = self.cache.get(key) if self.cache is not None and key else None
        # A file of another shape is none of ours.
        return None if cached is None or cached.mask.shape != photo.pixels.shape[:2] else cached

    def _keep(self, photo: Photo, result: Segmentation | Failure) -> None:
        key = self._key(photo)
        if self.cache is None or not key or isinstance(result, Failure):
            return
        if refusal(result, photo.pixels) != NONSENSE:
            self.cache.put(key, result)

    def _key(self, photo: Photo) -> str:
        if not photo.sha256:
            return ""
        return mask_key(photo.sha256, self._prompts(photo), self.segmenter.fingerprint)

    def _prompts(self, photo: Photo) -> Prompts:
        prompt = photo.choice.prompt
        return replace(self.prompts, part=prompt) if prompt else self.prompts


@dataclass(frozen=True, slots=True)
class Failure:
    """A photo that the segmenter broke on, and how."""

    detail: str


@dataclass(frozen=True, slots=True)
class _Result:
    result: Segmentation | Failure
    is_cached: bool = False


def segment_each(
    segmenter: Segmenter, images: Sequence[RgbImage], prompts: Prompts
) -> list[Segmentation | Failure]:
    """Segment a batch; where it breaks as a whole, one by one.

    Errors that partscope raises on purpose (a missing model) are not an image's fault: raised.
    """
    if not images:
        return []
    try:
        segmentations = segmenter.segment(images, prompts)
        if len(segmentations) == len(images):
            return list(segmentations)
        problem = f"{len(segmentations)} results for {len(images)} images"
    except PartscopeError:
        raise
    except Exception as error:  # a model may raise anything; which image is it?
        problem = f"{type(error).__name__}: {error}"
    if len(images) == 1:
        return [Failure(problem)]
    logger.info("segmenter %s: %s; %d images one by one", segmenter.name, problem, len(images))
    return [
        segmentation
        for image in images
        for segmentation in segment_each(segmenter, [image], prompts)
    ]

"""Create a catalogue for a table: what is learnt once is learnt from a sample of its photos and names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from catalog.embedding.contract import NamePair
from catalog.images.decode import DecodedImage
from catalog.images.preparation import Preparation
from catalog.opened import OpenedCatalog
from ingest.first_look import FirstLook
from ingest.job import IngestJob
from ingest.pipeline.load_views import ViewLoader
from ingest.pipeline.rare_collection import rarely_collected
from ingest.pipeline.segment import SegmentStage, cut_workers
from segmentation.catalog_cutter import choose_cutting
from segmentation.pictures import DEFAULT_SIDE, Pictures, decode_photo

if TYPE_CHECKING:
    from catalog.arrays import RgbImage
    from segmentation.catalog_cutter import ChosenCutting


def create_catalog(
    job: IngestJob, look: FirstLook, *, next_generation: bool = False
) -> OpenedCatalog:
    """Create the job's catalogue, or its next generation, with embedders fitted on its table."""
    catalog = job.catalog
    former = catalog.manifest if next_generation else None
    prepare = catalog.chosen_preparation(former)
    cutting = choose_cutting(catalog.settings, former, partial(_photos, job, look))

    def images(limit: int) -> list[RgbImage]:
        return list(islice(_sample(job, look, prepare, cutting, limit), limit))

    def pairs(limit: int) -> Sequence[NamePair]:
        return list(look.pairs.pairs())[:limit]

    with job.clock.measure("fit"), rarely_collected():
        return catalog.create(
            images,
            pairs,
            segmentation=cutting,
            with_description=look.has_descriptions,
            next_generation=next_generation,
        )


def _photos(job: IngestJob, look: FirstLook, limit: int) -> Iterator[RgbImage]:
    """Yield a sample of the photos as they are before they are cut."""
    decode = partial(decode_photo, max_pixels=job.catalog.settings.max_pixels)
    return look.images(_loader(job, decode), limit, job.decode_workers)


def _sample(
    job: IngestJob,
    look: FirstLook,
    prepare: Preparation,
    cutting: ChosenCutting | None,
    limit: int,
) -> Iterator[RgbImage]:
    """Yield what an embedder will be given of a sample of the views."""
    cutter = cutting.cutter if cutting else None
    pictures = Pictures(prepare, DEFAULT_SIDE, job.catalog.settings.max_pixels, cutter)
    loader = _loader(job, pictures.load)
    if cutter is None:
        return look.images(loader, limit, job.decode_workers)
    stage = SegmentStage(cutter, pictures, job.clock, cut_workers(job.catalog.settings))
    return stage.of_sample(look.loaded(loader, limit, job.decode_workers))


def _loader(job: IngestJob, decode: Callable[[bytes], DecodedImage]) -> ViewLoader:
    return ViewLoader(job.views.read, decode, job.clock)

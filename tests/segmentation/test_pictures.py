"""One road for pictures: what is asked by is made as what is stored was, pixel by pixel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from catalog.arrays import RgbImage
from catalog.errors import FingerprintMismatch, ImageRejected, UsageError
from catalog.images.preparation import Preparation
from catalog.parts import point_id
from ingest.api import ingest
from partscope.catalog import Catalog
from segmentation.choices import Choice
from segmentation.cutter import Cutter, SegmentUse
from segmentation.mask_cache import MaskCache
from segmentation.pictures import (
    DEFAULT_SIDE,
    PHOTO_SIDE,
    Pictures,
    embed_pictures,
    pictures_of,
)
from tests.catalog.embedding.tiny_onnx_images import save_tiny_image_model, save_tiny_mask_model
from tests.catalog.images.samples import encoded
from tests.segmentation.threshold import Threshold, photo

MAX_PIXELS = 10**7
LARGER, SMALLER = (900, 1200), (120, 160)
"""Height and width of photos above and below ``PHOTO_SIDE``."""


def drawn(size: tuple[int, int] = SMALLER) -> RgbImage:
    """Return a photo of a dark part whose colours run, on a light table with some grain."""
    height, width = size
    box = (3 * width // 10, 3 * height // 10, 6 * width // 10, 8 * height // 10)
    rng = np.random.default_rng(height)
    grain = rng.normal(0, 3, (height, width, 3)) + np.linspace(0, 20, width)[:, None]
    return np.clip(photo(box, size) + grain, 0, 255).astype(np.uint8)


def as_png(image: RgbImage) -> bytes:
    return encoded(Image.fromarray(image), "PNG")


def road_of(
    use: SegmentUse | None, preparation: str = "", side: int = 64, cache: MaskCache | None = None
) -> Pictures:
    """Return a road; full photos without a ``use``."""
    cutter = None if use is None else Cutter(Threshold(), use=use, cache=cache)
    return Pictures(Preparation.parse(preparation), side, MAX_PIXELS, cutter)


def stored(road: Pictures, content: bytes, choice: Choice | None = None) -> tuple[RgbImage, ...]:
    """Return what the embedder is given of a stored view."""
    view = road.load(content)
    if road.cutter is None:
        return (view.pixels,)
    return road.of_cut(road.cut(view, choice) if choice else road.cut(view))


@pytest.mark.parametrize("use", [None, "crop", "full", "both"])
@pytest.mark.parametrize("preparation", ["", "clahe,pad=white"])
@pytest.mark.parametrize("size", [LARGER, SMALLER])
def test_a_file_gives_the_same_pixels_stored_and_asked(
    use: SegmentUse | None, preparation: str, size: tuple[int, int]
) -> None:
    road, content = road_of(use, preparation), as_png(drawn(size))
    of_view, of_query = stored(road, content), road.of_query(content)
    assert len(of_view) == len(of_query) == (2 if use == "both" else 1)
    for view, query in zip(of_view, of_query, strict=True):
        np.testing.assert_array_equal(view, query)
        assert preparation or min(view.shape[:2]) == 64


@pytest.mark.parametrize("use", [None, "crop", "full", "both"])
def test_pixels_are_taken_for_the_file_that_they_were_read_from(use: SegmentUse | None) -> None:
    image = drawn()
    road = road_of(use, side=min(image.shape[:2]))
    for of_file, of_pixels in zip(road.of_query(as_png(image)), road.of_query(image), strict=True):
        np.testing.assert_array_equal(of_file, of_pixels)


def test_a_photo_is_cut_at_no_more_than_its_working_side() -> None:
    road = road_of("crop")
    large, small = (road.load(as_png(drawn(size))) for size in (LARGER, SMALLER))
    assert (max(large.pixels.shape), large.width, large.height) == (PHOTO_SIDE, 1200, 900)
    assert small.pixels.shape[:2] == SMALLER


def test_the_full_photo_is_the_same_with_a_cutter_and_without() -> None:
    content = as_png(drawn())
    [uncut], [full] = stored(road_of(None), content), stored(road_of("full"), content)
    assert uncut.shape == full.shape
    assert np.abs(uncut.astype(int) - full).mean() < 3  # two ways to reduce
    crop, beside = stored(road_of("both"), content)
    np.testing.assert_array_equal(beside, full)
    [crop_alone] = stored(road_of("crop"), content)
    np.testing.assert_array_equal(crop, crop_alone)


def test_a_person_who_wants_the_full_photo_gets_it() -> None:
    road, content = road_of("crop"), as_png(drawn())
    decision = Choice("no", "review")
    cut = road.cut(road.load(content), decision)
    assert (cut.reason, cut.segmentation) == ("review", None)
    [decided], [full] = stored(road, content, decision), stored(road_of("full"), content)
    np.testing.assert_array_equal(decided, full)


def test_masks_of_stored_views_are_kept_those_of_queries_are_not(tmp_path: Path) -> None:
    road, content = road_of("crop", cache=MaskCache(tmp_path)), as_png(drawn())
    road.of_query(content)
    assert not list(tmp_path.rglob("*.png"))
    first, again = (road.cut(road.load(content)) for _ in range(2))
    assert [first.is_cached, again.is_cached] == [False, True]
    np.testing.assert_array_equal(first.pictures[0], again.pictures[0])


@pytest.mark.parametrize("use", [None, "crop"])
def test_what_is_no_image_is_refused(use: SegmentUse | None) -> None:
    with pytest.raises(ImageRejected):
        road_of(use).of_query(b"no image")


# -- of a catalogue -------------------------------------------------------------------------------

USES = {
    "full photos": {},
    "crop": {"segment_use": "crop"},
    "full": {"segment_use": "full"},
    "both": {"segment_use": "both"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a table of two photos, a tiny embedder and a tiny mask model."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "large.png").write_bytes(as_png(drawn(LARGER)))
    (folder / "small.png").write_bytes(as_png(drawn(SMALLER)))
    (folder / "parts.csv").write_text("part_number,image\n1,large.png\n2,small.png\n")
    save_tiny_image_model(folder / "embedder", size=48)
    save_tiny_mask_model(folder / "segmenter")
    return folder


@pytest.fixture(scope="module", params=USES)
def catalog(request: pytest.FixtureRequest, folder: Path) -> Iterator[Catalog]:
    """Give a catalogue of full photos, or one whose photos are cut."""
    given: dict[str, Any] = dict(USES[request.param])
    if given:
        given |= {"segmenter": f"onnx:{folder / 'segmenter'}", "segment": "all"}
    with opened(folder, request.param, preparation="pad", **given) as built:
        ingest(built, folder / "parts.csv")
        yield built


def opened(folder: Path, store: str, **settings: Any) -> Catalog:
    models = {"image_model": f"onnx:{folder / 'embedder'}", "text_model": "none"}
    return Catalog.open(folder / store, **{**models, **settings})


def vectors_of(catalog: Catalog) -> np.ndarray:
    records = catalog.store.get(
        [str(point_id("parts", number)) for number in ("1", "2")], with_vectors=["image"]
    )
    by_number = {record.payload["part_number"]: record.vectors["image"] for record in records}
    return np.stack([np.asarray(by_number[number]) for number in ("1", "2")])


def test_a_query_has_the_vector_of_the_stored_view(catalog: Catalog, folder: Path) -> None:
    files = [folder / "large.png", folder / "small.png"]
    by_path = embed_pictures(catalog, [files[0], str(files[1])])
    np.testing.assert_allclose(by_path, vectors_of(catalog), atol=1e-6)
    by_bytes = embed_pictures(catalog, [file.read_bytes() for file in files])
    np.testing.assert_array_equal(by_bytes, by_path)
    by_pixels = embed_pictures(catalog, [drawn(LARGER), drawn(SMALLER)])
    assert (by_pixels * by_path).sum(axis=1).min() > 0.99  # reduced in one step instead of two
    [hit] = catalog.search(image=files[1], limit=1).hits
    assert hit.part_number == "2"


def test_a_road_is_loaded_once_at_the_side_that_the_embedder_states(catalog: Catalog) -> None:
    assert pictures_of(catalog) is pictures_of(catalog)
    assert pictures_of(catalog).side == 48


def test_without_an_embedder_that_states_its_side_there_is_a_usual_one(folder: Path) -> None:
    table = folder / "names.csv"
    table.write_text("part_number,name_de\n1,Schraube\n")
    models = {"image_model": "none", "text_model": "builtin:bag-of-words"}
    with opened(folder, "names", **models) as catalog:
        ingest(catalog, table)
        assert pictures_of(catalog).side == DEFAULT_SIDE
        with pytest.raises(UsageError, match="holds no images: ask by name"):
            embed_pictures(catalog, [drawn()])


def test_a_segmenter_that_has_become_another_one_is_refused(folder: Path) -> None:
    model = save_tiny_mask_model(folder / "changing")
    given = {"segmenter": f"onnx:{model}", "segment": "all"}
    with opened(folder, "changed", **given) as catalog:
        ingest(catalog, folder / "parts.csv")
    with opened(folder, "changed") as catalog:
        assert pictures_of(catalog).cutter is not None
    save_tiny_mask_model(model, size=40)
    with opened(folder, "changed") as catalog:
        with pytest.raises(FingerprintMismatch, match="was built with the segmenter"):
            pictures_of(catalog)
        with pytest.raises(FingerprintMismatch):
            embed_pictures(catalog, [drawn()])

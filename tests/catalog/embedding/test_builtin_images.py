from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.image_embedders import read_set, score
from catalog.arrays import FloatVector, RgbImage
from catalog.embedding.builtin_images import NAMES, create
from catalog.embedding.builtin_images.drawings import drawings
from catalog.embedding.builtin_images.fitted import FittedEmbedder
from catalog.embedding.contract import Fittable, ImageEmbedder
from catalog.embedding.registry import image_embedder
from catalog.errors import ModelNotFound, UnknownName, UsageError

FITTED = ("combined", "orb", "patches", "sift")


def _fitted(name: str, sample: list[RgbImage]) -> ImageEmbedder:
    embedder = create(name)
    assert isinstance(embedder, Fittable)
    embedder.fit(sample)
    return embedder


@cache
def _ready(name: str) -> ImageEmbedder:
    return _fitted(name, []) if name in FITTED else create(name)


def _vector(name: str, image: RgbImage) -> FloatVector:
    vector: FloatVector = _ready(name).embed_documents([image])[0]
    return vector


def _canvas() -> RgbImage:
    return np.full((160, 160, 3), 230, np.uint8)


def _bolt(turn: float = 0, colour: tuple[int, int, int] = (90, 90, 95)) -> RgbImage:
    image = _canvas()
    for centre, size in (((80, 80), (100, 18)), ((32, 80), (20, 44))):
        x, y = np.array(centre) - 80
        radians = np.deg2rad(turn)
        place = (
            80 + x * np.cos(radians) - y * np.sin(radians),
            80 + x * np.sin(radians) + y * np.cos(radians),
        )
        corners = cv2.boxPoints((place, size, turn)).astype(np.int32)
        cv2.fillPoly(image, [corners], colour)
    return image


def _washer(colour: tuple[int, int, int] = (90, 90, 95)) -> RgbImage:
    image = _canvas()
    cv2.circle(image, (80, 80), 50, colour, 22)
    return image


def test_every_name_is_known_to_the_registry() -> None:
    for name in NAMES:
        embedder = image_embedder(f"builtin:{name}")
        assert isinstance(embedder, Fittable) == (name in FITTED)


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r"did you mean 'combined'\? Known: colour, combined"):
        create("combine")


@pytest.mark.parametrize("name", FITTED)
def test_before_fit_there_is_no_identity(name: str) -> None:
    embedder = create(name)
    assert isinstance(embedder, FittedEmbedder)
    for ask in (lambda: embedder.description, embedder.state, lambda: embedder.embed_documents([])):
        with pytest.raises(UsageError, match=f"builtin:{name} has not learnt"):
            ask()


@pytest.mark.parametrize("name", FITTED)
def test_state_stays_small(name: str) -> None:
    embedder = _ready(name)
    assert isinstance(embedder, Fittable)
    assert sum(array.nbytes for array in embedder.state().values()) < 20e6


@pytest.mark.parametrize("name", FITTED)
def test_state_that_does_not_fit_is_refused(name: str) -> None:
    embedder = _ready(name)
    assert isinstance(embedder, Fittable)
    state = embedder.state()
    for key in state:
        cut = {**state, key: state[key][..., :-1]}
        missing = {other: array for other, array in state.items() if other != key}
        for wrong in (cut, missing):
            other = create(name)
            assert isinstance(other, Fittable)
            with pytest.raises(ModelNotFound, match="run partscope rebuild"):
                other.load_state(wrong)
            with pytest.raises(UsageError):
                other.state()


@pytest.mark.parametrize("name", ["hog", "shape", "sift", "combined"])
def test_shape_counts(name: str) -> None:
    bolt, other_bolt, washer = (
        _vector(name, image) for image in (_bolt(), _bolt(4, (100, 95, 95)), _washer())
    )
    assert bolt @ other_bolt > bolt @ washer + 0.05


@pytest.mark.parametrize("name", ["colour", "patches", "combined"])
def test_colour_counts(name: str) -> None:
    red, other_red, blue = (
        _vector(name, _bolt(2 * n, colour))
        for n, colour in enumerate([(200, 20, 20), (190, 30, 25), (20, 20, 200)])
    )
    assert red @ other_red > red @ blue + 0.05


@pytest.mark.parametrize("name", ["hog", "shape", "sift"])
def test_brightness_hardly_counts(name: str) -> None:
    bolt = _bolt()
    darker = (bolt * 0.7 + 10).astype(np.uint8)
    assert _vector(name, bolt) @ _vector(name, darker) > 0.97


@pytest.mark.parametrize("name", ["sift", "patches"])
def test_mirror_image_is_almost_the_same(name: str) -> None:
    image = next(drawings())
    mirrored = np.ascontiguousarray(image[:, ::-1])
    other = next(islice(drawings(), 1, None))
    same, different = (_vector(name, image) @ _vector(name, it) for it in (mirrored, other))
    assert same > 0.95
    assert different < same - 0.2


def test_outline_is_free_of_size_and_turn() -> None:
    small = cv2.copyMakeBorder(_bolt(), 60, 60, 60, 60, cv2.BORDER_REPLICATE)
    bolt, turned, smaller, washer = (
        _vector("shape", image) for image in (_bolt(), _bolt(35), np.asarray(small), _washer())
    )
    assert min(bolt @ turned, bolt @ smaller) > bolt @ washer


@pytest.mark.parametrize("name", NAMES)
def test_blank_images_are_all_alike(name: str) -> None:
    blank = [np.full((30 + n, 60, 3), 255, np.uint8) for n in range(3)]
    rows = _ready(name).embed_documents(blank)
    np.testing.assert_allclose(rows @ rows.T, 1, atol=1e-4)


@pytest.mark.parametrize("name", ["sift", "combined"])
@pytest.mark.parametrize("count", [5, pytest.param(30, marks=pytest.mark.slow)])
def test_small_catalogue_finds_its_parts_again(name: str, count: int) -> None:
    parts = list(islice(drawings(), 200, 200 + count))
    embedder = _fitted(name, parts)
    rng = np.random.default_rng(0)
    photos = [
        np.clip(part[5:155, 8:152] * 0.85 + rng.normal(12, 6, (150, 144, 3)), 0, 255).astype(
            np.uint8
        )
        for part in parts
    ]
    scores = embedder.embed_queries(photos) @ embedder.embed_documents(parts).T
    assert (scores.argmax(axis=1) == np.arange(count)).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", FITTED)
def test_sample_of_one_image_many_times_fits(name: str) -> None:
    embedder = _fitted(name, [_bolt()] * 40)
    rows = embedder.embed_documents([_bolt(), _washer(), next(drawings())])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert rows[0] @ rows[1] < 0.99


@pytest.mark.parametrize(
    ("every", "bar"),
    [
        pytest.param(4, 0.93, marks=pytest.mark.slow),
        pytest.param(1, 0.96, marks=pytest.mark.minutes),
    ],
)
def test_renders_of_fasteners_find_their_kind(shared: Path, every: int, bar: float) -> None:
    images, families = read_set(shared / "data" / "cad_fasteners_dev")
    images, families = images[::every], families[::every]
    rows = _fitted("combined", images).embed_documents(images)
    assert score(rows, families).precision_1 >= bar


@pytest.mark.slow
def test_some_photos_find_their_family_better_than_by_outline(shared: Path) -> None:
    images, families = read_set(shared / "data" / "car_parts_dev")
    images, families = images[:250], families[:250]
    combined = score(_fitted("combined", images).embed_documents(images), families)
    hog = score(create("hog").embed_documents(images), families)
    assert combined.precision_1 >= hog.precision_1 + 0.1


@pytest.mark.minutes
def test_photos_of_car_parts_find_their_family(shared: Path) -> None:
    images, families = read_set(shared / "data" / "car_parts_dev")
    embedder = _fitted("combined", images[:2000])
    assert score(embedder.embed_documents(images), families).precision_1 >= 0.77

"""What every embedder promises; the list of them is in ``embedders``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from catalog.arrays import FloatMatrix, RgbImage, StateArrays
from catalog.embedding.contract import (
    CrossModalEmbedder,
    Embedder,
    Fittable,
    Modality,
    NamePair,
)
from tests.contracts.embedders import image_embedders, text_embedders

SAME = 1e-5
"""Blocks of another size may change the last digits of a model's matrix products."""


def _image(height: int, width: int, seed: int) -> RgbImage:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (1 + height // 16, 1 + width // 16, 3), np.uint8)
    return coarse.repeat(16, axis=0).repeat(16, axis=1)[:height, :width].copy()


IMAGES: list[RgbImage] = [_image(60 + 9 * n, 110 - 7 * n, n) for n in range(9)]
ODD_IMAGES: dict[str, RgbImage] = {
    "1x1": _image(1, 1, 0),
    "3x3": _image(3, 3, 1),
    "1 high": _image(1, 300, 2),
    "1 wide": _image(300, 1, 3),
    "3 high": _image(3, 40, 4),
    "strip": _image(8, 1200, 5),
    "black": np.zeros((50, 60, 3), np.uint8),
    "white": np.full((50, 60, 3), 255, np.uint8),
    "red": np.full((64, 64, 3), (255, 0, 0), np.uint8),
    "large": _image(2600, 4000, 6),
    "turned view of memory": _image(50, 70, 7)[::-1, ::-1].transpose(1, 0, 2),
    "read-only": _image(40, 40, 8),
}
ODD_IMAGES["read-only"].setflags(write=False)
NAMES = [
    "Rillenkugellager 6204",
    "hex bolt M8 x 40",
    "Ventil",
    "valve",
    "seal ring",
    "Kugel",
    "ball bearing",
    "Sechskantschraube DIN 933",
    "m8",
]
ODD_NAMES: dict[str, str] = {
    "one letter": "a",
    "long": "bearing " * 400,
    "umlauts": "Öldrucküberwachungsgerät",
    "another script": "轴承",
    "emoji": "bolt 🔩",
    "control": "bolt\x00\x07\nM8",
    "one word": "x" * 3000,
}
PAIRS = [NamePair(de, en) for de, en in zip(NAMES, reversed(NAMES), strict=True)]
PAIRS += [NamePair(None, "valve"), NamePair("Ventil", None), NamePair(None, None)]


@dataclass(frozen=True)
class Case:
    """One embedder, ready to embed, and what it is tried with."""

    embedder: Embedder[Any]
    make: Callable[[], Embedder[Any]]
    modality: Modality
    items: Sequence[Any]
    odd: dict[str, Any]
    sample: Sequence[Any]
    _fitted: dict[int, Embedder[Any]] = field(default_factory=dict)

    def fitted_on(self, count: int) -> Embedder[Any]:
        """Return a fittable embedder that has learnt from so many items; learnt once."""
        if count not in self._fitted:
            embedder = self.make()
            assert isinstance(embedder, Fittable)
            embedder.fit(self.sample[:count])
            self._fitted[count] = embedder
        return self._fitted[count]


def _parameters() -> list[Any]:
    named = [("image", image_embedders), ("text", text_embedders)]
    return [
        pytest.param((modality, factory), id=f"{modality} {name}")
        for modality, factories in named
        for name, factory in factories.items()  # type: ignore[attr-defined]
    ]


@pytest.fixture(scope="module", params=_parameters())
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    modality, factory = request.param
    folder = tmp_path_factory.mktemp("model") / "tiny"
    embedder = factory(folder)
    images, names = (IMAGES, ODD_IMAGES, IMAGES), (NAMES, ODD_NAMES, PAIRS)
    items, odd, sample = images if modality == "image" else names
    if isinstance(embedder, Fittable):
        embedder.fit(sample)
    return Case(embedder, lambda: factory(folder), modality, items, odd, sample)


def _same_rows(left: FloatMatrix, right: FloatMatrix) -> None:
    np.testing.assert_allclose(left, right, atol=SAME)


def _assert_unit_rows(rows: FloatMatrix, count: int, dim: int) -> None:
    assert rows.shape == (count, dim)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


def test_description_is_complete_and_stays(case: Case) -> None:
    described = case.embedder.description
    assert isinstance(case.embedder, Embedder)
    assert described.modality == case.modality
    assert described.name
    assert described.licence
    assert described.fingerprint
    assert described.dim >= 1
    assert described.batch_size >= 1
    assert described.input_side is None or described.input_side >= 1
    assert case.embedder.description == described


def test_documents_and_queries_are_unit_rows(case: Case) -> None:
    for embed in (case.embedder.embed_documents, case.embedder.embed_queries):
        _assert_unit_rows(embed(case.items), len(case.items), case.embedder.description.dim)


def test_empty_batch_gives_no_rows(case: Case) -> None:
    for embed in (case.embedder.embed_documents, case.embedder.embed_queries):
        rows = embed([])
        assert rows.shape == (0, case.embedder.description.dim)
        assert rows.dtype == np.float32


def test_row_depends_on_its_own_item_alone(case: Case) -> None:
    together = case.embedder.embed_documents(case.items)
    alone = [case.embedder.embed_documents([item]) for item in case.items]
    _same_rows(together, np.concatenate(alone))
    _same_rows(together[::-1], case.embedder.embed_documents(list(case.items)[::-1]))


def test_more_items_than_a_batch_keep_their_order(case: Case) -> None:
    rounds = min(9, 2 + case.embedder.description.batch_size // len(case.items))
    rows = case.embedder.embed_documents(list(case.items) * rounds)
    _same_rows(rows, np.tile(case.embedder.embed_documents(case.items), (rounds, 1)))


def test_same_item_gives_same_vector_again(case: Case) -> None:
    first = case.embedder.embed_documents(case.items)
    np.testing.assert_array_equal(first, case.embedder.embed_documents(case.items))


def test_different_items_give_different_vectors(case: Case) -> None:
    rows = case.embedder.embed_documents(case.items)
    assert len(np.unique(rows.round(6), axis=0)) > len(case.items) // 2


def test_input_is_left_alone(case: Case) -> None:
    before = [np.array(item) for item in case.items]
    case.embedder.embed_documents(case.items)
    for old, item in zip(before, case.items, strict=True):
        np.testing.assert_array_equal(old, np.array(item))


def test_odd_items_give_unit_vectors(case: Case) -> None:
    for name, item in case.odd.items():
        rows = case.embedder.embed_documents([item])
        assert np.isfinite(rows).all(), name
        _assert_unit_rows(rows, 1, case.embedder.description.dim)


def test_empty_name_gives_zeros(case: Case) -> None:
    if case.modality == "image":
        embed = getattr(case.embedder, "embed_text_queries", None)
        if embed is None:
            return
    else:
        embed = case.embedder.embed_queries
    rows = embed(["", "valve", "  "])
    assert not rows[[0, 2]].any()
    _assert_unit_rows(rows[1:2], 1, case.embedder.description.dim)


def test_text_queries_lie_in_the_image_space(case: Case) -> None:
    if not isinstance(case.embedder, CrossModalEmbedder):
        return
    dim = case.embedder.description.dim
    rows = case.embedder.embed_text_queries([*NAMES, *ODD_NAMES.values()])
    _assert_unit_rows(rows, len(NAMES) + len(ODD_NAMES), dim)
    assert case.embedder.embed_text_queries([]).shape == (0, dim)
    _same_rows(rows[:1], case.embedder.embed_text_queries(NAMES[:1]))


def test_new_instance_is_the_same_embedder(case: Case) -> None:
    other = case.make()
    if isinstance(case.embedder, Fittable):
        assert isinstance(other, Fittable)
        other.load_state(case.embedder.state())
    assert other.description == case.embedder.description
    _same_rows(other.embed_documents(case.items[:3]), case.embedder.embed_documents(case.items[:3]))


def test_fit_is_deterministic_and_part_of_the_fingerprint(case: Case) -> None:
    if not isinstance(case.embedder, Fittable):
        return
    again, other = case.make(), case.fitted_on(2)
    assert isinstance(again, Fittable)
    assert isinstance(other, Fittable)
    assert again.sample_size >= 1
    again.fit(case.sample)
    _assert_same_state(again.state(), case.embedder.state())
    assert again.description == case.embedder.description
    if not _is_same_state(other.state(), case.embedder.state()):
        assert other.description.fingerprint != case.embedder.description.fingerprint


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_any_sample_fits_and_gives_the_same_dim(case: Case, count: int) -> None:
    if not isinstance(case.embedder, Fittable):
        return
    embedder = case.fitted_on(count)
    assert isinstance(embedder, Fittable)
    assert embedder.description.dim == case.embedder.description.dim
    rows = embedder.embed_documents(case.items)
    _assert_unit_rows(rows, len(case.items), embedder.description.dim)
    assert len(np.unique(rows.round(6), axis=0)) > len(case.items) // 2


def test_sample_of_odd_items_fits(case: Case) -> None:
    if not isinstance(case.embedder, Fittable) or case.modality == "text":
        return
    embedder = case.make()
    assert isinstance(embedder, Fittable)
    embedder.fit([ODD_IMAGES["black"]] * 7 + [ODD_IMAGES["1x1"], ODD_IMAGES["strip"]])
    assert np.isfinite(embedder.embed_documents(case.items)).all()


def test_state_holds_plain_arrays(case: Case) -> None:
    if not isinstance(case.embedder, Fittable):
        return
    for name, array in case.embedder.state().items():
        assert isinstance(array, np.ndarray), name
        assert not array.dtype.hasobject, name


def _is_same_state(left: StateArrays, right: StateArrays) -> bool:
    return left.keys() == right.keys() and all(
        left[name].dtype == right[name].dtype
        and left[name].shape == right[name].shape
        and left[name].tobytes() == right[name].tobytes()
        for name in left
    )


def _assert_same_state(left: StateArrays, right: StateArrays) -> None:
    assert _is_same_state(left, right)

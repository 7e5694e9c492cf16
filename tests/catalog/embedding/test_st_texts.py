from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from catalog.embedding.st_texts import StTexts, create
from catalog.errors import MissingExtra, ModelNotFound
from tests.catalog.embedding.tiny_st import DIM, break_weights, save_tiny_model

pytestmark = [
    pytest.mark.slow,  # imports torch
    pytest.mark.skipif(
        find_spec("sentence_transformers") is None, reason="the extra 'models' is not installed"
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("st") / "tiny")


@pytest.fixture(scope="module")
def embedder(folder: Path) -> StTexts:
    return create(str(folder))


def test_it_embeds_to_unit_rows(embedder: StTexts) -> None:
    rows = embedder.embed_documents(["Kugellager", "", "ball bearing", "Kugellager "])
    assert rows.shape == (4, DIM)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 0, 1, 1], atol=1e-5)
    assert np.array_equal(rows[0], rows[3])


def test_it_describes_the_model(embedder: StTexts, folder: Path) -> None:
    description = embedder.description
    assert (description.name, description.dim) == (f"st:{folder}", DIM)
    assert description.modality == "text"


def test_a_row_does_not_depend_on_its_batch(embedder: StTexts) -> None:
    names = ["kugel", "ball bearing m8", "a b c a b c", "ventil"]
    together = embedder.embed_queries(names)
    alone = np.vstack([embedder.embed_queries([name]) for name in names])
    assert np.allclose(together, alone, atol=1e-5)


def test_without_prompts_query_and_document_are_the_same(embedder: StTexts) -> None:
    assert np.array_equal(embedder.embed_queries(["valve"]), embedder.embed_documents(["valve"]))


@pytest.mark.parametrize("key", ["document", "passage", "corpus"])
def test_the_models_prompts_are_honoured(tmp_path: Path, folder: Path, key: str) -> None:
    prompts = {"query": "query: ", key: "passage: "}
    prompted = create(str(save_tiny_model(tmp_path / "prompted", prompts)))
    plain = create(str(folder))
    assert np.allclose(
        prompted.embed_queries(["valve"]), plain.embed_queries(["query: valve"]), atol=1e-5
    )
    assert np.allclose(
        prompted.embed_documents(["valve"]), plain.embed_documents(["passage: valve"]), atol=1e-5
    )


@pytest.mark.parametrize(
    ("name", "prompted"),
    [("multilingual-e5-small", True), ("e5-large-v2-instruct", False), ("base5", False)],
)
def test_the_e5_family_gets_the_prompts_of_its_card(
    tmp_path: Path, name: str, prompted: bool
) -> None:
    e5 = create(str(save_tiny_model(tmp_path / name)))
    same = np.allclose(e5.embed_queries(["valve"]), e5.embed_documents(["valve"]))
    assert same is not prompted


def test_the_fingerprint_is_of_the_model_not_of_its_place(tmp_path: Path, folder: Path) -> None:
    here = create(str(folder)).description.fingerprint
    copy = create(str(save_tiny_model(tmp_path / "copy"))).description.fingerprint
    other = create(str(save_tiny_model(tmp_path / "other", seed=1))).description.fingerprint
    prompted = save_tiny_model(tmp_path / "prompted", {"query": "query: "})
    assert here == copy
    assert len({here, other, create(str(prompted)).description.fingerprint}) == 3


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="no-model: there is no such folder") as caught:
        create(str(tmp_path / "no-model"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [None, "weights"])
def test_a_folder_without_a_usable_model_is_refused(tmp_path: Path, content: str | None) -> None:
    folder = tmp_path / "broken"
    if content:
        break_weights(save_tiny_model(folder))
    folder.mkdir(exist_ok=True)
    with pytest.raises(ModelNotFound, match="cannot be loaded") as caught:
        create(str(folder))
    assert "\n" not in str(caught.value)


def test_a_hub_model_that_is_not_here_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelNotFound, match="hf download nobody/no-such-model"):
        create("nobody/no-such-model")


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtra, match=r"st: models needs an extra.*partscope\[models\]"):
        create("intfloat/multilingual-e5-small")

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catalog.arrays import FloatMatrix, unit_rows
from catalog.embedding.onnx_texts import OnnxTexts, create
from catalog.errors import ModelNotFound
from tests.catalog.embedding.tiny_onnx import DIM, WORDS, save_tiny_model, table


def _mean(*words: str) -> FloatMatrix:
    rows = table()[[WORDS.index(word) for word in words]]
    return unit_rows(rows.mean(axis=0, keepdims=True))


@pytest.mark.parametrize("pooled", [False, True])
def test_a_name_is_the_mean_of_its_tokens(tmp_path: Path, pooled: bool) -> None:
    embedder = create(str(save_tiny_model(tmp_path / "tiny", pooled=pooled)))
    rows = embedder.embed_documents(["Ball bearing M8", "---", "lager", "ball  bearing m8"])
    assert rows.shape == (4, DIM)
    assert np.allclose(rows[0], _mean("ball", "bearing", "m8"), atol=1e-6)
    assert np.allclose(rows[2], _mean("lager"), atol=1e-6)
    assert not rows[1].any()
    assert np.allclose(rows[3], rows[0])


def test_prefixes_are_put_before_queries_and_documents(tmp_path: Path) -> None:
    text = 'query_prefix = "query "\ndocument_prefix = "passage "'
    embedder = create(str(save_tiny_model(tmp_path / "tiny", text=text)))
    assert np.allclose(embedder.embed_queries(["kugel"])[0], _mean("query", "kugel"), atol=1e-6)
    expected = _mean("passage", "kugel")
    assert np.allclose(embedder.embed_documents(["kugel"])[0], expected, atol=1e-6)


def test_a_long_name_is_cut_at_the_maximum(tmp_path: Path) -> None:
    embedder = create(str(save_tiny_model(tmp_path / "tiny", text="max_length = 2")))
    row = embedder.embed_queries(["kugel lager " + "ball " * 10_000])[0]
    assert np.allclose(row, _mean("kugel", "lager"), atol=1e-6)


def test_inputs_are_those_the_model_names(tmp_path: Path) -> None:
    inputs = ("token_type_ids", "input_ids")
    embedder = create(str(save_tiny_model(tmp_path / "tiny", inputs=inputs)))
    assert np.allclose(embedder.embed_queries(["kugel"])[0], _mean("kugel"), atol=1e-6)


def test_an_unknown_input_is_refused(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "tiny", inputs=("input_ids", "pixels"))
    with pytest.raises(ModelNotFound, match="wants input 'pixels'"):
        create(str(folder))


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("tokenizer.json", None, "no file 'tokenizer.json'"),
        ("tokenizer.json", "{}", "not a usable tokenizer"),
        ("model.onnx", None, "no file 'model.onnx'"),
        ("model.onnx", "broken", "not a usable ONNX model"),
        ("model.toml", None, "no model.toml"),
    ],
)
def test_unusable_files_are_refused_in_one_line(
    tmp_path: Path, file: str, content: str | None, message: str
) -> None:
    folder = save_tiny_model(tmp_path / "tiny")
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_text(content)
    with pytest.raises(ModelNotFound, match=message) as caught:
        create(str(folder))
    assert "\n" not in str(caught.value)


def test_a_wrong_dim_is_refused(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "tiny")
    toml = (folder / "model.toml").read_text()
    (folder / "model.toml").write_text(toml.replace(f"dim = {DIM}", "dim = 7"))
    with pytest.raises(ModelNotFound, match="dim = 7"):
        create(str(folder))


def test_a_tokenizer_with_more_tokens_than_the_model_is_refused(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "tiny")
    tokenizer = (folder / "tokenizer.json").read_text()
    (folder / "tokenizer.json").write_text(tokenizer.replace('"m8": 5', '"m8": 99'))
    with pytest.raises(ModelNotFound, match="does not take what its tokenizer gives"):
        create(str(folder))


def test_the_fingerprint_covers_the_tokenizer_and_not_the_place(tmp_path: Path) -> None:
    first = create(str(save_tiny_model(tmp_path / "a"))).description
    second = create(str(save_tiny_model(tmp_path / "b"))).description
    changed = save_tiny_model(tmp_path / "c")
    tokenizer = (changed / "tokenizer.json").read_text()
    (changed / "tokenizer.json").write_text(tokenizer.replace('"m8"', '"m9"'))
    assert first.fingerprint == second.fingerprint
    assert create(str(changed)).description.fingerprint != first.fingerprint


@pytest.fixture(scope="module")
def minilm(shared: Path) -> OnnxTexts:
    return create(str(shared / "models" / "all_minilm_l6_v2_onnx"))


def test_a_quantised_models_row_does_not_depend_on_its_batch(minilm: OnnxTexts) -> None:
    names = ["ball bearing", "hexagon bolt M8x20", "oil filter", "pressure relief valve"]
    together = minilm.embed_documents(names)
    alone = np.vstack([minilm.embed_documents([name]) for name in names])
    assert np.array_equal(together, alone)


def test_minilm_finds_english_paraphrases_and_no_german(minilm: OnnxTexts) -> None:
    english = ["hex head bolt", "ball bearing", "drive belt", "pressure gauge", "gasket"]
    paraphrase = ["hexagonal bolt", "rolling bearing", "v-belt", "manometer gauge", "seal ring"]
    german = ["Sechskantschraube", "Kugellager", "Treibriemen", "Druckmesser", "Dichtung"]
    documents = minilm.embed_documents(english)
    right = np.arange(len(english))
    of_paraphrases = (minilm.embed_queries(paraphrase) @ documents.T).argmax(axis=1)
    of_german = (minilm.embed_queries(german) @ documents.T).argmax(axis=1)
    assert (of_paraphrases == right).sum() >= 4
    assert (of_german == right).sum() <= 3

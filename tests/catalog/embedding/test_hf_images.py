from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from catalog.arrays import RgbImage
from catalog.embedding.contract import CrossModalEmbedder
from catalog.embedding.hf_images import create
from catalog.embedding.registry import image_embedder
from catalog.errors import MissingExtra, ModelNotFound
from tests.catalog.embedding.tiny_hf import (
    TINY_MODELS,
    save_clip,
    save_dinov2,
    save_resnet,
    save_siglip,
    save_vit,
)

pytestmark = pytest.mark.slow  # imports torch
PHOTO: RgbImage = np.random.default_rng(1).integers(0, 256, (40, 50, 3), np.uint8)


@pytest.mark.parametrize(
    ("architecture", "dim", "side"),
    [
        ("clip", 12, 32),
        ("siglip", 16, 32),
        ("siglip2", 16, 32),
        ("dinov2", 16, 32),
        ("vit", 16, 32),
        ("resnet", 24, 32),
        ("efficientnet", 320, 32),
        ("vgg", 4096, 37),
    ],
)
def test_every_architecture_is_described(
    tmp_path: Path, architecture: str, dim: int, side: int
) -> None:
    folder = TINY_MODELS[architecture](tmp_path)
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\n# A card\n")
    described = image_embedder(f"hf:{folder}").description
    assert (described.dim, described.input_side) == (dim, side)
    assert described.licence == "apache-2.0"


def test_only_models_with_a_text_tower_take_text(tmp_path: Path) -> None:
    assert isinstance(create(str(save_clip(tmp_path / "clip"))), CrossModalEmbedder)
    assert not isinstance(create(str(save_dinov2(tmp_path / "dino"))), CrossModalEmbedder)


def test_dinov2_and_vit_give_their_first_token(tmp_path: Path) -> None:
    import torch
    from transformers import AutoImageProcessor, AutoModel

    for save in (save_dinov2, save_vit):
        folder = save(tmp_path / save.__name__)
        pixels = AutoImageProcessor.from_pretrained(folder)(PHOTO, return_tensors="pt")
        with torch.inference_mode():
            hidden = AutoModel.from_pretrained(folder)(**pixels).last_hidden_state[0]
        token = hidden[0].numpy()
        expected = token / np.linalg.norm(token)
        np.testing.assert_allclose(
            create(str(folder)).embed_documents([PHOTO])[0], expected, atol=1e-5
        )


def test_clip_scores_are_those_of_the_model_itself(tmp_path: Path) -> None:
    import torch
    from transformers import AutoImageProcessor, AutoTokenizer, CLIPModel

    folder = save_clip(tmp_path)
    embedder = create(str(folder))
    assert isinstance(embedder, CrossModalEmbedder)
    names = ["ball bearing", "valve"]
    pixels = AutoImageProcessor.from_pretrained(folder)(PHOTO, return_tensors="pt")
    tokens = AutoTokenizer.from_pretrained(folder)(names, padding=True, return_tensors="pt")
    model = CLIPModel.from_pretrained(folder)
    with torch.no_grad():
        output = model(
            **pixels, input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]
        )
        expected = (output.logits_per_image / model.logit_scale.exp()).numpy()
    scores = embedder.embed_documents([PHOTO]) @ embedder.embed_text_queries(names).T
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_siglip_reads_names_without_regard_to_case(tmp_path: Path) -> None:
    embedder = create(str(save_siglip(tmp_path)))
    assert isinstance(embedder, CrossModalEmbedder)
    rows = embedder.embed_text_queries(["Ball BEARING", "ball bearing", "valve"])
    np.testing.assert_array_equal(rows[0], rows[1])
    assert not np.allclose(rows[1], rows[2], atol=1e-4)


def test_fingerprint_follows_files_but_not_the_place(tmp_path: Path) -> None:
    first, copy, other = (
        create(str(save_dinov2(tmp_path / name, seed))).description.fingerprint
        for name, seed in [("a", 0), ("b", 0), ("c", 1)]
    )
    assert first == copy
    assert first != other
    settings = tmp_path / "a" / "preprocessor_config.json"
    changed = json.loads(settings.read_text()) | {"image_mean": [0.1, 0.2, 0.3]}
    settings.write_text(json.dumps(changed))
    assert create(str(tmp_path / "a")).description.fingerprint != first


def _drop_weights(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    weights.pop("embeddings.cls_token")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "config.json").unlink(), "holds no config.json"),
        (lambda folder: (folder / "model.safetensors").unlink(), "holds no weights"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"x"), "cannot be loaded"),
        (lambda folder: (folder / "config.json").write_text("{"), "cannot be loaded"),
        (lambda folder: (folder / "preprocessor_config.json").unlink(), "AutoImageProcessor"),
        (_drop_weights, "lacks 1 weights, 'embeddings.cls_token'"),
    ],
)
def test_broken_folder_is_refused_in_one_line(
    tmp_path: Path, change: Callable[[Path], object], message: str
) -> None:
    folder = save_dinov2(tmp_path)
    change(folder)
    with pytest.raises(ModelNotFound, match=message) as caught:
        create(str(folder))
    assert "\n" not in str(caught.value)


def test_text_tower_without_tokenizer_is_refused(tmp_path: Path) -> None:
    folder = save_clip(tmp_path)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelNotFound, match="AutoTokenizer"):
        create(str(folder))


def test_text_model_is_refused(tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel

    small = BertConfig(
        vocab_size=9, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8
    )
    BertModel(small).save_pretrained(tmp_path)
    with pytest.raises(ModelNotFound, match="AutoImageProcessor"):
        create(str(tmp_path))


@pytest.mark.parametrize("name", ["/no/where", "./nowhere", "~/nowhere", "a/b/c"])
def test_missing_folder_is_named(name: str) -> None:
    with pytest.raises(ModelNotFound, match="there is no such folder"):
        create(name)


def test_hub_id_without_hub_fails_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelNotFound, match="hf download some/model --local-dir") as caught:
        create("some/model")
    assert "\n" not in str(caught.value)


def test_hub_id_in_the_cache_loads_offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commit = "0" * 40
    repository = tmp_path / "models--some--model"
    folder = save_resnet(repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    cached, local = create("some/model").description, create(str(folder)).description
    assert cached.name == "hf:some/model"
    assert cached.fingerprint == local.fingerprint


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingExtra, match=r"pip install 'partscope\[models\]'"):
        create("some/model")


def test_licence_is_unknown_without_a_card(tmp_path: Path) -> None:
    assert create(str(save_dinov2(tmp_path))).description.licence == "unknown"

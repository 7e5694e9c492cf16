"""Tiny image towers with random weights, one an architecture, built and saved by the tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from string import ascii_lowercase
from typing import Any

SIDE = 32
WORDS = ["ball", "bearing", "valve", "kugel", "lager", "ventil", "m8"]


def save_clip(folder: Path, seed: int = 0) -> Path:
    """CLIP with a text tower; 12 dimensions."""
    from transformers import CLIPConfig, CLIPModel

    config = CLIPConfig(text_config=_text(), vision_config=_tower(), projection_dim=12)
    _save(CLIPModel, config, folder, seed)
    _save_processor("CLIPImageProcessor", folder)
    return _save_tokenizer(folder)


def save_siglip(folder: Path, seed: int = 0) -> Path:
    """SigLIP with a text tower; 16 dimensions. google/siglip2-base-patch16-224 is of this class."""
    from transformers import SiglipConfig, SiglipModel

    config = SiglipConfig(text_config=_text(), vision_config=_tower())
    _save(SiglipModel, config, folder, seed)
    _save_processor("SiglipImageProcessor", folder)
    return _save_tokenizer(folder)


def save_siglip2(folder: Path, seed: int = 0) -> Path:
    """SigLIP 2 of any resolution (naflex) with a text tower; 16 dimensions."""
    from transformers import (
        Siglip2Config,
        Siglip2ImageProcessor,
        Siglip2Model,
        Siglip2Tokenizer,
    )

    vision = {key: value for key, value in _tower().items() if key != "image_size"}
    config = Siglip2Config(text_config=_text(), vision_config=vision | {"num_patches": 16})
    _save(Siglip2Model, config, folder, seed)
    Siglip2ImageProcessor(patch_size=8, max_num_patches=16).save_pretrained(folder)
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    letters = {word: number for number, word in enumerate([*special, "\u2581", *ascii_lowercase])}
    Siglip2Tokenizer(vocab=letters, padding_side="right").save_pretrained(folder)
    return folder


def save_dinov2(folder: Path, seed: int = 0) -> Path:
    """DINOv2; 16 dimensions."""
    from transformers import Dinov2Config, Dinov2Model

    _save(Dinov2Model, Dinov2Config(**_tower()), folder, seed)
    return _save_processor("BitImageProcessor", folder)


def save_vit(folder: Path, seed: int = 0) -> Path:
    """ViT as published: with a head for classes and without a pooler; 16 dimensions."""
    from transformers import ViTConfig, ViTForImageClassification

    _save(ViTForImageClassification, ViTConfig(**_tower()), folder, seed)
    return _save_processor("ViTImageProcessor", folder)


def save_resnet(folder: Path, seed: int = 0) -> Path:
    """ResNet with a head for classes; 24 dimensions."""
    from transformers import ResNetConfig, ResNetForImageClassification

    config = ResNetConfig(embedding_size=8, hidden_sizes=[16, 24], depths=[1, 1])
    _save(ResNetForImageClassification, config, folder, seed)
    return _save_processor("ConvNextImageProcessor", folder)


def save_efficientnet(folder: Path, seed: int = 0) -> Path:
    """EfficientNet; 320 dimensions."""
    from transformers import EfficientNetConfig, EfficientNetModel

    config = EfficientNetConfig(
        image_size=SIDE,
        width_coefficient=0.25,
        depth_coefficient=0.2,
        hidden_dim=320,
        initializer_range=0.3,
    )
    _save(EfficientNetModel, config, folder, seed)
    return _save_processor("EfficientNetImageProcessor", folder)


def save_vgg(folder: Path, seed: int = 0) -> Path:
    """VGG 11 as timm publishes it, but with a narrow last layer; 4096 dimensions."""
    import timm
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    arguments = {"mlp_ratio": 0.01}
    torch.manual_seed(seed)
    model = timm.create_model("vgg11", num_classes=5, **arguments)
    save_file(model.state_dict(), folder / "model.safetensors")
    pretrained = {
        "input_size": [3, SIDE, SIDE],
        "crop_pct": 0.875,
        "interpolation": "bilinear",
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
    }
    config = {
        "architecture": "vgg11",
        "num_classes": 5,
        "label_names": list("abcde"),
        "model_args": arguments,
        "pretrained_cfg": pretrained,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


TINY_MODELS: dict[str, Callable[[Path], Path]] = {
    "clip": save_clip,
    "siglip": save_siglip,
    "siglip2": save_siglip2,
    "dinov2": save_dinov2,
    "vit": save_vit,
    "resnet": save_resnet,
    "efficientnet": save_efficientnet,
    "vgg": save_vgg,
}


def _tower() -> dict[str, int]:
    return {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": SIDE,
        "patch_size": 8,
    }


def _text() -> dict[str, int]:
    tower = _tower()
    del tower["image_size"], tower["patch_size"]
    ends = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
    return tower | ends | {"vocab_size": 32, "max_position_embeddings": 16}


def _save(kind: Any, config: Any, folder: Path, seed: int) -> None:
    import torch

    torch.manual_seed(seed)
    kind(config).save_pretrained(folder)


def _save_processor(kind: str, folder: Path) -> Path:
    import transformers

    sizes = {"size": {"height": SIDE, "width": SIDE}}
    if kind in {"CLIPImageProcessor", "BitImageProcessor", "ConvNextImageProcessor"}:
        sizes = {"size": {"shortest_edge": SIDE}}
    if kind in {"CLIPImageProcessor", "BitImageProcessor"}:
        sizes["crop_size"] = {"height": SIDE, "width": SIDE}
    getattr(transformers, kind)(**sizes).save_pretrained(folder)
    return folder


def _save_tokenizer(folder: Path) -> Path:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    words = ["[PAD]", "[BOS]", "[EOS]", "[UNK]", *WORDS]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(WordLevel(numbers, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        "[BOS] $A [EOS]", None, [("[BOS]", 1), ("[EOS]", 2)]
    )
    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "eos_token": "[EOS]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **marks).save_pretrained(folder)
    return folder

"""Tiny GroundingDINO and SAM 2 with random weights, built and saved by the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SIDE = 64
"""Both sides of the mask model's input, half the shortest side of the detector's."""
_WORDS = ["mechanical", "part", "ruler", "measuring", "tape", "hand", "label", "bolt"]
_SPECIAL = {"[PAD]": 0, "[UNK]": 100, "[CLS]": 101, "[SEP]": 102, ".": 1012, "?": 1029}
"""GroundingDINO finds the ends of phrases by these numbers of BERT's vocabulary."""


def save_detector(folder: Path, seed: int = 0) -> Path:
    """GroundingDINO; its scores are random, most of them above the threshold."""
    from transformers import GroundingDinoConfig, GroundingDinoForObjectDetection

    config = GroundingDinoConfig(
        backbone_config=_swin(),
        text_config=_text(),
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        num_queries=10,
        max_text_len=64,
    )
    _save(GroundingDinoForObjectDetection, config, folder, seed)
    sides = {"shortest_edge": 2 * SIDE, "longest_edge": SIDE * 10 // 3}
    return _save_detector_processor(folder, sides)


def save_mask_model(folder: Path, seed: int = 0) -> Path:
    """SAM 2.1 with one or two blocks a stage."""
    from transformers import Sam2Config, Sam2Model, Sam2Processor

    _save(Sam2Model, Sam2Config(**_mask_parts()), folder, seed)
    Sam2Processor(_mask_image_processor()).save_pretrained(folder)
    return folder


def save_real_detector(folder: Path, seed: int = 0) -> Path:
    """GroundingDINO of the size of grounding-dino-tiny; for benchmarks."""
    from transformers import GroundingDinoConfig, GroundingDinoForObjectDetection

    _save(GroundingDinoForObjectDetection, GroundingDinoConfig(), folder, seed)
    return _save_detector_processor(folder, {"shortest_edge": 800, "longest_edge": 1333})


def save_real_mask_model(folder: Path, seed: int = 0) -> Path:
    """SAM 2.1 of the size of sam2.1-hiera-tiny; for benchmarks."""
    from transformers import Sam2Config, Sam2ImageProcessor, Sam2Model, Sam2Processor

    _save(Sam2Model, Sam2Config(), folder, seed)
    Sam2Processor(Sam2ImageProcessor()).save_pretrained(folder)
    return folder


def save_video_mask_model(folder: Path, seed: int = 0) -> Path:
    """SAM 2.1 as the hub has it: with the weights for videos beside those for images."""
    from transformers import Sam2VideoConfig, Sam2VideoModel

    config = Sam2VideoConfig(
        **_mask_parts(),
        image_size=SIDE,
        memory_attention_hidden_size=32,
        memory_attention_num_layers=1,
        memory_attention_num_attention_heads=1,
        memory_attention_feed_forward_hidden_size=16,
        memory_encoder_hidden_size=32,
        memory_encoder_output_channels=8,
        mask_downsampler_embed_dim=32,
        memory_fuser_embed_dim=32,
        memory_fuser_intermediate_dim=16,
        memory_fuser_num_layers=1,
    )
    _save(Sam2VideoModel, config, folder, seed)
    image = _mask_image_processor().to_dict() | {"image_processor_type": "Sam2ImageProcessorFast"}
    whole = {"processor_class": "Sam2VideoProcessor", "target_size": SIDE, "point_pad_value": -10}
    (folder / "preprocessor_config.json").write_text(json.dumps(image), encoding="utf-8")
    (folder / "processor_config.json").write_text(json.dumps(whole), encoding="utf-8")
    return folder


def _mask_parts() -> dict[str, Any]:
    return {
        "vision_config": _hiera(),
        "prompt_encoder_config": {"hidden_size": 32, "image_size": SIDE, "patch_size": 16},
        "mask_decoder_config": {
            "hidden_size": 32,
            "mlp_dim": 32,
            "num_attention_heads": 2,
            "iou_head_hidden_dim": 16,
        },
    }


def _mask_image_processor() -> Any:
    from transformers import Sam2ImageProcessor

    sides = {"height": SIDE, "width": SIDE}
    low = {"height": SIDE // 4, "width": SIDE // 4}
    return Sam2ImageProcessor(size=sides, mask_size=low)


def _save(kind: Any, config: Any, folder: Path, seed: int) -> None:
    import torch

    torch.manual_seed(seed)
    kind(config).save_pretrained(folder)


def _swin() -> dict[str, Any]:
    return {
        "model_type": "swin",
        "image_size": SIDE,
        "embed_dim": 16,
        "depths": [1, 1, 1, 1],
        "num_heads": [1, 1, 2, 2],
        "window_size": 4,
        "out_features": ["stage2", "stage3", "stage4"],
    }


def _text() -> dict[str, Any]:
    return {
        "model_type": "bert",
        "vocab_size": 1030,
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "intermediate_size": 16,
        "max_position_embeddings": 64,
    }


def _hiera() -> dict[str, Any]:
    backbone = {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": 8,
        "image_size": [SIDE, SIDE],
        "window_positional_embedding_background_size": [4, 4],
        "blocks_per_stage": [1, 1, 2, 1],
        "embed_dim_per_stage": [8, 16, 32, 64],
        "num_attention_heads_per_stage": [1, 1, 1, 1],
        "window_size_per_stage": [4, 4, 4, 2],
        "global_attention_blocks": [3],
    }
    sides = [SIDE // 4, SIDE // 8, SIDE // 16]
    return {
        "backbone_config": backbone,
        "backbone_channel_list": [64, 32, 16, 8],
        "backbone_feature_sizes": [[side, side] for side in sides],
        "fpn_hidden_size": 32,
    }


def _save_detector_processor(folder: Path, size: dict[str, int]) -> Path:
    from transformers import BertTokenizer, GroundingDinoImageProcessor, GroundingDinoProcessor

    fillers = {f"[unused{number}]": number for number in range(1030)}
    tokens = _SPECIAL | {word: 200 + number for number, word in enumerate(_WORDS)}
    numbers = set(tokens.values())
    vocabulary = tokens | {word: at for word, at in fillers.items() if at not in numbers}
    GroundingDinoProcessor(
        GroundingDinoImageProcessor(size=size), BertTokenizer(vocab=vocabulary)
    ).save_pretrained(folder)
    return folder

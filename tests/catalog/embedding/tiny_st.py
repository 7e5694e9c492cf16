"""A tiny sentence-transformers model with random weights, built and saved by the tests."""

from __future__ import annotations

import json
from pathlib import Path

WORDS = [
    "kugel",
    "##lager",
    "ball",
    "bearing",
    "ventil",
    "valve",
    "m8",
    "##x20",
    "query",
    "passage",
    ":",
    "a",
    "b",
    "c",
]
DIM = 16


def save_tiny_model(folder: Path, prompts: dict[str, str] | None = None, seed: int = 0) -> Path:
    """Save a two-layer BERT with mean pooling; return the folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: number for number, word in enumerate(special + WORDS)}
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=DIM,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
    )
    bert = folder.with_name(folder.name + "-bert")
    BertModel(config).save_pretrained(bert)
    BertTokenizerFast(vocab=vocabulary).save_pretrained(bert)
    modules = [Transformer(str(bert), max_seq_length=32), Pooling(DIM)]
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    return folder


def break_weights(folder: Path) -> None:
    """Leave a file that is no longer weights."""
    (folder / "model.safetensors").write_bytes(b"not weights")
    assert json.loads((folder / "modules.json").read_text())

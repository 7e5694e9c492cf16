"""A tiny ONNX text model, written byte by byte: the package ``onnx`` is not needed for it.

The model looks every token up in a table of random vectors; pooled, it also averages over tokens.
Field numbers are those of onnx.proto.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

WORDS = ["[UNK]", "kugel", "lager", "ball", "bearing", "m8", "query", "passage"]
DIM = 6
_FLOAT, _INT64 = 1, 7


def save_tiny_model(
    folder: Path,
    *,
    pooled: bool = False,
    inputs: tuple[str, ...] = ("input_ids", "attention_mask"),
    text: str = "",
) -> Path:
    """Write model.onnx, tokenizer.json and model.toml; ``text`` goes into the section [text]."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace

    folder.mkdir(exist_ok=True)
    words = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(WordLevel(words, unk_token=WORDS[0]))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "model.onnx").write_bytes(_model(table(), pooled, inputs))
    (folder / "model.toml").write_text(
        f'name = "tiny"\nmodality = "text"\nfile = "model.onnx"\nlicence = "CC0-1.0"\ndim = {DIM}\n'
        f'output = "{"sentence" if pooled else "tokens"}"\n[text]\n{text}\n'
    )
    return folder


def table() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return the vector of each word, shape (words, DIM)."""
    rows = np.random.default_rng(0).normal(size=(len(WORDS), DIM))
    return rows.astype(np.float32)


def _model(
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    pooled: bool,
    inputs: tuple[str, ...],
) -> bytes:
    nodes = _bytes(1, _node("Gather", ["table", "input_ids"], "tokens"))
    outputs = _bytes(12, _value("tokens", _FLOAT, "NT"))
    if pooled:
        nodes += _bytes(1, _node("ReduceMean", ["tokens", "axis"], "sentence", keepdims=0))
        outputs += _bytes(12, _value("sentence", _FLOAT, "N"))
    axis = np.array([1], dtype=np.int64)
    graph = nodes + _bytes(2, b"tiny")
    graph += _bytes(5, _tensor("table", vectors, _FLOAT)) + _bytes(5, _tensor("axis", axis, _INT64))
    graph += b"".join(_bytes(11, _value(name, _INT64, "NT")) for name in inputs)
    opset = _bytes(1, b"") + _number(2, 18)
    return _number(1, 9) + _bytes(7, graph + outputs) + _bytes(8, opset)


def _node(kind: str, inputs: list[str], output: str, **attributes: int) -> bytes:
    node = b"".join(_bytes(1, name.encode()) for name in inputs)
    node += _bytes(2, output.encode()) + _bytes(4, kind.encode())
    for name, value in attributes.items():
        node += _bytes(5, _bytes(1, name.encode()) + _number(3, value) + _number(20, 2))
    return node


def _tensor(
    name: str, values: np.ndarray[tuple[int, ...], np.dtype[np.generic]], kind: int
) -> bytes:
    dims = b"".join(_number(1, size) for size in values.shape)
    return dims + _number(2, kind) + _bytes(8, name.encode()) + _bytes(9, values.tobytes())


def _value(name: str, kind: int, axes: str) -> bytes:
    dims = b"".join(_bytes(1, _bytes(2, axis.encode())) for axis in axes)
    if kind == _FLOAT:
        dims += _bytes(1, _number(1, DIM))
    tensor = _number(1, kind) + _bytes(2, dims)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, tensor))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])

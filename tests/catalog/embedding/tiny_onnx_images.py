"""A tiny ONNX image model: one convolution, rectified, averaged over the image; and a mask model.

Written byte by byte, with the package ``onnx`` left out; field numbers are those of onnx.proto.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FLOAT = 1
_OPSET, _IR_VERSION = 13, 8


def save_tiny_image_model(
    folder: Path,
    *,
    rows: int | str = "N",
    size: int = 16,
    dim: int = 8,
    resize: str = "stretch",
    seed: int = 0,
) -> Path:
    """Write tiny.onnx and model.toml; a number of ``rows`` fixes the batch."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiny.onnx").write_bytes(_model(*weights(dim, seed), rows, size))
    (folder / "model.toml").write_text(
        f'name = "tiny"\nmodality = "image"\nfile = "tiny.onnx"\nlicence = "MIT"\ndim = {dim}\n'
        f'output = "features"\n[image]\ninput = "pixels"\nsize = {size}\nresize = "{resize}"\n'
        "mean = [127.5, 127.5, 127.5]\nstd = [64, 64, 64]\n",
        encoding="utf-8",
    )
    return folder


def save_tiny_mask_model(
    folder: Path,
    *,
    rows: int | str = "N",
    size: int = 32,
    resize: str = "stretch",
    channels: int = 1,
    last: str = "Sigmoid",
) -> Path:
    """Write a model that marks what is darker than mid-grey; its last node can be another."""
    folder.mkdir(parents=True, exist_ok=True)
    kernels = np.full((channels, 3, 1, 1), -4, np.float32)
    nodes = [
        _node("Conv", ["pixels", "w", "b"], "maps"),
        _node(last, ["maps"], "mask"),
    ]
    graph = b"".join(_bytes(1, node) for node in nodes) + _bytes(2, b"tiny")
    graph += _bytes(5, _tensor("w", kernels)) + _bytes(5, _tensor("b", np.zeros(channels, "f4")))
    graph += _bytes(11, _value("pixels", [rows, 3, size, size]))
    graph += _bytes(12, _value("mask", [rows, channels, size, size]))
    opset = _bytes(1, b"") + _number(2, _OPSET)
    content = _number(1, _IR_VERSION) + _bytes(7, graph) + _bytes(8, opset)
    (folder / "tiny.onnx").write_bytes(content)
    (folder / "model.toml").write_text(
        'name = "tiny"\nmodality = "mask"\nfile = "tiny.onnx"\nlicence = "MIT"\noutput = "mask"\n'
        f'[mask]\ninput = "pixels"\nsize = {size}\nresize = "{resize}"\n'
        "mean = [127.5, 127.5, 127.5]\nstd = [64, 64, 64]\n",
        encoding="utf-8",
    )
    return folder


def weights(dim: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the kernels (dim, 3, 4, 4) and biases (dim,) of the convolution; its stride is 2."""
    rng = np.random.default_rng(seed)
    kernels = rng.standard_normal((dim, 3, 4, 4)).astype(np.float32)
    return kernels, rng.standard_normal(dim).astype(np.float32)


def _model(
    kernels: NDArray[np.float32], biases: NDArray[np.float32], rows: int | str, size: int
) -> bytes:
    strides = _bytes(1, b"strides") + _number(8, 2) * 2 + _number(20, 7)
    nodes = [
        _node("Conv", ["pixels", "w", "b"], "maps") + _bytes(5, strides),
        _node("Relu", ["maps"], "rectified"),
        _node("GlobalAveragePool", ["rectified"], "means"),
        _node("Flatten", ["means"], "features"),
    ]
    graph = b"".join(_bytes(1, node) for node in nodes) + _bytes(2, b"tiny")
    graph += _bytes(5, _tensor("w", kernels)) + _bytes(5, _tensor("b", biases))
    graph += _bytes(11, _value("pixels", [rows, 3, size, size]))
    graph += _bytes(12, _value("features", [rows, len(biases)]))
    opset = _bytes(1, b"") + _number(2, _OPSET)
    return _number(1, _IR_VERSION) + _bytes(7, graph) + _bytes(8, opset)


def _node(kind: str, inputs: list[str], output: str) -> bytes:
    node = b"".join(_bytes(1, name.encode()) for name in inputs)
    return node + _bytes(2, output.encode()) + _bytes(4, kind.encode())


def _tensor(name: str, values: NDArray[np.float32]) -> bytes:
    dims = b"".join(_number(1, size) for size in values.shape)
    return dims + _number(2, _FLOAT) + _bytes(8, name.encode()) + _bytes(9, values.tobytes())


def _value(name: str, axes: list[int | str]) -> bytes:
    dims = b"".join(
        _bytes(1, _number(1, axis) if isinstance(axis, int) else _bytes(2, axis.encode()))
        for axis in axes
    )
    tensor = _number(1, _FLOAT) + _bytes(2, dims)
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

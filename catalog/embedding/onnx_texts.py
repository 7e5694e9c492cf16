"""``onnx:FOLDER`` for names: an ONNX file that turns token ids into one vector a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from catalog.embedding.batching import embed_distinct, length_buckets
from catalog.embedding.contract import EmbedderDescription
from catalog.embedding.onnx_model import (
    ModelToml,
    TextSection,
    fingerprint,
    open_session,
    read_model_toml,
    require_dim,
)
from catalog.errors import ModelNotFound

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_CODE_VERSION = 1
"""Raise when the same model and name would give another vector."""
_BATCH = 32
_DYNAMIC_QUANTISATION = b"DynamicQuantizeLinear"
_INPUTS: dict[str, Callable[[Encoding], list[int]]] = {
    "input_ids": lambda encoding: encoding.ids,
    "attention_mask": lambda encoding: encoding.attention_mask,
    "token_type_ids": lambda encoding: encoding.type_ids,
}


def create(folder: str) -> OnnxTexts:
    """Return the embedder of the model in ``folder``; raises ModelNotFound."""
    return OnnxTexts(folder)


class OnnxTexts:
    """Runs an ONNX text model on the CPU; prefixes, tokenizer and output are as ``model.toml`` says.

    An output of shape (n, tokens, dim) is averaged over the tokens, one of shape (n, dim) is taken
    as it is. Names of the same number of tokens run together, so nothing is padded; a model with
    activations quantised at run time gets one name at a time, since it scales them by the whole
    batch (measured: 0.983 cosine between a name alone and in a batch of 32). ``threads`` None means
    OMP_NUM_THREADS, else all cores of this process.
    """

    def __init__(self, folder: str | Path, threads: int | None = None) -> None:
        self._model = read_model_toml(folder, "text")
        assert self._model.text is not None  # noqa: S101 - read_model_toml has checked it
        self._text: TextSection = self._model.text
        self._tokenizer = _open_tokenizer(self._model, self._text)
        self._session = open_session(self._model, threads)
        self._inputs = _known_inputs(self._model, [i.name for i in self._session.get_inputs()])
        content = self._model.path(self._model.file).read_bytes()
        self._description = EmbedderDescription(
            name=f"onnx:{self._model.name}",
            modality="text",
            dim=self._model.dim,
            licence=self._model.licence,
            fingerprint=f"{_CODE_VERSION}-{fingerprint(self._model, self._text.tokenizer)}",
            batch_size=1 if _DYNAMIC_QUANTISATION in content else _BATCH,
        )
        self._try_once()

    @property
    def description(self) -> EmbedderDescription:
        """The model's identity."""
        return self._description

    def embed_documents(self, batch: Sequence[str]) -> FloatMatrix:
        """Embed names that are stored, unit rows, shape (n, dim)."""
        return self._embed(batch, self._text.document_prefix)

    def embed_queries(self, batch: Sequence[str]) -> FloatMatrix:
        """Embed names that are asked for, unit rows, shape (n, dim)."""
        return self._embed(batch, self._text.query_prefix)

    def _embed(self, batch: Sequence[str], prefix: str) -> FloatMatrix:
        return embed_distinct(
            batch, lambda names: self._run([prefix + name for name in names]), self._model.dim
        )

    def _run(self, names: list[str]) -> FloatMatrix:
        encodings = self._tokenizer.encode_batch(names)
        rows = np.empty((len(names), self._model.dim), dtype=np.float32)
        lengths = [len(encoding.ids) for encoding in encodings]
        for bucket in length_buckets(lengths, self._description.batch_size):
            rows[bucket] = self._run_bucket([encodings[position] for position in bucket])
        return rows

    def _run_bucket(self, encodings: list[Encoding]) -> FloatMatrix:
        feed = {
            name: np.array([_INPUTS[name](encoding) for encoding in encodings], dtype=np.int64)
            for name in self._inputs
        }
        (output,) = self._session.run([self._model.output], feed)
        pooled = _pool(np.asarray(output, dtype=np.float32))
        require_dim(self._model, pooled.shape, len(encodings))
        return pooled

    def _try_once(self) -> None:
        """Find out now, not in the middle of a run, that tokenizer and model do not fit together."""
        try:
            self.embed_documents(["M8"])
        except ModelNotFound:
            raise
        except Exception as error:
            reason = " ".join(str(error).split())
            raise ModelNotFound(
                f"model {self._model.name!r} does not take what its tokenizer gives: {reason}"
            ) from None


def _open_tokenizer(model: ModelToml, text: TextSection) -> Tokenizer:
    from tokenizers import Tokenizer

    path = model.path(text.tokenizer)
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        reason = " ".join(str(error).split())
        raise ModelNotFound(f"{path} is not a usable tokenizer: {reason}") from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(text.max_length)
    return tokenizer


def _known_inputs(model: ModelToml, names: list[str]) -> list[str]:
    unknown = [name for name in names if name not in _INPUTS]
    if unknown:
        raise ModelNotFound(
            f"model {model.name!r}: {model.file} wants input {unknown[0]!r};"
            f" a text model takes {', '.join(_INPUTS)}"
        )
    return names


def _pool(output: NDArray[np.float32]) -> FloatMatrix:
    # No token of a batch is padding (see length_buckets), so the plain mean is the masked mean.
    return output.mean(axis=1, dtype=np.float32) if output.ndim == 3 else output

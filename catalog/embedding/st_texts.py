"""``st:ID`` or ``st:FOLDER`` for names: a sentence-transformers model from the hub or a folder."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.embedding.batching import embed_distinct
from catalog.embedding.contract import EmbedderDescription
from catalog.errors import MissingExtra, ModelNotFound

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_CODE_VERSION = 1
"""Raise when the same model and name would give another vector."""
_CPU_BATCH = 32
_GPU_BATCH = 256
_E5 = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])(?!.*instruct)")
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}
"""From the model cards of intfloat/e5-* and multilingual-e5-*, which store no prompts."""
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")


def create(name: str) -> StTexts:
    """Return the embedder of that hub id or folder; raises MissingExtra and ModelNotFound."""
    return StTexts(name)


class StTexts:
    """Runs a sentence-transformers model on the GPU where there is one, else on the CPU.

    Prompts are the model's own; models of the E5 family that store none get those of their model
    card. Loading honours HF_HUB_OFFLINE and the hub's cache.
    """

    def __init__(self, name: str) -> None:
        self._model = _load(name)
        self._prompts = _prompts(name, self._model)
        dim = self._model.get_embedding_dimension()
        if dim is None:
            raise ModelNotFound(f"st:{name} does not say how long its vectors are")
        self._description = EmbedderDescription(
            name=f"st:{name}",
            modality="text",
            dim=dim,
            licence=self._model.model_card_data.license or "unknown",
            fingerprint=f"{_CODE_VERSION}-{_fingerprint(self._model, self._prompts)}",
            batch_size=_CPU_BATCH if self._model.device.type == "cpu" else _GPU_BATCH,
        )

    @property
    def description(self) -> EmbedderDescription:
        """The model's identity; the fingerprint hashes the weights as they were loaded."""
        return self._description

    def embed_documents(self, batch: Sequence[str]) -> FloatMatrix:
        """Embed names that are stored, unit rows, shape (n, dim)."""
        return self._embed(batch, self._model.encode_document, self._prompts["document"])

    def embed_queries(self, batch: Sequence[str]) -> FloatMatrix:
        """Embed names that are asked for, unit rows, shape (n, dim)."""
        return self._embed(batch, self._model.encode_query, self._prompts["query"])

    def _embed(self, batch: Sequence[str], encode: Callable[..., Any], prompt: str) -> FloatMatrix:
        def rows(names: list[str]) -> FloatMatrix:
            # encode sorts by length itself, so that little is padded.
            vectors = encode(
                names,
                prompt=prompt,
                batch_size=self._description.batch_size,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
            return np.asarray(vectors, dtype=np.float32)

        return embed_distinct(batch, rows, self._description.dim)


def _load(name: str) -> SentenceTransformer:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        raise MissingExtra("st: models", "models") from None
    folder = Path(name).expanduser()
    if not folder.is_dir() and (folder.is_absolute() or name.startswith((".", "~"))):
        raise ModelNotFound(f"st:{name}: there is no such folder")
    try:
        return SentenceTransformer(str(folder) if folder.is_dir() else name)
    except Exception as error:  # each layer below raises its own kinds
        reason = " ".join(str(error).split())[:200]
        raise ModelNotFound(
            f"st:{name} cannot be loaded; fetch it where the hub is reached with"
            f" 'hf download {name}' (or copy its folder and give that): {reason}"
        ) from None


def _prompts(name: str, model: SentenceTransformer) -> dict[str, str]:
    prompts = {key: prompt for key, prompt in model.prompts.items() if prompt}
    if not prompts and _E5.search(Path(name).name.lower()):
        prompts = _E5_PROMPTS
    default = prompts.get(model.default_prompt_name or "", "")
    document = next((prompts[key] for key in _DOCUMENT_PROMPTS if key in prompts), default)
    return {"query": prompts.get("query", default), "document": document}


def _fingerprint(model: SentenceTransformer, prompts: dict[str, str]) -> str:
    """Hash what was loaded rather than where from: a hub id and a copy of it are the same model."""
    digest = hashlib.sha256(json.dumps(prompts, sort_keys=True).encode())
    digest.update(f"{model.max_seq_length} {model.truncate_dim}".encode())
    for module in model:
        digest.update(type(module).__name__.encode())
        if hasattr(module, "get_config_dict"):
            digest.update(
                json.dumps(module.get_config_dict(), sort_keys=True, default=str).encode()
            )
    digest.update(_tokenizer_json(model.tokenizer).encode())
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(f"{key} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(_bytes()).numpy().data)
    return digest.hexdigest()


def _tokenizer_json(tokenizer: Any) -> str:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is not None:
        return str(backend.to_str())
    return json.dumps(sorted(tokenizer.get_vocab().items()))


def _bytes() -> Any:
    import torch

    return torch.uint8

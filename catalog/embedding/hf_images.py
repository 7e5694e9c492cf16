"""``hf:ID`` or ``hf:FOLDER`` for images: image towers of transformers, and of timm through it.

CLIP, SigLIP and SigLIP 2 also embed text into the images' space. Loading never falls back to
random weights: a checkpoint that lacks some is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catalog.arrays import FloatMatrix, RgbImage, unit_rows
from catalog.embedding.batching import embed_distinct
from catalog.embedding.contract import EmbedderDescription
from catalog.embedding.hf_folder import files_hash, licence, model_folder
from catalog.embedding.hf_loading import load_pretrained, unusable
from catalog.errors import MissingExtra, ModelNotFound

if TYPE_CHECKING:
    import torch

_CODE_VERSION = 1
"""Raise when the same model and image would give another vector."""
_CPU_BATCH = 16
_GPU_BATCH = 64
_LONGEST = 4
"""A longer image is squeezed to this ratio of its sides: processors that keep the ratio would blow
a strip of 1 x 4000 pixels up to hundreds of megapixels."""
_FIRST_TOKEN = {"vit", "deit", "vit_msn"}
"""Their poolers are trained for the classes (or not at all); the first token is the feature."""


def create(name: str) -> HfImages:
    """Return the embedder of that hub id or folder; raises MissingExtra and ModelNotFound."""
    try:
        import torch
        import transformers
    except ImportError:
        raise MissingExtra("hf: models", "models") from None
    del torch, transformers
    loaded = _Loaded(name, model_folder(name))
    kind = HfCrossModalImages if hasattr(loaded.model, "get_text_features") else HfImages
    return kind(loaded)


class HfImages:
    """Runs an image tower on the GPU in half precision where there is one, else on the CPU.

    Device and precision are no part of the fingerprint: they change the last digits only.
    """

    def __init__(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        on_cpu = loaded.device.type == "cpu"
        self._description = EmbedderDescription(
            name=f"hf:{loaded.name}",
            modality="image",
            dim=loaded.dim(),
            licence=licence(loaded.folder),
            fingerprint=f"{_CODE_VERSION}-{files_hash(loaded.folder)}",
            input_side=loaded.input_side(),
            batch_size=_CPU_BATCH if on_cpu else _GPU_BATCH,
        )

    @property
    def description(self) -> EmbedderDescription:
        """The model's identity; the fingerprint hashes its files."""
        return self._description

    def embed_documents(self, batch: Sequence[RgbImage]) -> FloatMatrix:
        """Embed images, unit rows, shape (n, dim)."""
        size = self._description.batch_size
        blocks = [batch[start : start + size] for start in range(0, len(batch), size)]
        rows = [unit_rows(self._loaded.image_features(block)) for block in blocks]
        return np.concatenate([np.empty((0, self._description.dim), np.float32), *rows])

    embed_queries = embed_documents


class HfCrossModalImages(HfImages):
    """An image tower with its text tower: CLIP, SigLIP, SigLIP 2."""

    def __init__(self, loaded: _Loaded) -> None:
        super().__init__(loaded)
        self._tokenizer = _load(loaded, "AutoTokenizer")
        config = loaded.model.config
        self._is_siglip = config.model_type.startswith("siglip")
        self._longest = config.text_config.max_position_embeddings
        self.embed_text_queries(["part"])

    def embed_text_queries(self, batch: Sequence[str]) -> FloatMatrix:
        """Embed names into the images' space, unit rows, shape (n, dim); blank ones give zeros."""
        return embed_distinct(batch, self._embed_names, self._description.dim)

    def _embed_names(self, names: list[str]) -> FloatMatrix:
        size = self._description.batch_size
        blocks = [names[start : start + size] for start in range(0, len(names), size)]
        return np.concatenate([self._loaded.text_features(self._tokens(block)) for block in blocks])

    def _tokens(self, names: list[str]) -> Any:
        options = {"truncation": True, "max_length": self._longest, "return_tensors": "pt"}
        if not self._is_siglip:
            return self._tokenizer(names, padding=True, **options)
        # SigLIP is trained on lower case, filled up to its full length, and without a mask.
        lower = [name.lower() for name in names]
        tokens = self._tokenizer(lower, padding="max_length", **options)
        return {"input_ids": tokens["input_ids"]}


class _Loaded:
    """A model with its image processor on its device."""

    def __init__(self, name: str, folder: Path) -> None:
        import torch

        self.name, self.folder = name, folder
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.processor = _load(self, "AutoImageProcessor")
        dtype = torch.float32 if self.device.type == "cpu" else torch.float16
        self.model, info = _load(
            self, "AutoModel", dtype=dtype, use_safetensors=True, output_loading_info=True
        )
        self._first_token = self.model.config.model_type in _FIRST_TOKEN
        self._refuse_random_weights(info["missing_keys"])
        self.model.eval().to(self.device)

    def image_features(self, images: Sequence[RgbImage]) -> FloatMatrix:
        """Return the pooled features, shape (n, dim)."""
        inputs = self._to_device(_processed(self.processor, [_squeeze(image) for image in images]))
        call = getattr(self.model, "get_image_features", self.model)
        return self._run(call, inputs)

    def text_features(self, tokens: Any) -> FloatMatrix:
        """Return the features of tokenised names in the images' space, shape (n, dim)."""
        return self._run(self.model.get_text_features, self._to_device(tokens))

    def dim(self) -> int:
        """Find the dimension by a grey image; raises ModelNotFound when the model takes none."""
        try:
            return int(self.image_features([np.full((32, 32, 3), 128, np.uint8)]).shape[1])
        except Exception as error:
            raise unusable(f"hf:{self.name}", "is not an image model", error) from None

    def input_side(self) -> int | None:
        """Return the side in pixels that the processor resizes to, None when it does not say."""
        size = getattr(self.processor, "size", None) or {}
        sides = [size[key] for key in ("shortest_edge", "height", "width") if size.get(key)]
        timm = getattr(self.processor, "data_config", None)
        if timm:
            sides = [round(side / timm.get("crop_pct", 1)) for side in timm["input_size"][1:]]
        patches = getattr(self.processor, "max_num_patches", None)
        if patches:
            sides = [round(patches**0.5 * self.processor.patch_size)]
        return int(max(sides)) if sides else None

    def _run(self, call: Any, inputs: dict[str, Any]) -> FloatMatrix:
        import torch

        with torch.inference_mode():
            features = _pooled(call(**inputs), first_token=self._first_token)
        return np.asarray(features.float().cpu().numpy(), dtype=np.float32)

    def _to_device(self, inputs: Any) -> dict[str, Any]:
        return {
            key: value.to(self.device, self.model.dtype)
            if value.is_floating_point()
            else value.to(self.device)
            for key, value in inputs.items()
        }

    def _refuse_random_weights(self, missing: Sequence[str]) -> None:
        needed = [key for key in missing if not (self._first_token and key.startswith("pooler."))]
        if needed:
            raise ModelNotFound(
                f"hf:{self.name}: the checkpoint lacks {len(needed)} weights, {min(needed)!r} first"
            )


def _load(loaded: _Loaded, auto_class: str, **options: Any) -> Any:
    return load_pretrained(f"hf:{loaded.name}", loaded.folder, auto_class, **options)


def _processed(processor: Any, images: list[RgbImage]) -> Any:
    """Pass the images as Pillow's: an array's channels are guessed, and it may be read-only."""
    from PIL import Image

    return processor([Image.fromarray(image) for image in images], return_tensors="pt")


def _pooled(output: Any, *, first_token: bool) -> torch.Tensor:
    """Return the features of a tower's output, shape (n, dim)."""
    if first_token:
        return output.last_hidden_state[:, 0]
    pooled = getattr(output, "pooler_output", None)
    if pooled is not None:
        return pooled.flatten(1)
    hidden = output.last_hidden_state
    return hidden.mean(dim=(2, 3)) if hidden.ndim == 4 else hidden.mean(dim=1)


def _squeeze(image: RgbImage) -> RgbImage:
    height, width = image.shape[:2]
    if max(height, width) <= _LONGEST * min(height, width):
        return np.ascontiguousarray(image)
    import cv2

    size = (min(width, _LONGEST * height), min(height, _LONGEST * width))
    return np.asarray(cv2.resize(np.ascontiguousarray(image), size, interpolation=cv2.INTER_AREA))

"""One model of transformers on its device: whole weights, half precision on a GPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalog.embedding.hf_loading import load_pretrained
from catalog.errors import ModelNotFound


class TorchModel:
    """A model in evaluation mode; ``half`` None means half precision on a GPU and not on a CPU.

    Weights stay float32 and autocast picks the precision of each operation: detectors hold sums and
    logits that overflow float16. Raises ModelNotFound when weights are absent, never runs on random
    ones.
    """

    def __init__(self, name: str, folder: Path, kind: str, *, half: bool | None) -> None:
        import torch

        self.name, self.folder = name, folder
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model, info = load_pretrained(
            name, folder, kind, use_safetensors=True, output_loading_info=True
        )
        if info["missing_keys"]:
            missing = info["missing_keys"]
            raise ModelNotFound(
                f"{name}: the checkpoint lacks {len(missing)} weights, {min(missing)!r} first"
            )
        self.model.eval().to(self.device)
        self._half = self.device.type != "cpu" if half is None else half

    def load(self, kind: str) -> Any:
        """Return the processor of that class that lies beside the model."""
        return load_pretrained(self.name, self.folder, kind)

    def run(self, **inputs: Any) -> Any:
        """Return the model's outputs."""
        import torch

        with (
            torch.inference_mode(),
            torch.autocast(self.device.type, dtype=self._half_dtype(), enabled=self._half),
        ):
            return self.model(**inputs)

    def _half_dtype(self) -> Any:
        import torch

        narrow = self.device.type == "cuda" and not torch.cuda.is_bf16_supported()
        return torch.float16 if narrow else torch.bfloat16

"""Models for the real lang-sam: a tiny GroundingDINO, and SAM 2.1 tiny with random weights."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.segmentation.by_text.tiny_models import save_detector

SAM_TYPE = "sam2.1_hiera_tiny"


def save_langsam_models(folder: Path) -> tuple[Path, Path]:
    """Return the folder of the detector and the checkpoint file of the mask model (150 MB)."""
    import torch

    types = import_module("lang_sam").SAM_MODELS
    settings = import_module("hydra").compose(config_name=types[SAM_TYPE]["config"])
    torch.manual_seed(0)
    model = import_module("hydra.utils").instantiate(settings.model, _recursive_=True)
    checkpoint = folder / f"{SAM_TYPE}.pt"
    torch.save({"model": model.state_dict()}, checkpoint)
    return save_detector(folder / "detector"), checkpoint

"""``langsam``: the package lang-sam, which finds by GroundingDINO and cuts out by SAM 2.1.

What it returns is brought into one shape (see ``detections``), and what it prints goes to the log.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from catalog.arrays import RgbImage
from catalog.embedding.hf_folder import files_hash, model_folder
from catalog.embedding.hf_loading import unusable
from catalog.errors import MissingExtra, ModelNotFound, UnknownName
from catalog.images.reduction import long_side_at_most
from segmentation.by_text.detections import Detections, normalise, part_of, without_rivals
from segmentation.by_text.phrases import caption, part_phrases, phrases
from segmentation.contract import Prompts, Segmentation
from segmentation.masks import restored

DETECTOR = "IDEA-Research/grounding-dino-base"
MASK_MODEL = "sam2.1_hiera_small"
"""Both Apache-2.0, and lang-sam's own defaults."""
BOX_THRESHOLD, TEXT_THRESHOLD = 0.3, 0.25
_CODE_VERSION = 1
"""Raise when the same models, image and prompts would give another mask."""
_LONGEST = 1024
"""Larger images are reduced to this side first: SAM 2 looks at no more, and masks are kept whole."""
_BATCH = 8

_log = logging.getLogger(__name__)


def create(detector: str | None = None, mask_model: str | None = None) -> LangSam:
    """Return the segmenter; ``detector`` is a hub id or folder.

    ``mask_model`` is a type of SAM 2.1 (``sam2.1_hiera_small``) or a checkpoint file named after it.
    Raises MissingExtra, UnknownName, and ModelNotFound with the way to get the model.
    """
    if find_spec("lang_sam") is None:
        raise MissingExtra("the segmenter langsam", "langsam")
    package = _import_apart()
    folder = _detector_folder(detector or DETECTOR)
    checkpoint = _checkpoint(mask_model or MASK_MODEL, package.SAM_MODELS)
    try:
        model = package.LangSAM(
            checkpoint.stem, str(checkpoint), str(folder), str(folder), device=_device()
        )
    except Exception as error:  # each layer below raises its own kinds
        raise unusable("langsam", "cannot load its models", error) from None
    return LangSam(model, _fingerprint(folder, checkpoint))


class LangSam:
    """Runs lang-sam, a batch of equally large images at a time."""

    name = "langsam"

    def __init__(self, model: Any, fingerprint: str) -> None:
        self._model, self._fingerprint = model, fingerprint

    @property
    def fingerprint(self) -> str:
        """Versions of the code and of lang-sam, the thresholds, and hashes of both models' files."""
        return self._fingerprint

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        """Find the part in each image; raises UsageError when the prompt names no part."""
        part = part_phrases(prompts.part)
        removed = [phrase for phrase in phrases(prompts.remove) if phrase not in part]
        images = [long_side_at_most(image, _LONGEST) for image in batch]
        segmentations: dict[int, Segmentation] = {}
        for positions in _of_one_size(images):
            parts = self._detect([images[at] for at in positions], part)
            rivals = self._detect([images[at] for at in positions], removed)
            for position, own, rival in zip(positions, parts, rivals, strict=True):
                of_part, taken_away = without_rivals(own, rival), without_rivals(rival, own)
                segmentations[position] = restored(part_of(of_part, taken_away), batch[position])
        return [segmentations[position] for position in range(len(batch))]

    def _detect(self, images: list[RgbImage], names: Sequence[str]) -> list[Detections]:
        from PIL import Image

        shapes = [image.shape[:2] for image in images]
        if not names:
            return [normalise([], [], [], shape) for shape in shapes]
        results = self._model.predict(
            [Image.fromarray(image) for image in images],
            [caption(names)] * len(images),
            box_threshold=BOX_THRESHOLD,
            text_threshold=TEXT_THRESHOLD,
        )
        return [_read(result, shape) for result, shape in zip(results, shapes, strict=True)]


def _read(result: Any, shape: tuple[int, int]) -> Detections:
    """Return one image's result; a score is the box's, a mask's own only says how sharp it is."""
    return normalise(result["masks"], result["scores"], result["text_labels"], shape)


def _of_one_size(images: Sequence[RgbImage]) -> list[list[int]]:
    """Return positions in blocks of one size: lang-sam pads others, which changes what it finds."""
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for position, image in enumerate(images):
        groups[image.shape].append(position)
    return [
        group[start : start + _BATCH]
        for group in groups.values()
        for start in range(0, len(group), _BATCH)
    ]


def _fingerprint(folder: Path, checkpoint: Path) -> str:
    with checkpoint.open("rb") as file:
        weights = hashlib.file_digest(file, "sha256").hexdigest()
    thresholds = f"{BOX_THRESHOLD}-{TEXT_THRESHOLD}"
    return f"{_CODE_VERSION}-{version('lang-sam')}-{thresholds}-{files_hash(folder)}-{weights}"


def _import_apart() -> Any:
    """Import in a thread of its own: on a GPU lang-sam switches autocast on for the whole thread.

    Its calls of ``print`` go to the log.
    """

    def imported() -> Any:
        import lang_sam

        return lang_sam

    with ThreadPoolExecutor(1) as thread:
        package = thread.submit(imported).result()
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] == "lang_sam":
            vars(module)["print"] = _log.debug
    return package


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _detector_folder(name: str) -> Path:
    try:
        return model_folder(name)
    except ModelNotFound as error:
        raise ModelNotFound(f"langsam, setting segmenter_detector: {error}") from None


def _checkpoint(name: str, types: dict[str, dict[str, str]]) -> Path:
    """Return the checkpoint file of a type, fetched into torch's cache where it is not there."""
    import torch

    file = Path(name).expanduser()
    if file.suffix == ".pt" and file.is_file() and file.stem in types:
        return file
    if name not in types:
        raise UnknownName("langsam mask model (a type, or a file TYPE.pt)", name, types)
    url = types[name]["url"]
    path = Path(torch.hub.get_dir()) / "checkpoints" / f"{name}.pt"
    if not path.is_file():
        _fetch(url, path)
    return path


def _fetch(url: str, path: Path) -> None:
    import torch

    way = f"fetch {url} and set segmenter_mask_model to the file"
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        raise ModelNotFound(f"langsam: {path} is absent and HF_HUB_OFFLINE is set; {way}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        torch.hub.download_url_to_file(url, str(path), progress=False)
    except Exception as error:  # HTTP, proxy and disk errors have no common base
        raise unusable("langsam", f"cannot get its mask model; {way}", error) from None

"""From a hub id or a folder to a folder with the files of one transformers model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from catalog.errors import ModelNotFound

_WEIGHTS = "*.safetensors"
"""Only this format: the older ones hold pickled code."""
_TO_FETCH = (
    "README.md",
    "config.json",
    "model*.safetensors",
    "model.safetensors.index.json",
    "preprocessor_config.json",
    "processor_config.json",
    "tokenizer*",
    "vocab.*",
    "merges.txt",
    "special_tokens_map.json",
    "added_tokens.json",
    "spiece.model",
)
_NOT_HASHED = {"README.md"}


def model_folder(name: str) -> Path:
    """Return the folder of a model: ``name`` itself, or the hub's cache after a download.

    Honours HF_HUB_OFFLINE and HF_HOME. Raises ModelNotFound, one line with the way to get the model,
    when it is absent, and when it holds no config.json or no safetensors weights.
    """
    path = Path(name).expanduser()
    folder = path if path.is_dir() else _download(name, path)
    for pattern, what in (("config.json", "config.json"), (_WEIGHTS, "weights as .safetensors")):
        if not any(folder.glob(pattern)):
            raise ModelNotFound(f"hf:{name}: {folder} holds no {what}")
    return folder


def files_hash(folder: Path) -> str:
    """Return a hash of all files a model is made of, 64 hex digits; where they lie does not count."""
    digest = hashlib.sha256()
    for path in _model_files(folder):
        with path.open("rb") as file:
            digest.update(path.name.encode())
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def licence(folder: Path) -> str:
    """Return the licence that the model card's front matter names, or ``unknown``."""
    card = folder / "README.md"
    if not card.is_file():
        return "unknown"
    lines = card.read_text(encoding="utf-8", errors="replace").splitlines()
    for line in _front_matter(lines):
        key, _, value = line.partition(":")
        if key == "license":
            return value.strip() or "unknown"
    return "unknown"


def _download(name: str, path: Path) -> Path:
    from huggingface_hub import snapshot_download

    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise ModelNotFound(f"hf:{name}: there is no such folder")
    try:
        return Path(snapshot_download(name, allow_patterns=list(_TO_FETCH)))
    except Exception as error:  # HTTP, proxy, cache, name and access errors have no common base
        reason = " ".join(str(error).split())[:200]
        raise ModelNotFound(
            f"hf:{name} is neither a folder nor in the local cache, and the hub did not give it;"
            f" where the hub is reached run 'hf download {name} --local-dir FOLDER'"
            f" and name that folder: {reason}"
        ) from None


def _model_files(folder: Path) -> Iterable[Path]:
    paths = {path for pattern in _TO_FETCH for path in folder.glob(pattern)}
    return sorted(path for path in paths if path.is_file() and path.name not in _NOT_HASHED)


def _front_matter(lines: list[str]) -> list[str]:
    if not lines or lines[0].strip() != "---":
        return []
    ends = [number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"]
    return lines[1 : ends[0]] if ends else []

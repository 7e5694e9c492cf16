"""An ONNX file with ``model.toml`` beside it: what the toml says, the session, the fingerprint.

Embedders and mask models read their models through here, so all refuse the same mistakes in the same
words.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from catalog.errors import ModelNotFound

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

ModelKind = Literal["image", "text", "mask"]
"""What goes in and what comes out: a vector of an image, a vector of a name, a mask of an image."""
Resize = Literal["stretch", "crop", "pad"]
_Channels = tuple[float, float, float]
_Scale = Annotated[float, Field(gt=0)]
_EXTERNAL_DATA = (".data", "_data")
"""Endings that exporters give to weights over 2 GB beside the ONNX file."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImageSection(_Section):
    """How an image becomes the model's input: float32 (n, 3, size, size), RGB.

    ``mean`` and ``std`` are per channel in 0..255 units: input = (pixel - mean) / std.
    """

    input: str
    size: int = Field(ge=1, le=4096)
    resize: Resize = "stretch"
    mean: _Channels
    std: tuple[_Scale, _Scale, _Scale]


class TextSection(_Section):
    """How a name becomes the model's input; ``max_length`` counts tokens."""

    tokenizer: str = "tokenizer.json"
    max_length: int = Field(64, ge=2, le=8192)
    query_prefix: str = ""
    document_prefix: str = ""


class MaskSection(ImageSection):
    """How an image becomes a mask model's input; the model looks at all of it.

    Its output is float32 (n, 1, height, width) or (n, height, width), 0 background to 1 part.
    """

    resize: Literal["stretch", "pad"] = "stretch"


class ModelToml(_Section):
    """What ``model.toml`` says: the section named by ``modality`` alone, ``dim`` where it embeds."""

    folder: Path
    name: str = Field(min_length=1)
    modality: ModelKind
    file: str
    licence: str
    dim: int = Field(0, ge=0, le=65536)
    output: str
    image: ImageSection | None = None
    text: TextSection | None = None
    mask: MaskSection | None = None

    @model_validator(mode="after")
    def _has_its_section(self) -> ModelToml:
        kinds = get_args(ModelKind)
        sections = {name for name in kinds if getattr(self, name) is not None}
        if sections != {self.modality}:
            raise ValueError(f"modality {self.modality!r} needs a section [{self.modality}] alone")
        if (self.dim == 0) != (self.modality == "mask"):
            raise ValueError(
                "dim is the length of an embedder's vectors, at least 1; masks have none"
            )
        return self

    def path(self, file: str) -> Path:
        """Return a file beside ``model.toml``; raises ModelNotFound when it is absent."""
        path = self.folder / file
        if not path.is_file():
            raise ModelNotFound(f"model {self.name!r}: no file {file!r} in {self.folder}")
        return path


def read_model_toml(folder: str | Path, modality: ModelKind) -> ModelToml:
    """Return the checked ``model.toml`` of a folder.

    Raises ModelNotFound, one line, when the folder, the toml or the model file is absent, the toml is
    malformed, or the model is of another modality.
    """
    path = Path(folder).expanduser() / "model.toml"
    if not path.is_file():
        raise ModelNotFound(f"no model.toml in {path.parent}: an onnx: model is a folder with one")
    model = _parse(path)
    if model.modality != modality:
        raise ModelNotFound(f"{path} describes a model for {model.modality}; {modality} is needed")
    model.path(model.file)
    return model


def open_session(model: ModelToml, threads: int | None = None) -> InferenceSession:
    """Return a CPU session; ``threads`` None means OMP_NUM_THREADS, else the cores of this process.

    Raises ModelNotFound when the file is not an ONNX model or lacks the named output.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Left to itself onnxruntime pins threads to cores that a container may not own.
    options.intra_op_num_threads = threads or default_threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    path = model.path(model.file)
    try:
        session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    except Exception as error:
        raise ModelNotFound(f"{path} is not a usable ONNX model: {_one_line(error)}") from None
    require_name(model, "output", model.output, [node.name for node in session.get_outputs()])
    return session


def require_name(model: ModelToml, kind: str, name: str, names: list[str]) -> None:
    """Raise ModelNotFound when the ONNX file has no input or output (``kind``) of that name."""
    if name not in names:
        raise ModelNotFound(
            f"model {model.name!r}: {model.file} has no {kind} {name!r}; it has {', '.join(names)}"
        )


def require_dim(model: ModelToml, shape: tuple[int, ...], rows: int) -> None:
    """Raise ModelNotFound when an output's shape is not (rows, dim)."""
    if shape != (rows, model.dim):
        raise ModelNotFound(
            f"model {model.name!r}: output {model.output!r} has shape {shape} for {rows} items;"
            f" model.toml says dim = {model.dim}"
        )


def default_threads() -> int:
    """Return OMP_NUM_THREADS where it is a number above 0, else the cores this process may use."""
    omp_threads = os.environ.get("OMP_NUM_THREADS", "")
    if omp_threads.isdecimal() and int(omp_threads) > 0:
        return int(omp_threads)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def fingerprint(model: ModelToml, *more_files: str) -> str:
    """Return a hash of weights, settings and further files (a tokenizer), 64 hex digits.

    The folder's place and the licence do not count; everything that could change a vector does.
    """
    unset = {"mask"} if model.mask is None else set()  # as before there were mask models
    settings = model.model_dump_json(exclude={"folder", "licence", "name", "file"} | unset)
    digest = hashlib.sha256(settings.encode())
    weights = model.path(model.file)
    external = [Path(f"{weights}{ending}") for ending in _EXTERNAL_DATA]
    paths = [weights, *filter(Path.is_file, external), *map(model.path, more_files)]
    for path in paths:
        digest.update(_file_hash(path))
    return digest.hexdigest()


def _parse(path: Path) -> ModelToml:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return ModelToml(**{**values, "folder": path.parent})
    except ValidationError as error:
        first_error = error.errors()[0]
        where = ".".join(map(str, first_error["loc"])) or "model"
        raise ModelNotFound(f"{path}: {where}: {first_error['msg']}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ModelNotFound(f"{path} cannot be read: {_one_line(error)}") from None


def _file_hash(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())

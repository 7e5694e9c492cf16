"""``partscope doctor``: what is installed, what is reachable, and what to do about the rest."""

from __future__ import annotations

import shutil
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

if TYPE_CHECKING:
    from partscope.catalog import Catalog

_BASE = (
    "qdrant-edge-py",
    "qdrant-client",
    "numpy",
    "pandas",
    "opencv-python-headless",
    "onnxruntime",
)
_MODELS = ("torch", "torchvision", "transformers", "sentence-transformers", "timm")
_GIB = 1024**3
_LOW_DISK = 2 * _GIB
EXIT_FAILED = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``advice`` says what to do where it is not fine."""

    name: str
    fine: bool
    found: str
    advice: str = ""

    @property
    def line(self) -> str:
        """The finding for people."""
        advice = f"  -> {self.advice}" if self.advice else ""
        return f"{'ok  ' if self.fine else '!!  '}{self.name}: {self.found}{advice}"

    def to_json(self) -> dict[str, str | bool]:
        """Return plain values."""
        return asdict(self)


@with_options
def doctor(*, common: CommonOptions) -> None:
    """Check the installation, the store and the disk, and say what to do about what is wrong."""
    findings = [_python(), *map(_package, _BASE), _extra(), _disk(common.settings().work_folder)]
    findings += _of_store(common)
    values = {"findings": [finding.to_json() for finding in findings]}
    common.print(values, [finding.line for finding in findings])
    if not all(finding.fine for finding in findings):
        raise typer.Exit(EXIT_FAILED)


def _python() -> Finding:
    return Finding("python", sys.version_info >= (3, 11), sys.version.split()[0], "")


def _package(name: str) -> Finding:
    try:
        return Finding(name, fine=True, found=version(name))
    except PackageNotFoundError:
        return Finding(name, fine=False, found="not installed", advice=f"pip install {name}")


def _extra() -> Finding:
    absent = [name for name in _MODELS if not _package(name).fine]
    if not absent:
        found = "installed: hf: and st: models and the segmenter grounded-sam can be used"
        return Finding("extra models", fine=True, found=found)
    return Finding(
        "extra models",
        fine=True,
        found=f"without {', '.join(absent)}; builtin: and onnx: models need none of it",
        advice="pip install 'partscope[models]' for hf: and st: models and grounded-sam",
    )


def _disk(folder: Path) -> Finding:
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    return Finding(
        "disk",
        free > _LOW_DISK,
        f"{free / _GIB:.1f} GiB free at {existing}",
        "" if free > _LOW_DISK else "free some space, or choose another --store",
    )


def _of_store(common: CommonOptions) -> list[Finding]:
    from catalog.errors import PartscopeError

    try:
        with common.open() as opened:
            return [_store(opened), _index(opened)] if opened.exists else [_no_catalog(opened)]
    except PartscopeError as error:
        return [Finding("store", fine=False, found=str(error))]


def _no_catalog(opened: Catalog) -> Finding:
    found = f"{opened.store.location}: no catalogue {opened.name!r} yet"
    return Finding("store", fine=True, found=found, advice=opened.settings.command("ingest TABLE"))


def _store(opened: Catalog) -> Finding:
    _ = opened.image_embedder, opened.text_embedder, opened.cutter
    return Finding(
        "store", fine=True, found=f"{opened.store.location}: {opened.store.count()} parts"
    )


def _index(opened: Catalog) -> Finding:
    state = opened.store.index_state()
    advice = "" if state.is_sound else opened.settings.command("optimize")
    return Finding("index", state.is_sound, state.text, advice)

"""``partscope doctor``: what is installed, what is reachable, and what to do about the rest."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

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


def doctor(
    *, store: StoreOption = None, catalog: CatalogOption = None, json_: JsonOption = False
) -> None:
    """Check the installation, the store and the disk, and say what to do about what is wrong."""
    from catalog.settings import load_settings

    settings = load_settings(store=store, catalog=catalog)
    findings = [_python(), *map(_package, _BASE), _extra(), _disk(settings.work_folder)]
    findings += _of_store(store, catalog)
    if json_:
        print_json({"findings": [{**_as_dict(finding)} for finding in findings]})
    else:
        for finding in findings:
            mark = "ok  " if finding.fine else "!!  "
            advice = f"  -> {finding.advice}" if finding.advice else ""
            typer.echo(f"{mark}{finding.name}: {finding.found}{advice}")
    if not all(finding.fine for finding in findings):
        raise typer.Exit(EXIT_FAILED)


def _as_dict(finding: Finding) -> dict[str, str | bool]:
    return {name: getattr(finding, name) for name in Finding.__slots__}


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


def _of_store(store: str | None, catalog: str | None) -> list[Finding]:
    from catalog.errors import PartscopeError
    from partscope.catalog import Catalog

    try:
        with Catalog.open(store, catalog=catalog) as opened:
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

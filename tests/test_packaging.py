"""The top-level packages are this distribution's own, typed, and what the entry points name exists."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_name_belongs_to_this_distribution_alone(name: str) -> None:
    assert set(packages_distributions().get(name, ())) <= {"partscope"}
    found = import_module(name).__file__
    assert found is not None
    assert Path(found).parent == ROOT / name
    assert (ROOT / name / "py.typed").is_file()


def test_every_command_can_be_loaded() -> None:
    named = PROJECT["project"]["entry-points"]["partscope.commands"]
    found = {entry.name: entry for entry in entry_points(group="partscope.commands")}
    assert set(found) == set(named)
    assert all(callable(entry.load()) for entry in found.values())


def test_lang_sam_is_in_no_other_extra() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert [
        name for name, needs in extras.items() if any("lang-sam" in need for need in needs)
    ] == ["langsam"]


def test_the_image_is_built_from_every_package() -> None:
    lines = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY ")}
    assert set(PACKAGES) <= copied


def test_every_path_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(
        re.findall(
            r"`((?:catalog|segmentation|ingest|search|clustering|partscope|tests)/[\w./]*)`", text
        )
    )
    assert len(named) > 40
    missing = {
        path for path in named if not (ROOT / path).exists() and not (ROOT / f"{path}.py").is_file()
    }
    assert missing == set()

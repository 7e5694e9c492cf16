"""The house's rules over the whole import graph: no circles, no imports by string, no crowded folders."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
FILES_A_FOLDER = 19
"""The widest folder has fewer than 20 modules."""
_BY_STRING = {"import_module", "__import__"}


def _module_files(*folders: str) -> dict[str, Path]:
    files = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {_module_name(path): path for path in files}


def _module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, modules: dict[str, Path]) -> Iterator[str]:
    """Yield the modules that a file imports, inside functions and for type checking too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                yield module if module in modules else node.module


def _circle(graph: dict[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle; empty where there is none."""
    for _ in range(2):  # without what imports none of the rest, then without what none imports
        while leaves := {module for module, targets in graph.items() if not targets}:
            graph = {m: targets - leaves for m, targets in graph.items() if m not in leaves}
        graph = {m: {n for n, targets in graph.items() if m in targets} for m in graph}
    return sorted(graph)


def test_a_circle_is_seen() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c"]
    assert _circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_files_import_each_other_in_a_circle() -> None:
    modules = _module_files(*PACKAGES)
    graph = {
        module: {target for target in _imports(path, modules) if target in modules} - {module}
        for module, path in modules.items()
    }
    assert _circle(graph) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_imports_by_string(package: str) -> None:
    calls = [
        f"{module}:{node.lineno}"
        for module, path in _module_files(package).items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in _BY_STRING)
        or (isinstance(node, ast.Name) and node.id in _BY_STRING)
        or (isinstance(node, ast.alias) and node.name in _BY_STRING)
    ]
    assert calls == []


def test_no_folder_is_crowded() -> None:
    widths = Counter(path.parent for path in _module_files(*PACKAGES).values())
    crowded = {str(folder): width for folder, width in widths.items() if width > FILES_A_FOLDER}
    assert crowded == {}


def test_the_layers_cover_every_package_without_exemption() -> None:
    linter = PROJECT["tool"]["importlinter"]
    contract = linter["contracts"][0]
    layered = {name.strip() for layer in contract["layers"] for name in layer.split("|")}
    assert layered == set(linter["root_packages"]) == set(PACKAGES)
    assert set(linter) == {"root_packages", "contracts"}
    assert set(contract) == {"name", "type", "layers"}
    assert not any("ignore_imports" in contract for contract in linter["contracts"])


def test_the_console_script_is_all_that_other_packages_are_asked_for() -> None:
    assert set(PROJECT["project"]["entry-points"]) == {"partscope.commands"}
    assert set(PROJECT["project"]["entry-points"]["partscope.commands"]) == {"demo"}

"""The console script: light help, options before commands, exit codes, errors in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from partscope.catalog import Catalog
from partscope.cli import main
from tests.search.small_catalog import Item, build

SCRIPT = Path(sys.executable).with_name("partscope")


def _run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT, *arguments], capture_output=True, text=True, check=False, cwd=cwd, timeout=60
    )


def _modules_after(code: str) -> set[str]:
    """Return the modules that a fresh Python has once it has run some code."""
    printed = f"import sys\n{code}\nprint('modules:', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", printed], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.rpartition("modules: ")[2].split())


def test_help_lists_every_command(tmp_path: Path) -> None:
    shown = _run("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for command in ("demo", "ingest", "search", "evaluate", "rebuild", "info", "doctor", "backup"):
        assert f"  {command} " in shown.stdout


def test_help_shows_what_may_stand_before_a_command(tmp_path: Path) -> None:
    shown = _run("--help", cwd=tmp_path).stdout
    assert "  --store <str> " in shown
    assert "  --catalog <str> " in shown


def test_help_imports_little_and_nothing_heavy() -> None:
    # So it is fast on any machine: benchmarks/start_up.py times it.
    shown = _modules_after(
        "from partscope.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"
    )
    heavy = {
        *("numpy", "pandas", "cv2", "torch", "sklearn", "scipy", "PIL", "onnxruntime"),
        *(
            "qdrant_client",
            "qdrant_edge",
            "pydantic",
            "pyarrow",
            "openpyxl",
            "jinja2",
            "rich.table",
        ),
    }
    assert not heavy & shown
    assert "partscope.commands.search" in shown
    assert len(shown) < 2 * len(_modules_after("import typer"))


# -- before the command -----------------------------------------------------------------------


@pytest.fixture
def two_stores(tmp_path: Path) -> Path:
    """Return a folder with two stores, whose catalogues say in what store they are."""
    for name in ("one", "two"):
        build(tmp_path / name, [Item(f"N-{name}", "Mutter")]).close()
    return tmp_path


def _json(*arguments: str, cwd: Path) -> Any:
    done = _run(*arguments, "--json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_store_and_catalog_may_stand_before_the_command(two_stores: Path) -> None:
    before = ("--store", "one", "--catalog", "small")
    assert _json(*before, "info", cwd=two_stores)["store"].startswith("one")
    hits = _json(*before, "search", "Mutter", cwd=two_stores)["hits"]
    assert [hit["part_number"] for hit in hits] == ["N-one"]


def test_after_the_command_wins_over_before(two_stores: Path) -> None:
    before = ("--store", "one", "--catalog", "other")
    after = ("--store", "two", "--catalog", "small")
    assert _json(*before, "info", *after, cwd=two_stores)["store"].startswith("two")
    assert _json(*before, "info", *after[2:], cwd=two_stores)["store"].startswith("one")


@pytest.mark.parametrize("command", [("runs",), ("review", "log")])
def test_they_reach_the_commands_of_groups(command: tuple[str, ...], two_stores: Path) -> None:
    before = ("--store", "one", "--catalog", "small")
    assert list(_json(*before, *command, cwd=two_stores).values()) == [[]]
    missing = _run("--store", "one", "--catalog", "nothing", *command, cwd=two_stores)
    assert missing.returncode == 2
    assert "--catalog nothing --store one" in missing.stderr


def test_a_group_passes_its_own_options_on(two_stores: Path) -> None:
    group = ("runs", "--store", "one", "--catalog", "small")
    said = _run("--store", "two", *group, "activate", "nothing", cwd=two_stores)
    assert said.returncode == 2
    assert "unknown run 'nothing'" in said.stderr or "partscope cluster" in said.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--store", "one", "demo"], "demo takes no --store"),
        (["--catalog", "small"], "--catalog stands before a command"),
    ],
)
def test_what_is_taken_by_nothing_is_refused(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    done = _run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"partscope: {message}")
    assert done.stderr.count("\n") == 1


# -- a wrong call -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ingest", "absent.csv"], "absent.csv"),
        (["search", "Schraube"], "partscope ingest TABLE"),
        (["info", "--catalog", "a/b"], "setting 'catalog'"),
        (["ingest", "t.csv", "--map", "nonsense"], "--map takes COLUMN=FIELD"),
    ],
)
def test_a_wrong_call_is_one_line_on_stderr_and_exit_code_2(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    done = _run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("partscope: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_unknown_command_or_option_is_exit_code_2(tmp_path: Path) -> None:
    assert _run("serch", cwd=tmp_path).returncode == 2
    assert _run("info", "--colour", "red", cwd=tmp_path).returncode == 2


def test_an_interrupt_says_that_what_was_done_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Catalog, "from_settings", interrupted)
    with pytest.raises(SystemExit) as left:
        main(["info"])
    assert left.value.code == 130
    assert capsys.readouterr().err == (
        "partscope: interrupted; what was done is kept, run it again to go on\n"
    )


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("partscope 0.")

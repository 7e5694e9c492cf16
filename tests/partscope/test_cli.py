"""The console script: fast help, exit codes, errors in one line on stderr."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pytest

from partscope.catalog import Catalog
from partscope.cli import main

SCRIPT = Path(sys.executable).with_name("partscope")


def _run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT, *arguments], capture_output=True, text=True, check=False, cwd=cwd, timeout=60
    )


def _spent(command: Sequence[str | Path], cwd: Path) -> float:
    """Return the seconds of processor time that a command takes."""
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, cwd=cwd)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_lists_every_command(tmp_path: Path) -> None:
    shown = _run("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for command in ("demo", "ingest", "search", "evaluate", "rebuild", "info", "doctor", "backup"):
        assert f"  {command} " in shown.stdout


@pytest.mark.slow
def test_help_is_fast(tmp_path: Path) -> None:
    # The goal is 0.3 s on a quiet machine (benchmarks/start_up.py). Tests share theirs, which makes
    # everything slower: what counts is the processor's time next to that of typer alone, 1.8 times.
    typer = [sys.executable, "-c", "import typer"]
    pairs = [(_spent([SCRIPT, "--help"], tmp_path), _spent(typer, tmp_path)) for _ in range(4)]
    shown, alone = map(min, zip(*pairs, strict=True))
    assert shown < 3 * alone


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from partscope.cli import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pandas', 'cv2', 'torch', 'sklearn', 'qdrant_client', 'qdrant_edge',"
        " 'PIL', 'pydantic', 'onnxruntime'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


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

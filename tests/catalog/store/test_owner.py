"""A locked file names its owner, also where nobody can read who that is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.store.owner import Owned, described, locked_file, this_process

ROOT = Path(__file__).resolve().parents[3]
HOLDER = """
import sys
from pathlib import Path
from catalog.store.owner import locked_file
locked_file(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_told_of_the_first(tmp_path: Path) -> None:
    first = locked_file(tmp_path / "owner.json")
    with pytest.raises(Owned, match="this very process: close the other store first"):
        locked_file(tmp_path / "owner.json")
    os.close(first)
    os.close(locked_file(tmp_path / "owner.json"))


def test_another_process_is_named_and_its_lock_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "owner.json"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Owned, match=f"process {holder.pid} on "):
            locked_file(path)
        holder.kill()
    os.close(locked_file(path))


@pytest.mark.parametrize("owner", ["", "{", "[]", '"x"', '{"pid": 1}', b"\xff\xfe"])
def test_an_unreadable_owner_is_another_process(owner: str | bytes) -> None:
    assert described(owner) == "another process"


def test_this_process_is_what_it_says() -> None:
    owner = json.loads(this_process())
    assert owner["pid"] == os.getpid()
    assert "this very process" in described(this_process())
    elsewhere = json.dumps({**owner, "host": "elsewhere"})
    assert described(elsewhere).startswith(f"process {os.getpid()} on elsewhere (")

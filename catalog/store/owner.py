"""Files and records that say which process owns something, and messages that name it."""

from __future__ import annotations

import json
import os
import socket
import sys
from datetime import datetime
from pathlib import Path

if sys.platform != "win32":
    import fcntl


class Owned(Exception):
    """Another process, or another handle of this one, holds the file; ``owner`` is what it wrote."""

    def __init__(self, owner: bytes) -> None:
        super().__init__(described(owner))
        self.owner = owner


def locked_file(path: Path) -> int:
    """Return the descriptor of the file, locked and naming this process; Owned where it is held.

    The system frees the lock with the process, however that ends. OSError where the file cannot be
    made.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = os.pread(file, 4096, 0)
        os.close(file)
        raise Owned(owner) from None
    os.ftruncate(file, 0)
    os.write(file, this_process())
    return file


def this_process() -> bytes:
    """Return who this process is, as JSON."""
    values = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": " ".join(sys.argv)[:200],
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    return json.dumps(values).encode()


def described(owner: bytes | str) -> str:
    """Return who ``this_process`` told of, in words."""
    try:
        holder = json.loads(owner)
        if holder["pid"] == os.getpid() and holder["host"] == socket.gethostname():
            return "this very process: close the other store first"
        return f"process {holder['pid']} on {holder['host']} ({holder['command']}) since {holder['since']}"
    except (ValueError, LookupError, TypeError):
        return "another process"

"""What makes terms of names, as a fingerprint: a catalogue's terms and a query's must come from one."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

VERSION = 1
"""Raise it when code gives any name other terms; the word lists are seen by themselves."""


@cache
def terms_fingerprint() -> str:
    """Return a hash that changes when names may get other terms: the version and the word lists."""
    digest = sha256(f"terms {VERSION}".encode())
    folder = Path(__file__).parent
    for path in sorted([*folder.glob("*.tsv"), *folder.glob("*.txt"), *folder.glob("*/*.tsv")]):
        digest.update(f"\0{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()

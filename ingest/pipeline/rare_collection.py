"""Fewer full passes of Python's cycle collector while rows stream by.

Rows make next to no cycles, but a full pass walks all that is remembered (glossary, lexicon, names
seen): a tenth and more of an ingest of names.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_RARER = 10


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Make full passes ten times as rare inside the block; young garbage goes as before."""
    young, middle, full = gc.get_threshold()
    gc.set_threshold(young, middle, full * _RARER)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, full)

"""The cycle collector is held back inside the block alone."""

from __future__ import annotations

import gc

import pytest

from ingest.pipeline.rare_collection import rarely_collected


def test_full_passes_are_rarer_inside_and_as_before_behind() -> None:
    young, middle, full = before = gc.get_threshold()
    with rarely_collected():
        assert gc.get_threshold() == (young, middle, 10 * full)
    assert gc.get_threshold() == before


def test_an_error_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), rarely_collected():
        _ = 1 // 0
    assert gc.get_threshold() == before

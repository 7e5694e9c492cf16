"""Only one writes what people see; the others wait for it."""

from __future__ import annotations

import pytest

from catalog.errors import StoreLocked
from clustering.runs import locks
from clustering.runs.locks import REVIEW, reviewing
from tests.clustering.blobs import Blobs


def test_who_is_reviewing_keeps_others_out_and_lets_go_at_the_end(blobs: Blobs) -> None:
    other = blobs.open().parts
    with reviewing(blobs.stores.parts), pytest.raises(StoreLocked), other.exclusive(REVIEW):
        pass
    with other.exclusive(REVIEW):
        pass


def test_an_error_inside_lets_go_as_well(blobs: Blobs) -> None:
    with pytest.raises(ValueError, match="inside"), reviewing(blobs.stores.parts):
        raise ValueError("inside")
    with reviewing(blobs.open().parts):
        pass


def test_patience_ends(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "REVIEW_PATIENCE", 0.0)
    with (
        blobs.open().parts.exclusive(REVIEW),
        pytest.raises(StoreLocked),
        reviewing(blobs.stores.parts),
    ):
        pass

"""From a segmenter's name to the segmenter; ``none`` means that the full photo is used."""

from __future__ import annotations

from partscope.errors import UnknownName
from segmentation.contract import Segmenter

SEGMENTERS = ("none",)


def segmenter(name: str) -> Segmenter | None:
    """Return the segmenter of that name, or None for ``none``."""
    if name not in SEGMENTERS:
        raise UnknownName("segmenter", name, SEGMENTERS)
    return None

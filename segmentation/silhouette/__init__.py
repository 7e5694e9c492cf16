"""The offline segmenter: OpenCV and numpy, no weights."""

from __future__ import annotations

from segmentation.silhouette.segmenter import create

__all__ = ["create"]

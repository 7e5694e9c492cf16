"""Masks kept beside the catalogue, so that no photo is segmented twice.

One file a mask, ``<two digits>/<digest>.png``: one bit a pixel, with score, box and label in its
text. The digest covers the photo's bytes, the prompts and the segmenter's fingerprint. A file that
cannot be read counts as absent and is written anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from catalog.arrays import Mask
from segmentation.contract import Prompts, Segmentation

logger = logging.getLogger(__name__)

_TEXT = "partscope"


def mask_key(sha256: str, prompts: Prompts, fingerprint: str) -> str:
    """Return the digest that a mask is kept under; ``sha256`` is that of the photo's file."""
    parts = json.dumps([sha256, prompts.part, prompts.remove, fingerprint])
    return hashlib.blake2b(parts.encode(), digest_size=20).hexdigest()


class MaskCache:
    """A folder of masks; safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        """Keep masks in ``folder``, which need not exist yet."""
        self._folder = folder
        self._has_warned = False

    def get(self, key: str) -> Segmentation | None:
        """Return what was kept under the key; None if nothing readable was."""
        try:
            return _unpack(self._path(key).read_bytes())
        except (OSError, ValueError, KeyError, TypeError, SyntaxError):  # Pillow raises any of them
            return None

    def put(self, key: str, segmentation: Segmentation) -> None:
        """Keep a segmentation: whole or not at all, and never half-written where others read.

        Where nothing can be written, a warning says so once: masks are then made again next time.
        """
        path = self._path(key)
        partial = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(_pack(segmentation))
            # Not flushed to the disk: a file lost with the power is only segmented again.
            partial.replace(path)
        except OSError as error:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            self._warn(error)

    def _warn(self, error: OSError) -> None:
        if not self._has_warned:
            self._has_warned = True
            logger.warning("masks cannot be kept in %s: %s", self._folder, error)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.png"


def _pack(segmentation: Segmentation) -> bytes:
    header = {
        "box": [int(edge) for edge in segmentation.box],
        "score": segmentation.score,
        "label": segmentation.label,
    }
    text = PngImagePlugin.PngInfo()
    text.add_text(_TEXT, json.dumps(header))
    target = io.BytesIO()
    Image.fromarray(segmentation.mask).save(target, "PNG", pnginfo=text)
    return target.getvalue()


def _unpack(content: bytes) -> Segmentation:
    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        mask: Mask = np.array(image, dtype=bool)
        header = json.loads(image.info[_TEXT])
    left, top, right, bottom = (int(edge) for edge in header["box"])
    return Segmentation(
        mask, (left, top, right, bottom), float(header["score"]), str(header["label"])
    )

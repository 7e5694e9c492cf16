"""Cheap signatures of the files behind references, to see that nothing changed without reading."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from catalog.fetching.urls import is_url


class FileSignatures:
    """Size and time of files below ``root``, a folder or a zip."""

    def __init__(self, root: Path | None) -> None:
        self._root = root
        self._whole = _signature(root) if root is not None and root.is_file() else None

    def of(self, reference: str) -> str | None:
        """Return the signature, or None where only reading the file would tell.

        The content behind a URL is taken to be the same as long as the URL is.
        """
        if is_url(reference):
            return "url"
        if self._whole is not None:
            return self._whole
        return _signature(self._root / reference if self._root is not None else Path(reference))


def _signature(path: Path) -> str | None:
    try:
        status = os.stat(path)  # noqa: PTH116  # 3x cheaper than Path.stat, once a view
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return f"{status.st_size}:{status.st_mtime_ns}"

"""Named arrays as the bytes of one npz file, without pickle."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from zipfile import BadZipFile

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from catalog.errors import StoreError

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
_BROKEN = (ValueError, KeyError, OSError, EOFError, RuntimeError, BadZipFile, zlib.error)


def pack_arrays(arrays: Arrays) -> bytes:
    """Return the arrays as npz, not compressed: most hold floats or random ids, which stay as large."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack_arrays(
    content: bytes, what: str, advice: str, required: Iterable[str] = ()
) -> dict[str, NDArray[Any]]:
    """Return the arrays of an npz, compressed or not; pickle is refused.

    StoreError says that ``what`` is damaged, and as ``advice`` what to do, also where a
    ``required`` array is missing.
    """
    try:
        with NpzFile(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        missing = set(required) - arrays.keys()
        if missing:
            raise ValueError(f"{min(missing)!r} is missing")
    except _BROKEN as error:
        raise StoreError(f"{what} is damaged ({error}): {advice}") from None
    return arrays

"""Checks of what is to be grouped, and of the parameters it is grouped by."""

from __future__ import annotations

import math

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.errors import UsageError

LARGEST = 1e15
"""Squares of larger values, summed over columns, leave the range of float32."""
_CHECK_ROWS = 65_536


def checked_rows(matrix: object) -> FloatMatrix:
    """Return the matrix as contiguous float32 (n, dim); raises UsageError with the reason."""
    rows = np.asarray(matrix)
    if rows.ndim != 2 or rows.shape[1] == 0:
        raise UsageError(f"rows to group must have the shape (n, dim); got {rows.shape}")
    if not len(rows):
        raise UsageError("there is nothing to group: 0 rows")
    if rows.dtype.kind not in "fiu":
        raise UsageError(f"rows to group must be numbers; got {rows.dtype}")
    for start in range(0, len(rows), _CHECK_ROWS):
        block = np.abs(rows[start : start + _CHECK_ROWS])
        good = (block <= LARGEST).all(axis=1)  # NaN and infinity compare as False
        if not good.all():
            at = start + int(np.argmin(good))
            raise UsageError(
                f"rows to group must be finite and within ±{LARGEST:g}; row {at} is not"
            )
    return np.ascontiguousarray(rows, dtype=np.float32)


def check_whole(name: str, value: object, low: int) -> None:
    """Raise UsageError unless ``value`` is a whole number of at least ``low``."""
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_whole or int(str(value)) < low:
        raise UsageError(f"{name} must be a whole number of at least {low}; got {value!r}")


def check_positive(name: str, value: object) -> None:
    """Raise UsageError unless ``value`` is a finite number above 0."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not 0 < float(str(value)) < math.inf:
        raise UsageError(f"{name} must be a number above 0; got {value!r}")


def check_choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Raise UsageError unless ``value`` is one of the allowed names."""
    if value not in allowed:
        raise UsageError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")


def check_clusters(n_clusters: object, n: int) -> None:
    """Raise UsageError unless that many clusters can be made of ``n`` rows."""
    check_whole("n_clusters", n_clusters, 1)
    if int(str(n_clusters)) > n:
        raise UsageError(f"{n_clusters} clusters need at least {n_clusters} rows; got {n}")


def all_equal(rows: FloatMatrix) -> bool:
    """Say whether all rows are copies of one, as a single row is."""
    return bool((rows == rows[0]).all())

"""What every clusterer shares: checked rows, parameters by name, labels."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from catalog.errors import UnknownName, UsageError
from clustering.contract import Labels

LARGEST = 1e15
"""Squares of larger values, summed over columns, leave the range of float32."""
_CHECK_ROWS = 65_536


@dataclass(eq=False)
class Algorithm:
    """A clusterer by scikit-learn's contract; its parameters are the dataclass's init fields.

    Subclasses give ``_check`` (parameters against the number of rows) and ``_fit``.
    """

    labels_: Labels = field(init=False, repr=False)

    def fit(self, X: FloatMatrix, y: None = None) -> Self:  # noqa: ARG002, N803
        """Group the rows of ``X``, shape (n, dim); raises UsageError for what cannot be grouped."""
        rows = checked_rows(X)
        self._check(len(rows))
        self.labels_ = np.asarray(self._fit(rows), dtype=np.int32)
        return self

    def fit_predict(self, X: FloatMatrix, y: None = None) -> Labels:  # noqa: ARG002, N803
        """Return the label of each row of ``X``, int32, shape (n,); -1 is noise."""
        return self.fit(X).labels_

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """Return the parameters by name."""
        return {
            parameter.name: getattr(self, parameter.name)
            for parameter in fields(self)
            if parameter.init
        }

    def set_params(self, **params: Any) -> Self:
        """Change parameters; raises UnknownName."""
        current = self.get_params()
        for name, value in params.items():
            if name not in current:
                raise UnknownName(f"parameter of {type(self).__name__}", name, current)
            setattr(self, name, value)
        return self

    def _check(self, n: int) -> None:
        raise NotImplementedError

    def _fit(self, rows: FloatMatrix) -> Labels:
        raise NotImplementedError


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


def numbered(labels: Labels) -> Labels:
    """Return the labels counted from 0 without gaps, in their order; noise stays -1."""
    distinct, inverse = np.unique(labels, return_inverse=True)
    return (inverse - int(distinct[0] == -1)).astype(np.int32)


def in_order_of_rows(labels: NDArray[np.integer]) -> Labels:
    """Return the labels counted from 0 in the order in which the rows first show them."""
    _, first_rows, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first_rows), dtype=np.int32)
    rank[np.argsort(first_rows)] = np.arange(len(first_rows))
    return rank[inverse]

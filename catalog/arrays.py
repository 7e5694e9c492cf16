"""Names for the array types that cross module borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatVector: TypeAlias = NDArray[np.float32]
"""Shape (dim,)."""
FloatMatrix: TypeAlias = NDArray[np.float32]
"""Shape (n, dim)."""
RgbImage: TypeAlias = NDArray[np.uint8]
"""Shape (height, width, 3), red green blue, 0..255."""
Mask: TypeAlias = NDArray[np.bool_]
"""Shape (height, width), True where the part is."""
StateArrays: TypeAlias = dict[str, NDArray[Any]]
"""What a fitted embedder learnt, by name; no object dtype, so it is stored without pickle."""


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Indices are unique and ascending; values are finite and not zero."""

    indices: NDArray[np.uint32]
    values: NDArray[np.float32]


Vector: TypeAlias = FloatVector | FloatMatrix | SparseVector
"""What a store keeps under one name: one row, a row a view, or weights by term."""


def unit_rows(matrix: FloatMatrix) -> FloatMatrix:
    """Return the rows scaled to length 1, float32; rows of length 0 stay 0. Shape (n, dim)."""
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(norms > 0, norms, 1), dtype=np.float32)

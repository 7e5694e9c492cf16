"""Names for the array types that cross module borders."""

from __future__ import annotations

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


def unit_rows(matrix: FloatMatrix) -> FloatMatrix:
    """Return the rows scaled to length 1, float32; rows of length 0 stay 0. Shape (n, dim)."""
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(norms > 0, norms, 1), dtype=np.float32)

"""Distances of many rows to many others by one product, and how exact they are."""

from __future__ import annotations

import numpy as np

from catalog.arrays import FloatMatrix

SLACK = 1e-5
"""Share by which bounds computed from distances are widened: far above float32's rounding."""


def squared_distances(left: FloatMatrix, right: FloatMatrix) -> FloatMatrix:
    """Return the squared distance of each left row to each right row by one product; never < 0.

    Centre both near each other first: the error is 1e-7 of the squared lengths.
    """
    left_factor = np.empty((len(left), left.shape[1] + 2), dtype=np.float32)
    np.multiply(left, -2, out=left_factor[:, :-2])
    left_factor[:, -2] = 1
    left_factor[:, -1] = np.einsum("ij,ij->i", left, left)
    right_factor = np.empty((len(right), right.shape[1] + 2), dtype=np.float32)
    right_factor[:, :-2] = right
    right_factor[:, -2] = np.einsum("ij,ij->i", right, right)
    right_factor[:, -1] = 1
    product: FloatMatrix = left_factor @ right_factor.T
    np.maximum(product, 0, out=product)
    return product

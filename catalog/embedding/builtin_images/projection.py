"""From a feature's long vector to a short one: main axes, partly whitened.

A small sample determines few axes. What lies outside them is kept by random directions, which
preserve scalar products on average (Johnson and Lindenstrauss), so that a catalogue of 20 parts
works too.
"""

from __future__ import annotations

import numpy as np

from catalog.arrays import FloatMatrix, FloatVector, StateArrays

_SAMPLES_AN_AXIS = 2
"""Fewer vectors than that do not determine an axis."""
_FAMILIAR = 16
"""The mean counts fully when far more vectors than that were seen."""
_WEAKEST = 1e-6
"""Share of the strongest variance below which an axis is rounding."""
_SEED = 20_253


class Projection:
    """``size`` numbers in, ``dim`` out; ``whitening`` 0 keeps variances, 1 makes them equal."""

    def __init__(self, size: int, dim: int, whitening: float) -> None:
        self._size = size
        self._dim = dim
        self._whitening = whitening

    def learn(self, rows: FloatMatrix) -> StateArrays:
        """Learn from vectors, shape (n, size)."""
        mean = rows.sum(axis=0) / np.float32(len(rows) + _FAMILIAR)
        axes, scales = self._axes(rows)
        random_axes = np.random.default_rng(_SEED).standard_normal(
            (self._size, self._dim - axes.shape[1]), dtype=np.float32
        )
        random_axes -= axes @ (axes.T @ random_axes)
        random_axes /= np.sqrt(np.float32(max(1, random_axes.shape[1])))
        # Halved precision halves what a catalogue stores, and changes scores by less than 1e-3.
        directions = np.hstack([axes * scales, random_axes]).astype(np.float16)
        state = {"mean": mean, "directions": directions}
        self.load(state)
        return state

    def load(self, state: StateArrays) -> None:
        """Take over what was learnt."""
        mean = np.asarray(state["mean"], np.float32)
        directions = np.asarray(state["directions"], np.float32)
        if (mean.shape, directions.shape) != ((self._size,), (self._size, self._dim)):
            raise ValueError(f"projection of shapes {mean.shape}, {directions.shape}")
        self._directions = np.ascontiguousarray(directions.T)
        self._offset = self._directions @ mean

    def apply(self, vector: FloatVector) -> FloatVector:
        """Return the short vector, shape (dim,)."""
        return np.asarray(self._directions @ vector - self._offset, dtype=np.float32)

    def _axes(self, rows: FloatMatrix) -> tuple[FloatMatrix, FloatVector]:
        """Return the axes that the rows determine, shape (size, m), and each one's scale."""
        axis_count = min(self._dim, len(rows) // _SAMPLES_AN_AXIS)
        if not axis_count:
            return np.empty((self._size, 0), np.float32), np.empty(0, np.float32)
        centred = rows - rows.mean(axis=0)
        products = (centred @ centred.T).astype(np.float64)
        strengths, sides = (part[..., : -axis_count - 1 : -1] for part in np.linalg.eigh(products))
        is_clear = strengths > max(_WEAKEST * strengths[0], 1e-9)
        strengths, sides = strengths[is_clear], sides[:, is_clear]
        axes = centred.T @ (sides / np.sqrt(strengths)).astype(np.float32)
        weakest = strengths[-1] if len(strengths) else 1.0
        scales = (weakest / strengths) ** (self._whitening / 2)
        return axes, scales.astype(np.float32)

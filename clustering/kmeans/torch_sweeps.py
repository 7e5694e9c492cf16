"""Sweeps of k-means through torch: on a GPU, or on the CPU to the same results."""

from __future__ import annotations

import numpy as np

from catalog.arrays import FloatMatrix
from clustering.kmeans.sweeps import CentreSets, Sweep
from clustering.numerics.devices import torch_device

_TILE = 1 << 26
"""Distances held at once on the device: 256 MB."""


class TorchSweeper:
    """Sweeps on a torch device; rows travel in tiles, so the device's memory bounds nothing."""

    def __init__(self, rows: FloatMatrix, device: str = "auto") -> None:
        self._rows = rows
        self._device = torch_device(device)
        self._shift = rows[:: max(1, len(rows) // 4096)].mean(axis=0)

    def __call__(self, sets: CentreSets) -> Sweep:
        """Return the sums, counts and inertias for these sets of centres."""
        import torch

        stack = np.concatenate(sets) - self._shift
        sizes = [len(centre_set) for centre_set in sets]
        centres = torch.from_numpy(stack).to(self._device)
        squares = (centres * centres).sum(1)
        sums = torch.zeros(stack.shape, dtype=torch.float32, device=self._device)
        counts = torch.zeros(len(stack), dtype=torch.float64, device=self._device)
        inertia = torch.zeros(len(sets), dtype=torch.float64, device=self._device)
        totals = np.zeros(stack.shape)
        step = max(1, _TILE // len(stack))
        for start in range(0, len(self._rows), step):
            tile = torch.from_numpy(self._rows[start : start + step] - self._shift)
            tile = tile.to(self._device)
            distances = torch.addmm(squares, tile, centres.T, alpha=-2)
            sums.zero_()
            offset = 0
            for number, set_distances in enumerate(distances.split(sizes, dim=1)):
                closest, nearest = set_distances.min(dim=1)
                sums.index_add_(0, nearest + offset, tile)
                counts += torch.bincount(nearest + offset, minlength=len(stack))
                inertia[number] += closest.sum(dtype=torch.float64)
                offset += sizes[number]
            inertia += (tile * tile).sum(dtype=torch.float64)
            totals += sums.double().cpu().numpy()
        members = counts.cpu().numpy()
        totals += members[:, None] * self._shift
        return Sweep(totals, members, inertia.cpu().numpy())

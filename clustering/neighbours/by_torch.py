"""Nearest rows by products and ``topk`` of torch, a tile at a time: on a GPU or on the CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import FloatMatrix
from clustering.numerics.devices import torch_device

if TYPE_CHECKING:
    import torch

_TILE = 1 << 26
"""Distances held at once on the device: 256 MB."""
_COLUMNS = 1 << 16


def nearest_by_torch(rows: FloatMatrix, k: int, device: str = "auto") -> NDArray[np.intp]:
    """Return the ``k`` nearest rows of each row, itself among them; shape (n, k), needs k <= n."""
    on = torch_device(device)
    import torch

    on_device = torch.from_numpy(rows - rows.mean(axis=0)).to(on)
    step = max(1, _TILE // min(len(rows), _COLUMNS))
    tiles = [_tile(on_device[at : at + step], on_device, k) for at in range(0, len(rows), step)]
    return np.asarray(torch.cat(tiles).numpy(), dtype=np.intp)


def _tile(tile: torch.Tensor, rows: torch.Tensor, k: int) -> torch.Tensor:
    """Keep the best k while blocks of columns pass by."""
    import torch

    best = torch.empty((len(tile), 0), device=rows.device)
    columns = torch.empty((len(tile), 0), dtype=torch.long, device=rows.device)
    for start in range(0, len(rows), _COLUMNS):
        block = rows[start : start + _COLUMNS]
        squares = torch.addmm((block * block).sum(1), tile, block.T, alpha=-2)
        nearest, where = squares.topk(min(k, len(block)), dim=1, largest=False)
        best = torch.cat([best, nearest], dim=1)
        columns = torch.cat([columns, where + start], dim=1)
        best, positions = best.topk(min(k, best.shape[1]), dim=1, largest=False)
        columns = columns.gather(1, positions)
    return columns.cpu()

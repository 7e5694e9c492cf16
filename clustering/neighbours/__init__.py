"""The nearest rows of every row: ``nearest(rows, k)``."""

from clustering.neighbours.search import Neighbours, nearest

__all__ = ["Neighbours", "nearest"]

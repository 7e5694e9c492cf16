"""What each pixel shows by itself and in its surroundings, as numbers that a regression weighs."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segmentation.silhouette.background import Evidence, Plane

Cues = NDArray[np.float32]
"""Shape (cues, height, width)."""
_SURELY = 1e-2
"""Beliefs are held to this distance from 0 and 1."""
_LEVELS = (24, 12, 12)
"""Of lightness, a and b in a photo's colour counts."""
_LEVEL_WIDTH = 4.0


def local_cues(evidence: Evidence) -> Cues:
    """Return colour against the background, shade, edges and texture around each pixel."""
    distance, tint = np.minimum(evidence.distance, 20), np.minimum(evidence.tint, 30)
    bright = np.clip(evidence.brightness, 0, 2)
    edge = np.minimum(evidence.edge / np.float32(max(1.0, evidence.calm_edge)), 20)
    shade, wide_shade = _mean(bright, 5), _mean(bright, 15)
    edges = [edge, _mean(edge, 3), _mean(edge, 7), _mean(edge, 15)]
    edges += [cv2.dilate(edge, np.ones((5, 5))), cv2.erode(edge, np.ones((3, 3)))]
    colours = [distance / 10, _mean(distance, 5) / 10, tint / 10, _mean(tint, 7) / 10]
    textures = [
        np.sqrt(_deviation(bright, shade, 5)),
        np.sqrt(_deviation(bright, _mean(bright, 11), 11)),
    ]
    steps = [
        np.maximum(shade - 1.02, 0),
        *(np.maximum(low - shade, 0) for low in (0.97, 0.7, 0.45)),
    ]
    relief = [bright - wide_shade, np.abs(bright - wide_shade)]
    return np.stack([*colours, *map(np.log1p, edges), *textures, *steps, *relief])


def candidate_cues(masks: NDArray[np.float32]) -> Cues:
    """Return the candidates themselves and how many there are around each pixel."""
    return np.concatenate([masks, _smooth(masks.mean(axis=0), 3)[None]])


def belief_cues(belief: Plane, evidence: Evidence) -> Cues:
    """Return what is believed around each pixel, and how far its colour is that of the part.

    ``belief`` is the probability of being part. Colours are counted in this very photo, those of
    likely part against those of likely background.
    """
    odds = log_odds(belief)
    colour = _colour_odds(evidence, belief)
    around = [_smooth(odds, sigma) for sigma in (1, 3, 8)]
    return np.stack([odds, *around, colour, _smooth(colour, 1.5)])


def log_odds(belief: Plane) -> Plane:
    """Return the logarithm of the odds of a probability, at most 4.6 from zero."""
    return np.asarray(np.log((belief + _SURELY) / (1 - belief + _SURELY)), np.float32)


def probability(odds: Plane) -> Plane:
    """Return what ``log_odds`` came from, without its limits."""
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def _mean(plane: Plane, side: int) -> Plane:
    return np.asarray(cv2.blur(plane, (side, side)))


def _smooth(plane: Plane, sigma: float) -> Plane:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma))


def _deviation(plane: Plane, mean: Plane, side: int) -> Plane:
    return np.asarray(np.sqrt(np.maximum(_mean(plane * plane, side) - mean * mean, 0)))


def _colour_odds(evidence: Evidence, belief: Plane) -> Plane:
    """Return how much likelier each pixel's colour is in the part than beside it, as log odds."""
    middle = np.array(_LEVELS) / 2 + np.array([2, 0, 0])
    levels = np.clip(evidence.flat / _LEVEL_WIDTH + middle, 0, np.array(_LEVELS) - 1)
    places = np.ravel_multi_index(tuple(np.moveaxis(levels.astype(np.intp), -1, 0)), _LEVELS)
    part, beside = (_shares(places, weight) for weight in (belief, 1 - belief))
    return np.asarray(np.log((part + 1e-5) / (beside + 1e-5))[places], np.float32)


def _shares(places: NDArray[np.intp], weight: Plane) -> NDArray[np.float64]:
    """Return which share of the weight each colour has, neighbouring colours blurred together."""
    counts = np.bincount(places.ravel(), weight.ravel(), int(np.prod(_LEVELS))).reshape(_LEVELS)
    for axis in range(3):
        counts = counts + 0.5 * (np.roll(counts, 1, axis) + np.roll(counts, -1, axis))
    shares: NDArray[np.float64] = counts.ravel() / (counts.sum() + 1e-6)
    return shares

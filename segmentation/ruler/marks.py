"""Read a band of marks: where each one is, how long it is, and whether they are millimetres.

Only the hierarchy of lengths says what a mark is: on a metric ruler the tenth is the longest and the
fifth between is longer than the rest. Inch rulers halve, threads and grids have one length: nothing
is read off them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import Mask
from segmentation.ruler.strips import Band, Contrast

_LEAST_MARKS = 13
"""So that ten, five and one-millimetre marks are all seen."""
_REACH = 12
"""How far marks are followed along their length, in distances of two marks."""
_OFF = 0.25
"""A line further from its place than this share of the distance is not the mark."""
_MOST_MISSED, _MOST_HIDDEN, _HOLD = 2, 12, 6
"""Marks in a row that may be missing; as many as may lie under a part, when so many were seen."""
_MOST_SCATTER = 0.12
"""Of marks about their even distances, root mean square, as a share of the distance."""
_LEAST_SEEN = 0.6
"""Share of the marks between the first and the last that must be seen."""

_LEAST_LENGTH = 4
"""In pixels, of most marks."""
_LEAST_SLIM = 0.4
"""Of most marks, in distances: what is shorter is texture."""
_LEAST_CLEAR = 0.7
"""Share of each kind of marks that must be as long as it should be."""
_MOST_LONG = 0.05
"""Share of the shortest marks that may be longer than they should be."""

_PERIODS = (2, 4, 5, 8, 10)
"""After so many marks of a ruler a longer one comes: ten, five, halves and quarters of an inch."""
_LEAST_SPREAD = 0.06
"""Of the lengths, as a share of their mean (and 0.7 px): marks of one length count nothing."""

_MOST_LINES = 1.4
"""Lines a mark. Every third mark of a ruler has the very lengths of a ruler's marks."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Millimetre marks: pixels a millimetre, its relative uncertainty (95 %), where the marks are.

    ``places`` are (x, y) in pixels of the photo, shape (n, 2).
    """

    px_per_mm: float
    uncertainty: float
    places: NDArray[np.float64]

    def share_under(self, mask: Mask) -> float:
        """Return the share of the marks that lie under a mask of the photo."""
        height, width = mask.shape
        columns, rows = np.round(self.places).astype(np.intp).T
        under = mask[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
        return float(under.mean())


@dataclass(frozen=True, slots=True)
class Comb:
    """Lines across a band, counted by ``numbers``, evenly apart by ``distance`` pixels.

    ``places`` are their columns, ``ends``, shape (n, 2), their first and last rows.
    """

    numbers: NDArray[np.intp]
    places: NDArray[np.float64]
    distance: float
    uncertainty: float
    ends: NDArray[np.float64]

    @property
    def lengths(self) -> NDArray[np.float64]:
        """Of the lines in pixels. Shape (n,)."""
        return np.asarray(self.ends[:, 1] - self.ends[:, 0])


def read_comb(band: Band) -> Comb | None:
    """Return the evenly spread, slim lines of a band, None when there are too few."""
    comb = _comb(band)
    if comb is None:
        return None
    if np.median(comb.lengths) < max(_LEAST_LENGTH, _LEAST_SLIM * comb.distance):
        return None
    return comb


def read_marks(band: Band) -> Marks | None:
    """Return the millimetre marks of a band, None when they cannot be read without doubt."""
    comb = read_comb(band)
    if comb is None or not is_metric(comb.numbers, comb.lengths):
        return None
    row = np.full(len(comb.places), band.top + band.height / 2)
    places = np.stack([comb.places, row], axis=1) - band.level.turn[:, 2]
    # The turn keeps lengths, so its inverse is its transpose.
    return Marks(comb.distance, comb.uncertainty, places @ band.level.turn[:, :2])


def is_metric(numbers: NDArray[np.intp], lengths: NDArray[np.float64]) -> bool:
    """Return whether marks of these lengths, counted by ``numbers``, are those of a metric ruler."""
    fitting = [start for start in range(10) if _is_metric_from(numbers - start, lengths)]
    return len(fitting) == 1


def counting(numbers: NDArray[np.intp], lengths: NDArray[np.float64]) -> float:
    """Return how much longer marks stand at even intervals, as on any ruler.

    The share (at most 1) of the lengths' variance that is told by whether a mark is every second,
    fourth, fifth, eighth or tenth one; adjusted for the number of marks.
    """
    if np.std(lengths) < max(0.7, _LEAST_SPREAD * float(np.mean(lengths))):
        return 0.0
    splits = ((numbers - start) % period == 0 for period in _PERIODS for start in range(period))
    return max(_told(is_long, lengths) for is_long in splits)


def _told(is_long: NDArray[np.bool_], lengths: NDArray[np.float64]) -> float:
    """Return the share of the lengths' variance that lies between long marks and others."""
    if np.count_nonzero(is_long) < 2:
        return 0.0
    longs, others = lengths[is_long], lengths[~is_long]
    if longs.mean() <= others.mean():
        return 0.0
    within = float(longs.var() * len(longs) + others.var() * len(others)) / (len(lengths) - 2)
    return 1 - within / float(np.var(lengths, ddof=1))


def _comb(band: Band) -> Comb | None:
    profile = band.level.contrast[band.top : band.top + band.height].mean(axis=0)
    peaks, weights = _peaks(profile)
    if len(peaks) < _LEAST_MARKS:
        return None
    numbers, places = _followed(peaks, weights, band.distance)
    if len(numbers) < max(_LEAST_MARKS, _LEAST_SEEN * (np.ptp(numbers) + 1)):
        return None
    between = np.sum((peaks > places[0] - 1) & (peaks < places[-1] + 1))
    if between > _MOST_LINES * len(numbers):
        return None
    fit = _fitted(numbers, places)
    if fit is None:
        return None
    return Comb(numbers, places, *fit, _ends(band, places, fit[0]))


def _peaks(profile: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return where the profile peaks, between pixels, and how high."""
    left, middle, right = profile[:-2], profile[1:-1], profile[2:]
    level = 0.3 * np.percentile(profile, 95)
    at = np.flatnonzero((middle >= left) & (middle > right) & (middle > level))
    bend = left[at] - 2 * middle[at] + right[at]
    shift = np.where(bend < 0, 0.5 * (left[at] - right[at]) / np.minimum(bend, -1e-6), 0)
    return np.asarray(at + 1 + shift, dtype=np.float64), middle[at]


def _followed(
    peaks: NDArray[np.float64], weights: NDArray[np.float32], distance: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Number the peaks that follow one another at about ``distance``, from the best start."""
    best: list[tuple[int, float]] = []
    for start in np.argsort(-weights)[:3]:
        run = [(0, float(peaks[start]))]
        for direction in (1, -1):
            run += _run(peaks, float(peaks[start]), distance, direction)
        if len(run) > len(best):
            best = run
    best.sort()
    return np.array([n for n, _ in best], dtype=np.intp), np.array([x for _, x in best])


def _run(
    peaks: NDArray[np.float64], start: float, distance: float, direction: int
) -> list[tuple[int, float]]:
    """Return numbers and places of the peaks to one side; what lies on the ruler may hide some."""
    run: list[tuple[int, float]] = []
    number, last, missed = 0, start, 0
    while missed <= (_MOST_HIDDEN if len(run) > _HOLD else _MOST_MISSED):
        number += direction
        expected = last + direction * distance * (missed + 1)
        nearest = float(peaks[np.argmin(np.abs(peaks - expected))])
        if abs(nearest - expected) > (_OFF if missed <= _MOST_MISSED else _OFF / 2) * distance:
            missed += 1
            continue
        step = (nearest - last) * direction / (missed + 1)
        # Follow what perspective does to the distance, slowly.
        distance += 0.1 * (step - distance)
        last, missed = nearest, 0
        run.append((number, nearest))
    return run


def _fitted(numbers: NDArray[np.intp], places: NDArray[np.float64]) -> tuple[float, float] | None:
    """Fit even distances with a slow change along the ruler (perspective)."""
    centred = numbers - numbers.mean()
    terms = np.stack([np.ones(len(numbers)), centred, centred**2], axis=1)
    solution, *_ = np.linalg.lstsq(terms, places, rcond=None)
    distance = float(solution[1])
    scatter = float(np.sqrt(np.mean((places - terms @ solution) ** 2)))
    change = abs(float(solution[2])) * float(np.ptp(centred)) / distance
    if scatter > _MOST_SCATTER * distance or change > 0.1:
        return None
    error = scatter / np.sqrt(np.sum(centred**2)) / distance
    return distance, float(2 * error + change)


def _ends(band: Band, places: NDArray[np.float64], distance: float) -> NDArray[np.float64]:
    """Return from where to where each mark goes through the band's row. Shape (n, 2)."""
    reach = round(_REACH * distance)
    middle = band.top + band.height // 2
    rows = np.arange(max(0, middle - reach), min(band.level.contrast.shape[0], middle + reach + 1))
    window = band.level.contrast[rows]
    marks = _columns(window, places)
    gaps = np.minimum(
        _columns(window, places - distance / 2),
        _columns(window, places + distance / 2),
    )
    prominence = marks - gaps
    at = int(np.searchsorted(rows, middle))
    level = 0.4 * np.median(prominence[at - 1 : at + 2].mean(axis=0))
    runs = [_through(column > level, at) for column in prominence.T]
    return np.asarray(np.array(runs, np.float64) + rows[0])


def _columns(window: Contrast, places: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the window's values between its columns. Shape (rows, places)."""
    inside = np.clip(places, 0, window.shape[1] - 1.001)
    first = inside.astype(np.intp)
    share = (inside - first).astype(np.float32)
    values = window[:, first] * (1 - share) + window[:, first + 1] * share
    return np.asarray(values, dtype=np.float32)


def _through(standing: NDArray[np.bool_], at: int) -> tuple[float, float]:
    """Return the run of True through ``at``; a single gap does not end it."""
    bridged = standing.copy()
    bridged[1:-1] |= standing[:-2] & standing[2:]
    if not bridged[at]:
        return float(at), float(at)
    ends = np.flatnonzero(~bridged)
    before, after = ends[ends < at], ends[ends > at]
    first = before[-1] + 1 if len(before) else 0
    last = after[0] if len(after) else len(bridged)
    return float(first), float(last)


def _is_metric_from(numbers: NDArray[np.intp], lengths: NDArray[np.float64]) -> bool:
    """Return whether tens are the longest, fives next, and all others shorter and alike.

    Some marks may lie under the part or its shadow: a quarter of them may be too short, but of the
    plain ones hardly any may be too long.
    """
    is_ten, is_five = numbers % 10 == 0, numbers % 10 == 5
    if not is_ten.any() or not is_five.any():
        return False
    ones, fives, tens = lengths[~(is_ten | is_five)], lengths[is_five], lengths[is_ten]
    one = float(np.median(ones))
    is_alike, is_long = ones >= 0.8 * one - 1, ones > 1.2 * one + 1
    long_fives = fives[fives > max(1.25 * one, one + 1.5)]
    five = float(np.median(long_fives)) if len(long_fives) else np.inf
    long_tens = tens[tens > max(1.1 * five, five + 1)]
    return bool(
        is_alike.mean() >= _LEAST_CLEAR
        and is_long.mean() <= _MOST_LONG
        and len(long_tens) >= max(1, _LEAST_CLEAR * len(tens))
        and len(long_fives) >= _LEAST_CLEAR * len(fives)
        and len(long_fives) + len(long_tens) >= 3
        and long_fives.max() < np.median(long_tens)
    )

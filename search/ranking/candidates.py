"""Which parts compete, and how similar each is by every vector asked.

Two calls to the store for any number of queries: the nearest parts of every vector, then the exact
similarities that are still unknown, but only of parts that could reach the wanted hits (the threshold
algorithm of Fagin, Lotem, Naor 2003: what a list of the nearest did not return is no nearer than its
last).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.store.contract import PartStore, Ranking, VectorQuery
from catalog.store.filters import HasId
from search.queries.probe import NAME_VECTORS, Probe
from search.ranking.calibration import Calibration, FloatArray
from search.ranking.fusion import fused_scores

MIN_DEPTH = 50
"""Nearest parts asked of each vector; two for each wanted hit where that is more."""

Rows = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


@dataclass(slots=True)
class Candidates:
    """The parts that compete for one probe. Row i is part ``ids[i]``, column j vector j of the probe.

    ``similarity`` is cosine, or for terms the share of the query's weight that the part covers; NaN
    is unknown or missing. ``floor`` is the last similarity of each vector's list, ``whole`` says that
    the list held every part with that vector. The first ``forced`` rows compete whatever their rank.
    """

    probe: Probe
    ids: list[str]
    similarity: FloatArray
    floor: FloatArray
    whole: BoolArray
    forced: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which scores the fused score of each candidate lies, shape (n,) each."""

    lower: FloatArray
    upper: FloatArray


def nearest(
    store: PartStore,
    probes: Sequence[Probe],
    calibration: Calibration,
    forced: Sequence[Collection[str]],
) -> list[Candidates]:
    """Return the nearest parts of each probe by every vector; ``forced`` ids compete as well."""
    depths = [max(MIN_DEPTH, 2 * probe.query.limit) for probe in probes]
    queries = [
        VectorQuery(
            name,
            probe.query_vectors[name],
            depth + (probe.own_id is not None),
            where=probe.query.where,
        )
        for probe, depth in zip(probes, depths, strict=True)
        for name in probe.vector_names
    ]
    answers = iter(store.rank_many(queries) if queries else [])
    return [
        _collected(probe, [next(answers) for _ in probe.vector_names], depth, ids, calibration)
        for probe, depth, ids in zip(probes, depths, forced, strict=True)
    ]


def bounds(candidates: Candidates, calibration: Calibration) -> Bounds:
    """Return what the candidates can score at least and at most, before anything is looked up."""
    probe = candidates.probe
    observed = evidence(probe, _observed(candidates), calibration)
    unknown = np.isnan(observed) & ~candidates.whole
    limits = evidence(
        probe, np.stack([candidates.floor, -np.ones(len(probe.vector_names))]), calibration
    )
    best, least = (np.where(unknown, limit, observed) for limit in limits)
    if "terms" in probe.vector_names:  # it may have a name that shares nothing
        column = probe.vector_names.index("terms")
        least[:, column] = np.where(np.isnan(least[:, column]), limits[1, column], least[:, column])
    # An unknown similarity may also turn out to be a missing vector.
    scores = fused_scores(
        np.concatenate([observed, best, least]), probe.vector_names, probe.weights
    )
    lacking, high, low = scores.reshape(3, len(observed))
    return Bounds(np.minimum(low, lacking), np.maximum(high, lacking))


def complete(
    store: PartStore,
    candidates: Sequence[Candidates],
    rows: Sequence[Rows],
    calibration: Calibration,
    *,
    with_views: bool,
) -> list[FloatArray]:
    """Look up what is unknown of some rows; return their similarities, shape (rows, vectors).

    NaN now means that the part has no such vector. A part with several views is as similar as its
    best matching views where ``with_views``.
    """
    lookups = [
        (pool, name, column, unknown)
        for pool, pool_rows in zip(candidates, rows, strict=True)
        for name, column, unknown in _unknown(pool, pool_rows, with_views=with_views)
    ]
    queries = [_lookup(pool, name, unknown) for pool, name, _, unknown in lookups]
    answers = store.rank_many(queries) if queries else []
    for (pool, name, column, unknown), ranking in zip(lookups, answers, strict=True):
        row_of = {pool.ids[row]: row for row in unknown.tolist()}
        ranked_rows = [row_of[identity] for identity in ranking.ids]
        scores = _normalised(pool.probe, name, ranking, calibration)
        pool.similarity[ranked_rows, column] = np.fmax(pool.similarity[ranked_rows, column], scores)
    return [
        _terms_of_named(pool.similarity[pool_rows], pool.probe)
        for pool, pool_rows in zip(candidates, rows, strict=True)
    ]


def evidence(probe: Probe, similarity: FloatArray, calibration: Calibration) -> FloatArray:
    """Return the evidence of similarities of shape (n, vectors), NaN where those are."""
    matrix = np.empty_like(similarity)
    for column, name in enumerate(probe.vector_names):
        matrix[:, column] = calibration.evidence(probe.curves[name], similarity[:, column])
    return matrix


# -- the nearest of every vector --------------------------------------------------------------


def _collected(
    probe: Probe,
    lists: Sequence[Ranking],
    depth: int,
    forced: Collection[str],
    calibration: Calibration,
) -> Candidates:
    row_of: dict[str, int] = {identity: row for row, identity in enumerate(forced)}
    rankings = [_without(ranking, probe.own_id) for ranking in lists]
    rows = [
        [row_of.setdefault(identity, len(row_of)) for identity in ranking.ids]
        for ranking in rankings
    ]
    similarity = np.full((len(row_of), len(lists)), np.nan)
    floor = np.zeros(len(lists))
    for column, (name, ranking) in enumerate(zip(probe.vector_names, rankings, strict=True)):
        scores = _normalised(probe, name, ranking, calibration)
        similarity[rows[column], column] = scores
        floor[column] = scores[-1] if len(scores) else 0.0
    whole = np.array([len(ranking.ids) < depth for ranking in lists], dtype=bool)
    return Candidates(probe, list(row_of), similarity, floor, whole, len(forced))


def _without(ranking: Ranking, own_id: str | None) -> Ranking:
    if own_id is None or own_id not in ranking.ids:
        return ranking
    place = ranking.ids.index(own_id)
    ids = ranking.ids[:place] + ranking.ids[place + 1 :]
    return Ranking(ids, np.delete(ranking.scores, place))


def _normalised(probe: Probe, name: str, ranking: Ranking, calibration: Calibration) -> FloatArray:
    if name == "terms" and probe.ideal_terms is not None:
        return calibration.coverage(probe.ideal_terms, ranking.scores)
    if name == "views" and probe.view_vectors is not None:
        return ranking.scores / len(probe.view_vectors)
    return ranking.scores


# -- what is still unknown --------------------------------------------------------------------


def _unknown(
    candidates: Candidates, rows: Rows, *, with_views: bool
) -> Iterator[tuple[str, int, Rows]]:
    # What to look up: by which vector, for which column, of which rows.
    for column, name in enumerate(candidates.probe.vector_names):
        missing = np.isnan(candidates.similarity[rows, column])
        # A whole list misses nobody but forced parts, which did not have to be in it.
        unknown = rows[missing & (~candidates.whole[column] | (rows < candidates.forced))]
        if len(unknown):
            yield name, column, unknown
        if (
            name == "image"
            and with_views
            and candidates.probe.view_vectors is not None
            and len(rows)
        ):
            yield "views", column, rows


def _observed(candidates: Candidates) -> FloatArray:
    # What a list of terms that is whole does not hold shares nothing.
    probe = candidates.probe
    is_whole = dict(zip(probe.vector_names, candidates.whole.tolist(), strict=True))
    if not is_whole.get("terms"):
        return candidates.similarity
    return _terms_of_named(candidates.similarity.copy(), probe)


def _lookup(candidates: Candidates, name: str, rows: Rows) -> VectorQuery:
    probe = candidates.probe
    views = probe.view_vectors if name == "views" else None
    vector = probe.query_vectors[name] if views is None else views
    ids = tuple(candidates.ids[row] for row in rows.tolist())
    return VectorQuery(name, vector, len(ids), HasId(ids), exact=True)


def _terms_of_named(similarity: FloatArray, probe: Probe) -> FloatArray:
    # Every part has terms, so a missing similarity is 0: nothing shared. But a part without any name
    # has only its number for terms: for it they are missing like the name itself.
    if "terms" not in probe.vector_names:
        return similarity
    column = probe.vector_names.index("terms")
    names = [c for c, name in enumerate(probe.vector_names) if name in NAME_VECTORS]
    nameless = (
        np.isnan(similarity[:, names]).all(axis=1) if names else np.zeros(len(similarity), bool)
    )
    shared = np.nan_to_num(similarity[:, column])
    similarity[:, column] = np.where((shared > 0) | ~nameless, shared, np.nan)
    return similarity

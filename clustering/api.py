"""Clustering from Python: ``Catalog.cluster`` and the command line both come through here."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.errors import UsageError
from catalog.opened import OpenedCatalog
from catalog.progress import Logged, Progress
from catalog.store.open import open_store
from clustering.contract import Plan
from clustering.job.cluster_job import ClusterJob
from clustering.job.outcome import Outcome
from clustering.runs.run_store import DEFAULT_NAME
from clustering.runs.write_back import Stores

_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_LEAST_MEMORY = 64 * 1024**2


def cluster(
    catalog: OpenedCatalog,
    *,
    features: Sequence[str] = ("image", "name"),
    algorithm: str = "auto",
    k: str | int | tuple[int, int] = "auto",
    params: Mapping[str, Any] | None = None,
    weights: Mapping[str, float] | None = None,
    scaling: str = "auto",
    reduction: str = "auto",
    seed: int = 0,
    run: str = DEFAULT_NAME,
    memory: str | int | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Group the parts and make the result the active run.

    Where a former run of that name and plan is in force, its clusters are kept and the few new
    parts placed in them; another plan, or many new parts, group anew. ``memory`` is the most that
    grouping may take (``2GB`` or bytes; half of the machine's by default): beyond it, a sample is
    grouped and the other parts are placed. UsageError for a catalogue without parts.
    """
    plan = make_plan(
        features=features,
        algorithm=algorithm,
        k=k,
        params=params,
        weights=weights,
        scaling=scaling,
        reduction=reduction,
        seed=seed,
        memory=memory,
    )
    _ = catalog.manifest
    catalog.close()  # on Edge, the job holds the folder only while it reads and writes
    job = ClusterJob(stores_of(catalog), plan, run, progress or Logged())
    outcome = job.run()
    catalog.reread()
    return outcome


def make_plan(
    *,
    features: Sequence[str] = ("image", "name"),
    algorithm: str = "auto",
    k: str | int | tuple[int, int] = "auto",
    params: Mapping[str, Any] | None = None,
    weights: Mapping[str, float] | None = None,
    scaling: str = "auto",
    reduction: str = "auto",
    seed: int = 0,
    memory: str | int | None = None,
) -> Plan:
    """Return the plan of these options (see ``cluster``); UsageError for a ``k`` or ``memory`` that
    is none.
    """
    return Plan(
        features=tuple(features),
        weights=weights or {},
        scaling=scaling,
        reduction=reduction,
        algorithm=algorithm,
        k=check_k(k),
        params=params or {},
        seed=seed,
        memory_bytes=memory_bytes(memory),
    )


def stores_of(catalog: OpenedCatalog) -> Stores:
    """Return the catalogue's store with its companion of clusters."""
    return Stores(catalog.store, open_store(catalog.settings, companion="clusters"))


def check_k(k: str | int | tuple[int, int]) -> str | int | tuple[int, int]:
    """Return ``k`` if it is ``auto``, a number or a range, both at least 1; UsageError else."""
    low, high = k if isinstance(k, tuple) else (k, k)
    if k == "auto" or (isinstance(low, int) and isinstance(high, int) and 1 <= low <= high):
        return k
    raise UsageError(f"'k' must be auto, a number from 1, or a range like 5..40; got {k!r}")


def memory_bytes(given: str | int | None) -> int:
    """Return a size in bytes from ``2GB``, ``512M`` or a number; half of the machine's for None."""
    if given is None:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?", str(given).strip(), re.IGNORECASE)
    size = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if size < _LEAST_MEMORY:
        raise UsageError(f"'memory' must be a size like 2GB, at least 64MB; got {given!r}")
    return size

"""The clustering job end to end at size: how long each step takes, and how much memory is its own.

A catalogue of clustered unit vectors is made once on Edge (``--folder`` keeps it). A first child
process only scans all vectors through the store: what that takes is the engine's. A second child
runs the job: read, reduce, k-means, score, write back. What it takes beyond the first is the job's
own. Others run it again: on unchanged data, with 1 % more parts, and anew with another seed. Run as
``python -m benchmarks.cluster_job``; set OMP_NUM_THREADS=1 on a shared machine. 416,314 x 512 needs
3 GB of disk and ten minutes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from catalog.arrays import unit_rows
from catalog.parts import point_id
from catalog.progress import Silent
from catalog.store.contract import Point
from catalog.store.edge.store import EdgeStore
from catalog.store.manifest import Manifest
from catalog.store.schema import part_schema
from clustering.contract import Plan
from clustering.job.cluster_job import ClusterJob
from clustering.runs import run_store
from clustering.runs.write_back import Stores

KINDS = 60
"""Groups that are in the data; their spread makes them overlap."""
_BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=50_000)
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--k", type=int, default=35)
    parser.add_argument("--memory", type=int, default=0, help="bytes; 0 is no bound")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--child", choices=["scan", "job"])
    options = parser.parse_args()
    if options.child:
        measured = {"scan": scan, "job": run}[options.child](options)
        print(json.dumps({**measured, **memory()}))
        return
    if options.folder:
        measure(options, options.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(options, Path(folder))


def measure(options: argparse.Namespace, folder: Path) -> None:
    options.folder = folder
    if not opened(folder).parts.exists():
        seconds = fill(folder, options.n, options.dim)
        print(f"made {options.n} x {options.dim} in {seconds:.0f} s\n")
    scanned = child(options, "scan")
    first, second = child(options, "job"), child(options, "job")
    before = assigned(folder)
    add(folder, scanned["n_parts"], scanned["n_parts"] // 100, options.dim)
    placed = child(options, "job")
    share_kept = kept_share(before, assigned(folder))
    anew = child(options, "job", "--seed", "1")
    share_kept_anew = kept_share(before, assigned(folder))
    print(f"{first['n_parts']} parts, k = {options.k}: {first['grouped']}, {first['plan']}")
    print(f"{first['changed']} parts written; again: {second['changed']} ({second['grouped']})\n")
    print("| step | seconds | CPU seconds |\n| --- | ---: | ---: |")
    for step, (wall, cpu) in first["steps"].items():
        print(f"| {step} | {wall:.1f} | {cpu:.1f} |")
    walls, cpus = zip(*first["steps"].values(), strict=True)
    print(f"| **in all** | {sum(walls):.1f} | {sum(cpus):.1f} |")
    others = {"again, unchanged": second, "with 1 % more": placed, "anew, another seed": anew}
    for name, run_of in others.items():
        walls, cpus = zip(*run_of["steps"].values(), strict=True)
        print(f"| {name} | {sum(walls):.1f} | {sum(cpus):.1f} |")
    print(
        f"\nwith {placed['n_parts'] - len(before)} more parts ({placed['grouped']}): "
        f"{placed['changed']} written, {share_kept:.4%} of the others keep their cluster; "
        f"anew with another seed: {share_kept_anew:.4%}\n"
    )
    print("| MiB | peak resident | of that anonymous |\n| --- | ---: | ---: |")
    for name, row in (("scan of all vectors", scanned), ("the job", first), ("again", second)):
        print(f"| {name} | {row['resident']:.0f} | {row['anonymous']:.0f} |")
    print(f"\nthe job's own: {first['resident'] - scanned['resident']:.0f} MiB resident, ", end="")
    print(f"{first['anonymous'] - scanned['anonymous']:.0f} MiB anonymous")
    print(json.dumps({"metrics": first["metrics"]}))


def assigned(folder: Path) -> dict[str, int]:
    parts = opened(folder).parts
    return run_store.assignment(parts, run_store.active_id(parts)).cluster_of()


def kept_share(before: dict[str, int], after: dict[str, int]) -> float:
    return sum(after[part] == cluster for part, cluster in before.items()) / len(before)


def child(options: argparse.Namespace, what: str, *more: str) -> dict[str, Any]:
    words = ["--child", what, "--folder", str(options.folder), "--k", str(options.k)]
    words += ["--memory", str(options.memory), *more]
    command = [sys.executable, "-m", "benchmarks.cluster_job", *words]
    process = subprocess.run(command, check=True, capture_output=True, text=True)
    values: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return values


# -- in the children --------------------------------------------------------------------------


class Watched(Silent):
    """Times the steps of the job."""

    def __init__(self) -> None:
        self.steps: dict[str, list[float]] = {}
        self._now = ("", time.perf_counter(), time.process_time())

    def start(self, phase: str, total: int | None = None, unit: str = "parts") -> None:  # noqa: ARG002
        """A step begins."""
        self.finish()
        self._now = (phase, time.perf_counter(), time.process_time())

    def finish(self) -> None:
        """The last step ends."""
        what, wall, cpu = self._now
        if what:
            totals = self.steps.setdefault(what, [0.0, 0.0])
            totals[0] += time.perf_counter() - wall
            totals[1] += time.process_time() - cpu


_peak = {"anonymous": 0.0}


def look() -> None:
    while True:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                _peak["anonymous"] = max(_peak["anonymous"], int(line.split()[1]) / 1024)
        time.sleep(0.02)


def memory() -> dict[str, float]:
    return {"resident": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, **_peak}


def scan(options: argparse.Namespace) -> dict[str, Any]:
    threading.Thread(target=look, daemon=True).start()
    parts = opened(options.folder).parts
    started = time.perf_counter()
    count = sum(len(batch) for batch in parts.scan(with_payload=["rev"], with_vectors=["image"]))
    parts.close()
    return {"n_parts": count, "seconds": time.perf_counter() - started}


def run(options: argparse.Namespace) -> dict[str, Any]:
    threading.Thread(target=look, daemon=True).start()
    memory_bytes = options.memory or None
    plan = Plan(
        ("image",), algorithm="kmeans", k=options.k, seed=options.seed, memory_bytes=memory_bytes
    )
    watched = Watched()
    outcome = ClusterJob(opened(options.folder), plan, "default", watched).run()
    watched.finish()
    values = outcome.to_json()
    params = values["params"]
    return {
        "n_parts": values["n_parts"],
        "changed": values["changed"],
        "grouped": values["grouped"],
        "metrics": values["metrics"],
        "plan": f"{values['algorithm']}, {params['reduction']}",
        "steps": watched.steps,
    }


# -- the catalogue ----------------------------------------------------------------------------


def opened(folder: Path) -> Stores:
    return Stores(EdgeStore(folder, "bench"), EdgeStore(folder, "bench.clusters"))


def fill(folder: Path, count: int, dim: int) -> float:
    started = time.perf_counter()
    parts = opened(folder).parts
    parts.create(part_schema(dim, None), Manifest("bench"))
    parts.close()
    add(folder, 0, count, dim)
    return time.perf_counter() - started


def add(folder: Path, first: int, count: int, dim: int) -> None:
    """Add parts of the same kinds, numbered from ``first`` on."""
    parts = opened(folder).parts
    world, rng = np.random.default_rng(0), np.random.default_rng([1, first])
    centres = world.normal(size=(KINDS, 24)) * 1.5
    basis = world.normal(size=(24, dim)) / np.sqrt(24)
    for start in range(first, first + count, _BATCH):
        numbers = range(start, min(start + _BATCH, first + count))
        kinds = rng.integers(0, KINDS, len(numbers))
        rows = (centres[kinds] + rng.normal(size=(len(numbers), 24))) @ basis
        rows = unit_rows((rows + rng.normal(0, 0.3, size=rows.shape)).astype(np.float32))
        parts.upsert(
            [
                Point(str(point_id("bench", f"P{number}")), {"image": row}, payload(number, kind))
                for number, kind, row in zip(numbers, kinds.tolist(), rows, strict=True)
            ]
        )
    parts.close()


def payload(number: int, kind: int) -> dict[str, Any]:
    return {
        "part_number": f"P{number}",
        "name_de": f"Teil {kind}",
        "name_en": f"part {kind}",
        "family": f"kind {kind}",
        "rev": 1,
    }


if __name__ == "__main__":
    main()

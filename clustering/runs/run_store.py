"""The runs of a catalogue: what is remembered of each, and which one is in force.

The record of a run is its artefacts, which never change: ``run-<id>.json`` (``Run``),
``run-<id>.npz`` (who is in which cluster before reviews) and ``run-<id>.<what>.npz`` (clusters,
models). The payload ``clusters.<name>`` is a projection of it for filters and facets.

A run is in force when it is the catalogue's active run, or was the last active one of its name; it
becomes so in one atomic step, the last of all (``write_back``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from catalog.errors import StoreError, UnknownName, UsageError
from catalog.packed_arrays import Arrays, pack_arrays, unpack_arrays
from catalog.store.contract import PartStore
from clustering.runs.assignment import MEND_RUN, Assignment
from clustering.runs.run import Run

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
DEFAULT_NAME = "default"
INDEX = "runs.json"
JOURNAL = "runs-writing.json"
"""There while a run is being written back: names the run that is not complete yet."""


@dataclass(frozen=True, slots=True)
class Index:
    """``heads`` is the last active run of each name that is not active now; ids are not reused."""

    heads: Mapping[str, str] = field(default_factory=dict)
    next_cluster: int = 0
    next_run: Mapping[str, int] = field(default_factory=dict)


# -- which run is which -----------------------------------------------------------------------


def run_ids(store: PartStore) -> list[str]:
    """Return the ids of all complete runs, by name and number."""
    unfinished = writing(store)
    ids = [
        name.removeprefix("run-").removesuffix(".json")
        for name in store.artefacts()
        if name.startswith("run-") and name.endswith(".json")
    ]
    return sorted((run_id for run_id in ids if run_id != unfinished), key=_name_and_number)


def load(store: PartStore, run: str | None = None) -> Run:
    """Return a run by its id, by its name (the one in force), or the active one; see ``find_id``."""
    return read(store, find_id(store, run))


def find_id(store: PartStore, run: str | None = None) -> str:
    """Return the id of a run given by its id or its name (the one in force), or of the active one.

    UsageError without any run, UnknownName with those that there are.
    """
    if run is None:
        return active_id(store)
    ids = run_ids(store)
    run_id = heads(store).get(run, run)
    if run_id not in ids:
        raise UnknownName("run", run, ids)
    return run_id


def read(store: PartStore, run_id: str) -> Run:
    """Return the record of a run; StoreError where it is missing or damaged."""
    name = f"run-{run_id}.json"
    content = store.read_artefact(name)
    if content is None:
        raise StoreError(f"{store.location}: the artefact {name} is missing: restore a backup")
    return Run.from_bytes(content, name)


def active_id(store: PartStore) -> str:
    """Return the id of the active run; UsageError where none was made yet."""
    active = store.manifest().active_run
    if active is None:
        raise UsageError("the catalogue is not grouped yet: run `partscope cluster` first")
    return active


def heads(store: PartStore) -> dict[str, str]:
    """Return the run in force by name."""
    head_of = dict(read_index(store).heads)
    active = store.manifest().active_run
    if active is not None:
        head_of[name_of(active)] = active
    return head_of


def assignment(store: PartStore, run_id: str) -> Assignment:
    """Return who is in which cluster of a run, before what reviewers decided."""
    name = f"run-{run_id}.npz"
    content = store.read_artefact(name)
    if content is None:
        raise StoreError(f"{store.location}: the artefact {name} is missing: restore a backup")
    return Assignment.from_bytes(content, name)


def save(store: PartStore, run: Run, assigned: Assignment) -> None:
    """Keep the record of a run; the record that makes it count is written last."""
    store.write_artefact(f"run-{run.run_id}.npz", assigned.to_bytes())
    store.write_artefact(f"run-{run.run_id}.json", run.to_bytes())


def delete(store: PartStore, run_id: str) -> None:
    """Delete everything that is kept of a run, its record first."""
    store.delete_artefact(f"run-{run_id}.json")
    for name in store.artefacts():
        if name.startswith(f"run-{run_id}."):
            store.delete_artefact(name)


# -- models of a run --------------------------------------------------------------------------


def save_model(store: PartStore, run_id: str, model: str, arrays: Arrays) -> None:
    """Keep arrays under a run's id; ``model`` says what they are."""
    store.write_artefact(f"run-{run_id}.{model}.npz", pack_arrays(arrays))


def load_model(store: PartStore, run_id: str, model: str) -> Arrays | None:
    """Return a model of a run, None where it has none of that name."""
    name = f"run-{run_id}.{model}.npz"
    content = store.read_artefact(name)
    return None if content is None else unpack_arrays(content, name, MEND_RUN)


def copy_models(store: PartStore, source: str, target: str) -> None:
    """Give a run all models of another, of which it kept the clusters."""
    prefix = f"run-{source}."
    for name in store.artefacts():
        model = name.removeprefix(prefix)
        if name.startswith(prefix) and model.count("."):
            store.write_artefact(f"run-{target}.{model}", store.read_artefact(name) or b"")


# -- names and numbers ------------------------------------------------------------------------


def name_of(run_id: str) -> str:
    """Return the name of a run from its id ``<name>@<number>``."""
    return run_id.rpartition("@")[0]


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a run."""
    if not NAME.fullmatch(name):
        raise UsageError(
            "a run's name must be 1 to 64 letters, digits, spaces, dots, dashes or underscores; "
            f"got {name!r}"
        )


def new_id(store: PartStore, name: str) -> str:
    """Return an id that no run of that name ever had."""
    numbers = [_name_and_number(run_id)[1] for run_id in run_ids(store) if name_of(run_id) == name]
    next_number = read_index(store).next_run.get(name, 1)
    return f"{name}@{max([next_number, *(number + 1 for number in numbers)])}"


def read_index(store: PartStore) -> Index:
    """Return the index; an empty one before the first run."""
    content = store.read_artefact(INDEX)
    if content is None:
        return Index()
    try:
        return Index(**json.loads(content))
    except (ValueError, TypeError) as error:
        raise StoreError(f"the artefact {INDEX} is damaged ({error}): restore a backup") from None


def write_index(store: PartStore, index: Index) -> None:
    """Replace the index atomically."""
    store.write_artefact(INDEX, json.dumps(asdict(index)).encode())


def writing(store: PartStore) -> str | None:
    """Return the id of a run that is being written for the first time, or was when its job died."""
    content = store.read_artefact(JOURNAL)
    if content is None:
        return None
    entry = json.loads(content)
    is_complete = entry.get("known") or entry["run"] == store.manifest().active_run
    return None if is_complete else str(entry["run"])


def _name_and_number(run_id: str) -> tuple[str, int]:
    name, _, number = run_id.rpartition("@")
    return name, int(number) if number.isdigit() else 0

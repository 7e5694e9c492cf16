"""``partscope runs``: what runs there are, how two differ, which one is active."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

if TYPE_CHECKING:
    from clustering.runs.admin import ListedRun
    from clustering.runs.diff import Diff
    from clustering.runs.write_back import Stores

runs = typer.Typer(help="List the runs of the clustering job, compare, activate, delete them.")
RunArgument = Annotated[str, typer.Argument(help="Id (default@3), or name: its run in force.")]
_SHOWN = 20


@runs.callback(invoke_without_command=True)
@with_options
def list_(
    context: typer.Context,
    *,
    common: CommonOptions,
) -> None:
    """List the runs, oldest first."""
    if context.invoked_subcommand is not None:
        return
    from clustering.runs.admin import list_runs

    with opened(common) as stores:
        rows = list_runs(stores.parts)
    nothing = ["no runs yet: partscope cluster makes one"]
    common.print({"runs": [row.to_json() for row in rows]}, _table(rows) if rows else nothing)


@runs.command("diff")
@with_options
def diff_(
    before: RunArgument,
    after: RunArgument,
    *,
    common: CommonOptions,
) -> None:
    """Tell what moved, joined, split, appeared and vanished between two runs."""
    from clustering.runs.admin import diff_runs

    with opened(common) as stores:
        diff = diff_runs(stores.parts, before, after)
        parts = _part_numbers(stores, [moved.part for moved in diff.moved_parts[:_SHOWN]])
    common.print(diff.to_json(), _diff_lines(diff, parts))


@runs.command()
@with_options
def activate(
    run: RunArgument,
    *,
    common: CommonOptions,
) -> None:
    """Make a run the active one: its clusters are what search, classify and export see."""
    from clustering.runs.admin import activate_run

    with opened(common) as stores:
        activation = activate_run(stores, run)
    line = f"{activation.run_id} is active now, {activation.changed} parts changed"
    common.print(activation.to_json(), [line])


@runs.command()
@with_options
def delete(
    run: RunArgument,
    *,
    common: CommonOptions,
) -> None:
    """Delete a run and what is kept of it; the active one cannot be."""
    from clustering.runs.admin import delete_run

    with opened(common) as stores:
        run_id = delete_run(stores, run)
    common.print({"run_id": run_id, "deleted": True}, [f"{run_id} is deleted"])


@contextmanager
def opened(common: CommonOptions) -> Iterator[Stores]:
    """Lend the stores of the catalogue that the options name."""
    from clustering.api import stores_of

    with common.open() as opened_catalog:
        _ = opened_catalog.manifest
        stores = stores_of(opened_catalog)
        try:
            yield stores
        finally:
            stores.clusters.close()


def _table(rows: list[ListedRun]) -> Iterator[str]:
    width = max(len(row.run.run_id) for row in rows) + 2
    yield (
        f"{'run':<{width}}{'state':<10}{'made (UTC)':<18}{'parts':>9}{'clusters':>9}"
        f"{'noise':>8}  {'silhouette':>10}{'ari':>7}  how"
    )
    for row in rows:
        run, counts, scores = row.run, row.run.counts, row.run.metrics
        created = run.created[:16].replace("T", " ")
        yield (
            f"{run.run_id:<{width}}{row.state:<10}{created:<18}{counts.n_parts:>9}"
            f"{counts.n_clusters:>9}{counts.noise:>8}  {_score(scores.silhouette):>10}"
            f"{_score(scores.ari):>7}  {run.grouped}, {run.chosen.algorithm} on "
            f"{' + '.join(run.chosen.features)}"
        )


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _diff_lines(diff: Diff, parts: Mapping[str, str]) -> Iterator[str]:
    yield (
        f"{diff.before} -> {diff.after}: {diff.stayed} parts stayed, "
        f"{sum(diff.moved.values())} moved, {diff.new_parts} are new, {diff.gone_parts} gone"
    )
    yield from (
        f"  clusters {_numbers(clusters)} joined into {into}"
        for into, clusters in diff.joined.items()
    )
    yield from (
        f"  cluster {cluster} split into {_numbers(into)}" for cluster, into in diff.split.items()
    )
    if diff.appeared:
        yield f"  appeared: {_numbers(diff.appeared)}"
    if diff.gone:
        yield f"  gone: {_numbers(diff.gone)}"
    for (source, target), count in list(diff.moved.items())[:_SHOWN]:
        yield f"  {count:>6} from {_cluster(source)} to {_cluster(target)}"
    for moved in diff.moved_parts[:_SHOWN]:
        number = parts.get(moved.part, moved.part)
        yield f"  part {number}: {_cluster(moved.source)} -> {_cluster(moved.target)}"
    if len(diff.moved_parts) > _SHOWN:
        yield f"  ... and {len(diff.moved_parts) - _SHOWN} more parts"


def _numbers(clusters: list[int]) -> str:
    return ", ".join(map(str, clusters))


def _cluster(number: int) -> str:
    return "none" if number < 0 else str(number)


def _part_numbers(stores: Stores, ids: list[str]) -> dict[str, str]:
    records = stores.parts.get(ids, with_payload=["part_number"])
    return {record.id: str(record.payload.get("part_number", record.id)) for record in records}

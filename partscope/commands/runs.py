"""``partscope runs``: what runs there are, how two differ, which one is active."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from clustering.runs.diff import Diff
    from clustering.runs.write_back import Stores

runs = typer.Typer(help="List the runs of the clustering job, compare, activate, delete them.")
RunArgument = Annotated[str, typer.Argument(help="Id (default@3), or name: its run in force.")]
_SHOWN = 20


@runs.callback(invoke_without_command=True)
def list_(
    context: typer.Context,
    *,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the runs, oldest first."""
    if context.invoked_subcommand is not None:
        return
    from clustering.runs.admin import list_runs

    with opened(store, catalog) as stores:
        rows = list_runs(stores.parts)
    if as_json:
        print_json({"runs": rows})
    elif not rows:
        typer.echo("no runs yet: partscope cluster makes one")
    else:
        for line in _table(rows):
            typer.echo(line)


@runs.command("diff")
def diff_(
    before: RunArgument,
    after: RunArgument,
    *,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what moved, joined, split, appeared and vanished between two runs."""
    from clustering.runs.admin import diff_runs

    with opened(store, catalog) as stores:
        diff = diff_runs(stores.parts, before, after)
        parts = _part_numbers(stores, [part for part, _, _ in diff.moved_parts[:_SHOWN]])
    if as_json:
        print_json(diff.to_json())
        return
    for line in _diff_lines(diff, parts):
        typer.echo(line)


@runs.command()
def activate(
    run: RunArgument,
    *,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a run the active one: its clusters are what search, classify and export see."""
    from clustering.runs.admin import activate_run

    with opened(store, catalog) as stores:
        run_id, changed = activate_run(stores, run)
    if as_json:
        print_json({"run_id": run_id, "changed": changed})
        return
    typer.echo(f"{run_id} is active now, {changed} parts changed")


@runs.command()
def delete(
    run: RunArgument,
    *,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete a run and what is kept of it; the active one cannot be."""
    from clustering.runs.admin import delete_run

    with opened(store, catalog) as stores:
        run_id = delete_run(stores, run)
    if as_json:
        print_json({"run_id": run_id, "deleted": True})
        return
    typer.echo(f"{run_id} is deleted")


@contextmanager
def opened(store: str | None, catalog: str | None) -> Iterator[Stores]:
    """Lend the stores of the catalogue that the options name."""
    from clustering.api import stores_of
    from partscope.catalog import Catalog

    with Catalog.open(store, catalog=catalog) as opened_catalog:
        _ = opened_catalog.manifest
        stores = stores_of(opened_catalog)
        try:
            yield stores
        finally:
            stores.clusters.close()


def _table(rows: list[dict[str, Any]]) -> Iterator[str]:
    width = max(len(str(row["run_id"])) for row in rows) + 2
    yield (
        f"{'run':<{width}}{'state':<10}{'made (UTC)':<18}{'parts':>9}{'clusters':>9}"
        f"{'noise':>8}  {'silhouette':>10}{'ari':>7}  how"
    )
    for row in rows:
        created = str(row["created"])[:16].replace("T", " ")
        yield (
            f"{row['run_id']:<{width}}{row['state']:<10}{created:<18}{row['n_parts']:>9}"
            f"{row['n_clusters']:>9}{row['noise']:>8}  {_score(row, 'silhouette'):>10}"
            f"{_score(row, 'ari'):>7}  {row['grouped']}, {row['algorithm']} on "
            f"{' + '.join(row['features'])}"
        )


def _score(run: Mapping[str, Any], name: str) -> str:
    value = run["metrics"].get(name)
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
    for part, source, target in diff.moved_parts[:_SHOWN]:
        yield f"  part {parts.get(part, part)}: {_cluster(source)} -> {_cluster(target)}"
    if len(diff.moved_parts) > _SHOWN:
        yield f"  ... and {len(diff.moved_parts) - _SHOWN} more parts"


def _numbers(clusters: list[int]) -> str:
    return ", ".join(map(str, clusters))


def _cluster(number: int) -> str:
    return "none" if number < 0 else str(number)


def _part_numbers(stores: Stores, ids: list[str]) -> dict[str, str]:
    records = stores.parts.get(ids, with_payload=["part_number"])
    return {record.id: str(record.payload.get("part_number", record.id)) for record in records}

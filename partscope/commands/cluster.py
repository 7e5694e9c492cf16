"""``partscope cluster``: group the catalogue, once or every so often."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catalog.errors import UsageError
from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from catalog.settings import Settings
    from clustering.job.outcome import Outcome

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def cluster(
    *,
    features: Annotated[
        str,
        typer.Option(
            help="What to group by: image, name, name_de, name_en, description, topics, topics_lda."
        ),
    ] = "image,name",
    algorithm: Annotated[
        str,
        typer.Option(
            help="auto, kmeans, minibatch, dbscan, hdbscan, agglomerative, gaussian, spectral, leiden."
        ),
    ] = "auto",
    k: Annotated[str, typer.Option("--k", help="Clusters: auto, a number, or a range 5..40.")] = (
        "auto"
    ),
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A parameter of the algorithm; may be repeated."),
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(metavar="FEATURE=NUMBER", help="1 where not given; may be repeated."),
    ] = None,
    scaling: Annotated[
        str, typer.Option(help="auto, whiten, none, unit, standard, robust, minmax.")
    ] = ("auto"),
    reduction: Annotated[
        str, typer.Option(help="auto, graph, none, pca:50, pca:0.9, svd:50, umap:10, tsne:2.")
    ] = "auto",
    seed: Annotated[int, typer.Option(help="Another number groups anew.")] = 0,
    run: Annotated[
        str, typer.Option("--run", help="Name: the payload is clusters.NAME; its runs follow.")
    ] = "default",
    memory: Annotated[
        str | None,
        typer.Option(help="The most that grouping may take, e.g. 2GB.  [default: half of all]"),
    ] = None,
    every: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Do it again every so often: 30m, 24h, 7d."),
    ] = None,
    grid: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Compare hundreds of plans and change nothing."),
    ] = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Group the parts, write the groups back, and keep them stable from run to run.

    Run again, unchanged parts stay where they are, new ones are placed, and what reviewers decided
    holds. The last 30 runs of each name are kept.
    """
    from catalog.settings import load_settings

    settings = load_settings(store=store, catalog=catalog)
    options: dict[str, Any] = {
        "features": [name.strip() for name in features.split(",") if name.strip()],
        "algorithm": algorithm,
        "k": parse_k(k),
        "params": {name: _value(text) for name, text in pairs(param, "--param").items()},
        "weights": {name: _number(text) for name, text in pairs(weight, "--weight").items()},
        "scaling": scaling,
        "reduction": reduction,
        "seed": seed,
        "run": run,
        "memory": memory,
    }
    if grid is not None:
        _show_grid(settings, options, grid, as_json=as_json)
        return
    if every is None:
        show(_cluster(settings, options), as_json=as_json)
        return
    from catalog.watch import watch

    watch(lambda: show(_cluster(settings, options), as_json=as_json), parse_time(every), _say)


def show(outcome: Outcome, *, as_json: bool) -> None:
    """Print the run, for machines or for people."""
    if as_json:
        print_json(outcome.to_json())
        return
    for line in outcome.lines():
        typer.echo(line)


def parse_k(text: str) -> str | int | tuple[int, int]:
    """Return ``auto``, a number, or both ends of ``A..B``; UsageError for anything else."""
    low, dots, high = text.partition("..")
    if text == "auto":
        return text
    if low.isdigit() and (high.isdigit() if dots else True):
        return (int(low), int(high)) if dots else int(low)
    raise UsageError(f"--k takes auto, a number, or a range like 5..40; got {text!r}")


def parse_time(text: str) -> float:
    """Return the seconds of ``30m``, ``24h`` or ``7d``."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text.strip())
    if not match or float(match[1]) == 0:
        raise UsageError(f"--every takes a time like 30m, 24h or 7d; got {text!r}")
    return float(match[1]) * _SECONDS[match[2]]


def pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    """Return the names and values of ``NAME=VALUE`` texts."""
    values = {}
    for pair in texts or []:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"{option} takes NAME=VALUE; got {pair!r}")
        values[name.strip()] = value.strip()
    return values


def _cluster(settings: Settings, options: dict[str, Any]) -> Outcome:
    # Opened anew each time, so that others can use the store's folder in between.
    from catalog.progress import shown_progress
    from partscope.catalog import Catalog

    with Catalog.from_settings(settings) as catalog, shown_progress() as progress:
        return catalog.cluster(progress=progress, **options)


def _show_grid(settings: Settings, options: dict[str, Any], out: Path, *, as_json: bool) -> None:
    from catalog.progress import shown_progress
    from clustering.grid.grid_catalog import grid_over
    from partscope.catalog import Catalog

    k = options["k"]
    with Catalog.from_settings(settings) as catalog, shown_progress() as progress:
        _ = catalog.manifest
        table = grid_over(
            catalog.store,
            options["features"],
            out,
            algorithm=options["algorithm"],
            k=k if isinstance(k, tuple) else None if k == "auto" else (k, k),
            seed=options["seed"],
            progress=progress,
        )
    if as_json:
        print_json(
            {"plans": len(table), "table": str(out), "best": table.head(10).to_dict("records")}
        )
        return
    columns = [
        "features",
        "scaling",
        "reduction",
        "algorithm",
        "params",
        "n_clusters",
        "silhouette",
    ]
    present = [name for name in (*columns, "coverage", "ari") if name in table.columns]
    typer.echo(table[present].head(10).to_string(index=False, float_format="%.3f"))
    typer.echo(f"{len(table)} plans compared, sorted by silhouette: {out}")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"--weight takes FEATURE=NUMBER; got {text!r}") from None


def _say(error: Exception) -> None:
    typer.echo(f"partscope: {error}; trying again at the next time", err=True)

"""``partscope cluster``: group the catalogue, once or every so often."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catalog.errors import UsageError
from catalog.name_value import NameValueForm, split_names
from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

if TYPE_CHECKING:
    import pandas as pd

_DEFAULT_RUN = "default"
_PARAMETERS = NameValueForm("--param", "NAME=VALUE")
_WEIGHTS = NameValueForm("--weight", "FEATURE=NUMBER")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@with_options
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
    ] = _DEFAULT_RUN,
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
    common: CommonOptions,
) -> None:
    """Group the parts, write the groups back, and keep them stable from run to run.

    Run again, unchanged parts stay where they are, new ones are placed, and what reviewers decided
    holds. The last 30 runs of each name are kept.
    """
    options: dict[str, Any] = {
        "features": split_names(features),
        "algorithm": algorithm,
        "k": parse_k(k),
        "params": {name: _value(text) for name, text in _PARAMETERS.texts(param or []).items()},
        "weights": _WEIGHTS.numbers(weight or []),
        "scaling": scaling,
        "reduction": reduction,
        "seed": seed,
        "memory": memory,
    }
    if grid is not None:
        check_goes_with_grid(run, every)
        _show_grid(common, options, grid)
        return
    options["run"] = run
    if every is None:
        _cluster(common, options)
        return
    from catalog.watch import watch

    watch(lambda: _cluster(common, options), parse_time(every), _say)


def check_goes_with_grid(run: str, every: str | None) -> None:
    """Refuse options that say how to write groups back, where plans are only compared."""
    for option, is_given in (("--run", run != _DEFAULT_RUN), ("--every", every is not None)):
        if is_given:
            raise UsageError(
                f"{option} does not go with --grid, which writes no groups: compare first, then "
                f"give {option} when you cluster by the plan you choose"
            )


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


def _cluster(common: CommonOptions, options: dict[str, Any]) -> None:
    # Opened anew each time, so that others can use the store's folder in between.
    from catalog.progress import shown_progress

    with common.open() as catalog, shown_progress() as progress:
        outcome = catalog.cluster(progress=progress, **options)
    common.print(outcome.to_json(), outcome.lines())


def _show_grid(common: CommonOptions, options: dict[str, Any], out: Path) -> None:
    from catalog.progress import shown_progress
    from clustering.api import make_plan
    from clustering.grid.compare_plans import compare_plans

    plan = make_plan(**options)
    with common.open() as catalog, shown_progress() as progress:
        _ = catalog.manifest
        table = compare_plans(catalog.store, plan, out, progress)
    best = table.head(10)
    values = {"plans": len(table), "table": str(out), "best": best.to_dict("records")}
    common.print(
        values, [_best_plans(best), f"{len(table)} plans compared, sorted by silhouette: {out}"]
    )


def _best_plans(table: pd.DataFrame) -> str:
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
    return table[present].to_string(index=False, float_format="%.3f")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _say(error: Exception) -> None:
    typer.echo(f"partscope: {error}; trying again at the next time", err=True)

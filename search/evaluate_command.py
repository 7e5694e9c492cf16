"""``partscope evaluate``: how well the catalogue finds, as a table or as JSON."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from partscope.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from search.evaluation import Evaluation


def evaluate(
    *,
    label: Annotated[
        str, typer.Option("--label", help="What similar parts share: family, subfamily, entity.")
    ] = "family",
    seed: Annotated[int, typer.Option("--seed", help="For the sample of a large catalogue.")] = 0,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how well the catalogue finds: by each vector, fused, and across the two languages."""
    from partscope.catalog import Catalog
    from search.evaluation import evaluate as measure

    started = time.perf_counter()
    with Catalog.open(store, catalog=catalog) as opened:
        evaluation = measure(opened, label, seed=seed)
    if as_json:
        print_json(evaluation.to_json())
        return
    typer.echo(table(evaluation))
    typer.echo(f"{time.perf_counter() - started:.1f} s", err=True)


def table(evaluation: Evaluation) -> str:
    """Return the scores as fixed-width text."""
    lines = [f"{'retrieval':<12} {'P@1':>7} {'P@10':>7} {'mAP@10':>7} {'n':>8}"]
    lines += [
        f"{name:<12} {s.p_at_1:>7.3f} {s.p_at_10:>7.3f} {s.map_at_10:>7.3f} {s.n:>8}"
        for name, s in evaluation.retrieval.items()
    ]
    if not evaluation.retrieval:
        lines = ["nothing to measure: no two parts share a value of this label"]
    if evaluation.translation:
        lines += ["", f"{'translation':<12} {'hit@1':>7} {'hit@10':>7} {'n':>16}"]
    lines += [
        f"{name:<12} {s.hit_at_1:>7.3f} {s.hit_at_10:>7.3f} {s.n:>16}"
        for name, s in evaluation.translation.items()
    ]
    return "\n".join(lines)

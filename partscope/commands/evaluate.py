"""``partscope evaluate``: how well the catalogue finds, as a table or as JSON."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from search.evaluation.scores import Evaluation

Section: TypeAlias = Mapping[str, Mapping[str, float]]
_SHOWN = 6
"""Scores of a section's row that are shown to people; ``--json`` has them all."""


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
    from clustering.runs.evaluation import evaluate_runs
    from partscope.catalog import Catalog
    from search.evaluation.evaluate import evaluate as measure

    started = time.perf_counter()
    with Catalog.open(store, catalog=catalog) as opened:
        evaluation = measure(opened, label, seed=seed)
        sections = {"clustering": evaluate_runs(opened, label)}
    if as_json:
        print_json({**evaluation.to_json(), **sections})
        return
    typer.echo(table(evaluation))
    for name, section in sections.items():
        if section:
            typer.echo(f"\n{section_table(name, section)}")
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


def section_table(name: str, section: Section) -> str:
    """Return one section as fixed-width text."""
    titles = list(next(iter(section.values())))[:_SHOWN]
    width = max(12, *map(len, section))
    lines = [f"{name:<{width}} " + " ".join(f"{title:>12}" for title in titles)]
    for row, scores in section.items():
        lines.append(f"{row:<{width}} " + " ".join(f"{scores[title]:>12.3f}" for title in titles))
    return "\n".join(lines)

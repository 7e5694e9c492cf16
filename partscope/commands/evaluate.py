"""``partscope evaluate``: how well the catalogue finds, as a table or as JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

if TYPE_CHECKING:
    from search.evaluation.scores import Evaluation

Section: TypeAlias = Mapping[str, Mapping[str, float]]
_SHOWN = 6
"""Scores of a section's row that are shown to people; ``--json`` has them all."""


@with_options
def evaluate(
    *,
    label: Annotated[
        str, typer.Option("--label", help="What similar parts share: family, subfamily, entity.")
    ] = "family",
    seed: Annotated[int, typer.Option("--seed", help="For the sample of a large catalogue.")] = 0,
    common: CommonOptions,
) -> None:
    """Measure how well the catalogue finds: by each vector, fused, and across the two languages."""
    from clustering.runs.evaluation import evaluate_runs

    started = time.perf_counter()
    with common.open() as opened:
        evaluation = opened.evaluate(label, seed=seed)
        clustering = evaluate_runs(opened, label)
    values = {**evaluation.to_json(), "clustering": clustering}
    common.print(values, _tables(evaluation, clustering))
    if not common.json:
        typer.echo(f"{time.perf_counter() - started:.1f} s", err=True)


def _tables(evaluation: Evaluation, clustering: Section) -> Iterator[str]:
    yield table(evaluation)
    if clustering:
        yield f"\n{section_table('clustering', clustering)}"


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

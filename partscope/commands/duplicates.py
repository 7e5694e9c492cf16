"""``partscope duplicates``: parts that were probably entered twice, with what speaks for and against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

if TYPE_CHECKING:
    from clustering.duplicates.finding import DuplicateGroup

COLUMNS: dict[str, type] = {
    "group": int,
    "part_number": str,
    "other_part_number": str,
    "score": float,
    "evidence": str,
    "conflicts": str,
}


@with_options
def duplicates(
    *,
    min_score: Annotated[
        float, typer.Option("--min-score", min=0.0, max=1.0, help="How sure a pair must be.")
    ] = 0.7,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Groups that are shown.")] = 20,
    out: Annotated[
        Path | None, typer.Option("--out", help="All pairs as .csv, .xlsx or .parquet.")
    ] = None,
    common: CommonOptions,
) -> None:
    """Find parts entered twice, by photo, name, weight and attributes; nothing is changed."""
    from catalog.tables.table_file import check_target

    if out is not None:
        check_target(out)
    with common.open() as opened_catalog:
        groups = opened_catalog.duplicates(min_score=min_score)
    if out is not None:
        _write(out, groups)
    common.print({"groups": [group.to_json() for group in groups]}, _lines(groups, limit))


def _lines(groups: Sequence[DuplicateGroup], limit: int) -> Iterator[str]:
    for group in groups[:limit]:
        yield from _group_lines(group)
    unsure = sum(group.conflicts for group in groups)
    yield (
        f"{len(groups) - unsure} groups of parts entered twice; {unsure} pairs look alike but "
        "contradict each other"
    )


def _group_lines(group: DuplicateGroup) -> list[str]:
    mark = "!" if group.conflicts else "="
    lines = [f"{mark} {group.score:.2f}  {'  '.join(group.parts)}"]
    best = group.pairs[0]
    lines.append(f"       for: {_text(best.evidence.to_json())}")
    if best.conflicts:
        lines.append(f"       against: {_text(best.conflicts)}")
    return lines


def _text(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {_value(value)}".strip() for key, value in facts.items())


def _value(value: Any) -> str:
    if value is True:
        return ""
    if isinstance(value, tuple):
        return " / ".join(map(str, value))
    if isinstance(value, dict):
        return f"({_text(value)})"
    return str(value)


def _write(target: Path, groups: list[DuplicateGroup]) -> None:
    from catalog.tables.table_file import TableFile

    with TableFile(target, COLUMNS) as table:
        for number, group in enumerate(groups, 1):
            for pair in group.pairs:
                table.write(
                    [
                        number,
                        pair.first,
                        pair.second,
                        pair.score,
                        _text(pair.evidence.to_json()),
                        _text(pair.conflicts),
                    ]
                )

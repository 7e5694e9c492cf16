"""``partscope duplicates``: parts that were probably entered twice, with what speaks for and against."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

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


def duplicates(
    *,
    min_score: Annotated[
        float, typer.Option("--min-score", min=0.0, max=1.0, help="How sure a pair must be.")
    ] = 0.7,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Groups that are shown.")] = 20,
    out: Annotated[
        Path | None, typer.Option("--out", help="All pairs as .csv, .xlsx or .parquet.")
    ] = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find parts entered twice, by photo, name, weight and attributes; nothing is changed."""
    from catalog.tables.table_file import check_target
    from clustering.duplicates.finding import find_duplicates
    from partscope.catalog import Catalog

    if out is not None:
        check_target(out)
    with Catalog.open(store, catalog=catalog) as opened_catalog:
        _ = opened_catalog.manifest
        groups = find_duplicates(opened_catalog.store, min_score=min_score)
    if out is not None:
        _write(out, groups)
    if as_json:
        print_json({"groups": [group.to_json() for group in groups]})
        return
    for group in groups[:limit]:
        typer.echo("\n".join(_lines(group)))
    unsure = sum(group.conflicts for group in groups)
    typer.echo(
        f"{len(groups) - unsure} groups of parts entered twice; {unsure} pairs look alike but "
        "contradict each other"
    )


def _lines(group: DuplicateGroup) -> list[str]:
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

"""``partscope search``: find parts by name, picture, or likeness; one query or a file of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catalog.errors import UsageError
from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

if TYPE_CHECKING:
    from catalog.arrays import RgbImage
    from partscope.catalog import Catalog
    from search.queries.query import Query, QueryOptions
    from search.query_file.answers import Answer

LEAST_SCORE = 0.05
"""What one random part in five reaches: below it a hit says nothing to people."""


@with_options
def search(
    *,
    text: Annotated[
        str | None, typer.Argument(help="A name in German or English, or a part number.")
    ] = None,
    image: Annotated[str | None, typer.Option("--image", help="File or URL of a picture.")] = None,
    like: Annotated[
        str | None, typer.Option("--like", help="Part number: find parts similar to that part.")
    ] = None,
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter", help="key=value, key=a,b, key!=x, key=1..5, has=image. Repeatable."
        ),
    ] = None,
    weights: Annotated[
        list[str] | None,
        typer.Option(
            "--weight", help="vector=number: image, name, terms, description. Repeatable."
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="Hits at most.", min=1, max=1000)] = 10,
    min_score: Annotated[
        float, typer.Option("--min-score", help="Leave out hits below.", min=0, max=1)
    ] = LEAST_SCORE,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why each part was found.")
    ] = False,
    facet: Annotated[
        str | None,
        typer.Option("--facet", help="Count the values of a key instead, e.g. family, material."),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(
            "--queries", help="CSV, XLSX or Parquet of queries: columns text, image, like."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write all hits to a .csv or .xlsx file.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="Write query and hits as pictures: .png, .html.")
    ] = None,
    common: CommonOptions,
) -> None:
    """Find the parts most similar to a name, a picture, both, or another part."""
    from catalog.tables.table_file import check_target
    from search.queries.query import QueryOptions, read_filters
    from search.queries.weights import parse_weights

    if facet is not None:
        if text or image or like or queries:
            raise UsageError("--facet counts parts, of --filter if given: it goes without a query")
        with common.open() as opened:
            counts = opened.facet(facet, filters, limit=limit)
        lines = (f"{count:8}  {value}" for value, count in counts.items())
        common.print({"facet": facet, "counts": counts}, lines)
        return
    options = QueryOptions(
        where=read_filters(filters or []),
        weights=parse_weights(weights or []),
        limit=limit,
        min_score=min_score,
        explain=explain,
    )
    if out is not None:
        check_target(out)
    if queries is None:
        query = options.query(text, image, like)
        with common.open() as opened:
            _answer_one(opened, query, out, sheet, common)
        return
    if text or image or like or sheet:
        raise UsageError("--queries goes without TEXT, --image, --like and --sheet")
    with common.open() as opened:
        _answer_file(opened, queries, options, out, common)


def _answer_one(
    catalog: Catalog, query: Query, out: Path | None, sheet: Path | None, common: CommonOptions
) -> None:
    from search.hits.contact_sheet import write_sheet
    from search.hits.terminal import print_result
    from search.query_file.answers import Answer
    from search.query_file.hits_table import HitsTable
    from search.query_file.rows import QueryRow
    from search.searcher import Searcher

    result = Searcher(catalog).search(query)
    row = QueryRow(1, query.text, None if query.image is None else str(query.image), query.like)
    if sheet is not None:
        write_sheet(sheet, result, _query_picture(catalog, query), row.title)
    if out is not None:
        with HitsTable(out) as table:
            table.write(Answer(row, result))
    if common.json:
        common.print(result.to_json(), ())
    else:
        print_result(result, query.min_score, explained=query.explain)


def _query_picture(catalog: Catalog, query: Query) -> RgbImage | None:
    from catalog.parts import point_id
    from search.hits.contact_sheet import first_view

    if query.image is not None:
        return catalog.read_image(query.image)
    if query.like is None:
        return None
    parts = catalog.store.get([str(point_id(catalog.name, query.like))])
    return first_view(parts[0], catalog.read_original) if parts else None


def _answer_file(
    catalog: Catalog, file: Path, options: QueryOptions, out: Path | None, common: CommonOptions
) -> None:
    from search.query_file.answers import answer_rows
    from search.query_file.hits_table import HitsTable
    from search.query_file.rows import QueryTable
    from search.searcher import Searcher

    searcher, queries = Searcher(catalog), QueryTable(file)
    shown, failed, count = [], [], 0
    with nullcontext() if out is None else HitsTable(out) as table:
        for answer in answer_rows(searcher, queries.rows(), options):
            count += 1
            if table is not None:
                table.write(answer)
            if common.json:
                shown.append(answer.to_json())
            elif table is None:
                _print_answer(answer, options)
            if answer.error:
                failed.append(answer)
    common.print({"answers": shown}, ())
    for notice in queries.notices:
        typer.echo(f"note: {notice}", err=True)
    _tell_failures(failed, count)
    if len(failed) > catalog.settings.max_failures:
        raise typer.Exit(1)


def _print_answer(answer: Answer, options: QueryOptions) -> None:
    from search.hits.terminal import print_result

    typer.echo(f"\n{answer.row.number}  {answer.row.title}")
    if answer.result is not None:
        print_result(answer.result, options.min_score, explained=options.explain)


def _tell_failures(failed: Sequence[Answer], count: int) -> None:
    for answer in failed:
        typer.echo(f"query {answer.row.number}: {answer.error}", err=True)
    typer.echo(f"{count} queries, {len(failed)} failed", err=True)

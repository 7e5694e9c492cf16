"""``partscope search``: find parts by name, picture, or likeness; one query or a file of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catalog.errors import UsageError
from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from catalog.arrays import RgbImage
    from partscope.catalog import Catalog
    from search.queries.query import Query

LEAST_SCORE = 0.05
"""What one random part in five reaches: below it a hit says nothing to people."""


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
        typer.Option("--queries", help="CSV of queries with the columns text, image, like."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write all hits to a .csv or .xlsx file.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="Write query and hits as pictures: .png, .html.")
    ] = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the parts most similar to a name, a picture, both, or another part."""
    from catalog.tables.table_file import check_target
    from partscope.catalog import Catalog
    from search.queries.query import Query, parse_weights, read_filters

    if facet is not None:
        if text or image or like or queries:
            raise UsageError("--facet counts parts, of --filter if given: it goes without a query")
        with Catalog.open(store, catalog=catalog) as opened:
            _tell_counts(facet, opened.facet(facet, filters, limit=limit), as_json=as_json)
        return
    options: dict[str, Any] = {
        "where": read_filters(filters or []),
        "weights": parse_weights(weights or []),
        "limit": limit,
        "min_score": min_score,
        "explain": explain,
    }
    if out is not None:
        check_target(out)
    if queries is None:
        query = Query(text=text, image=image, like=like, **options)
        with Catalog.open(store, catalog=catalog) as opened:
            _answer_one(opened, query, out, sheet, as_json=as_json)
        return
    if text or image or like or sheet:
        raise UsageError("--queries goes without TEXT, --image, --like and --sheet")
    with Catalog.open(store, catalog=catalog) as opened:
        _answer_file(opened, queries, options, out, as_json=as_json)


def _tell_counts(key: str, counts: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        print_json({"facet": key, "counts": counts})
        return
    for value, count in counts.items():
        typer.echo(f"{count:8}  {value}")


def _answer_one(
    catalog: Catalog, query: Query, out: Path | None, sheet: Path | None, *, as_json: bool
) -> None:
    from search.hits.contact_sheet import write_sheet
    from search.hits.terminal import print_result
    from search.queries.query_file import Answer, write_hits
    from search.searcher import Searcher

    result = Searcher(catalog).search(query)
    asked = {"text": query.text, "image": query.image, "like": query.like}
    given = {name: str(value) for name, value in asked.items() if value is not None}
    if sheet is not None:
        write_sheet(sheet, result, _asked_picture(catalog, query), " + ".join(given.values()))
    if out is not None:
        write_hits(out, [Answer(1, given, result)])
    if as_json:
        print_json(result.to_json())
    else:
        print_result(result, query.min_score, explained=query.explain)


def _asked_picture(catalog: Catalog, query: Query) -> RgbImage | None:
    from catalog.parts import point_id
    from search.hits.contact_sheet import first_view

    if query.image is not None:
        return catalog.read_image(query.image)
    if query.like is None:
        return None
    parts = catalog.store.get([str(point_id(catalog.name, query.like))])
    return first_view(parts[0], catalog.read_original) if parts else None


def _answer_file(
    catalog: Catalog, file: Path, options: dict[str, Any], out: Path | None, *, as_json: bool
) -> None:
    from search.hits.terminal import print_result
    from search.queries.query_file import answer_file, write_hits
    from search.searcher import Searcher

    answers = answer_file(Searcher(catalog), file, options)
    if out is not None:
        write_hits(out, answers)
    if as_json:
        print_json({"answers": [answer.to_json() for answer in answers]})
    elif out is None:
        for answer in answers:
            typer.echo(f"\n{answer.number}  {' + '.join(answer.asked.values())}")
            if answer.result is not None:
                print_result(answer.result, options["min_score"], explained=options["explain"])
    failed = [answer for answer in answers if answer.error]
    for answer in failed:
        typer.echo(f"query {answer.number}: {answer.error}", err=True)
    typer.echo(f"{len(answers)} queries, {len(failed)} failed", err=True)
    if len(failed) > catalog.settings.max_failures:
        raise typer.Exit(1)

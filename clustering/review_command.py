"""``partscope review``: check and correct the groups; every decision is kept and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partscope.errors import UsageError
from partscope.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from clustering.decisions import Decision
    from clustering.review import Review

review = typer.Typer(
    no_args_is_help=True,
    help="Check and correct the groups. Decisions hold for every later run and can be undone.",
)
ClusterArgument = Annotated[int, typer.Argument(help="Number of a cluster, see review list.")]
PartArgument = Annotated[str, typer.Argument(help="Part number.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason; it is kept.")]
WhoOption = Annotated[
    str | None, typer.Option("--who", help="Who decides.  [default: the system's user]")
]
_MEMBERS = 50


@review.command("list")
def list_(
    cluster: Annotated[
        int | None, typer.Argument(help="List the parts of this cluster instead.")
    ] = None,
    *,
    run: Annotated[str | None, typer.Option("--run", help="Another run than the active one.")] = (
        None
    ),
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the clusters with their status, or the parts of one."""
    from clustering.review_list import list_clusters, list_members
    from clustering.runs_command import opened

    with opened(store, catalog) as stores:
        if cluster is None:
            found = list_clusters(stores.parts, run)
            lines = [_cluster_line(each) for each in found["clusters"]]
        else:
            found = list_members(stores.parts, cluster, run)
            lines = [_member_line(each) for each in found["parts"][:_MEMBERS]]
            more = len(found["parts"]) - _MEMBERS
            lines += [f"... and {more} more (all of them with --json)"] if more > 0 else []
    if as_json:
        print_json(found)
        return
    for line in lines:
        typer.echo(line)


@review.command()
def accept(
    cluster: ClusterArgument,
    *,
    why: WhyOption = "",
    who: WhoOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """State that a cluster is right: its members stay together under its number."""
    _decide(store, catalog, who, lambda by: by.accept(cluster, why), as_json=as_json)


@review.command()
def reject(
    cluster: ClusterArgument,
    *,
    why: WhyOption = "",
    who: WhoOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """State that a cluster is no sensible group."""
    _decide(store, catalog, who, lambda by: by.reject(cluster, why), as_json=as_json)


@review.command()
def rename(
    cluster: ClusterArgument,
    *,
    german: Annotated[str | None, typer.Option("--de", help="The German label.")] = None,
    english: Annotated[str | None, typer.Option("--en", help="The English label.")] = None,
    why: WhyOption = "",
    who: WhoOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a cluster another label."""
    _decide(
        store, catalog, who, lambda by: by.rename(cluster, german, english, why), as_json=as_json
    )


@review.command()
def merge(
    clusters: Annotated[list[int], typer.Argument(help="Two or more; the first one stays.")],
    *,
    why: WhyOption = "",
    who: WhoOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make one cluster of several."""
    _decide(store, catalog, who, lambda by: by.merge(clusters, why), as_json=as_json)


@review.command()
def split(
    parts: Annotated[list[str], typer.Argument(help="Part numbers, all of one cluster.")],
    *,
    why: WhyOption = "",
    who: WhoOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make parts of one cluster a new cluster of their own."""
    _decide(store, catalog, who, lambda by: by.split(parts, why), as_json=as_json)


@review.command()
def move(
    part: PartArgument,
    cluster: ClusterArgument,
    *,
    why: WhyOption = "",
    who: WhoOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put one part into another cluster."""
    _decide(store, catalog, who, lambda by: by.move(part, cluster, why), as_json=as_json)


@review.command()
def exclude(
    part: PartArgument,
    *,
    why: WhyOption = "",
    who: WhoOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep one part out of all clusters."""
    _decide(store, catalog, who, lambda by: by.exclude(part, why), as_json=as_json)


@review.command()
def link(
    one: PartArgument,
    other: PartArgument,
    *,
    why: WhyOption = "",
    who: WhoOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """State that two parts belong together: the second goes where the first one is."""
    _decide(store, catalog, who, lambda by: by.link(one, other, why), as_json=as_json)


@review.command()
def unlink(
    one: PartArgument,
    other: PartArgument,
    *,
    why: WhyOption = "",
    who: WhoOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """State that two parts do not belong together."""
    _decide(store, catalog, who, lambda by: by.unlink(one, other, why), as_json=as_json)


@review.command()
def undo(
    decision: Annotated[int, typer.Argument(help="Number of a decision, see review log.")],
    *,
    why: WhyOption = "",
    who: WhoOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a decision back, or the taking back of one."""
    _decide(store, catalog, who, lambda by: by.undo(decision, why), as_json=as_json)


@review.command()
def log(
    *, store: StoreOption = None, catalog: CatalogOption = None, as_json: JsonOption = False
) -> None:
    """List all decisions: who decided what, when, why, and what does not hold any more."""
    from clustering.review_list import list_decisions
    from clustering.runs_command import opened

    with opened(store, catalog) as stores:
        found = list_decisions(stores.parts)
    if as_json:
        print_json({"decisions": found})
        return
    for each in found or [{}]:
        typer.echo(_decision_line(each) if each else "nothing was decided yet")


def _decide(
    store: str | None,
    catalog: str | None,
    who: str | None,
    decision: Callable[[Review], Decision],
    *,
    as_json: bool,
) -> None:
    from clustering.review import Review
    from clustering.review_log import to_json
    from partscope.catalog import Catalog

    if who is not None and not who.strip():
        raise UsageError("--who takes a name; got an empty one")
    with Catalog.open(store, catalog=catalog) as opened:
        _ = opened.manifest
        with Review(opened, who) as by:
            made = decision(by)
    if as_json:
        print_json(to_json(made))
        return
    typer.echo(f"decision {made.number}: {made.action}{_about(made)}; `review undo {made.number}`")


def _about(made: Decision) -> str:
    if made.action == "split":
        return f", {len(made.parts)} parts are cluster {made.cluster} now"
    return "" if made.cluster is None else f", cluster {made.cluster}"


def _cluster_line(each: dict[str, Any]) -> str:
    labels = each["label_de"]
    if each["label_en"] != each["label_de"]:
        labels += f" / {each['label_en']}"
    return (
        f"{each['cluster']:>5}  {each['size']:>7} parts  {each['status']:<9} {labels}  "
        f"(e.g. {each['medoid']})"
    )


def _member_line(each: dict[str, Any]) -> str:
    names = " / ".join(name for name in (each["name_de"], each["name_en"]) if name)
    return f"{each['part_number']:<24} {names}"


def _decision_line(each: dict[str, Any]) -> str:
    state = {"in force": "", "dormant": "  [finds nothing in the active run]"}.get(
        each["state"], f"  [{each['state']}]"
    )
    cluster = f" cluster {each['cluster']}" if each.get("cluster") is not None else ""
    parts = each.get("part_numbers", [])
    shown = f" {', '.join(parts[:5])}{', ...' if len(parts) > 5 else ''}" if parts else ""
    undoes = f" {each['undoes']}" if "undoes" in each else ""
    why = f": {each['why']}" if each.get("why") else ""
    return (
        f"{each['number']:>4}  {each['when'][:16].replace('T', ' ')}  {each['who']:<12} "
        f"{each['action']}{undoes}{cluster}{shown}{why}{state}"
    )

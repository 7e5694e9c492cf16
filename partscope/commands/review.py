"""``partscope review``: check and correct the groups; every decision is kept and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from catalog.errors import UsageError
from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from clustering.review.decide import Review
    from clustering.review.lists import (
        ClusterList,
        ListedCluster,
        ListedDecision,
        ListedPart,
        MemberList,
    )
    from clustering.runs.decisions import Decision

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
    from clustering.review.lists import list_clusters, list_members
    from clustering.runs.reviewed_run import ReviewedRun
    from partscope.commands.runs import opened

    listing: ClusterList | MemberList
    with opened(store, catalog) as stores:
        reviewed_run = ReviewedRun.find(stores.parts, run)
        if cluster is None:
            listing = list_clusters(reviewed_run)
            lines = [_cluster_line(listed) for listed in listing.clusters]
        else:
            listing = list_members(reviewed_run, cluster)
            lines = [_member_line(part) for part in listing.parts[:_MEMBERS]]
            more = len(listing.parts) - _MEMBERS
            lines += [f"... and {more} more (all of them with --json)"] if more > 0 else []
    if as_json:
        print_json(listing.to_json())
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
    from clustering.review.lists import list_decisions
    from partscope.commands.runs import opened

    with opened(store, catalog) as stores:
        decisions = list_decisions(stores.parts)
    if as_json:
        print_json({"decisions": [decision.to_json() for decision in decisions]})
        return
    for decision in decisions:
        typer.echo(_decision_line(decision))
    if not decisions:
        typer.echo("nothing was decided yet")


def _decide(
    store: str | None,
    catalog: str | None,
    who: str | None,
    decision: Callable[[Review], Decision],
    *,
    as_json: bool,
) -> None:
    from clustering.review.decide import Review
    from partscope.catalog import Catalog

    if who is not None and not who.strip():
        raise UsageError("--who takes a name; got an empty one")
    with Catalog.open(store, catalog=catalog) as opened_catalog:
        _ = opened_catalog.manifest
        with Review(opened_catalog, who) as by:
            new_decision = decision(by)
    if as_json:
        print_json(new_decision.to_json())
        return
    typer.echo(
        f"decision {new_decision.number}: {new_decision.action}{_about(new_decision)}; "
        f"`review undo {new_decision.number}`"
    )


def _about(decision: Decision) -> str:
    if decision.action == "split":
        return f", {len(decision.parts)} parts are cluster {decision.cluster} now"
    return "" if decision.cluster is None else f", cluster {decision.cluster}"


def _cluster_line(listed: ListedCluster) -> str:
    labels = " / ".join(dict.fromkeys((listed.label_de, listed.label_en)))
    return (
        f"{listed.cluster:>5}  {listed.size:>7} parts  {listed.status:<9} {labels}  "
        f"(e.g. {listed.medoid})"
    )


def _member_line(part: ListedPart) -> str:
    names = " / ".join(name for name in (part.name_de, part.name_en) if name)
    return f"{part.part_number:<24} {names}"


def _decision_line(listed: ListedDecision) -> str:
    decision, numbers = listed.decision, listed.part_numbers
    state = {"in force": "", "dormant": "  [finds nothing in the active run]"}.get(
        listed.state, f"  [{listed.state}]"
    )
    cluster = f" cluster {decision.cluster}" if decision.cluster is not None else ""
    part_list = f" {', '.join(numbers[:5])}{', ...' if len(numbers) > 5 else ''}" if numbers else ""
    undoes = f" {decision.undoes}" if decision.undoes is not None else ""
    why = f": {decision.why}" if decision.why else ""
    return (
        f"{decision.number:>4}  {decision.when[:16].replace('T', ' ')}  {decision.who:<12} "
        f"{decision.action}{undoes}{cluster}{part_list}{why}{state}"
    )

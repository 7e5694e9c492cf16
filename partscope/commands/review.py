"""``partscope review``: check and correct the groups; every decision is kept and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from catalog.errors import UsageError
from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

if TYPE_CHECKING:
    from clustering.review.lists import (
        ClusterList,
        ListedCluster,
        ListedDecision,
        ListedPart,
        MemberList,
    )
    from clustering.review.reviewer import Reviewer
    from clustering.runs.decisions import Decision

review = typer.Typer(
    no_args_is_help=True,
    help="Check and correct the groups. Decisions hold for every later run and can be undone.",
)
ClusterArgument = Annotated[int, typer.Argument(help="Number of a cluster, see review list.")]
PartArgument = Annotated[str, typer.Argument(help="Part number.")]
_MEMBERS = 50
_NOTHING = "nothing was decided yet"


@dataclass(frozen=True, slots=True)
class DecisionOptions:
    """What is kept beside a decision."""

    why: Annotated[str, typer.Option("--why", help="The reason; it is kept.")] = ""
    who: Annotated[
        str | None, typer.Option("--who", help="Who decides.  [default: the system's user]")
    ] = None


@review.command("list")
@with_options
def list_(
    cluster: Annotated[
        int | None, typer.Argument(help="List the parts of this cluster instead.")
    ] = None,
    *,
    run: Annotated[str | None, typer.Option("--run", help="Another run than the active one.")] = (
        None
    ),
    common: CommonOptions,
) -> None:
    """List the clusters with their status, or the parts of one."""
    from clustering.review.lists import list_clusters, list_members
    from clustering.runs.reviewed_run import ReviewedRun
    from partscope.commands.runs import opened

    listing: ClusterList | MemberList
    with opened(common) as stores:
        reviewed_run = ReviewedRun.find(stores.parts, run)
        if cluster is None:
            listing = list_clusters(reviewed_run)
            lines = [_cluster_line(listed) for listed in listing.clusters]
        else:
            listing = list_members(reviewed_run, cluster)
            lines = [_member_line(part) for part in listing.parts[:_MEMBERS]]
            more = len(listing.parts) - _MEMBERS
            lines += [f"... and {more} more (all of them with --json)"] if more > 0 else []
    common.print(listing.to_json(), lines)


@review.command()
@with_options
def accept(
    cluster: ClusterArgument,
    *,
    said: DecisionOptions,
    common: CommonOptions,
) -> None:
    """State that a cluster is right: its members stay together under its number."""
    _decide(said, common, lambda by: by.accept(cluster, said.why))


@review.command()
@with_options
def reject(
    cluster: ClusterArgument,
    *,
    said: DecisionOptions,
    common: CommonOptions,
) -> None:
    """State that a cluster is no sensible group."""
    _decide(said, common, lambda by: by.reject(cluster, said.why))


@review.command()
@with_options
def rename(
    cluster: ClusterArgument,
    *,
    german: Annotated[str | None, typer.Option("--de", help="The German label.")] = None,
    english: Annotated[str | None, typer.Option("--en", help="The English label.")] = None,
    said: DecisionOptions,
    common: CommonOptions,
) -> None:
    """Give a cluster another label."""
    _decide(said, common, lambda by: by.rename(cluster, german, english, said.why))


@review.command()
@with_options
def merge(
    clusters: Annotated[list[int], typer.Argument(help="Two or more; the first one stays.")],
    *,
    said: DecisionOptions,
    common: CommonOptions,
) -> None:
    """Make one cluster of several."""
    _decide(said, common, lambda by: by.merge(clusters, said.why))


@review.command()
@with_options
def split(
    parts: Annotated[list[str], typer.Argument(help="Part numbers, all of one cluster.")],
    *,
    said: DecisionOptions,
    common: CommonOptions,
) -> None:
    """Make parts of one cluster a new cluster of their own."""
    _decide(said, common, lambda by: by.split(parts, said.why))


@review.command()
@with_options
def move(
    part: PartArgument,
    cluster: ClusterArgument,
    *,
    said: DecisionOptions,
    common: CommonOptions,
) -> None:
    """Put one part into another cluster."""
    _decide(said, common, lambda by: by.move(part, cluster, said.why))


@review.command()
@with_options
def exclude(
    part: PartArgument,
    *,
    said: DecisionOptions,
    common: CommonOptions,
) -> None:
    """Keep one part out of all clusters."""
    _decide(said, common, lambda by: by.exclude(part, said.why))


@review.command()
@with_options
def link(
    one: PartArgument,
    other: PartArgument,
    *,
    said: DecisionOptions,
    common: CommonOptions,
) -> None:
    """State that two parts belong together: the second goes where the first one is."""
    _decide(said, common, lambda by: by.link(one, other, said.why))


@review.command()
@with_options
def unlink(
    one: PartArgument,
    other: PartArgument,
    *,
    said: DecisionOptions,
    common: CommonOptions,
) -> None:
    """State that two parts do not belong together."""
    _decide(said, common, lambda by: by.unlink(one, other, said.why))


@review.command()
@with_options
def undo(
    decision: Annotated[int, typer.Argument(help="Number of a decision, see review log.")],
    *,
    said: DecisionOptions,
    common: CommonOptions,
) -> None:
    """Take a decision back, or the taking back of one."""
    _decide(said, common, lambda by: by.undo(decision, said.why))


@review.command()
@with_options
def log(*, common: CommonOptions) -> None:
    """List all decisions: who decided what, when, why, and what does not hold any more."""
    from clustering.review.lists import list_decisions
    from partscope.commands.runs import opened

    with opened(common) as stores:
        decisions = list_decisions(stores.parts)
    values = {"decisions": [decision.to_json() for decision in decisions]}
    common.print(values, map(_decision_line, decisions) if decisions else [_NOTHING])


def _decide(
    said: DecisionOptions, common: CommonOptions, decision: Callable[[Reviewer], Decision]
) -> None:
    from clustering.review.reviewer import Reviewer

    if said.who is not None and not said.who.strip():
        raise UsageError("--who takes a name; got an empty one")
    with common.open() as opened_catalog:
        _ = opened_catalog.manifest
        with Reviewer(opened_catalog, said.who) as by:
            new_decision = decision(by)
    line = (
        f"decision {new_decision.number}: {new_decision.action}{_about(new_decision)}; "
        f"`review undo {new_decision.number}`"
    )
    common.print(new_decision.to_json(), [line])


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

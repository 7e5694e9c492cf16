"""What a reviewer decided.

Decisions name parts, not clusters: a cluster is the one that most of its known members are in. So
they hold in every later run, whatever it numbers its clusters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Action: TypeAlias = Literal[
    "accept",
    "reject",
    "rename",
    "merge",
    "split",
    "move",
    "exclude",
    "must-link",
    "cannot-link",
    "undo",
]
Status: TypeAlias = Literal["proposed", "accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of one person.

    ``parts`` are ids of the parts it is about: all members (accept), those that move, split off or
    are linked. ``groups`` are known members of the clusters it names, first the one that stays;
    ``others`` known members that a split leaves behind. ``cluster`` is the number that the result
    has or gets. ``undoes`` is the number of the decision that it takes back.
    """

    number: int
    action: Action
    who: str
    when: str
    why: str = ""
    run: str = ""
    cluster: int | None = None
    parts: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    others: tuple[str, ...] = ()
    label_de: str | None = None
    label_en: str | None = None
    undoes: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values, without what it leaves open."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "", ())}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Decision:
        """Read what ``to_json`` returned; fields of a later version are ignored."""
        arguments = {name: values[name] for name in cls.__slots__ if name in values}
        for name in ("parts", "others"):
            arguments[name] = tuple(arguments.get(name, ()))
        arguments["groups"] = tuple(tuple(group) for group in arguments.get("groups", ()))
        return cls(**arguments)


def in_force(decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions that were not taken back, in order; an undo can be taken back as well."""
    void: set[int] = set()
    for decision in reversed(decisions):
        if decision.action == "undo" and decision.number not in void:
            void.add(decision.undoes or 0)
    return [
        decision
        for decision in decisions
        if decision.action != "undo" and decision.number not in void
    ]


def pinned_parts(decisions: Sequence[Decision]) -> set[str]:
    """Return the parts whose cluster somebody accepted."""
    return {
        part
        for decision in in_force(decisions)
        if decision.action == "accept"
        for part in decision.parts
    }

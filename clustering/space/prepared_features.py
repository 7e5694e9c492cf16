"""What is grouped: the scaled blocks of the features, and the space of all parts made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from catalog.arrays import FloatMatrix
from clustering.contract import Block, Features, Plan, Rows
from clustering.space.features import feature_blocks
from clustering.space.joint_space import joint_space, present_rows
from clustering.space.reduction import AUTO, Reduction, reduced
from clustering.space.scaling import scaled

GroupingProgress: TypeAlias = Callable[[str], None]
"""Called with a few words on what is done next."""
GRAPH = "graph"
"""The reduction of a plan that is carried out on the fused graph of the blocks."""


@dataclass(frozen=True, slots=True)
class PreparedFeatures:
    """``blocks`` are scaled; ``rows`` are the parts that have any, ``space`` (n, d) is of all parts.

    ``reduction`` is how the space was made.
    """

    blocks: Sequence[Block]
    rows: Rows
    space: FloatMatrix
    reduction: str
    plan: Plan
    say: GroupingProgress

    @property
    def own(self) -> FloatMatrix:
        """The space of the parts that have features, shape (len(rows), d)."""
        return self.space if len(self.rows) == len(self.space) else self.space[self.rows]

    def blocks_of(self, rows: Rows) -> list[Block]:
        """Return the blocks of some parts, given ascending, numbered by their place among them."""
        return [_restricted(block, rows) for block in self.blocks]

    def reasons(self) -> tuple[str, ...]:
        """Say which parts lack what."""
        count = len(self.space)
        parts = [f"{block.name} ({len(block.rows)} of {count} parts)" for block in self.blocks]
        lines = [f"grouped by {', '.join(parts)}"]
        if len(self.rows) < count:
            lines.append(
                f"{count - len(self.rows)} parts have none of these features and are noise"
            )
        return tuple(lines)


def prepare_features(features: Features, plan: Plan, say: GroupingProgress) -> PreparedFeatures:
    """Scale the features of a plan, put them together and reduce them."""
    count = len(features.ids)
    say("scaling the features")
    blocks = [scaled(block, plan.scaling) for block in feature_blocks(features, plan.features)]
    reduction = Reduction.parse(AUTO if plan.reduction == GRAPH else plan.reduction)
    say(f"combining the features ({reduction.text})")
    combined = joint_space(blocks, count, plan.weights)
    space = reduced(combined, reduction, plan.seed)
    return PreparedFeatures(blocks, present_rows(blocks), space, reduction.text, plan, say)


def _restricted(block: Block, rows: Rows) -> Block:
    inside = np.isin(block.rows, rows)
    places = np.searchsorted(rows, block.rows[inside])
    return Block(block.name, places, block.matrix if inside.all() else block.matrix[inside])

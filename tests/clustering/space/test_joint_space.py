from __future__ import annotations

import numpy as np

from catalog.arrays import FloatMatrix, unit_rows
from clustering.contract import Block
from clustering.space.joint_space import joint_space, present_rows


def related_blocks(missing: slice) -> tuple[list[Block], FloatMatrix]:
    """An image block that a name block tells much about, with some images left out."""
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(300, 4))
    image = unit_rows((hidden @ rng.normal(size=(4, 12))).astype(np.float32))
    name = unit_rows((hidden @ rng.normal(size=(4, 9))).astype(np.float32))
    rows = np.delete(np.arange(300), missing)
    return [Block("image", rows, image[rows]), Block("name", np.arange(300), name)], image


def test_a_missing_block_is_predicted_from_the_present_one() -> None:
    blocks, image = related_blocks(slice(0, 100))
    space = joint_space(blocks, 300, {})
    truth = image[:100] - blocks[0].matrix.mean(axis=0)
    predicted = space[:100, :12]
    cosines = np.sum(unit_rows(truth) * unit_rows(predicted), axis=1)
    assert np.median(cosines) > 0.8


def test_blocks_count_by_their_weights() -> None:
    blocks, _ = related_blocks(slice(0, 0))
    space = joint_space(blocks, 300, {"name": 3.0})
    lengths = [
        np.mean(np.sum(space[:, part] ** 2, axis=1)) for part in (slice(12), slice(12, None))
    ]
    np.testing.assert_allclose(lengths, [1, 9], rtol=1e-4)


def test_a_part_without_any_block_stands_at_the_mean() -> None:
    block = Block("image", np.array([0, 2]), unit_rows(np.eye(2, 3, dtype=np.float32)))
    space = joint_space([block], 3, {})
    assert np.all(space[1] == 0)
    assert present_rows([block]).tolist() == [0, 2]


def test_blocks_that_no_part_shares_cannot_tell_of_each_other() -> None:
    first = Block("image", np.arange(5), unit_rows(np.eye(5, dtype=np.float32)))
    second = Block("name", np.arange(5, 10), unit_rows(np.eye(5, dtype=np.float32)))
    space = joint_space([first, second], 10, {})
    assert np.all(space[5:, :5] == 0)
    assert np.isfinite(space).all()

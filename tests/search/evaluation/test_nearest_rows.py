from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.evaluation.nearest_rows import nearest_rows


@given(st.integers(0, 40), st.integers(1, 40), st.integers(1, 12), st.integers(0, 3))
def test_nearest_rows_are_exact_with_ties_by_row(q: int, n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    targets = rng.integers(-1, 2, (n, 3)).astype(np.float32)
    queries = rng.integers(-1, 2, (q, 3)).astype(np.float32)
    rows = [list(row) for _, block in nearest_rows(queries, targets, k) for row in block]
    expected = [
        sorted(range(n), key=lambda i: (-float(query @ targets[i]), i))[:k] for query in queries
    ]
    assert rows == expected


def test_nearest_rows_never_find_the_query_itself_over_block_borders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("search.evaluation.nearest_rows.TARGET_BLOCK", 7)
    monkeypatch.setattr("search.evaluation.nearest_rows.QUERY_BLOCK", 5)
    targets = np.random.default_rng(0).normal(size=(23, 4)).astype(np.float32)
    own = np.arange(23)
    rows = [row for block in nearest_rows(targets, targets, 30, own) for row in block[1]]
    assert [len(row) for row in rows] == [22] * 23
    assert all(i not in row for i, row in enumerate(rows))

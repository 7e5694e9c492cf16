"""A pandas DataFrame as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from catalog.errors import UnusableTable
from catalog.tables.typed import BATCH_ROWS, Batch, TypedTable

if TYPE_CHECKING:
    import pandas as pd


def open_frame(frame: pd.DataFrame) -> TypedTable:
    """Return the table of a DataFrame. A named index comes first, as columns of its own."""
    levels = [level for level in frame.index.names if level is not None]
    names = [*map(str, levels), *map(_column_name, frame.columns)]
    if not names:
        raise UnusableTable("the DataFrame is empty: a table needs columns")
    notices = [f"the index is read as column {', '.join(map(repr, levels))}"] if levels else []
    return TypedTable(names, lambda: _batches(frame, levels), notices)


def _batches(frame: pd.DataFrame, levels: list[Any]) -> Iterator[Batch]:
    for start in range(0, len(frame), BATCH_ROWS):
        part = frame.iloc[start : start + BATCH_ROWS]
        keys = [part.index.get_level_values(level).tolist() for level in levels]
        yield [*keys, *(_values(part.iloc[:, at]) for at in range(part.shape[1]))]


def _values(column: pd.Series[Any]) -> list[Any]:
    """Return a column's values; narrow floats as numpy has them, so that no digits are added."""
    return list(column.to_numpy() if column.dtype in ("float32", "float16") else column.tolist())


def _column_name(name: Any) -> str:
    """Return a column's name; the levels of a MultiIndex with spaces between."""
    return " ".join(map(str, name)) if isinstance(name, tuple) else str(name)

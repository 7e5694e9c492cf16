"""Parquet files, streamed in batches of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.errors import UnusableTable
from catalog.tables.typed import BATCH_ROWS, Batch, TypedTable

if TYPE_CHECKING:
    import pyarrow as pa


def open_parquet(path: Path) -> TypedTable:
    """Return the table of a Parquet file; memory is that of one batch and one column chunk."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unusable(path, error) from error
    if not schema.names:
        raise UnusableTable(f"{path.name} is empty: a table needs columns")
    return TypedTable(schema.names, lambda: _batches(path), ())


def _batches(path: Path) -> Iterator[Batch]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, memory_map=True, page_checksum_verification=True) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                yield [_values(column) for column in batch.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unusable(path, error) from error


def _values(column: pa.Array) -> list[Any]:
    """Return a column's values; narrow floats as numpy has them, so that no digits are added."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        return list(column.to_numpy(zero_copy_only=False))
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind) or pa.types.is_duration(kind):
        return _moments(column)
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        # A writer may call bytes a string: the cells that are none are told apart one by one.
        return list(column.cast(pa.large_binary()).to_pylist())


def _moments(column: pa.Array) -> list[Any]:
    """Return dates and times; nanoseconds are cut, since Python has none."""
    import pyarrow as pa

    kind = column.type
    if kind.unit == "ns":
        coarse = pa.duration("us") if pa.types.is_duration(kind) else pa.time64("us")
        if pa.types.is_timestamp(kind):
            coarse = pa.timestamp("us", tz=kind.tz)
        column = column.cast(coarse, safe=False)
    return list(column.to_pylist())


def _unusable(path: Path, error: Exception) -> UnusableTable:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UnusableTable(f"{path.name} cannot be read as Parquet: it is damaged ({reason})")

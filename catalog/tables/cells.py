"""The text of a typed value: from Parquet, a DataFrame or JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from catalog.tables.excel.sheet import date_text

EXACT_INTEGERS = 2**53
"""Above this a float64 does not hold every whole number."""


class UnreadableCell(Exception):
    """A value that has no text; says what it is."""


def cell_text(value: Any) -> tuple[str | None, str | None]:
    """Return the text of a value and the doubt if any (see catalog.tables.rows.TableRow).

    None, NaN and NaT are empty. 1001.0 is ``1001``: a column of whole numbers becomes one of
    floats as soon as one cell is empty. A list becomes one line an element, a mapping JSON. Raises
    UnreadableCell for bytes that are no UTF-8 and for what is no value at all.
    """
    if isinstance(value, str):
        return value, None
    if value is None:
        return None, None
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None
    if isinstance(value, int | Decimal):
        return _exact(value), None
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, date | datetime | time | timedelta):
        return _moment_text(value)
    return _other_text(value), None


def _exact(value: int | Decimal) -> str | None:
    if isinstance(value, Decimal):
        return None if value.is_nan() else format(value, "f")
    return str(value)


def _float_text(value: float) -> tuple[str | None, str | None]:
    if math.isnan(value):
        return None, None
    if math.isinf(value):
        raise UnreadableCell("an infinite number")
    if not value.is_integer():
        return format(Decimal(repr(float(value))), "f"), None
    return str(int(value)), "digits_lost" if abs(value) >= EXACT_INTEGERS else None


def _moment_text(value: date | time | timedelta) -> tuple[str | None, str | None]:
    if value != value:  # noqa: PLR0124 - NaT is the one that differs from itself
        return None, None
    return date_text(value), "date"


def _other_text(value: Any) -> str | None:
    if isinstance(value, bytes | bytearray | memoryview):
        try:
            return bytes(value).decode()
        except UnicodeDecodeError:
            raise UnreadableCell("binary data") from None
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        # A narrow float by its own shortest digits: float32's 0.1 is 0.10000000149 as a float64.
        narrow = value.ndim == 0 and value.dtype.kind == "f"
        return cell_text(float(str(value)) if narrow else value.tolist())[0]
    if isinstance(value, list | tuple):
        return "\n".join(text for item in value if (text := _item_text(item))) or None
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    if type(value).__name__ == "NAType":  # pandas.NA, without importing pandas
        return None
    raise UnreadableCell(f"a {type(value).__name__}")


def _item_text(item: Any) -> str | None:
    if isinstance(item, list | tuple):
        return json.dumps(item, ensure_ascii=False, default=str)
    return cell_text(item)[0]

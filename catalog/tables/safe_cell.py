"""What cells must look like so that a spreadsheet shows them and does not run or break on them."""

from __future__ import annotations

import re
from typing import Any

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# XML 1.0, and with it XLSX, has no way to write these.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
MAX_CELL = 32_767
"""Characters a cell can hold in Excel."""


def safe_cell(value: Any) -> Any:
    """Return a text so that it is never a formula and always a legal cell; others unchanged."""
    if not isinstance(value, str):
        return value
    text = _ILLEGAL.sub("\ufffd", value)
    return ("'" + text if text.startswith(_FORMULA_STARTS) else text)[:MAX_CELL]

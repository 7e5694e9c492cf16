"""One page of JSON: its records by path, each flattened to columns, and its link to the next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.errors import UnusableTable

_MAX_DEPTH = 8
_NEXT_PATHS = (
    "next",
    "links.next",
    "links.next.href",
    "_links.next",
    "_links.next.href",
    "next_page",
)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class JsonPage:
    """``next_link`` is None without a link; ``last`` says that the page itself declares its end."""

    records: list[Any]
    next_link: str | None
    last: bool

    def repeats(self, other: JsonPage) -> bool:
        """Return whether the page has the very records of another."""
        try:
            return self.records == other.records
        except RecursionError:
            raise UnusableTable(
                "a page is too deeply nested to be compared with the next"
            ) from None


def read_page(content: bytes, path: str | None, where: str) -> JsonPage:
    """Return the page. Numbers stay text as written. ``where`` names the page in messages.

    ``path`` leads to the list of records (``data.items``); without one the page itself is the
    list, or holds exactly one list of objects. Raises UnusableTable.
    """
    try:
        document = json.loads(content, parse_int=str, parse_float=str, parse_constant=_no_value)
    except (ValueError, RecursionError) as error:
        excerpt = content[:_SHOWN].decode(errors="replace").strip()
        reason = "too deeply nested" if isinstance(error, RecursionError) else str(error)
        raise UnusableTable(f"{where} is no JSON ({reason}): it begins with {excerpt!r}") from None
    records = _at(document, path, where) if path else _only_list(document, where)
    if not isinstance(records, list):
        kind = type(records).__name__
        raise UnusableTable(
            f"{where}: the records must be a list; {path or 'the page'} is a {kind}"
        )
    link, last = _next(document)
    return JsonPage(records, link, last)


def flatten(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with its nested objects as ``outer.inner`` columns, to a depth of 8.

    true and false become the text of JSON. The first of two columns of one name stays.
    """
    flat: dict[str, Any] = {}
    _flatten_into(flat, record, "", _MAX_DEPTH)
    return flat


def _flatten_into(flat: dict[str, Any], record: Mapping[str, Any], prefix: str, depth: int) -> None:
    for key, value in record.items():
        if isinstance(value, dict) and value and depth > 1:
            _flatten_into(flat, value, f"{prefix}{key}.", depth - 1)
        elif isinstance(value, bool):
            flat.setdefault(f"{prefix}{key}", "true" if value else "false")
        else:
            flat.setdefault(f"{prefix}{key}", value or None)


def _at(document: Any, path: str, where: str) -> Any:
    value = document
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            keys = ", ".join(list(value)[:20]) if isinstance(value, dict) else "no keys"
            raise UnusableTable(f"{where} has no {step!r} of the path {path!r}; there are: {keys}")
        value = value[step]
    return value


def _only_list(document: Any, where: str) -> Any:
    if not isinstance(document, dict):
        return document
    lists = [key for key, value in document.items() if isinstance(value, list)]
    if len(lists) == 1:
        return document[lists[0]]
    hint = (
        f"lists are at: {', '.join(lists)}" if lists else f"keys: {', '.join(list(document)[:20])}"
    )
    raise UnusableTable(f"{where} is not a list: name the path to the records (--records); {hint}")


def _next(document: Any) -> tuple[str | None, bool]:
    """Return the link to the next page, and whether the page declares that there is none."""
    last = False
    for path in _NEXT_PATHS:
        value = document
        for step in path.split("."):
            if not isinstance(value, dict) or step not in value:
                break
            value = value[step]
        else:
            if isinstance(value, str) and value:
                return value, False
            last = last or value in (None, "", False)
    return None, last


def _no_value(_: str) -> None:
    """NaN and infinities, which some writers put out, are empty."""

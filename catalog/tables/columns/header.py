"""Find the header among a table's first records, and name the columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from catalog.tables.columns.headings import recognise

IsHeading: TypeAlias = Callable[[str], object]
"""Whether a cell is a heading; of a table of parts one that the vocabulary holds."""
SEARCHED_RECORDS = 50
"""The header is looked for in so many records from the top."""


def find_header(records: Sequence[Sequence[str | None]], is_heading: IsHeading = recognise) -> int:
    """Return the position of the header; what stands above it is preamble.

    It is the record with the most known headings; where none has any, the first that fills at
    least half of the table's usual width. ``records`` must hold one that is not empty.
    """
    searched = records[:SEARCHED_RECORDS]
    heading_counts = [known_headings(record, is_heading) for record in searched]
    if max(heading_counts) > 0:
        return heading_counts.index(max(heading_counts))
    width = usual_width(searched)
    full = (at for at, record in enumerate(searched) if 2 * len(filled(record)) >= width > 0)
    return next(full)


def usual_width(records: Sequence[Sequence[str | None]]) -> int:
    """Return the most frequent number of cells up to the last filled one; the larger on a tie."""
    widths = Counter(_reach(record) for record in records if filled(record))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def known_headings(record: Sequence[str | None], is_heading: IsHeading = recognise) -> int:
    """Return how many different headings a record has."""
    return len({cell for cell in filled(record) if is_heading(cell)})


def filled(record: Sequence[str | None]) -> list[str]:
    """Return the cells of a record that are not empty."""
    return [cell for cell in record if cell and not cell.isspace()]


def column_names(cells: Sequence[str | None]) -> tuple[tuple[str, ...], list[str]]:
    """Return one name a column and the notices.

    A heading is stripped and its white space made single; an empty one becomes ``column 4``, a
    second ``Bild`` becomes ``Bild (2)``.
    """
    names: dict[str, None] = {}
    unnamed, repeated = [], []
    for position, cell in enumerate(cells, 1):
        heading = " ".join((cell or "").replace("\ufeff", "").split())
        name = heading or f"column {position}"
        if not heading:
            unnamed.append(name)
        number = 2
        while name in names:
            name, number = f"{heading or f'column {position}'} ({number})", number + 1
        if number > 2:
            repeated.append(name)
        names[name] = None
    return tuple(names), _notices(unnamed, repeated)


def _notices(unnamed: list[str], repeated: list[str]) -> list[str]:
    notices = []
    if unnamed:
        notices.append(f"columns without a heading are called {_listed(unnamed)}")
    if repeated:
        notices.append(f"headings that repeat are called {_listed(repeated)}")
    return notices


def _listed(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:5]))
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def _reach(record: Sequence[str | None]) -> int:
    return max(at for at, cell in enumerate(record, 1) if cell and not cell.isspace())

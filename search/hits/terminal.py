"""Hits as a table for people, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from search.hits.explanation import Explanation
from search.hits.sentence import sentence

if TYPE_CHECKING:
    from rich.text import Text

    from search.hits.hit import Hit
    from search.hits.results import SearchResult

_BAR = 8


def print_result(result: SearchResult, min_score: float, *, explained: bool) -> None:
    """Print the hits of one query on stdout: score, part number, names, family, and why.

    ``min_score`` is what hits had to reach, in [0, 1]; it is told where none did.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not result.hits:
        console.print(_nothing(min_score), soft_wrap=True, highlight=False)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("score", "part number", "name", "family"):
        table.add_column(title, overflow="fold")
    for hit in result.hits:
        for row in _rows(hit, explained=explained):
            table.add_row(*row)
    console.print(table)


def _nothing(min_score: float) -> str:
    if not min_score:
        return "nothing found"
    return f"nothing found that scores {min_score:g} or more; --min-score 0 lists the nearest parts"


def _rows(hit: Hit, *, explained: bool) -> Iterator[tuple[Text, ...]]:
    from rich.text import Text

    names = " / ".join(dict.fromkeys(name for name in (hit.name_de, hit.name_en) if name))
    score = Text(f"{_bar(hit.score)} {hit.score:.2f}", no_wrap=True)
    # Text, not str: names in square brackets are no markup.
    yield score, Text(hit.part_number), Text(names), Text(hit.family or "")
    why = hit.why.text if explained else _short(hit)
    if why:
        yield Text(), Text(), Text(why, style="dim"), Text()


def _short(hit: Hit) -> str:
    # Without --explain only what changes the reading of a hit: a number match, an attribute.
    why = Explanation(part_number=hit.why.part_number, attributes=hit.why.attributes)
    return sentence(why)


def _bar(score: float) -> str:
    full = round(score * _BAR)
    return "█" * full + "░" * (_BAR - full)

"""How many rows a second does cleaning take on one core, and what does each step cost?

The rows are made: names of two shared name lists with sizes, abbreviations and block letters, most
of them in one language only. ``distinct`` rows have names of their own, ``repeated`` rows share a
few thousand names, as tables of parts do.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from catalog.names.attributes import read_attributes
from catalog.names.normalise import clean_name
from catalog.names.terms import document_terms
from catalog.names.words.tokens import tokens
from catalog.tables.rows import SourceRow
from ingest.cleaning.cleaner import Cleaner
from ingest.cleaning.name_pairs import NamePairs

SETS = ("cpv_names_dev", "hardware_taxonomy_dev")


def read_names(shared: Path) -> list[tuple[str, str]]:
    names = []
    for folder in SETS:
        with (shared / "data" / folder / "parts.csv").open(encoding="utf-8", newline="") as file:
            names += [(row["name_de"], row["name_en"]) for row in csv.DictReader(file)]
    return names


def make_rows(names: Sequence[tuple[str, str]], count: int, variants: int) -> Iterator[SourceRow]:
    """Yield rows whose names occur in about ``variants`` sizes each."""
    rng = random.Random(0)
    for number in range(count):
        german, english = rng.choice(names)
        size = rng.randrange(variants)
        extra = f" M{4 + size % 20}x{10 + size // 20} {6 + size % 42}V"
        fields = {"part_number": f"P-{number:07}", "weight_kg": f"0,{size % 997 + 1}"}
        if rng.random() < 0.8:
            fields["name_de"] = (german.upper() if size % 7 == 0 else german) + extra
        if rng.random() < 0.4:
            fields["name_en"] = english + extra
        yield SourceRow(number + 1, fields)


def rate(work: Callable[[], Iterable[object]], count: int) -> float:
    start = time.process_time()
    for _ in work():
        pass
    return count / (time.process_time() - start)


def measure(title: str, rows: Sequence[SourceRow]) -> None:
    cleaner = Cleaner(NamePairs())
    names = [
        name for row in rows for key in ("name_de", "name_en") if (name := row.fields.get(key))
    ]
    steps: dict[str, tuple[Callable[[], Iterable[object]], int]] = {
        "clean_name (names)": (lambda: (clean_name(name, "de") for name in names), len(names)),
        "tokens (names)": (lambda: (tokens(name) for name in names), len(names)),
        "read_attributes (names)": (lambda: (read_attributes(name) for name in names), len(names)),
        "Cleaner.clean": (lambda: (cleaner.clean(row, has_views=False) for row in rows), len(rows)),
    }
    for step, (work, count) in steps.items():
        print(f"| {title:8} | {step:24} | {rate(work, count):10,.0f} |")
    parts = [part for row in rows if (part := cleaner.clean(row, has_views=True).part)]
    terms = rate(lambda: map(document_terms, parts), len(parts))
    print(f"| {title:8} | {'document_terms':24} | {terms:10,.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--rows", type=int, default=20_000)
    options = parser.parse_args()
    names = read_names(options.shared)
    Cleaner(NamePairs()).clean(
        SourceRow(0, {"part_number": "1", "name_de": "Ring"}), has_views=False
    )
    print(f"| {'rows':8} | {'step':24} | {'per second':>10} |")
    print(f"|{'-' * 10}|{'-' * 26}|{'-' * 11}:|")
    for title, pairs, variants in (("distinct", names, 10**6), ("repeated", names[:300], 10)):
        measure(title, list(make_rows(pairs, options.rows, variants)))


if __name__ == "__main__":
    main()

"""How fast and with how much memory are tables read, beside pandas?

Writes one table of N parts as CSV, Excel and Parquet, and reads each in a process of its own, so
that the peak of memory is that of one reader. "grown" is the peak above the memory of the process
with its imports done; a flat reader's does not follow the number of rows.

    python -m benchmarks.tables --rows 1000000
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HEADER = ("Materialnummer", "Bezeichnung", "Name EN", "Gewicht [kg]", "Warengruppe", "Werk", "Bild")


def parts(rows: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the table; every name is another."""
    for number in range(rows):
        yield (
            f"{number:010d}",
            f"Sechskantschraube M{number % 48} x {number}, verzinkt",
            f"Hexagon bolt M{number % 48} x {number}, galvanised",
            f"{number % 977 / 8:.3f}".replace(".", ","),
            f"Gruppe {number % 35}",
            f"{1000 + number % 12}",
            f"photos/{number:010d}.jpg",
        )


def write_tables(folder: Path, rows: int) -> dict[str, Path]:
    """Write the table in each format."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from openpyxl import Workbook

    paths = {kind: folder / f"parts.{kind}" for kind in ("csv", "xlsx", "parquet")}
    with paths["csv"].open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows(parts(rows))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Parts")
    sheet.append(HEADER)
    for row in parts(rows):
        sheet.append(row)
    book.save(paths["xlsx"])
    columns = zip(*parts(rows), strict=True)
    table = pa.table(dict(zip(HEADER, map(list, columns), strict=True)))
    pq.write_table(table, paths["parquet"], row_group_size=100_000)
    return paths


def read_with_partscope(path: Path) -> int:
    """Read and map every row."""
    from catalog.tables.columns.mapping import guess_mapping
    from catalog.tables.rows import BadRow
    from catalog.tables.source import open_table

    table = open_table(path)
    mapping = guess_mapping(table.columns)
    count = 0
    for row in table.rows():
        if not isinstance(row, BadRow):
            mapping.apply(row)
            count += 1
    return count


def read_with_pandas(path: Path) -> int:
    """Read the table as text, then walk over its rows as an ingest would."""
    import pandas as pd

    readers: dict[str, Callable[[], Any]] = {
        ".csv": lambda: pd.read_csv(path, sep=";", dtype=str, keep_default_na=False),
        ".xlsx": lambda: pd.read_excel(path, dtype=str, keep_default_na=False),
        ".parquet": lambda: pd.read_parquet(path),
    }
    frame = readers[path.suffix]()
    return sum(1 for _ in frame.itertuples(index=False, name=None))


READERS = {"partscope": read_with_partscope, "pandas": read_with_pandas}


def measure(reader: str, path: Path) -> dict[str, float]:
    """Run one reader in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.tables", "--read", reader, "--path", str(path)]
    process = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(process.stdout)
    return result


def read_once(reader: str, path: Path) -> None:
    """Read one table in this process and print what it took."""
    import openpyxl  # noqa: F401 - imports are not what is measured
    import pandas  # noqa: F401 - nor these
    import pyarrow.parquet  # noqa: F401

    before = peak_kib()
    start = time.perf_counter()
    count = READERS[reader](path)
    seconds = time.perf_counter() - start
    grown = peak_kib() - before
    print(json.dumps({"rows": count, "seconds": seconds, "grown_mib": grown / 1024}))


def peak_kib() -> int:
    """Return this process's peak of resident memory (ru_maxrss would count its parent's too)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--shared", help="unused: the table is made here", default="../shared")
    parser.add_argument("--read", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if options.read:
        read_once(options.read, options.path)
        return
    print(f"{'table':8} {'reader':10} {'rows':>9} {'seconds':>8} {'rows/s':>10} {'grown MiB':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for kind, path in write_tables(Path(folder), options.rows).items():
            for reader in READERS:
                took = measure(reader, path)
                speed = took["rows"] / took["seconds"]
                print(
                    f"{kind:8} {reader:10} {took['rows']:9.0f} {took['seconds']:8.2f} "
                    f"{speed:10.0f} {took['grown_mib']:10.1f}"
                )


if __name__ == "__main__":
    main()

"""How long does `partscope --help` take, next to Python itself?"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    script = str(Path(sys.executable).with_name("partscope"))
    print(f"{'command':<22} {'median s':>9} {'best s':>9}")
    for name, command in (
        ("python -c pass", [sys.executable, "-c", "pass"]),
        ("partscope --help", [script, "--help"]),
        ("partscope search -h", [script, "search", "-h"]),
    ):
        seconds = [_seconds(command) for _ in range(runs)]
        print(f"{name:<22} {statistics.median(seconds):>9.3f} {min(seconds):>9.3f}")


def _seconds(command: list[str]) -> float:
    start = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - start


if __name__ == "__main__":
    main()

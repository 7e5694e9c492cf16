"""List the benchmarks: each answers one question and is run by its own name."""

from __future__ import annotations

import ast
from pathlib import Path


def main() -> None:
    folder = Path(__file__).parent
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("_"):
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            print(f"python -m benchmarks.{path.stem:<18} {text.splitlines()[0]}")


if __name__ == "__main__":
    main()

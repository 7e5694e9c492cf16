"""How many points a shard got since its index was last built, which the engine does not tell.

The note stands in the shard's folder: ``{"written": 120}``. Without one, no index was ever built.
"""

from __future__ import annotations

import json
from pathlib import Path

_NAME = "partscope-index.json"


def written_since(shard: Path) -> int | None:
    """Return how many points were written since the last build, None where there was none."""
    try:
        return int(json.loads((shard / _NAME).read_bytes())["written"])
    except (OSError, ValueError, LookupError, TypeError):
        return None  # a build too many harms nobody


def add_written(shard: Path, points: int) -> None:
    """Count points that were written to a shard that has an index."""
    former = written_since(shard)
    if points and former is not None:
        note_written(shard, former + points)


def note_written(shard: Path, points: int) -> None:
    """Note how many points were written since the last build, whole or not at all."""
    partial = shard / f"{_NAME}.partial"
    partial.write_text(json.dumps({"written": points}), encoding="utf-8")
    partial.replace(shard / _NAME)

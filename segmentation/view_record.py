"""What a view's payload says about its segmentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from segmentation.choices import Choice
from segmentation.cutter import Cut


def record_of(cut: Cut, choice: Choice, width: int, height: int) -> dict[str, Any]:
    """Return what became of a photo, with its box in pixels of the original (``width, height``).

    ``used`` is ``crop, full`` or ``both``; ``reason`` why there is no crop; ``score``, ``label``,
    ``box`` (xyxy) and ``area`` (share of the photo) are what the segmenter found, also where it was
    refused; ``measured`` the part's size; ``by`` and ``prompt`` a person's decision.
    """
    used = "full" if cut.reason else "both" if len(cut.pictures) > 1 else "crop"
    record: dict[str, Any] = {"used": used, "reason": cut.reason}
    if cut.found is not None:
        across, down = width / cut.found.mask.shape[1], height / cut.found.mask.shape[0]
        box = (
            round(edge * scale)
            for edge, scale in zip(cut.found.box, (across, down) * 2, strict=True)
        )
        record |= {
            "score": round(float(cut.found.score), 4),
            "label": cut.found.label,
            "box": list(box),
            "area": round(float(cut.found.mask.mean()), 4),
        }
    if cut.measured is not None:
        record["measured"] = asdict(cut.measured)
    if choice.by == "review":
        record |= {"by": choice.by, "prompt": choice.prompt}
    return {key: value for key, value in record.items() if value not in ("", None)}


def best_measured(records: Iterable[Mapping[str, Any] | None]) -> dict[str, Any] | None:
    """Return the most certain size among the views of a part, None where no ruler could be read."""
    sizes = [record["measured"] for record in records if record and "measured" in record]
    return min(sizes, key=lambda size: float(size["uncertainty_mm"]), default=None)

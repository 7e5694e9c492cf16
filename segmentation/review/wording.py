"""What became of a view, in the words that people read."""

from __future__ import annotations

from catalog.parts import MeasuredSize, ViewSegmentation

_PICTURES = {"both": "crop and full photo", "crop": "crop"}


def outcome(segmentation: ViewSegmentation) -> str:
    """Return what became of a view, in a few words that are counted by."""
    if segmentation.reason:
        return f"full photo: {segmentation.reason.replace('_', ' ')}"
    return _PICTURES.get(segmentation.used or "", "not segmented")


def outcome_text(segmentation: ViewSegmentation) -> str:
    """Return what became of a view, with its score."""
    score = "" if segmentation.score is None else f", score {segmentation.score:.2f}"
    return outcome(segmentation) + score


def size_text(size: MeasuredSize | None) -> str:
    """Return a measured size in millimetres; empty where there is none."""
    if size is None:
        return ""
    return (
        f"{size.length_mm:.1f} x {size.width_mm:.1f} mm (± {size.uncertainty_mm:.1f}, by the ruler)"
    )

"""What ``partscope segment FILE`` prints, for programs and for people."""

from __future__ import annotations

import json
from pathlib import Path

from catalog.parts import MeasuredSize, ViewSegmentation
from segmentation.review.one_photo import SegmentedPhoto

MEASURED = SegmentedPhoto(
    file="ruler.png",
    width=640,
    height=640,
    segmenter="silhouette",
    needed=True,
    record=ViewSegmentation(
        used="crop",
        score=0.8885,
        label="part",
        box=(200, 381, 439, 479),
        area=0.0572,
        measured=MeasuredSize(29.87, 12.25, 2.09, 0.125, 80),
    ),
    detail="",
    picture=Path("x.png"),
    seconds=1.63,
)
FAILED = SegmentedPhoto(
    file="broken.png",
    width=90,
    height=90,
    segmenter="silhouette",
    needed=False,
    record=ViewSegmentation(used="full", reason="segmenter_failed"),
    detail="RuntimeError: out of memory",
    picture=Path("x.png"),
    seconds=0.0126,
)


def test_programs_get_every_key_they_had() -> None:
    assert json.dumps(MEASURED.to_json()) == (
        '{"file": "ruler.png", "width": 640, "height": 640, "segmenter": "silhouette", "needed": true, '
        '"reason": "", "detail": "", "score": 0.8885, "box": [200, 381, 439, 479], "measured": '
        '{"length_mm": 29.87, "width_mm": 12.25, "uncertainty_mm": 2.09, "mm_per_px": 0.125, '
        '"marks": 80}, "used": "crop", "label": "part", "area": 0.0572, "picture": "x.png", '
        '"seconds": 1.63}'
    )
    assert json.dumps(FAILED.to_json()) == (
        '{"file": "broken.png", "width": 90, "height": 90, "segmenter": "silhouette", "needed": false, '
        '"reason": "segmenter_failed", "detail": "RuntimeError: out of memory", "score": null, '
        '"box": null, "measured": null, "used": "full", "picture": "x.png", "seconds": 0.013}'
    )


def test_people_get_what_is_known() -> None:
    assert MEASURED.lines() == [
        "ruler.png (640 x 640): crop, score 0.89",
        "box 200 381 439 479, 6% of the photo",
        "size 29.9 x 12.2 mm (± 2.1, by the ruler)",
        "segmenter silhouette, 1.63 s; --segment auto: needed",
        "picture: x.png",
    ]
    assert FAILED.lines() == [
        "broken.png (90 x 90): full photo: segmenter failed",
        "RuntimeError: out of memory",
        "segmenter silhouette, 0.01 s; --segment auto: not needed: an even ground, "
        "nothing beside the part",
        "picture: x.png",
    ]

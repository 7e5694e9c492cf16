from __future__ import annotations

import pytest

from catalog.settings import load_settings
from segmentation.catalog_cutter import default_segmenter


@pytest.mark.parametrize(
    ("given", "segmenter"),
    [
        ({}, "none"),
        ({"segment": "all"}, "none"),
        ({"profile": "small"}, "none"),
        ({"profile": "small", "segment": "all"}, "grounded-sam"),
        ({"segmenter_detector": "models/dino"}, "grounded-sam"),
        ({"segmenter_mask_model": "models/sam", "segmenter": "silhouette"}, "silhouette"),
        ({"profile": "small", "segment": "all", "segmenter": "none"}, "none"),
    ],
    ids=str,
)
def test_the_segmenter_of_a_new_catalogue(given: dict[str, str], segmenter: str) -> None:
    assert default_segmenter(load_settings(**given)) == segmenter

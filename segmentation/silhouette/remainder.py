"""What stands out beside things that are about to be taken away."""

from __future__ import annotations

import cv2
import numpy as np

from partscope.arrays import Mask
from segmentation.silhouette.background import Evidence
from segmentation.silhouette.candidates import disc

_LEAST_SHARE = 0.25


def leaves_a_part(taken: Mask, evidence: Evidence) -> bool:
    """Tell whether a quarter as much as is taken stands out beside it: else it may be the part."""
    beside = cv2.dilate(taken.astype(np.uint8), disc(2)) == 0
    rest = (beside & (evidence.distance > 4)).astype(np.uint8)
    rest = cv2.morphologyEx(rest, cv2.MORPH_OPEN, disc(1))
    return bool(np.count_nonzero(rest) >= _LEAST_SHARE * np.count_nonzero(taken))

"""What stands out beside things that are about to be taken away."""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import Mask
from segmentation.silhouette.background import Evidence
from segmentation.silhouette.morphology import disc

_LEAST_SHARE = 0.25


def leaves_a_part(clutter: Mask, evidence: Evidence) -> bool:
    """Tell whether a quarter as much as is taken stands out beside it: else it may be the part.

    Shadows do not count.
    """
    beside = cv2.dilate(clutter.astype(np.uint8), disc(2)) == 0
    shaded = evidence.is_shaded(0.42, 1, 6)
    soft = evidence.edge < 3 * max(1.0, evidence.calm_edge)
    remainder = beside & (evidence.distance > 4) & ~(shaded & soft)
    return bool(np.count_nonzero(remainder) >= _LEAST_SHARE * np.count_nonzero(clutter))

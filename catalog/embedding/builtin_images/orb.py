"""``builtin:orb``: ORB at corners, gathered into one vector by visual words."""

from __future__ import annotations

import cv2
import numpy as np

from catalog.arrays import RgbImage
from catalog.embedding.builtin_images.fitted import Block, FittedEmbedder
from catalog.embedding.builtin_images.pixels import square
from catalog.embedding.builtin_images.vlad import LocalDescriptors, Vlad

_POINTS = 500
_EDGE = 15
_WORDS = 64
_REDUCED = 64
_PLACE_WEIGHT = 1.0
_DIM = 256


class Orb:
    """The 256 bits of ORB as +-1/16, so that a scalar product counts the bits that agree."""

    name = "orb"
    side = 224
    size = 256
    mirrored = None
    """Its pairs of pixels are not symmetric."""

    def describe(self, image: RgbImage) -> LocalDescriptors:
        """Return the descriptors of at most 500 corners."""
        brightness = cv2.cvtColor(square(image, self.side), cv2.COLOR_RGB2GRAY)
        detector = cv2.ORB.create(
            nfeatures=_POINTS, edgeThreshold=_EDGE, patchSize=_EDGE, fastThreshold=7
        )
        points, bits = detector.detectAndCompute(brightness, None)
        if bits is None:
            return LocalDescriptors(
                np.empty((0, self.size), np.float32), np.empty((0, 2), np.float32)
            )
        signs = np.unpackbits(bits, axis=1).astype(np.float32) / 8 - 1 / 16
        places = np.array([point.pt for point in points], np.float32) / self.side - 0.5
        return LocalDescriptors(signs.astype(np.float32), places.astype(np.float32))


def embedder() -> FittedEmbedder:
    """Return the embedder."""
    words = Vlad(Orb(), _WORDS, _REDUCED, _PLACE_WEIGHT)
    return FittedEmbedder("orb", [Block(words, _DIM, whitening=0.4, weight=1.0)])

"""What a segmenter is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from catalog.arrays import Mask, RgbImage


@dataclass(frozen=True, slots=True)
class Prompts:
    """What to look for and what to take away, as the text models want it: ``"ruler . hand ."``."""

    part: str = "mechanical part ."
    remove: str = "ruler . measuring tape . hand . label ."


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Where the part is in one image.

    ``mask`` has the image's height and width; ``box`` is xyxy in pixels, right and bottom exclusive;
    ``score`` is in 0..1. Nothing found is an empty mask with score 0, a value and not an error.
    """

    mask: Mask
    box: tuple[int, int, int, int]
    score: float
    label: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not bool(self.mask.any())


@runtime_checkable
class Graded(Protocol):
    """A segmenter whose scores say what its masks are worth."""

    @property
    def least_score(self) -> float:
        """Masks with a lower score do more harm than the full photo; in 0..1."""
        ...


@runtime_checkable
class Threaded(Protocol):
    """A segmenter that several threads may use at once."""

    @property
    def wants_threads(self) -> bool:
        """Whether single photos in several threads are done sooner than batches in one."""
        ...


@runtime_checkable
class Segmenter(Protocol):
    """Turns a batch of RGB images into one segmentation each, order kept."""

    @property
    def name(self) -> str:
        """The name it is chosen by, e.g. ``silhouette``."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same image and prompts would give another mask."""
        ...

    def segment(self, batch: Sequence[RgbImage], prompts: Prompts) -> list[Segmentation]:
        """Find the part in each image."""
        ...

"""Optional steps between decoding and embedding, the same for documents and queries.

``Preparation.parse("remove-markers,clahe,pad")`` runs its steps in the order written; its canonical
text is part of a catalogue's manifest, so that a query is never prepared in another way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Self, TypeAlias

from catalog.arrays import RgbImage
from catalog.errors import UnknownName, UsageError

Step: TypeAlias = Callable[[RgbImage], RgbImage]
MIN_SIDE, MAX_SIDE = 16, 4096


@dataclass(frozen=True, slots=True)
class Preparation:
    """Steps that turn one RGB image into another; none of them is the identity.

    ``resize=N`` scales the long side to N pixels (16 to 4096); ``pad`` or ``pad=white`` fills up to
    a square with the border's colour or white; ``clahe`` evens out contrast; ``edges`` sharpens;
    ``remove-markers`` or ``remove-markers=red+yellow`` takes drawn circles and bubbles away.
    ``text`` is the canonical form: parsing it again gives an equal preparation.
    """

    text: str = ""
    _steps: tuple[Step, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the preparation a comma-separated list names.

        Raises UnknownName for a step or colour, UsageError for a value out of bounds.
        """
        step_texts = [part.strip() for part in text.lower().split(",") if part.strip()]
        steps = [_build(*map(str.strip, part.partition("=")[::2])) for part in step_texts]
        return cls(",".join(text for text, _ in steps), tuple(step for _, step in steps))

    def __call__(self, image: RgbImage) -> RgbImage:
        """Return the prepared image; the given one is not changed. Shape (height, width, 3)."""
        for step in self._steps:
            image = step(image)
        return image


def _build(name: str, value: str) -> tuple[str, Step]:
    if name not in _BUILDERS:
        raise UnknownName("preparation step", name, _BUILDERS)
    return _BUILDERS[name](value)


def _resize(value: str) -> tuple[str, Step]:
    from catalog.images.steps import resize

    side = int(value) if value.isdecimal() and len(value) < 6 else 0
    if not MIN_SIDE <= side <= MAX_SIDE:
        raise UsageError(f"resize=N: N must be in [{MIN_SIDE}, {MAX_SIDE}]; got {value!r}")
    return f"resize={side}", partial(resize, side=side)


def _pad(value: str) -> tuple[str, Step]:
    from catalog.images.steps import pad

    colour = value or "border"
    if colour not in ("border", "white"):
        raise UnknownName("pad colour", value, ("border", "white"))
    return f"pad={colour}", partial(pad, white=colour == "white")


def _clahe(value: str) -> tuple[str, Step]:
    from catalog.images.steps import clahe

    return _without_value("clahe", value), clahe


def _edges(value: str) -> tuple[str, Step]:
    from catalog.images.steps import sharpen

    return _without_value("edges", value), sharpen


def _remove_markers(value: str) -> tuple[str, Step]:
    from catalog.images.markers import HUES, remove_markers

    colours = sorted(set(value.split("+"))) if value else sorted(HUES)
    for colour in colours:
        if colour not in HUES:
            raise UnknownName("marker colour", colour, HUES)
    return "remove-markers=" + "+".join(colours), partial(remove_markers, colours=tuple(colours))


def _without_value(name: str, value: str) -> str:
    if value:
        raise UsageError(f"{name} takes no value; got {value!r}")
    return name


_BUILDERS: Mapping[str, Callable[[str], tuple[str, Step]]] = {
    "clahe": _clahe,
    "edges": _edges,
    "pad": _pad,
    "remove-markers": _remove_markers,
    "resize": _resize,
}

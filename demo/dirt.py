"""What decades of data entry do to names: capitals, abbreviations, lost umlauts, odd spaces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_SHORT = {
    "Sechskant": "Skt.-",
    "schraube": "schr.",
    "verzinkt": "verz.",
    "Zylinder": "Zyl.",
    "Edelstahl": "ES",
    "Hexagon": "Hex.",
    "stainless steel": "SS",
    "zinc plated": "zp",
    "Rillenkugellager": "RiKuLa",
}
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)


def dirty(name: str, rng: np.random.Generator) -> str:
    """Return the name as somebody typed it once; an empty one stays empty or gets a placeholder."""
    if not name:
        return str(rng.choice(["", "", "n/a", "-"]))
    return _WAYS[rng.integers(len(_WAYS))](name)


def _abbreviated(name: str) -> str:
    for long, short in _SHORT.items():
        name = name.replace(long, short)
    return name


_WAYS: tuple[Callable[[str], str], ...] = (
    str.upper,
    _abbreviated,
    lambda name: name.translate(_UMLAUTS),
    lambda name: "  ".join(name.split()) + " ",
    lambda name: name.replace("M", "M ").replace("x", " x "),
    lambda name: name.encode().decode("cp1252", errors="replace"),
)

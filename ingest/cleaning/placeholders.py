"""Cell texts that stand for nothing: ``n/a``, ``-``, ``???``, ``TBD``, ``unbekannt``."""

from __future__ import annotations

import re

_NOTHING = re.compile(r"[\W_]*", re.UNICODE)
_WORDS = frozenset(
    (
        *("n/a", "na", "n.a.", "n.a", "#n/a", "#nv", "#na", "#ref!", "#name?", "#wert!", "#value!"),
        *("nan", "null", "nil", "none", "nichts", "leer", "empty", "blank", "missing", "fehlt"),
        *(
            "tbd",
            "tba",
            "tbc",
            "t.b.d.",
            "todo",
            "unbekannt",
            "unknown",
            "undefined",
            "k.a.",
            "k. a.",
        ),
        *("keine angabe", "keine angaben", "keine bezeichnung", "ohne bezeichnung", "no name"),
        *(
            "no description",
            "not available",
            "not specified",
            "dummy",
            "platzhalter",
            "placeholder",
        ),
        *("xx", "xxx", "xxxx"),
    )
)
_LONGEST = 24


def is_placeholder(text: str) -> bool:
    """Return whether a cell holds no word at all, or a word that says that nothing is known."""
    bare = text.strip()
    if len(bare) > _LONGEST:
        return _NOTHING.fullmatch(bare) is not None
    return bare.lower() in _WORDS or _NOTHING.fullmatch(bare) is not None

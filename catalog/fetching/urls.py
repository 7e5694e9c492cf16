"""How an address is told from a path."""

from __future__ import annotations

_SCHEMES = ("http://", "https://")


def is_url(text: object) -> bool:
    """Return whether it is the text of an http(s) address; schemes may be in capitals."""
    return isinstance(text, str) and text[:8].lower().startswith(_SCHEMES)

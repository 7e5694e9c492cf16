"""Split an image cell into its references."""

from __future__ import annotations

import re

_DIVIDERS = re.compile(r"[;|\r\n]+")
_ANY_DIVIDER = re.compile(r"[;|\r\n,]")
_IMAGE_END = re.compile(
    r"\.(jpe?g|jfif|png|gif|bmp|tiff?|webp|hei[cf]|avif)([?#].*)?$", re.IGNORECASE
)


def split_references(cell: str) -> list[str]:
    """Return the references of one cell, in order, without white space around them.

    Semicolon, pipe and line end divide; a comma only where every piece then ends like an image
    file, since commas are common in file names and addresses.
    """
    if not _ANY_DIVIDER.search(cell):
        cell = cell.strip()
        return [cell] if cell else []
    pieces = [piece.strip() for piece in _DIVIDERS.split(cell)]
    return [part for piece in pieces if piece for part in _at_commas(piece)]


def _at_commas(piece: str) -> list[str]:
    parts = [part.strip() for part in piece.split(",")]
    parts = [part for part in parts if part]
    return parts if all(map(_IMAGE_END.search, parts)) else [piece]

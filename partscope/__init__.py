"""partscope finds and groups similar spare parts by picture and by German or English name.

From a notebook::

    from partscope import Catalog

    with Catalog.open("./partscope-data") as catalog:
        catalog.ingest(frame, images="photos/")
        catalog.search(text="Sechskantschraube M8x20", image="photo.jpg")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partscope.catalog import Catalog
    from partscope.settings import Settings

__all__ = ["Catalog", "Settings", "__version__"]

__version__ = "0.1.0"

_LAZY = {"Catalog": "partscope.catalog", "Settings": "partscope.settings"}


def __getattr__(name: str) -> Any:
    """Import the heavy public names only when they are asked for, so that ``--help`` stays fast."""
    if name not in _LAZY:
        raise AttributeError(f"module 'partscope' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)

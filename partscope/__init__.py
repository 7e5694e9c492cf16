"""partscope finds and groups similar spare parts by picture and by German or English name.

From a notebook::

    from partscope import Catalog

    with Catalog.open("./partscope-data") as catalog:
        catalog.ingest(frame, images="photos/")
        catalog.search(text="Sechskantschraube M8x20", image="photo.jpg")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog import __version__

if TYPE_CHECKING:
    from catalog.settings import Settings
    from partscope.catalog import Catalog

__all__ = ["Catalog", "Settings", "__version__"]


def __getattr__(name: str) -> Any:
    """Import the heavy public names only when they are asked for, so that ``--help`` stays fast."""
    if name == "Catalog":
        from partscope.catalog import Catalog

        return Catalog
    if name == "Settings":
        from catalog.settings import Settings

        return Settings
    raise AttributeError(f"module 'partscope' has no attribute {name!r}")

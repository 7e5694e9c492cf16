"""``partscope info``: what a catalogue holds and what it was built with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from partscope.commands.options import CatalogOption, JsonOption, StoreOption, print_json

if TYPE_CHECKING:
    from partscope.catalog import Catalog

_VECTORS = ("image", "views", "name_de", "name_en", "description", "terms")


def info(
    *, store: StoreOption = None, catalog: CatalogOption = None, json_: JsonOption = False
) -> None:
    """Show what a catalogue holds and what it was built with."""
    from catalog.settings import load_settings
    from partscope.catalog import Catalog

    with Catalog.from_settings(load_settings(store=store, catalog=catalog)) as opened:
        described = describe(opened)
    if json_:
        print_json(described)
        return
    for line in _lines(described):
        typer.echo(line)


def describe(catalog: Catalog) -> dict[str, Any]:
    """Return counts, families and embedders of a catalogue."""
    from catalog.store.filters import HasVector

    manifest = catalog.manifest
    named = {spec.name for spec in catalog.store.schema().vectors}
    families = catalog.store.facet("family", limit=1000)
    return {
        "catalog": manifest.catalog,
        "store": catalog.store.location,
        "parts": catalog.store.count(),
        "vectors": {
            name: catalog.store.count(HasVector(name)) for name in _VECTORS if name in named
        },
        "families": {facet.value: facet.count for facet in families},
        "embedders": manifest.to_json()["embedders"],
        "segmenter": manifest.segmentation.segmenter if manifest.segmentation else "none",
        "segmentation": manifest.to_json()["segmentation"],
        "index": catalog.store.index_state().to_json(),
        "generation": manifest.generation,
        "active_run": manifest.active_run,
    }


def _lines(described: dict[str, Any]) -> list[str]:
    from catalog.store.index_state import IndexState

    lines = [
        f"catalogue {described['catalog']} in {described['store']}: {described['parts']} parts"
    ]
    lines += [f"  with {name}: {count}" for name, count in described["vectors"].items()]
    for modality, record in described["embedders"].items():
        lines.append(
            f"  {modality} model {record['name']} ({record['dim']} d, {record['licence']})"
        )
    cutting = described["segmentation"]
    if cutting:
        lines.append(f"  segmenter {cutting['segmenter']} ({cutting['mode']}, {cutting['use']})")
    lines.append(f"  index: {IndexState(**described['index']).text}")
    families = described["families"]
    if families:
        first = ", ".join(f"{name} {count}" for name, count in list(families.items())[:8])
        more = f" and {len(families) - 8} more" if len(families) > 8 else ""
        lines.append(f"  families: {first}{more}")
    return lines

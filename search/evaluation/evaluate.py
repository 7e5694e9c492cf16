"""How well a catalogue finds: retrieval against a label, and names across the two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.errors import UsageError
from search.evaluation.label_retrieval import Labels, label_retrieval
from search.evaluation.name_translation import name_translation
from search.evaluation.scores import Evaluation
from search.evaluation.vector_table import vector_table

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog

LABELS = ("family", "subfamily", "entity")
_DENSE = ("image", "name_de", "name_en", "description")
_KEYS = ("part_number", "name_de", "name_en", "name_origin", *LABELS)


def evaluate(catalog: OpenedCatalog, label: str = "family", *, seed: int = 0) -> Evaluation:
    """Measure retrieval against a label (family, subfamily, entity) and translation.

    Retrieval is leave-one-out over the labelled parts: exact for each vector, through the real search
    for ``terms`` and ``fused``. Translation asks each given name against the names of all parts in the
    other language; a hit is a part whose name equals the right one. ``seed`` draws the sample of a
    large catalogue. Raises UsageError for another label, and for one that no part has.
    """
    if label not in LABELS:
        raise UsageError(f"label must be one of {', '.join(LABELS)}; got {label!r}")
    with vector_table(catalog.store, _DENSE, _KEYS) as table:
        labels = Labels.of(label, [getattr(part, label) for part in table.parts])
        if labels.is_empty:
            raise UsageError(
                f"no part of catalogue {catalog.name!r} has a {label}: nothing to measure"
            )
        retrieval = label_retrieval(catalog, table, labels, seed)
        return Evaluation(retrieval, name_translation(catalog.text_embedder, table))

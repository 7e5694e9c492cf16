"""From a segmenter's name to the segmenter; ``none`` means that the full photo is used.

Nothing heavy is imported before a segmenter of that kind is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from segmentation.contract import Segmenter

READ_PROMPTS = ("grounded-sam", "langsam")
SEGMENTERS = ("none", "silhouette", *READ_PROMPTS, "onnx:FOLDER")


def segmenter(
    name: str, *, detector: str | None = None, mask_model: str | None = None
) -> Segmenter | None:
    """Return the segmenter of that name with its models loaded, or None for ``none``.

    ``detector`` and ``mask_model`` name the models of ``grounded-sam`` and ``langsam``, each by a
    hub id or a local folder; None takes the segmenter's own.
    Raises UnknownName, UsageError, MissingExtra and ModelNotFound.
    """
    kind, _, folder = name.partition(":")
    if kind == "onnx":
        from segmentation import saliency

        if not folder:
            raise UsageError(f"the segmenter {kind} is named {kind}:FOLDER; got {name!r}")
        return saliency.create(folder)
    if name == "grounded-sam":
        from segmentation.by_text import grounded_sam

        return grounded_sam.create(detector, mask_model)
    if name == "langsam":
        from segmentation.by_text import langsam

        return langsam.create(detector, mask_model)
    if name == "silhouette":
        from segmentation import silhouette

        return silhouette.create()
    if name != "none":
        raise UnknownName("segmenter", name, SEGMENTERS)
    return None


def reads_prompts(name: str) -> bool:
    """Return whether the segmenter of that name looks for what the prompts say."""
    return name in READ_PROMPTS

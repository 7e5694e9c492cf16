"""From a segmenter's name to the segmenter; ``none`` means that the full photo is used.

Nothing heavy is imported before a segmenter of that kind is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from catalog.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from segmentation.contract import Segmenter

# name -> the module whose create() makes it; each raises MissingExtra or ModelNotFound.
_PLAIN = {"silhouette": "segmentation.silhouette"}
_OF_FOLDER = {"onnx": "segmentation.saliency"}
_OF_TWO_MODELS = {
    "grounded-sam": "segmentation.by_text.grounded_sam",
    "langsam": "segmentation.by_text.langsam",
}
SEGMENTERS = ("none", *_PLAIN, *_OF_TWO_MODELS, *(f"{kind}:FOLDER" for kind in _OF_FOLDER))


def segmenter(
    name: str, *, detector: str | None = None, mask_model: str | None = None
) -> Segmenter | None:
    """Return the segmenter of that name with its models loaded, or None for ``none``.

    ``detector`` and ``mask_model`` name the models of ``grounded-sam`` and ``langsam``, each by a
    hub id or a local folder; None takes the segmenter's own.
    Raises UnknownName, UsageError, MissingExtra and ModelNotFound.
    """
    kind, _, rest = name.partition(":")
    if kind in _OF_FOLDER:
        if not rest:
            raise UsageError(f"the segmenter {kind} is named {kind}:FOLDER; got {name!r}")
        return _create(_OF_FOLDER[kind], rest)
    if name in _OF_TWO_MODELS:
        return _create(_OF_TWO_MODELS[name], detector, mask_model)
    if name in _PLAIN:
        return _create(_PLAIN[name])
    if name != "none":
        raise UnknownName("segmenter", name, SEGMENTERS)
    return None


def reads_prompts(name: str) -> bool:
    """Return whether the segmenter of that name looks for what the prompts say."""
    return name in _OF_TWO_MODELS


def _create(module: str, *arguments: str | None) -> Segmenter:
    return cast("Segmenter", import_module(module).create(*arguments))

"""How names are written: folded for comparing, cleaned for reading."""

from __future__ import annotations

from functools import lru_cache

from catalog.names.repair import repair
from catalog.names.spelling import lower_block_letters, restore_umlauts
from catalog.names.words.abbreviations import expand
from catalog.names.words.folding import fold
from catalog.parts import Language

__all__ = ["clean_name", "fold"]

_LOOSE_ENDS = " ,;:|_"
_CACHED_NAMES = 1 << 15


@lru_cache(_CACHED_NAMES)
def clean_name(text: str, language: Language) -> str:
    """Return a name as a person would write it; cleaning twice changes nothing.

    Damage is repaired (entities, mojibake, controls, spaces), block letters become normal case,
    abbreviations are spelled out, German umlauts come back where a lexicon word proves them.
    """
    cleaned = _clean_once(text, language)
    while cleaned != text:
        text, cleaned = cleaned, _clean_once(cleaned, language)
    return cleaned


def _clean_once(text: str, language: Language) -> str:
    lowered = lower_block_letters(repair(text).strip(_LOOSE_ENDS), language)
    expanded = expand(lowered, language)
    return restore_umlauts(expanded) if language == "de" else expanded

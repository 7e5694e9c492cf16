"""Prepositions, conjunctions and articles of part names, folded, with what they become."""

from __future__ import annotations

from catalog.parts import Language

FUNCTION_WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "mit": "with", "ohne": "without", "fuer": "for", "und": "and", "oder": "or", "von": "of",
        "vom": "of the", "aus": "made of", "zum": "for", "zur": "for", "zu": "to", "bis": "up to",
        "in": "in", "im": "in the", "auf": "on", "an": "on", "am": "on the", "bei": "at",
        "der": "of the", "des": "of the", "die": "the", "das": "the", "dem": "the", "den": "the",
        "ein": "a", "eine": "a", "einen": "a", "einem": "a", "einer": "a", "je": "each",
        "inkl": "incl", "inkl.": "incl.", "sowie": "and", "pro": "per", "als": "as", "nach": "to",
        "ca.": "approx.", "mind.": "min.", "gemaess": "according to", "unter": "under",
    },
    "en": {
        "with": "mit", "without": "ohne", "for": "für", "and": "und", "or": "oder", "of": "von",
        "from": "von", "to": "bis", "in": "in", "on": "auf", "at": "bei", "by": "von", "as": "als",
        "the": "", "a": "", "an": "", "per": "pro", "each": "je", "w/o": "ohne", "w/": "mit",
        "incl": "inkl", "incl.": "inkl.", "including": "inklusive", "approx.": "ca.",
        "up": "", "under": "unter",
    },
}  # fmt: skip
"""Source language -> folded word -> its translation; empty where the other language has none."""

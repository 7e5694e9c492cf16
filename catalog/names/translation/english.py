"""English nouns in singular and plural."""

from __future__ import annotations

_NO_PLURAL = frozenset(("equipment", "furniture", "clothing", "machinery", "software", "hardware"))
_IRREGULAR = {"foot": "feet", "tooth": "teeth", "man": "men", "mouse": "mice", "knife": "knives",
              "shelf": "shelves", "leaf": "leaves", "half": "halves"}  # fmt: skip
_SINGULAR = {plural: singular for singular, plural in _IRREGULAR.items()}
_SIBILANTS = ("s", "x", "z", "ch", "sh")
_VOWELS = "aeiou"


def plural(noun: str) -> str:
    """Return the plural of a noun or of a noun phrase: its head is the word before ``of``."""
    head, of, rest = noun.partition(" of ")
    first, space, last = head.rpartition(" ")
    return f"{first}{space}{_plural_word(last)}{of}{rest}"


def singulars(word: str) -> tuple[str, ...]:
    """Return the singulars a lower-case word may be a plural of, likely ones first."""
    if word in _SINGULAR:
        return (_SINGULAR[word],)
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return ()
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    return (word[:-1], word[:-2]) if word.endswith("es") else (word[:-1],)


def _plural_word(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not word.isalpha() or word in _NO_PLURAL or word.endswith(("s", "ing")):
        return word + "es" if word.endswith("ss") else word
    if word.endswith(_SIBILANTS):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + "s"

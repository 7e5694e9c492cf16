"""From a table's row to a part: every rule is a counted event, nothing given is overwritten.

======================== =======================================================================
event                    what happened
======================== =======================================================================
part_number_normalised   NFC or odd spaces changed the part number's characters
broken_characters        characters that no file can hold were replaced by U+FFFD
placeholder_<field>      a text that says that nothing is known counts as absent
<field>_truncated        a text was cut to its limit
name_<lang>_cleaned      the cleaned name differs from the given one
name_<lang>_filled       another row names the same name in this language
name_<lang>_translated   the glossary translates the name
name_<lang>_missing      neither was possible
name_language_suspect    a name looks like the other language; it stays where it is
bad_weight               the weight is no weight above zero
======================== =======================================================================

A row is dropped, with its reason, for ``no_part_number``, ``bad_part_number`` or
``no_information``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from catalog.names.attributes import read_attributes
from catalog.names.language import guess_language
from catalog.names.normalise import clean_name
from catalog.names.repair import repair, storable
from catalog.names.translation.translate import translate
from catalog.parts import LANGUAGES, Language, NameOrigin, Part, part_key
from catalog.tables.rows import SourceRow
from ingest.cleaning.name_pairs import MAX_NAME, NamePairs
from ingest.cleaning.placeholders import is_placeholder
from ingest.cleaning.weights import parse_weight

MAX_PART_NUMBER = 256
MAX_LENGTHS = {
    "name_de": MAX_NAME,
    "name_en": MAX_NAME,
    "description": 20_000,
    "family": 256,
    "subfamily": 256,
    "entity": 256,
}
"""Characters of a text; a longer one is cut."""
_NO_NUMBER = frozenset(("n/a", "#n/a", "tbd", "none", "null", "nan", "unknown", "unbekannt"))
_DIRECTIONS: tuple[tuple[Language, Language], ...] = (("de", "en"), ("en", "de"))
_CACHED_NAMES = 1 << 15


@dataclass(frozen=True, slots=True)
class CleanedRow:
    """A part, or the reason why there is none; ``events`` are the rules that fired, in order."""

    part: Part | None
    events: tuple[str, ...] = ()
    dropped: str | None = None


class Cleaner:
    """Cleans rows one by one; the same row gives the same part."""

    def __init__(self, pairs: NamePairs) -> None:
        """Fill names from these pairs of the same table."""
        self._pairs = pairs

    def clean(self, row: SourceRow, *, has_views: bool) -> CleanedRow:
        """Return the part of a row; ``has_views`` says whether any image belongs to it."""
        events: list[str] = []
        number = _part_number(row.fields.get("part_number", ""), events)
        if number is None or (reason := _number_fault(number)):
            return CleanedRow(None, tuple(events), "no_part_number" if number is None else reason)
        texts = _texts(row.fields, events)
        given_names: dict[Language, str] = {
            language: texts[f"name_{language}"]
            for language in LANGUAGES
            if f"name_{language}" in texts
        }
        if not given_names and not has_views and "description" not in texts:
            return CleanedRow(None, tuple(events), "no_information")
        names, origins = self._names(given_names, events)
        part = Part(
            part_number=number,
            name_de=names.get("de"),
            name_en=names.get("en"),
            clean_de=_cleaned("de", names, origins, events),
            clean_en=_cleaned("en", names, origins, events),
            name_origin=origins,
            description=texts.get("description"),
            family=texts.get("family"),
            subfamily=texts.get("subfamily"),
            weight_kg=_weight(row.fields.get("weight_kg", ""), events),
            entity=texts.get("entity"),
            attributes=read_attributes(*(repair(name) for name in given_names.values())),
        )
        return CleanedRow(part, tuple(dict.fromkeys(events)))

    def _names(
        self, given_names: Mapping[Language, str], events: list[str]
    ) -> tuple[dict[Language, str], dict[Language, NameOrigin]]:
        names = dict(given_names)
        origins: dict[Language, NameOrigin] = dict.fromkeys(given_names, "given")
        for source, target in _DIRECTIONS:
            name = given_names.get(source)
            if name is None:
                continue
            if _is_suspect(name, source):
                events.append("name_language_suspect")
            if target not in given_names:
                self._add_missing(name, source, target, names, origins, events)
        return names, origins

    def _add_missing(
        self,
        name: str,
        source: Language,
        target: Language,
        names: dict[Language, str],
        origins: dict[Language, NameOrigin],
        events: list[str],
    ) -> None:
        if (counterpart := self._pairs.lookup(name, source)) is not None:
            names[target], origins[target] = counterpart, "filled"
        elif (translated := _translated(name, source)) is not None:
            names[target], origins[target] = translated, "translated"
        events.append(f"name_{target}_{origins.get(target, 'missing')}")


def _part_number(text: str, events: list[str]) -> str | None:
    """Return the part number as its key; None where the cell holds none."""
    key = part_key(text)
    if not any(letter.isalnum() for letter in key) or key.lower() in _NO_NUMBER:
        return None
    if key != text.strip():
        events.append("part_number_normalised")
    return key


def _number_fault(number: str) -> str | None:
    has_controls = any(unicodedata.category(letter) in ("Cc", "Cs") for letter in number)
    return "bad_part_number" if has_controls or len(number) > MAX_PART_NUMBER else None


def _texts(fields: Mapping[str, str], events: list[str]) -> dict[str, str]:
    """Return the text fields that say something, stripped and within their limits."""
    texts: dict[str, str] = {}
    for field, limit in MAX_LENGTHS.items():
        text = fields.get(field, "").strip()
        if not text:
            continue
        if is_placeholder(text):
            events.append(f"placeholder_{field}")
            continue
        if (storable_text := storable(text)) != text:
            events.append("broken_characters")
            text = storable_text
        if len(text) > limit:
            events.append(f"{field}_truncated")
        texts[field] = text[:limit].rstrip()
    return texts


def _cleaned(
    language: Language,
    names: Mapping[Language, str],
    origins: Mapping[Language, NameOrigin],
    events: list[str],
) -> str | None:
    name = names.get(language)
    if name is None:
        return None
    cleaned = clean_name(name, language)
    if cleaned != name and origins[language] == "given":
        events.append(f"name_{language}_cleaned")
    return cleaned or name


def _weight(text: str, events: list[str]) -> float | None:
    if not text.strip():
        return None
    weight = parse_weight(text)
    if weight is None:
        events.append("bad_weight")
    return weight


@lru_cache(_CACHED_NAMES)
def _translated(name: str, source: Language) -> str | None:
    return translate(clean_name(name, source), source)


@lru_cache(_CACHED_NAMES)
def _is_suspect(name: str, language: Language) -> bool:
    return guess_language(name) not in (language, None)

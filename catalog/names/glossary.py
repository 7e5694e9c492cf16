"""The German-English glossary of engineering terms that translation and compound splitting read.

The entries lie in ``glossary_entries/<domain>.tsv``: German, a tab, English; several translations
are separated by `` | ``, best first; lines that begin with ``#`` are comments. A German term that
ends with a hyphen (``Schweiß-``) is the first part of compounds and does not stand alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from catalog.names.words.folding import fold

_FIRST_DOMAINS = ("word_stems", "materials", "general", "properties")
_MATERIALS = "materials"
_SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Entry:
    """One German term and one English translation of it; ``domain`` is the name of its file."""

    de: str
    en: str
    domain: str


@dataclass(frozen=True)
class Glossary:
    """Term pairs in the order of the files, a term's best translation first.

    Terms are looked up folded, with hyphens as spaces: ``O-Ring``, ``o ring`` and ``O RING`` are
    one term.
    """

    entries: tuple[Entry, ...]

    def to_en(self, term: str) -> tuple[str, ...]:
        """Return the English translations of a German term, best first; empty when unknown.

        With a hyphen at its end the term is meant as the first part of a compound, and what it
        means there comes first: ``Lager-`` is storage before bearing.
        """
        key = term_key(term)
        translations = self._from_german.get(key, ())
        if term.endswith("-") and (bound := self._from_bound.get(key)):
            return tuple(dict.fromkeys((*bound, *translations)))
        return translations

    def to_de(self, term: str) -> tuple[str, ...]:
        """Return the German translations of an English term, best first; empty when unknown."""
        return self._from_english.get(term_key(term), ())

    @cached_property
    def german_words(self) -> frozenset[str]:
        """Folded German terms of a single word."""
        return frozenset(key for key in self._from_german if " " not in key)

    @cached_property
    def english_words(self) -> frozenset[str]:
        """Folded English terms of a single word."""
        return frozenset(key for key in self._from_english if " " not in key)

    @cached_property
    def english_parts(self) -> frozenset[str]:
        """Folded words of all English terms, those of several words among them; no acronyms."""
        words = {word for entry in self.entries for word in entry.en.replace("-", " ").split()}
        return frozenset(fold(word) for word in words if not word.isupper())

    @cached_property
    def materials(self) -> frozenset[str]:
        """Folded German names of materials, which may stand behind what is made of them."""
        return frozenset(term_key(e.de) for e in self.entries if e.domain == _MATERIALS)

    @cached_property
    def _from_german(self) -> dict[str, tuple[str, ...]]:
        translations: dict[str, dict[str, None]] = {}
        for entry in self.entries:
            translations.setdefault(term_key(entry.de), {})[entry.en] = None
        return {key: tuple(terms) for key, terms in translations.items()}

    @cached_property
    def _from_bound(self) -> dict[str, tuple[str, ...]]:
        translations: dict[str, list[str]] = {}
        for entry in self.entries:
            if entry.de.endswith("-"):
                translations.setdefault(term_key(entry.de), []).append(entry.en)
        return {key: tuple(terms) for key, terms in translations.items()}

    @cached_property
    def _from_english(self) -> dict[str, tuple[str, ...]]:
        """Terms whose first translation is the English one come before those where it is second."""
        translations: dict[str, dict[str, int]] = {}
        for entry, rank in self._ranked():
            terms = translations.setdefault(term_key(entry.en), {})
            terms[entry.de] = min(rank, terms.get(entry.de, rank))
        return {
            key: tuple(sorted(terms, key=terms.__getitem__)) for key, terms in translations.items()
        }

    def _ranked(self) -> Iterator[tuple[Entry, int]]:
        previous, rank = ("", ""), 0
        for entry in self.entries:
            rank = rank + 1 if (entry.de, entry.domain) == previous else 0
            previous = (entry.de, entry.domain)
            yield entry, rank


def term_key(term: str) -> str:
    """Return the form under which a term is looked up: folded, hyphens as spaces."""
    return " ".join(fold(term).replace("-", " ").split())


@cache
def glossary() -> Glossary:
    """Return the glossary that comes with partscope; read once."""
    folder = files(__package__).joinpath("glossary_entries")
    names = [file.name for file in folder.iterdir() if file.name.endswith(".tsv")]
    domains = sorted((name.removesuffix(".tsv") for name in names), key=_domain_order)
    return Glossary(
        tuple(
            entry
            for domain in domains
            for entry in _read(folder.joinpath(f"{domain}.tsv").read_text("utf-8"), domain)
        )
    )


def _domain_order(domain: str) -> tuple[int, str]:
    if domain in _FIRST_DOMAINS:
        return _FIRST_DOMAINS.index(domain), domain
    return len(_FIRST_DOMAINS), domain


def _read(text: str, domain: str) -> Iterator[Entry]:
    for line in text.splitlines():
        if line and not line.startswith("#"):
            german, _, english = line.partition("\t")
            for term in english.split(_SEPARATOR):
                yield Entry(german, term, domain)

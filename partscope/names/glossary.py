"""The German-English glossary of engineering terms that translation and compound splitting read.

The entries lie in ``glossary_entries/<domain>.tsv``: German, a tab, English; several translations
are separated by `` | ``, best first; lines that begin with ``#`` are comments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from partscope.names.folding import fold

_FIRST_DOMAINS = ("word_stems", "general", "properties")
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
        """Return the English translations of a German term, best first; empty when unknown."""
        return self._from_german.get(term_key(term), ())

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
    def _from_german(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for entry in self.entries:
            found.setdefault(term_key(entry.de), {})[entry.en] = None
        return {key: tuple(terms) for key, terms in found.items()}

    @cached_property
    def _from_english(self) -> dict[str, tuple[str, ...]]:
        """Terms whose first translation is the English one come before those where it is second."""
        found: dict[str, dict[str, int]] = {}
        for entry, rank in self._ranked():
            terms = found.setdefault(term_key(entry.en), {})
            terms[entry.de] = min(rank, terms.get(entry.de, rank))
        return {key: tuple(sorted(terms, key=terms.__getitem__)) for key, terms in found.items()}

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

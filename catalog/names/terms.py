"""Names and part numbers as sparse vectors: one index a term, weighted as BM25 weighs.

A document's weight is the saturated term frequency of BM25 (Robertson and Zaragoza 2009) with a
constant average length, so that adding parts never changes stored vectors; the engine multiplies
by the inverse document frequency. A query's weight says how much of the query a term stands for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from catalog.arrays import SparseVector
from catalog.names.attributes import read_attributes
from catalog.names.attributes.standards import same_standards
from catalog.names.words.folding import fold
from catalog.names.words.stemming import stem
from catalog.names.words.tokens import FUNCTION_WORDS, word_tokens, words
from catalog.parts import LANGUAGES, Part, part_key

K1 = 1.2
B = 0.5
AVERAGE_LENGTH = 12.0
"""Tokens of both names of a typical part."""
WHOLE_COMPOUND = 0.5
"""Weight of an unsplit compound beside its parts in a query."""
CODE_PIECE = 0.4
"""Weight of a piece of a code or part number in a query and a document."""
TRANSLATED = 0.5
"""What a word of a translated name counts: nobody wrote it, and the glossary may be wrong."""
SAME_STANDARD = 0.7
"""Weight of a standard in a query that asked for its equivalent."""
MIN_PIECE = 2
MIN_CODE_DIGITS = 5
"""A number with fewer digits is a size, not a code."""
MAX_CODE = 64
"""Characters of a query that may be one part number."""

_SEPARATORS = re.compile(r"[\W_]+")
_RUNS = re.compile(r"[^\W\d_]+|\d+")
_THREAD_AND_LENGTH = re.compile(r"^((?:m|tr)\d+(?:\.\d+)?)x[\dx.]+$")
_SIZE = re.compile(r"^(?:[a-z]{0,2}\d+(?:[./]\d+)*)(?:x\d+(?:\.\d+)?)*[a-z%]{0,4}\d?$")
_DIGIT = re.compile(r"\d")


def document_terms(part: Part) -> SparseVector | None:
    """Return the terms of a part's number and names as given and as cleaned; None without any."""
    counts: dict[str, float] = {}
    for language in LANGUAGES:
        names = dict.fromkeys((part.name(language), part.clean_name(language)))
        trust = TRANSLATED if part.name_origin.get(language) == "translated" else 1.0
        for token, count in _most([_counts(name) for name in names if name]).items():
            counts[token] = counts.get(token, 0.0) + trust * count
    length = sum(counts.values())
    weights = {token: _saturated(count, length) for token, count in counts.items()}
    for token, weight in _code_terms(part_key(part.part_number)).items():
        weights[token] = max(weight, weights.get(token, 0.0))
    return _vector(weights)


def query_terms(text: str) -> SparseVector | None:
    """Return the terms of a query: a name, a part number, sizes, or all of it; None without any."""
    return _vector(_query_weights(text))


def _query_weights(text: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    all_words = words(text)
    for word in [word for word in all_words if word not in FUNCTION_WORDS] or all_words:
        for token, weight in _word_weights(word).items():
            weights[token] = max(weight, weights.get(token, 0.0))
    for token in _equivalent_standards(text):
        weights.setdefault(token, SAME_STANDARD)
    squeezed = _SEPARATORS.sub("", fold(text))
    if len(text) <= MAX_CODE and _DIGIT.search(squeezed):
        weights[squeezed] = 1.0
    return weights


@lru_cache(1 << 16)
def _word_weights(word: str) -> Mapping[str, float]:
    """Return the terms of one word; the parts of a compound share its weight."""
    parts = word_tokens(word)
    share = 1.0 / math.sqrt(len(parts))
    weights = dict.fromkeys(parts, share)
    if len(parts) > 1 and word.isalpha():
        weights[stem(word)] = WHOLE_COMPOUND
    for part in parts:
        for piece in _pieces(part):
            weights.setdefault(piece, CODE_PIECE)
    return weights


def _counts(name: str) -> dict[str, float]:
    counts: dict[str, float] = {}
    for word in words(name):
        if word not in FUNCTION_WORDS:
            for token in _word_weights(word):
                counts[token] = counts.get(token, 0.0) + 1.0
    return counts


def _most(several: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """A name as given and as cleaned is one name: its words count once."""
    highest: dict[str, float] = {}
    for counts in several:
        for token, count in counts.items():
            highest[token] = max(count, highest.get(token, 0.0))
    return highest


def _saturated(count: float, length: float) -> float:
    return count * (K1 + 1) / (count + K1 * (1 - B + B * length / AVERAGE_LENGTH))


def _code_terms(code: str) -> dict[str, float]:
    """Return a part number without separators, between them, and by runs of letters and digits."""
    pieces = [piece for piece in _SEPARATORS.split(fold(code)) if piece]
    weights = {piece: CODE_PIECE for text in pieces for piece in (text, *_runs(text))}
    whole = "".join(pieces)
    return {piece: weight for piece, weight in weights.items() if len(piece) >= MIN_PIECE} | (
        {whole: 1.0} if whole else {}
    )


def _pieces(token: str) -> list[str]:
    """Return what a code or size contains that is worth asking for alone."""
    if not _DIGIT.search(token):
        return []
    if thread := _THREAD_AND_LENGTH.match(token):
        return [thread[1]]
    if _SIZE.match(token) and (sum(map(str.isdigit, token)) < MIN_CODE_DIGITS or "x" in token):
        return []
    parts = [part for part in _SEPARATORS.split(token) if part]
    inner = [piece for part in parts for piece in (part, *_runs(part))]
    whole = "".join(parts)
    return [piece for piece in [whole, *inner] if len(piece) >= MIN_PIECE and piece != token]


def _runs(text: str) -> list[str]:
    runs = _RUNS.findall(text)
    return runs if len(runs) > 1 else []


def _equivalent_standards(text: str) -> list[str]:
    standards = read_attributes(text).get("standard", [])
    standard_list = standards if isinstance(standards, list) else [standards]
    return [
        equivalent.replace(" ", "").lower()
        for standard in standard_list
        for equivalent in same_standards(str(standard))
    ]


def _vector(weights: Mapping[str, float]) -> SparseVector | None:
    """Return the sparse vector; terms that share an index (one in 4e9) count as one."""
    by_index: dict[int, float] = {}
    for token, weight in weights.items():
        index = _index(token)
        by_index[index] = max(weight, by_index.get(index, 0.0))
    if not by_index:
        return None
    indices = np.fromiter(by_index, np.uint32, len(by_index))
    values = np.fromiter(by_index.values(), np.float32, len(by_index))
    order = np.argsort(indices)
    return SparseVector(indices[order], values[order])


@lru_cache(1 << 17)
def _index(token: str) -> int:
    return int.from_bytes(blake2b(token.encode(), digest_size=4).digest(), "little")

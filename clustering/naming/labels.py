"""What to call a cluster, in German and in English: its distinctive words, its standard, its size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.names.translation.translate import translate
from catalog.parts import LANGUAGES, Language
from clustering.naming.members import ClusterMembers
from clustering.naming.phrases import Head, Phrase, Phrases
from clustering.naming.shared_attributes import shared_attributes, size_text

_TERMS = 8
_ENOUGH = 0.5
"""Share of the members whose common family may name a cluster without names."""
_FEW = 1 / 3
"""A label that covers a smaller share of the members says that there are others."""
_AND: dict[Language, str] = {"de": " und ", "en": " and "}
_AND_MORE: dict[Language, str] = {"de": "u. a.", "en": "etc."}
_GENERIC: dict[Language, str] = {"de": "Gruppe", "en": "group"}


@dataclass(frozen=True, slots=True)
class ClusterLabel:
    """The names of a cluster and its distinctive terms, most distinctive first."""

    de: str
    en: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Wording:
    """The heads and terms of all clusters in one language."""

    heads: Mapping[int, Head | None]
    terms: Mapping[int, tuple[str, ...]]


def label_clusters(members: Mapping[int, ClusterMembers]) -> dict[int, ClusterLabel]:
    """Return a label for each cluster: never empty, no two alike in one language."""
    worded = {language: _wording(members, language) for language in LANGUAGES}
    labels = {
        language: _unique(_labels(members, worded, language), members, worded[language].terms)
        for language in LANGUAGES
    }
    return {
        cluster: ClusterLabel(
            labels["de"][cluster],
            labels["en"][cluster],
            tuple(
                dict.fromkeys(
                    term for wording in worded.values() for term in wording.terms[cluster]
                )
            ),
        )
        for cluster in members
    }


# -- one label --------------------------------------------------------------------------------


def _wording(members: Mapping[int, ClusterMembers], language: Language) -> _Wording:
    phrases = {
        cluster: Phrases(cluster_members.names[language] or cluster_members.translated[language])
        for cluster, cluster_members in members.items()
    }
    overall = _overall(phrases, members)
    return _Wording(
        {cluster: cluster_phrases.head(overall) for cluster, cluster_phrases in phrases.items()},
        {
            cluster: cluster_phrases.terms(overall)[:_TERMS]
            for cluster, cluster_phrases in phrases.items()
        },
    )


def _overall(
    phrases: Mapping[int, Phrases], members: Mapping[int, ClusterMembers]
) -> Mapping[Phrase, float]:
    """Return the share of all parts that have each phrase, from the samples and the sizes."""
    total = (
        sum(
            members[cluster].size
            for cluster, cluster_phrases in phrases.items()
            if cluster_phrases.count
        )
        or 1
    )
    shares: dict[Phrase, float] = defaultdict(float)
    for cluster, cluster_phrases in phrases.items():
        for phrase, share in cluster_phrases.shares().items():
            shares[phrase] += share * members[cluster].size / total
    return shares


def _labels(
    members: Mapping[int, ClusterMembers], worded: Mapping[Language, _Wording], language: Language
) -> dict[int, str]:
    other_language: Language = "en" if language == "de" else "de"
    labels = {}
    for cluster, cluster_members in members.items():
        own_head, other_head = (
            worded[language].heads[cluster],
            worded[other_language].heads[cluster],
        )
        head = own_head or (other_head and _translated(other_head, other_language))
        text = _text(head, language) if head else _common_family(cluster_members)
        text = text or f"{_GENERIC[language]} {cluster}"
        labels[cluster] = " ".join(
            part for part in (text, size_text(cluster_members.attributes)) if part
        )
    return labels


def _translated(head: Head, source: Language) -> Head:
    # What the glossary does not know stays as it is: a foreign word says more than a number.
    phrases = tuple(translate(phrase, source) or phrase for phrase in head.phrases)
    return replace(head, phrases=tuple(dict.fromkeys(phrases)))


def _text(head: Head, language: Language) -> str:
    text = _AND[language].join(head.phrases)
    text = text[:1].upper() + text[1:]
    return f"{text} {_AND_MORE[language]}" if head.covered < _FEW else text


def _common_family(members: ClusterMembers) -> str:
    if not members.families:
        return ""
    family, count = Counter(members.families).most_common(1)[0]
    return family if count >= _ENOUGH * members.read else ""


# -- no two alike -----------------------------------------------------------------------------


def _unique(
    labels: Mapping[int, str],
    members: Mapping[int, ClusterMembers],
    terms: Mapping[int, Sequence[str]],
) -> dict[int, str]:
    """Tell clusters of one label apart by a further word or attribute, else by a number."""
    groups: dict[str, list[int]] = {}
    for cluster, label in labels.items():
        groups.setdefault(label, []).append(cluster)
    distinct = dict(labels)
    for label, clusters in groups.items():
        if len(clusters) > 1:
            for cluster in sorted(clusters, key=lambda number: -members[number].size):
                distinct[cluster] = _told_apart(label, cluster, distinct, members, terms)
    return distinct


def _told_apart(
    label: str,
    cluster: int,
    labels: Mapping[int, str],
    members: Mapping[int, ClusterMembers],
    terms: Mapping[int, Sequence[str]],
) -> str:
    taken_labels = {text for other_cluster, text in labels.items() if other_cluster != cluster}
    shared = shared_attributes(members[cluster].attributes)
    folded_label = label.casefold()
    more = [str(value) for value in shared.values() if isinstance(value, str)]
    for word in (*more, *terms[cluster]):
        if word.casefold() not in folded_label and f"{label}, {word}" not in taken_labels:
            return f"{label}, {word}"
    number = 2
    while f"{label} ({number})" in taken_labels:
        number += 1
    return f"{label} ({number})" if label in taken_labels else label

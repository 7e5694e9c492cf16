"""Which photos are to be cut, as far as somebody said: a column of the table, or a person's review.

What people decide is an artefact of the store, by part number and file: it outlives rebuilds and later
ingests, is part of every backup, and whoever ingests into a server honours it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from catalog.errors import StoreError
from catalog.parts import part_key
from catalog.store.contract import PartStore

By: TypeAlias = Literal["", "column", "review"]
DECISIONS = "segmentation-decisions.json"
"""The artefact that keeps them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether a photo is cut: ``auto`` leaves it to the triage. ``prompt`` is what to look for.

    ``by`` says who chose; it is empty where nobody did.
    """

    use: Literal["auto", "yes", "no"] = "auto"
    by: By = ""
    prompt: str = ""

    @property
    def text(self) -> str:
        """The choice in one word or more, for hashes."""
        return " ".join(word for word in (self.use, self.prompt) if word)


AUTO = Choice()
_COLUMN = {
    **dict.fromkeys(("yes", "y", "ja", "j", "true", "wahr", "1", "x"), Choice("yes", "column")),
    **dict.fromkeys(("no", "n", "nein", "false", "falsch", "0"), Choice("no", "column")),
    **dict.fromkeys(("auto", ""), AUTO),
}


def column_choice(text: str) -> Choice | None:
    """Return what a cell says, in English or German; None where it says nothing known."""
    return _COLUMN.get(text.strip().casefold())


class Decisions:
    """What people decided about single photos, as the catalogue's store keeps it.

    Raises StoreError for damaged ones: decisions are never silently forgotten.
    """

    def __init__(self, store: PartStore | None) -> None:
        """Read them; no store has none."""
        self._parts = {} if store is None else _read(store)

    def of(self, part_number: str) -> dict[str, Choice]:
        """Return the decisions about a part's photos, by file."""
        return dict(self._parts.get(part_key(part_number), {}))

    def with_decision(self, part_number: str, file: str, choice: Choice | None) -> bytes:
        """Return the artefact's content with one more decision, or with one forgotten (None)."""
        files = {**self.of(part_number)}
        files.pop(file, None)
        if choice is not None:
            files[file] = choice
        return _written({**self._parts, part_key(part_number): files})


def decide(store: PartStore, part_number: str, file: str, choice: Choice | None) -> None:
    """Keep a decision, or forget it (None); durable when this returns."""
    with store.exclusive("segmentation"):
        store.write_artefact(DECISIONS, Decisions(store).with_decision(part_number, file, choice))


def choices_of(
    references: Sequence[str], column: Choice, decided: Mapping[str, Choice]
) -> dict[str, Choice]:
    """Return the choice for each photo that has one; a person's word goes before the column's."""
    choices = {reference: decided.get(reference, column) for reference in references}
    return {reference: choice for reference, choice in choices.items() if choice != AUTO}


def _read(store: PartStore) -> dict[str, dict[str, Choice]]:
    content = store.read_artefact(DECISIONS)
    if content is None:
        return {}
    try:
        return {
            part: {
                file: Choice(decision["use"], "review", decision.get("prompt", ""))
                for file, decision in files.items()
            }
            for part, files in json.loads(content)["parts"].items()
        }
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise StoreError(
            f"{store.location}: what was decided about photos ({DECISIONS}) is damaged ({error}): "
            "restore a backup"
        ) from None


def _written(parts: Mapping[str, Mapping[str, Choice]]) -> bytes:
    decisions = {
        part: {
            file: {"use": choice.use, **({"prompt": choice.prompt} if choice.prompt else {})}
            for file, choice in sorted(files.items())
        }
        for part, files in sorted(parts.items())
        if files
    }
    return json.dumps({"parts": decisions}, ensure_ascii=False, indent=1).encode()

"""Which photos are to be cut, as far as somebody said: a column of the table, or a person's review.

What people decide is kept in one file beside the catalogue, by part number and file: it outlives
rebuilds and later ingests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from partscope.errors import PartscopeError
from partscope.parts import part_key
from partscope.store.edge_folder import replace_file

By: TypeAlias = Literal["", "column", "review"]
DECISIONS_FILE = "segmentation.json"
_VERSION = 1


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
    """What people decided about single photos; ``DECISIONS_FILE`` in the catalogue's folder.

    Raises PartscopeError for a damaged file: decisions are never silently forgotten.
    """

    def __init__(self, path: Path) -> None:
        """Read the file, which need not exist."""
        self._path = path
        self._parts = _read(path)

    def of(self, part_number: str) -> dict[str, Choice]:
        """Return the decisions about a part's photos, by file."""
        return dict(self._parts.get(part_key(part_number), {}))

    def __len__(self) -> int:
        """Return about how many photos somebody decided."""
        return sum(len(files) for files in self._parts.values())

    def decide(self, part_number: str, file: str, choice: Choice | None) -> None:
        """Keep a decision, or forget it (None); durable when this returns."""
        files = self._parts.setdefault(part_key(part_number), {})
        if choice is None:
            files.pop(file, None)
        else:
            files[file] = choice
        replace_file(self._path, _written(self._parts))


def choices_of(
    references: Sequence[str], column: Choice, decided: Mapping[str, Choice]
) -> dict[str, Choice]:
    """Return the choice for each photo that has one; a person's word goes before the column's."""
    chosen = {reference: decided.get(reference, column) for reference in references}
    return {reference: choice for reference, choice in chosen.items() if choice != AUTO}


def _read(path: Path) -> dict[str, dict[str, Choice]]:
    try:
        values = json.loads(path.read_bytes())
        if values["version"] != _VERSION:
            raise ValueError(f"version {values['version']}")
        return {
            part: {
                file: Choice(told["use"], "review", told.get("prompt", ""))
                for file, told in files.items()
            }
            for part, files in values["parts"].items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, LookupError, TypeError, AttributeError, OSError) as error:
        raise PartscopeError(
            f"{path} cannot be read ({error}): it holds what was decided about photos; mend it or "
            "move it away"
        ) from None


def _written(parts: Mapping[str, Mapping[str, Choice]]) -> bytes:
    told = {
        part: {
            file: {"use": choice.use, **({"prompt": choice.prompt} if choice.prompt else {})}
            for file, choice in sorted(files.items())
        }
        for part, files in sorted(parts.items())
        if files
    }
    return json.dumps({"version": _VERSION, "parts": told}, ensure_ascii=False, indent=1).encode()

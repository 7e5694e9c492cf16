"""Prompts as text models want them: phrases apart by dots, each of them one thing to look for."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.errors import UsageError


def phrases(prompt: str) -> list[str]:
    """Return the phrases of a prompt, lower case, each once: ``"Ruler . hand ."`` has two."""
    parts = (" ".join(part.split()).lower() for part in prompt.split("."))
    return list(dict.fromkeys(filter(None, parts)))


def part_phrases(prompt: str) -> list[str]:
    """Return the phrases that name the part; raises UsageError when there is none."""
    names = phrases(prompt)
    if not names:
        raise UsageError(
            f"the prompt must say what the part is called, e.g. 'mechanical part .'; got {prompt!r}"
        )
    return names


def caption(names: Sequence[str]) -> str:
    """Return one caption in which a dot ends every phrase."""
    return " ".join(f"{name}." for name in names)

from __future__ import annotations

import pytest

from catalog.errors import UsageError
from segmentation.by_text.phrases import caption, part_phrases, phrases


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("ruler . measuring tape . hand .", ["ruler", "measuring tape", "hand"]),
        ("Hex  Bolt", ["hex bolt"]),
        ("ruler.ruler. RULER", ["ruler"]),
        (" . ", []),
        ("", []),
    ],
)
def test_dots_keep_phrases_apart(prompt: str, expected: list[str]) -> None:
    assert phrases(prompt) == expected


def test_caption_ends_every_phrase() -> None:
    assert caption(["hex bolt", "hand"]) == "hex bolt. hand."


def test_prompt_must_name_a_part() -> None:
    with pytest.raises(UsageError, match=r"what the part is called.*got ' \. '"):
        part_phrases(" . ")

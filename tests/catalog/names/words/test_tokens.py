from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names.words.tokens import tokens, words


@pytest.mark.parametrize(
    ("word", "writings"),
    [
        ("m8x20", ["M8x20", "M 8 x 20", "M8×20", "M8X20", "m8 x 20 mm", "M8*20", "M 8x20mm"]),
        ("m8x1", ["M8x1", "M 8 x 1,0", "M8x1.0"]),
        ("din933", ["DIN 933", "DIN933", "DIN-933", "din  933"]),
        ("iso4017", ["ISO 4017", "DIN EN ISO 4017", "EN ISO 4017", "DIN ISO 4017", "ISO4017"]),
        ("en14399-4", ["EN 14399-4", "DIN EN 14399-4"]),
        ("g1/2", ["G1/2", "G 1/2", 'G 1/2"', "G1/2 Zoll", "G ½", "G½″"]),
        ("1/2in", ['1/2"', "1/2 Zoll", "1/2 inch", "½ zoll"]),
        ("24v", ["24V", "24 V", "24v"]),
        ("0.5kw", ["0,5 kW", "0.5kW", "0,5kW"]),
        ("6205-2rs", ["6205-2RS", "6205 2RS", "6205.2RS", "62052RS"]),
        ("20x30x7", ["20x30x7", "20 x 30 x 7", "20×30×7 mm", "20 mm x 30 mm x 7 mm"]),
        ("oring", ["O-Ring", "O Ring", "o-ring"]),
        ("80c", ["80 °C", "80°C", "80 ° C"]),
        ("ip67", ["IP67", "IP 67"]),
        ("2.5mm2", ["2,5mm²", "2,5 mm2"]),
    ],
)
def test_writings_of_a_size_or_code_are_one_word(word: str, writings: list[str]) -> None:
    assert {tuple(words(writing)) for writing in writings} == {(word,)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Sechskantschraube M8 x 20 DIN 933 8.8 verz.",
            ["sechskantschraube", "m8x20", "din933", "8.8", "verz"],
        ),
        ("Schlauch 10 m 8 mm", ["schlauch", "10m", "8mm"]),
        ("Kfz-Warnflaggen", ["kfz", "warnflaggen"]),
        ("DIN933-M8x20", ["din933", "m8x20"]),
        ("Motor 24VDC", ["motor", "24v", "dc"]),
        ("6205-2RS/C3", ["6205-2rs", "c3"]),
        ("Satz 1.000 St.", ["satz", "1.000", "st"]),
        ("", []),
        ("--- ???", []),
    ],
)
def test_words_keep_order_and_whole_sizes(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kugelhähne", "KUGELHAHN"),
        ("Dichtungsring", "Dichtungs-Ringe"),
        ("6kt-Schr. M10x40 vz", "Sechskantschraube M 10 x 40 verzinkt"),
        ("24V-Motor", "Motor 24 V"),
        ("Brkt assy", "bracket assembly"),
        ("hex bolts with washers", "Hexagon bolt, washer"),
    ],
)
def test_names_that_say_the_same_have_the_same_tokens(one: str, other: str) -> None:
    assert sorted(tokens(one)) == sorted(tokens(other))


def test_function_words_count_only_when_alone() -> None:
    assert tokens("Dichtung für die Pumpe") == tokens("Dichtung Pumpe")
    assert tokens("für") == ["fuer"]


@given(st.text(max_size=60))
def test_any_text_has_tokens_of_printable_letters(text: str) -> None:
    for token in tokens(text):
        assert token
        assert not any(letter.isspace() for letter in token)
    assert tokens(text) == tokens(text)


@given(st.integers(1, 64), st.integers(1, 500), st.sampled_from("xX×"), st.sampled_from(["", " "]))
def test_a_thread_is_one_token(size: int, length: int, cross: str, gap: str) -> None:
    assert tokens(f"M{gap}{size}{gap}{cross}{gap}{length}") == [f"m{size}x{length}"]

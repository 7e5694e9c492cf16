"""Numbers and what belongs to them, written as one word: sizes, threads, units, standards, codes."""

from __future__ import annotations

import re
from functools import lru_cache

NUMBER = r"\d+(?:\.\d+)?(?:/\d+)?"
UNITS = (
    r"mm2|mm3|cm2|cm3|m2|m3/h|m3|l/min|l/h|mm|cm|km|m|kv|mv|v|ka|mah|ah|ma|a|kva|va|kw|mw|w|ps|hp"
    r"|khz|mhz|ghz|hz|mbar|bar|mpa|kpa|psi|nm|kn|n|kg|mg|g|ml|cl|l|kohm|mohm|ohm|uf|nf|pf|rpm|ft|db|lm|k"
)
STANDARDS = r"din|en|iso|ansi|astm|asme|vde|iec|sae|jis|bs|vsm|uni|gost|sms|dvgw|vdi|vdma|afnor"

# Needles, pattern, replacement: a pattern is tried where one of its needles occurs.
_JOININGS: tuple[tuple[list[str], re.Pattern[str], str], ...] = tuple(
    (needles, re.compile(pattern), replacement)
    for needles, pattern, replacement in (
        # decimal comma; 1.000 and 1,000 stay as they are, since nobody knows what they mean
        ([","], r"(?<![\d.,])(\d+),(\d{1,2}|\d{4,})(?![\d,])", r"\1.\2"),
        ([","], r"(?<![\d.,])0,(\d+)(?![\d,])", r"0.\1"),
        ([".0"], r"(?<![\d.])(\d+)\.0{1,2}(?![\d.])", r"\1"),
        # 20 mm x 30 mm, 20 x 30, 20*30 -> 20x30
        (["x", "*"], r"(?<=\d) ?(?:mm)? ?[x*] ?(?=\d)", "x"),
        (["mm"], rf"(x{NUMBER})\s?mm(?![\w/])", r"\1"),
        # din en iso 4017 -> iso4017, din-933 -> din933, en 14399-4 -> en14399-4
        (
            STANDARDS.split("|"),
            rf"\b(?:(?:{STANDARDS})[ /-]*)*\b({STANDARDS})[ -]?(\d+(?:-\d+)?)(?![\w.])",
            r"\1\2",
        ),
        # din933-m8x20 -> din933 m8x20
        (["-m", "/m"], rf"\b((?:{STANDARDS})\d+(?:-\d+)?)[-/](?=m\d)", r"\1 "),
        # 80 °c, 80 ° c -> 80c
        (["°", "º"], r"\s?[°º]\s?c\b", "c"),
        # 1/2", 1/2 zoll -> 1/2in; 1 1/2in -> 1-1/2in
        (
            ['"', "''", "″", "”", "zoll", "inch"],
            r"(?<=\d)\s?(?:\"|''|″|”|-?zoll(?![a-z])|-?inch(?:es)?(?![a-z]))",
            "in",
        ),
        (["/"], r"(?<![\w./])(\d) (\d/\d{1,2}in\b)", r"\1-\2"),
        # m 8 -> m8, but not in 10 m 8 mm; g 1/2in -> g1/2; tr 20x4 -> tr20x4
        (["m ", "tr ", "pg "], r"(?<![\w.,/-])(?<!\d )(m|tr|pg) (?=\d)", r"\1"),
        (
            ["m ", "tr ", "pg "],
            rf"(?<=\d )(m|tr|pg) (?=\d[\dx.]*\b(?!\s?(?:{UNITS})\b))",
            r"\1",
        ),
        (["/"], r"(?<![\w.,/-])(g|r|rp|rc) ?(\d(?:[ -]\d)?/\d{1,2})(?:in\b)?", r"\1\2"),
        (["/"], r"(?<![\w.,/])(g|r|rp|rc)(\d) (\d/\d{1,2})\b", r"\1\2-\3"),
        # 2800 1/min -> 2800 rpm; 24 v dc, 24vdc -> 24v dc; 0.5 kw -> 0.5kw
        (["min"], r"(?<=\d)\s?(?:[u1r]/min|min\^?-1)\b", "rpm"),
        (["dc", "ac"], r"(?<=\d)(?: ?)(k?v)[ -]?(dc|ac)\b", r"\1 \2"),
        ([" "], rf"(?<!\w)((?:\d+x)*{NUMBER}) ({UNITS})(?![\w/-]|\.\d)", r"\1\2"),
        # 6205 2rs, 6205.2rs, 62052rs -> 6205-2rs
        (
            ["rs", "z", "llu", "ddu"],
            r"\b(\d{3,5}?)[ .-]?(2rs[rh]?\d?|rs[rh]?\d?|2zr?|zz|llu|ddu)(?:[ /-]?(c[2-5]))?\b",
            r"\1-\2 \3",
        ),
        # ip 67, dn 25, ø 12, 5 %
        (["ip ", "pn ", "dn ", "sw ", "awg ", "ø "], r"\b(ip|pn|dn|sw|awg|ø) (?=\d)", r"\1"),
        ([" %"], r"(?<=\d) (?=%)", ""),
    )
)
_LETTER_WORD = re.compile(r"\b([a-z])-(?=[a-z]{3,})|\b(o) (?=ring)")
_DIGIT = re.compile(r"\d")


@lru_cache(1 << 15)
def join_numbers(folded: str) -> str:
    """Return folded text in which each size, standard and code is one word in one writing.

    ``m 8 x 20`` -> ``m8x20``; ``din en iso 4017`` -> ``iso4017``; ``0,5 kw`` -> ``0.5kw``;
    ``g 1/2"`` -> ``g1/2``; ``6205 2rs`` -> ``6205-2rs``; ``o-ring`` -> ``oring``.
    """
    text = folded
    if _DIGIT.search(text):
        for needles, pattern, replacement in _JOININGS:
            for needle in needles:
                if needle in text:
                    text = pattern.sub(replacement, text)
                    break
    return _LETTER_WORD.sub(r"\1\2", text) if "-" in text or "o ring" in text else text

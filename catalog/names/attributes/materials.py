"""Materials, their grades, surface finishes, strength classes, hardness."""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.names.attributes.reading import Reading, alternatives, kinds
from catalog.names.words.compounds import base_words
from catalog.names.words.tokens import words

_WORDS = """
steel: stahl steel
stainless_steel: edelstahl inox nirosta niro rostfrei stainless
cast_iron: gusseisen grauguss sphaeroguss
brass: messing brass
bronze: bronze rotguss
copper: kupfer copper
aluminium: aluminium aluminum alu
zinc: zink zamak
titanium: titan titanium
plastic: kunststoff plastic
rubber: gummi rubber kautschuk
silicone: silikon silicone
polyamide: polyamid polyamide nylon
ptfe: teflon
leather: leder leather
felt: filz felt
cork: kork cork
ceramic: keramik ceramic
glass: glas glass
"""
_CODES = """
nbr: NBR
hnbr: HNBR
fkm: FKM FPM VITON Viton
epdm: EPDM
sbr: SBR
silicone: VMQ MVQ
ptfe: PTFE
pom: POM
pvc: PVC
polyurethane: PUR PU
peek: PEEK
polyamide: PA PA6 PA66
polypropylene: PP
polyethylene: HDPE
abs: ABS
pvdf: PVDF
cast_iron: GG GGG
brass: MS Ms
stainless_steel: VA V2A V4A SS
"""


def _by_word(table: str) -> dict[str, str]:
    rows = (line.partition(":") for line in table.splitlines())
    return {word: material for material, _, word_list in rows for word in word_list.split()}


_MATERIAL_OF = _by_word(_WORDS)
_MATERIAL_OF_CODE = _by_word(_CODES)
_ANY_CODE = "|".join(sorted(_MATERIAL_OF_CODE, key=len, reverse=True))
_CODE = re.compile(rf"(?=[A-Z])(?<![\w.-])({_ANY_CODE})(?![\w]|\.\d)(?:[ -]?(\d\d)\b)?")
_ELASTOMERS = frozenset(("nbr", "hnbr", "fkm", "epdm", "silicone", "sbr", "polyurethane"))
_WORKS_ON = kinds(
    "bohrer saege feile fraeser schneider schere buerste messer reiniger duebel meissel kleber politur"
    " drill saw file cutter cutters cleaner cleaners scissors brush adhesive glue polish"
)
_PURPOSE = frozenset(("fuer", "for"))
_OF_FIRST_PART = frozenset(
    ("steel", "stainless_steel", "brass", "copper", "aluminium", "plastic", "rubber")
)
_WERKSTOFF = re.compile(r"(?<![\w.])(1\.[0-9]\d{3})(?![\w.])")
_AISI = re.compile(r"\b(?:aisi|ss) ?(304l?|316l?|316ti|303)\b")
_STEEL_GRADE = re.compile(r"(?<![\w./-])(a[24])(?:-(\d{2,3}))?(?![\w./-])")
_VA_GRADE = {"v2a": "A2", "v4a": "A4"}
_STRENGTH = re.compile(
    r"(?<![\w./])(?<!\w-)(?:kl(?:asse)?\.? ?)?(4\.[68]|5\.[68]|6\.8|8\.8|9\.8|10\.9|12\.9)(?![\w/]|\.\d)"
)
_NUT_CLASS = re.compile(r"\b(?:festigkeitsklasse|klasse|class|kl\.?) ?(0?4|0?5|6|8|10|12)\b(?!\.)")
_SHORE = re.compile(
    r"(?<![\w.])(\d\d)[ -]?(?:\+-5 ?)?(?:°? ?shore?(?: ?a)?|sh ?a|irhd)\b|\bshore ?a? ?(\d\d)\b"
)
_THREADED = kinds(
    "schraube mutter gewindestange bolzen screw screws bolt bolts nut nuts stud scheibe washer"
)
_THREADED |= kinds("gewinde gewindestift niet stift")

_FINISH = alternatives(
    {
        "hot_dip_galvanised": r"feuerverzinkt\w*|tzn|hot[ -]dip(?:ped)? galvani[sz]ed|hdg",
        "zinc_plated": r"(?:galvanisch )?verzinkt\w*|verz|gvz|vz|galvani[sz]ed|zinc[ -]plated|zp|galv",
        "nickel_plated": r"vernickelt\w*|nickel[ -]plated",
        "chrome_plated": r"verchromt\w*|chrome[ -]plated|chromed",
        "black_oxide": r"bruenier\w+|black oxide|blackened",
        "anodised": r"eloxiert\w*|anodi[sz]ed",
        "painted": r"lackiert\w*|painted",
        "powder_coated": r"pulverbeschichtet\w*|powder[ -]coated",
        "plain": r"blank|plain finish",
    },
    r"\b",
    r"\b",
)
_FINISH_SIGNS = (
    *("verz", "vz", "zn", "zp", "zinc", "galv", "hdg", "nick", "chrom", "ox", "anodi"),
    *("blank", "black", "bruen", "paint", "lackier", "pulver", "powder", "plain"),
)
"""One of them occurs in all that ``_FINISH`` matches."""


def read_grades(reading: Reading) -> None:
    """Note the grades of steel, before their numbers look like sizes (AISI 316L)."""
    for match in reading.take_sizes(_AISI, "aisi", "ss"):
        reading.add("material", "stainless_steel")
        reading.add("material_grade", f"AISI {match[1].upper()}")
    for match in reading.take_sizes(_WERKSTOFF, "1."):
        is_stainless = match[1][2:4] in ("40", "41", "43", "44", "45")
        reading.add("material", "stainless_steel" if is_stainless else "steel")
        reading.add("material_grade", match[1])
    for short, grade in _VA_GRADE.items():
        if short in reading.text and re.search(rf"\b{short}\b", reading.text):
            reading.add("material_grade", grade)
    if {"thread", "standard"} & set(reading.found) or reading.is_any(_THREADED):
        for match in reading.take_sizes(_STEEL_GRADE):
            reading.add("material", "stainless_steel")
            reading.add("material_grade", match[1].upper())
            if match[2]:
                reading.add("strength_class", match.group().upper())


def read_materials(reading: Reading) -> None:
    """Note materials, surface finishes and hardness."""
    _read_codes(reading)
    for material in _spoken(reading):
        reading.add("material", material)
    for match in reading.take(_FINISH, *_FINISH_SIGNS):
        reading.add("finish", str(match.lastgroup))
    for match in reading.take_sizes(_SHORE, "sh", "irhd"):
        reading.add("hardness_shore", float(match[1] or match[2]))


def read_strength(reading: Reading) -> None:
    """Note strength classes, of threaded parts only: 8.8 may be anything elsewhere."""
    if "thread" not in reading.found and not reading.is_any(_THREADED):
        return
    for pattern in (_STRENGTH, _NUT_CLASS):
        for match in reading.take_sizes(pattern):
            reading.add("strength_class", match[1])


def _read_codes(reading: Reading) -> None:
    """Codes are read in capitals only; a number behind an elastomer is its hardness."""
    for match in _CODE.finditer(reading.written):
        material = _MATERIAL_OF_CODE[match[1]]
        reading.add("material", material)
        if match[2] and material in _ELASTOMERS and 30 <= int(match[2]) <= 95:
            reading.add("hardness_shore", float(match[2]))


def _spoken(reading: Reading) -> list[str]:
    """Return materials said in words, also as the first part of a compound (``Messingmutter``).

    What a part is for, or works on, is not what it is made of: Stahlbohrer, cleaner for glass.
    """
    materials: list[str] = []
    if reading.is_any(_WORKS_ON):
        return materials
    for word in words(reading.written):
        if word in _PURPOSE:
            break
        if (material := _material_of(word)) is not None:
            materials.append(material)
    if "stainless_steel" in materials:
        materials = [material for material in materials if material != "steel"]
    return materials


@lru_cache(1 << 15)
def _material_of(word: str) -> str | None:
    parts = base_words(word)
    material = _MATERIAL_OF.get(parts[0])
    return material if len(parts) == 1 or material in _OF_FIRST_PART else None

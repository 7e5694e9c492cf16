from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names.attributes import read_attributes
from catalog.parts import Attributes

SEAL: Attributes = {"inner_diameter_mm": 20.0, "outer_diameter_mm": 30.0, "width_mm": 7.0}
RANGE_DC: Attributes = {"current_type": "DC", "voltage_range_v": [10.0, 30.0]}
A2: Attributes = {"material": "stainless_steel", "material_grade": "A2"}

NAMES: list[tuple[str, Attributes]] = [
    # fasteners
    (
        "Sechskantschraube M8 x 20 DIN 933 8.8 verz.",
        {
            "thread": "M8",
            "length_mm": 20.0,
            "standard": ["DIN 933"],
            "strength_class": "8.8",
            "finish": "zinc_plated",
        },
    ),
    (
        "6KT-SCHR. M10X40 DIN EN ISO 4017 10.9",
        {"thread": "M10", "length_mm": 40.0, "standard": ["ISO 4017"], "strength_class": "10.9"},
    ),
    (
        "DIN EN ISO 4762 M6×16 A2-70",
        {
            "thread": "M6",
            "length_mm": 16.0,
            "standard": ["ISO 4762"],
            "strength_class": "A2-70",
            **A2,
        },
    ),
    ("Schraube M8x1", {"thread": "M8x1"}),
    ("Schraube M8 x 1,25 x 40", {"thread": "M8", "length_mm": 40.0}),
    ("Schraube M10x1,25x50", {"thread": "M10x1.25", "length_mm": 50.0}),
    ("Gewindestift M3x4 DIN 913", {"thread": "M3", "length_mm": 4.0, "standard": ["DIN 913"]}),
    ("set screw M16 x 1.5", {"thread": "M16x1.5"}),
    ("Schraube M12x4", {"thread": "M12"}),
    (
        "DIN933-M8x20-8.8",
        {"standard": ["DIN 933"], "thread": "M8", "length_mm": 20.0, "strength_class": "8.8"},
    ),
    ("Mutter M10 DIN 934 Kl. 8", {"thread": "M10", "standard": ["DIN 934"], "strength_class": "8"}),
    ("Mutter M12 Linksgewinde", {"thread": "M12", "thread_hand": "left"}),
    (
        "Gewindestange M 20 x 1000 mm feuerverzinkt",
        {"thread": "M20", "length_mm": 1000.0, "finish": "hot_dip_galvanised"},
    ),
    (
        'HEX BOLT 1/4-20 UNC x 1" SS',
        {"thread": "1/4-20 UNC", "length_mm": 25.4, "material": "stainless_steel"},
    ),
    ("Stud 3/4-10 UNC ASTM A193 B7", {"thread": "3/4-10 UNC", "standard": ["ASTM A193"]}),
    ("Machine screw #10-32 UNF", {"thread": "#10-32 UNF"}),
    (
        "Unterlegscheibe 8,4 x 16 x 1,6 DIN 125 A2",
        {
            "inner_diameter_mm": 8.4,
            "outer_diameter_mm": 16.0,
            "thickness_mm": 1.6,
            "standard": ["DIN 125"],
            **A2,
        },
    ),
    ("Blindniet 4x10 Alu", {"diameter_mm": 4.0, "length_mm": 10.0, "material": "aluminium"}),
    ("Holzschraube 5,0 x 60", {"diameter_mm": 5.0, "length_mm": 60.0}),
    ("Spannstift 6x30 DIN 1481", {"diameter_mm": 6.0, "length_mm": 30.0, "standard": ["DIN 1481"]}),
    (
        "Passfeder 8x7x40 DIN 6885",
        {"width_mm": 8.0, "height_mm": 7.0, "length_mm": 40.0, "standard": ["DIN 6885"]},
    ),
    ("Schraube V2A M6", {"thread": "M6", **A2}),
    ("Dübel 8 mm 100 Stk", {"size_mm": 8.0, "quantity": 100.0}),
    # bearings
    ("Rillenkugellager 6205-2RS", {"bearing": "6205-2RS"}),
    ("Bearing 6205 ZZ/C3", {"bearing": "6205-2Z", "bearing_clearance": "C3"}),
    ("SKF 6305-2RS1", {"bearing": "6305-2RS"}),
    ("Kugellager 6205", {"bearing": "6205"}),
    ("Zylinderrollenlager NU205", {"bearing": "NU205"}),
    ("Lager 25x52x15", {"inner_diameter_mm": 25.0, "outer_diameter_mm": 52.0, "width_mm": 15.0}),
    (
        "Buchse 20 x 23 x 15 Bronze",
        SEAL | {"outer_diameter_mm": 23.0, "width_mm": 15.0, "material": "bronze"},
    ),
    # seals
    ("Wellendichtring 20x30x7 NBR 70", SEAL | {"material": "nbr", "hardness_shore": 70.0}),
    ("WDR 20/30/7", {}),
    ("Oil seal 20 x 30 x 7 mm FKM", SEAL | {"material": "fkm"}),
    (
        "O-Ring 20 x 3,5 FKM 80",
        {"inner_diameter_mm": 20.0, "thickness_mm": 3.5, "material": "fkm", "hardness_shore": 80.0},
    ),
    ("O RING AS568-214", {"standard": ["AS568-214"]}),
    ("Dichtung 100 x 80 x 2 mm", {"dimensions_mm": [100.0, 80.0, 2.0]}),
    (
        "Kupferdichtring 14x18x1,5",
        {
            "inner_diameter_mm": 14.0,
            "outer_diameter_mm": 18.0,
            "thickness_mm": 1.5,
            "material": "copper",
        },
    ),
    # pipes and valves
    (
        'Kugelhahn G 1/2" PN16 Messing vernickelt',
        {
            "thread": "G1/2",
            "nominal_pressure_bar": 16.0,
            "material": "brass",
            "finish": "nickel_plated",
        },
    ),
    ("Kugelhahn G 1", {"thread": "G1"}),
    ("Lampe G4 20 W", {"power_w": 20.0}),
    ("Doppelnippel R 3/4", {"thread": "R3/4"}),
    ("Fitting 1/2 NPT brass", {"thread": "1/2 NPT", "material": "brass"}),
    ("Ball valve 1/2 BSP", {"thread": "G1/2"}),
    ("Verschraubung G1 1/2", {"thread": "G1-1/2"}),
    (
        "Absperrklappe DN 50 PN 10 GGG",
        {"nominal_diameter_mm": 50.0, "nominal_pressure_bar": 10.0, "material": "cast_iron"},
    ),
    ("Rohr 1 1/2 Zoll", {"size_in": 1.5}),
    ("Manometer 0..10 bar", {"pressure_range_bar": [0.0, 10.0]}),
    ("Druckschalter 145 psi", {"pressure_bar": 9.99739807}),
    ("Pumpe 20 l/min 6 bar", {"flow_l_min": 20.0, "pressure_bar": 6.0}),
    ("Pumpe 3 m³/h", {"flow_l_min": 50.0}),
    ("Schlauch Ø 12 mm L=2,5 m", {"diameter_mm": 12.0, "length_mm": 2500.0}),
    ("Schlauch 10 m 8 mm", {"length_mm": 10000.0, "size_mm": 8.0}),
    # electrics
    (
        "Motor 400/230V 50 Hz 1,5 kW 2800 1/min",
        {"voltage_v": [230.0, 400.0], "frequency_hz": 50.0, "power_w": 1500.0, "speed_rpm": 2800.0},
    ),
    ("Netzteil 10-30 V DC 2,5A", {**RANGE_DC, "current_a": 2.5}),
    (
        "Sensor 10...30V DC M12 4-polig IP67",
        {**RANGE_DC, "thread": "M12", "poles": 4.0, "ip_class": "IP67"},
    ),
    ("Relais 24VDC", {"voltage_v": 24.0, "current_type": "DC"}),
    ("Relais,24V", {"voltage_v": 24.0}),
    ("Schütz 230 V AC", {"voltage_v": 230.0, "current_type": "AC"}),
    ("Trafo 0,1 kVA", {"apparent_power_va": 100.0}),
    ("Widerstand 4,7 kΩ 1/4W", {"resistance_ohm": 4700.0, "power_w": 0.25}),
    ("Kondensator 10 µF 400 V", {"capacitance_f": 1e-05, "voltage_v": 400.0}),
    (
        "Kabel 3x1,5mm² 10 m schwarz",
        {"cores": 3.0, "cross_section_mm2": 1.5, "length_mm": 10000.0, "color": "black"},
    ),
    ("Leitung 5G2,5", {"cores": 5.0, "cross_section_mm2": 2.5}),
    ("Battery 12V 100Ah Li-Ion", {"voltage_v": 12.0, "charge_ah": 100.0}),
    ("Sicherung 5x20 10A", {"diameter_mm": 5.0, "length_mm": 20.0, "current_a": 10.0}),
    ("Sicherung 500 mA", {"current_a": 0.5}),
    ("LED Lampe rot 24 V", {"color": "red", "voltage_v": 24.0}),
    ("Right angle connector 3 pin", {"poles": 3.0}),
    ("Temperaturfühler -20..+80 °C", {"temperature_range_c": [-20.0, 80.0]}),
    ("Thermostat 60°C", {"temperature_c": 60.0}),
    ("Thermostat 212 °F", {"temperature_c": 100.0}),
    ("Kabelverschraubung Pg 11", {"thread": "Pg11"}),
    ("Schutzschalter IP 54", {"ip_class": "IP54"}),
    # tools and mechanics
    ("Gabelschlüssel SW 13", {"wrench_size_mm": 13.0}),
    ('Stecknuss 1/2" SW 19', {"size_in": 0.5, "wrench_size_mm": 19.0}),
    ("Drehmomentschlüssel 20-100 Nm", {"torque_range_nm": [20.0, 100.0]}),
    ("Bohrer 6,5 mm HSS", {"size_mm": 6.5}),
    ("Stahlbohrer 8 mm", {"size_mm": 8.0}),
    ("Spindel Tr 20x4", {"thread": "Tr20x4"}),
    ("Gasfeder 500 N", {"force_n": 500.0}),
    ("Engine 5 PS", {"power_w": 3677.49375}),
    ("Motor 2 hp", {"power_w": 1491.39974}),
    (
        "Platte 25 mm stark, Breite 100 mm, Höhe: 2 cm",
        {"thickness_mm": 25.0, "width_mm": 100.0, "height_mm": 20.0},
    ),
    ("Deckel Ø=80 H=20", {"diameter_mm": 80.0, "height_mm": 20.0}),
    ("Welle dia. 20 mm lg. 100", {"diameter_mm": 20.0, "length_mm": 100.0}),
    ("Rod 12 mm diameter, length 1 m", {"diameter_mm": 12.0, "length_mm": 1000.0}),
    (
        "Blech 1000x500x3 mm 1.4301",
        {
            "dimensions_mm": [1000.0, 500.0, 3.0],
            "material": "stainless_steel",
            "material_grade": "1.4301",
        },
    ),
    ("Kiste 40 x 30 x 20 cm", {"dimensions_mm": [400.0, 300.0, 200.0]}),
    # sides and colours
    ("Scheinwerfer vorne links", {"side": ["front", "left"]}),
    ("Außenspiegel re. schwarz", {"side": "right", "color": "black"}),
    ("Headlight RH", {"side": "right"}),
    ("Griff li/re", {"side": ["left", "right"]}),
    ("Farbe RAL 9005 5 l", {"color_ral": "RAL 9005", "volume_l": 5.0}),
    # materials
    ("Messingmutter", {"material": "brass"}),
    ("Edelstahl-Schelle V4A", {"material": "stainless_steel", "material_grade": "A4"}),
    (
        "Stainless steel pipe AISI 316L",
        {"material": "stainless_steel", "material_grade": "AISI 316L"},
    ),
    ("Kunststoffgehäuse ABS", {"material": ["abs", "plastic"]}),
    ("Zahnriemen PU", {"material": "polyurethane"}),
    # nothing is guessed
    ("Chain connectors & links", {}),
    ("Front-end loader", {}),
    ("Glass cleaner", {}),
    ("Suchgerät für Kunststoffe", {}),
    ("Kettenschloss links", {"side": "left"}),
    ("A4 Ordner", {}),
    ("Typ 80C 24", {}),
    ("Filter 1.000 l", {}),
    ("Öl 1,125 kg", {}),
    ("Drucker M1132", {}),
    ("Baugruppe 6205", {}),
    ("Ersatzteil 12-34-56", {}),
    ("Software 8.8", {}),
    ("mW MW 5 mW", {}),
    ("", {}),
    ("???", {}),
]


@pytest.mark.parametrize(("name", "expected"), NAMES, ids=[name for name, _ in NAMES])
def test_a_name_is_read_exactly(name: str, expected: Attributes) -> None:
    assert read_attributes(name) == expected


def test_names_are_many_enough() -> None:
    assert len(NAMES) >= 100


def test_names_of_one_part_are_joined() -> None:
    joined = read_attributes("Schraube M8x20 DIN 933", "Screw M8 ISO 4017, zinc plated")
    assert joined == {
        "thread": "M8",
        "length_mm": 20.0,
        "standard": ["DIN 933", "ISO 4017"],
        "finish": "zinc_plated",
    }


def test_a_key_on_which_names_disagree_is_left_out() -> None:
    assert read_attributes("Relais 24V", "Relay 230V 10A") == {"current_a": 10.0}


def test_the_more_specific_of_two_statements_is_kept() -> None:
    assert read_attributes("Winkel Stahl", "Angle stainless steel")["material"] == "stainless_steel"
    assert read_attributes("Motor 230V", "Motor 230/400V")["voltage_v"] == [230.0, 400.0]


def test_long_text_is_read_in_bounded_time() -> None:
    assert read_attributes("M8x20 " + "1x" * 100_000)["thread"] == "M8"
    assert read_attributes("Mutter " + "9 / " * 50_000) == {}


@pytest.mark.parametrize(
    ("finish", "words"),
    [
        (
            "hot_dip_galvanised",
            "feuerverzinkte, tZn, hot-dip galvanized, hot dipped galvanised, HDG",
        ),
        ("zinc_plated", "verzinkt, verz, gvz, vz, galv, galvanised, zinc plated, zinc-plated, ZP"),
        ("nickel_plated", "vernickelt, nickel plated"),
        ("chrome_plated", "verchromte, chrome-plated, chromed"),
        ("black_oxide", "brüniert, black oxide, blackened"),
        ("anodised", "eloxiert, anodised, anodized"),
        ("painted", "lackiertes, painted"),
        ("powder_coated", "pulverbeschichtet, powder-coated"),
        ("plain", "blank, plain finish"),
    ],
)
def test_every_word_for_a_finish_is_read(finish: str, words: str) -> None:
    for word in words.split(", "):
        assert read_attributes(f"Teil {word}")["finish"] == finish, word


@given(st.text(max_size=80))
def test_any_text_is_read_into_plain_values(text: str) -> None:
    for key, value in read_attributes(text).items():
        assert key.islower()
        for element in value if isinstance(value, list) else [value]:
            assert element or element == 0.0
            assert isinstance(element, str) or abs(element) < float("inf")


@given(st.sampled_from(NAMES), st.text(alphabet=" \t\u00a0", max_size=4))
def test_surrounding_space_changes_nothing(entry: tuple[str, Attributes], space: str) -> None:
    assert read_attributes(f"{space}{entry[0]}{space}") == entry[1]


def test_real_names_read_without_surprises(shared: Path) -> None:
    text = (shared / "data" / "flipkart_dev" / "parts.csv").read_text("utf-8", errors="replace")
    for line in text.splitlines()[:1000]:
        for value in read_attributes(line).values():
            assert value != []

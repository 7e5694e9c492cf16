from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names.translation.translate import translate
from catalog.parts import LANGUAGES, Language

GERMAN = {
    "Zylinderschraube mit Schlitz M10x40 verzinkt": "Slotted cheese head screw M10x40, galvanised",
    "Linsenkopfschraube Kreuzschlitz 4x16 A2": "Pan head screw, cross-recessed 4x16 A2",
    "Unterlegscheiben DIN 125 A8,4": "Washers DIN 125 A8,4",
    "Selbstsichernde Mutter M12": "Self-locking nut M12",
    "Spannstift 5x40 ISO 8752": "Spring pin 5x40 ISO 8752",
    "O-Ring 25x3,5 FKM": "O-ring 25x3,5 FKM",
    "Faltenbalg für Lenkgetriebe": "Bellows for steering gear",
    "Kegelrollenlager 30205": "Tapered roller bearing 30205",
    "Gelenkwelle mit Überlastkupplung": "Cardan shaft with overload clutch",
    "Druckfeder 1,5x12x40": "Compression spring 1,5x12x40",
    "Hydraulikzylinder doppeltwirkend 50/30x200": "Hydraulic cylinder, double-acting, 50/30x200",
    "Schnellkupplung 1/2 Zoll": "Quick coupling 1/2 inch",
    "Absperrklappe DN 80 PN 16": "Butterfly valve DN 80 PN 16",
    "Rohrbogen 90° Edelstahl": "Pipe bend 90°, stainless steel",
    "Kreiselpumpe 0,75 kW": "Centrifugal pump 0,75 kW",
    "Drehstrommotor 4-polig 1,5 kW": "Three-phase motor 4-pole 1,5 kW",
    "Aderendhülsen isoliert 1,5 mm² blau": "Wire end ferrules, insulated, 1,5 mm², blue",
    "Kabelkanal PVC weiß 40x60": "Cable duct PVC white 40x60",
    "Not-Aus-Taster mit Schlüssel": "Emergency stop button with key",
    "Sicherungshalter für Hutschiene": "Fuse holder for DIN rail",
    "Induktiver Näherungsschalter M12": "Inductive proximity switch M12",
    "kapazitiver Näherungsschalter": "Capacitive proximity switch",
    "Näherungsschalter induktiv M12 PNP": "Proximity switch, inductive, M12 PNP",
    "Temperaturfühler PT100 mit Kabel": "Temperature sensor PT100 with cable",
    "Messschieber digital 150 mm": "Caliper, digital, 150 mm",
    "Bremsscheiben vorne belüftet": "Brake discs, front, ventilated",
    "Stoßdämpfer hinten links": "Shock absorber rear left",
    "Außenspiegel rechts elektrisch verstellbar": "Exterior mirror, right, electric, adjustable",
    'Drehmomentschlüssel 1/2" 40-200 Nm': 'Torque wrench 1/2" 40-200 Nm',
    "Schleifscheibe 125x6x22 Metall": "Grinding disc 125x6x22, metal",
    "Sägeblatt für Kreissäge 190 mm": "Saw blade for circular saw 190 mm",
    "Schweißdraht 0,8 mm": "Welding wire 0,8 mm",
    "Klebeband doppelseitig 50 m": "Adhesive tape, double-sided, 50 m",
    "Silikonspray 400 ml": "Silicone spray 400 ml",
    "Möbelgriff Messing poliert": "Furniture handle, brass, polished",
    "Duschschlauch 1,5 m verchromt": "Shower hose 1,5 m, chrome-plated",
    "Lenkrolle mit Feststeller 100 mm": "Swivel castor with locking device 100 mm",
    "Spanngurt mit Ratsche 5 m": "Lashing strap with ratchet 5 m",
    "Sicherheitsschuhe S3 Größe 42": "Safety shoes S3, size 42",
    "Einweghandschuhe Nitril Größe L": "Disposable gloves, nitrile, size L",
    "Rauchmelder mit Batterie": "Smoke detector with battery",
    "Becherglas 250 ml": "Beaker 250 ml",
    "Bürostuhl schwarz": "Office chair, black",
    "Küchenmesser 20 cm": "Kitchen knife 20 cm",
    "Starterbatterie 12 V 74 Ah": "Starter battery 12 V 74 Ah",
    "Gehäusedeckel Aluminium eloxiert": "Housing cover, aluminium, anodised",
    "Abdeckung für Steckdose": "Cover for socket",
    "Halterung Auspuff": "Bracket, exhaust",
    "Kette aus Stahl": "Chain made of steel",
    "Heizelement 2000 W": "Heating element 2000 W",
    "Spiegel und Leuchten": "Mirror and luminaires",
    "Ventildeckeldichtung": "Valve cover gasket",
    "Türscharnier links/rechts": "Door hinge, left/right",
    "Zubehör für Staubsauger": "Accessory for vacuum cleaner",
    "Schlauch (transparent), 10 m": "Hose (transparent), 10 m",
    "Schutzbrillen": "Safety glasses",
    "24V-Motor": "24V motor",
    "SECHSKANTSCHRAUBE VERZINKT M8X20": "Hexagon bolt, galvanised, M8X20",
    "verzinkte Sechskantschrauben": "Galvanised hexagon bolts",
    "Schr. M8x20 verz.": "Screw M8x20, galvanised",
    "3-poliger Stecker": "3-pole plug",
    'KUGELHAHN MS 1/2"': 'Ball valve, brass 1/2"',
    "Batterien und Akkus": "Batteries and rechargeable batteries",
}
ENGLISH = {
    "Hexagon socket head cap screw M10x40 galvanised": "Zylinderschraube mit Innensechskant M10x40 verzinkt",
    "Pan head screw Phillips 4x16 stainless steel A2": "Linsenkopfschraube Kreuzschlitz 4x16 Edelstahl A2",
    "Washers DIN 125 A8.4": "Unterlegscheiben DIN 125 A8.4",
    "Self-locking nut M12": "Stoppmutter M12",
    "Spring pin 5x40 ISO 8752": "Spannstift 5x40 ISO 8752",
    "O-rings 25x3.5 FKM": "O-Ring 25x3.5 FKM",
    "Tapered roller bearing 30205": "Kegelrollenlager 30205",
    "Compression spring 1.5x12x40": "Druckfeder 1.5x12x40",
    "Double-acting hydraulic cylinder 50/30x200": "Hydraulikzylinder doppeltwirkend 50/30x200",
    "Solenoid valve 24 V DC": "Magnetventil 24 V DC",
    "Quick coupling 1/2 inch": "Schnellkupplung 1/2 Zoll",
    "Butterfly valve DN 80 PN 16": "Absperrklappe DN 80 PN 16",
    "Pipe bend 90° stainless steel": "Rohrbogen 90° Edelstahl",
    "Centrifugal pump 0.75 kW": "Kreiselpumpe 0.75 kW",
    "Three-phase motor 1.5 kW": "Drehstrommotor 1.5 kW",
    "Insulated ferrules 1.5 mm² blue": "Endhülsen isoliert 1.5 mm² blau",
    "Emergency stop button with key": "Not-Aus-Taster mit Schlüssel",
    "Fuse holder for DIN rail": "Sicherungshalter für Hutschiene",
    "Inductive proximity switch M12 PNP": "Näherungsschalter induktiv M12 PNP",
    "Digital caliper 150 mm": "Messschieber digital 150 mm",
    "Front brake discs": "Bremsscheiben vorne",
    "Rear left shock absorber": "Stoßdämpfer hinten links",
    "Electric wing mirror right": "Außenspiegel elektrisch rechts",
    "Replacement blade for lawn mower": "Ersatzklinge für Rasenmäher",
    'Torque wrench 1/2" 40-200 Nm': 'Drehmomentschlüssel 1/2" 40-200 Nm',
    "Grinding disc 125x6x22": "Schruppscheibe 125x6x22",
    "Circular saw blade 190 mm": "Kreissägeblatt 190 mm",
    "Welding wire 0.8 mm": "Schweißdraht 0.8 mm",
    "Double-sided adhesive tape 50 m": "Doppelseitiges Klebeband 50 m",
    "Silicone spray 400 ml": "Silikonspray 400 ml",
    "Polished brass furniture handle": "Messingmöbelgriff poliert",
    "Chrome-plated shower hose 1.5 m": "Brauseschlauch verchromt 1.5 m",
    "Air filter element": "Luftfiltereinsatz",
    "Swivel castor with brake 100 mm": "Lenkrolle mit Bremse 100 mm",
    "Ratchet strap 5 m": "Zurrgurt 5 m",
    "Safety shoes S3 size 42": "Sicherheitsschuh S3 Größe 42",
    "Smoke detector with battery": "Rauchmelder mit Batterie",
    "Black office chair": "Bürostuhl schwarz",
    "Kitchen knife 20 cm": "Küchenmesser 20 cm",
    "Starter battery 12 V 74 Ah": "Starterbatterie 12 V 74 Ah",
    "Anodised aluminium housing cover": "Aluminium-Gehäusedeckel eloxiert",
    "Socket cover": "Steckdosenabdeckung",
    "Exhaust bracket": "Auspuffhalterung",
    "Screwdriver set": "Schraubendrehersatz",
    "Steel chain": "Stahlkette",
    "Heating element 2000 W": "Heizelement 2000 W",
    "Mirrors and lamps": "Spiegel und Lampen",
    "VALVE COVER GASKET": "Ventildeckeldichtung",
    "Door hinge left/right": "Türband links/rechts",
    "Accessories for vacuum cleaner": "Zubehör für Staubsauger",
    "Hose (transparent), 10 m": "Schlauch (transparent), 10 m",
    "Safety glasses": "Schutzbrille",
    'Galvanized steel pipe 2"': 'Stahlrohr verzinkt 2"',
    "Aluminum profile 40x40": "Aluminiumprofil 40x40",
    "Gray paint RAL 7035": "Farbe grau RAL 7035",
    "Oil seal 35x52x7": "Simmerring 35x52x7",
    "Water pump with gasket": "Wasserpumpe mit Dichtung",
    "Turbocharger for diesel engine": "Turbolader für Dieselmotor",
    "Cable gland M20x1.5": "Kabelverschraubung M20x1.5",
    "Lab coat, white": "Laborkittel, weiß",
    "Machine screw and nut": "Maschinenschraube und Mutter",
    "LED module": "LED-Modul",
    "circuit breaker 16 A 3-pole": "Leistungsschalter 16 A 3-polig",
    'BALL VALVE BRASS 1/2"': 'Kugelhahn Messing 1/2"',
    "pump housing gasket": "Pumpengehäuse-Dichtung",
    "front left brake pad set": "Bremsbelagsatz vorne links",
    "wheel bearing kit": "Radlagersatz",
}
WORDS: dict[Language, list[str]] = {
    "de": ["Sechskantschraube", "verzinkt", "Dichtung", "für", "Pumpen", "schwarz", "Ventil"],
    "en": ["hexagon bolt", "galvanised", "gasket", "for", "pumps", "black", "valve"],
}
SIZES = [
    "M8x20",
    "DIN 933",
    "1,5",
    "24 V",
    "6205-2RS",
    '1/2"',
    "Ø63",
    "-40",
    "(10)",
    "3/2",
    "A2;",
    "x",
]


@pytest.mark.parametrize(("name", "expected"), GERMAN.items())
def test_german_names_in_english(name: str, expected: str) -> None:
    assert translate(name, "de") == expected


@pytest.mark.parametrize(("name", "expected"), ENGLISH.items())
def test_english_names_in_german(name: str, expected: str) -> None:
    assert translate(name, "en") == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["", "   ", "M8x20 DIN 933", "---", "Xyzqr Foobar", "24 V", "NBR", "\u200b", "()", "/"]
)
def test_what_holds_no_known_word_has_no_translation(name: str, language: Language) -> None:
    assert translate(name, language) is None


def test_at_least_sixty_percent_of_the_content_words_must_be_known() -> None:
    assert translate("Bosch Zündkerze", "de") is None
    assert translate("Bosch Zündkerze schwarz", "de") == "Bosch spark plug, black"
    assert translate("Qwert spark plug", "en") == "Qwert Zündkerze"


def test_function_words_alone_are_not_enough() -> None:
    assert translate("mit und ohne", "de") is None
    assert translate("with and for", "en") is None


def test_a_compound_with_an_unknown_part_is_unknown() -> None:
    assert translate("Zwurbelschraube", "de") is None


@given(
    st.sampled_from(LANGUAGES).flatmap(
        lambda language: st.tuples(
            st.just(language),
            st.lists(st.sampled_from([*WORDS[language], *SIZES]), min_size=1, max_size=8),
        )
    )
)
def test_numbers_stay_as_they_are_and_in_order(given_name: tuple[Language, list[str]]) -> None:
    language, parts = given_name
    name = " ".join(parts)
    translated = translate(name, language)
    if translated is not None:
        assert re.findall(r"\d+", translated) == re.findall(r"\d+", name)


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_text_has_a_defined_outcome(text: str, language: Language) -> None:
    translated = translate(text, language)
    assert translated is None or translated.strip()

"""What the demo catalogue holds: kinds of parts with their forms, sizes, standards and names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from demo.shapes import drives, electrics, fasteners, fittings
from demo.solids import Grid, Material, Solid

Size: TypeAlias = tuple[float, ...]
Form: TypeAlias = Callable[..., Solid]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sub-family: how it looks, is called and is sized.

    ``form`` takes the grid, the numbers of a size, and the material. ``size_text`` and ``extent_mm``
    are made from the same numbers.
    """

    family: str
    subfamily: str
    de: str
    en: str
    form: Form
    sizes: Sequence[Size]
    size_text: str
    extent_mm: Callable[..., float]
    materials: Sequence[Material]
    standard: str = ""
    extras: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class DrawnPart:
    """One part of the demo catalogue, before anything is left out or dirtied."""

    number: str
    kind: Kind
    size: Size
    material: Material
    extra: str

    @property
    def extent_mm(self) -> float:
        """Its longest side."""
        return float(self.kind.extent_mm(*self.size))

    def draw(self, grid: Grid) -> Solid:
        """Return its form on a grid."""
        size = [int(n) if n == int(n) else n for n in self.size]
        return self.kind.form(grid, *size, self.material)


MATERIAL_WORDS: dict[Material, tuple[str, str]] = {
    "zinc": ("verzinkt", "zinc plated"),
    "steel": ("Edelstahl A2", "stainless steel A2"),
    "black": ("brüniert", "black oxide"),
    "brass": ("Messing", "brass"),
    "rubber": ("NBR", "NBR"),
    "red": ("rot", "red"),
    "blue": ("blau", "blue"),
    "white": ("weiß", "white"),
    "copper": ("Kupfer", "copper"),
    "glass": ("Glas", "glass"),
    "green": ("grün", "green"),
}

_METALS: tuple[Material, ...] = ("zinc", "steel", "black", "brass")
_BOLTS: tuple[Size, ...] = tuple(
    (d, length)
    for d, lengths in ((6, (16, 30)), (8, (20, 40)), (10, (30, 60)), (12, (40, 80)))
    for length in lengths
)
_THREADS: tuple[Size, ...] = ((5,), (6,), (8,), (10,), (12,), (16,))
_BEARINGS: tuple[Size, ...] = ((10, 26), (12, 28), (15, 32), (17, 35), (20, 42), (25, 47), (30, 55))
_VOLTS = ("24 V DC", "230 V AC", "12 V DC")


def _long(d: float, length: float) -> float:
    return length + 1.2 * d


def _wide(d: float) -> float:
    return 2.1 * d


def _outer(_inner: float, outer: float) -> float:
    return outer


KINDS: tuple[Kind, ...] = (
    Kind(
        "screws",
        "hexagon head screws",
        "Sechskantschraube",
        "Hexagon head screw",
        fasteners.hexagon_bolt,
        _BOLTS,
        "M{0:g}x{1:g}",
        _long,
        _METALS,
        "DIN 933",
        ("8.8", "10.9"),
    ),
    Kind(
        "screws",
        "socket head cap screws",
        "Zylinderschraube mit Innensechskant",
        "Socket head cap screw",
        fasteners.socket_screw,
        _BOLTS,
        "M{0:g}x{1:g}",
        _long,
        ("black", "steel", "zinc"),
        "DIN 912",
        ("8.8", "12.9"),
    ),
    Kind(
        "screws",
        "countersunk screws",
        "Senkschraube",
        "Countersunk screw",
        fasteners.countersunk_screw,
        _BOLTS[:6],
        "M{0:g}x{1:g}",
        _long,
        _METALS,
        "DIN 7991",
    ),
    Kind(
        "screws",
        "set screws",
        "Gewindestift",
        "Set screw",
        fasteners.set_screw,
        ((6, 12), (8, 16), (10, 20), (12, 30)),
        "M{0:g}x{1:g}",
        _long,
        ("black", "steel"),
        "DIN 913",
    ),
    Kind(
        "screws",
        "threaded rods",
        "Gewindestange",
        "Threaded rod",
        fasteners.threaded_rod,
        ((6, 90), (8, 120), (10, 150)),
        "M{0:g}x{1:g}",
        _long,
        ("zinc", "steel"),
        "DIN 975",
    ),
    Kind(
        "nuts",
        "hexagon nuts",
        "Sechskantmutter",
        "Hexagon nut",
        fasteners.hexagon_nut,
        _THREADS,
        "M{0:g}",
        _wide,
        _METALS,
        "DIN 934",
    ),
    Kind(
        "nuts",
        "lock nuts",
        "Sicherungsmutter",
        "Lock nut",
        fasteners.lock_nut,
        _THREADS,
        "M{0:g}",
        _wide,
        ("zinc", "steel"),
        "DIN 985",
    ),
    Kind(
        "nuts",
        "wing nuts",
        "Flügelmutter",
        "Wing nut",
        fasteners.wing_nut,
        _THREADS[:4],
        "M{0:g}",
        lambda d: 4 * d,
        ("zinc", "steel", "brass"),
        "DIN 315",
    ),
    Kind(
        "washers",
        "flat washers",
        "Unterlegscheibe",
        "Flat washer",
        fasteners.washer,
        _THREADS,
        "M{0:g}",
        _wide,
        _METALS,
        "DIN 125",
    ),
    Kind(
        "washers",
        "spring washers",
        "Federring",
        "Spring washer",
        fasteners.spring_washer,
        _THREADS,
        "M{0:g}",
        _wide,
        ("zinc", "steel", "black"),
        "DIN 127",
    ),
    Kind(
        "washers",
        "toothed washers",
        "Zahnscheibe",
        "Toothed lock washer",
        fasteners.toothed_washer,
        _THREADS,
        "M{0:g}",
        _wide,
        ("zinc", "steel"),
        "DIN 6797",
    ),
    Kind(
        "pins and rings",
        "dowel pins",
        "Zylinderstift",
        "Dowel pin",
        fasteners.dowel_pin,
        ((4, 20), (6, 30), (8, 40), (10, 60)),
        "{0:g}x{1:g} mm",
        _long,
        ("steel", "black"),
        "DIN 6325",
    ),
    Kind(
        "pins and rings",
        "split pins",
        "Splint",
        "Split pin",
        fasteners.split_pin,
        ((3.2, 32), (4, 40), (5, 50)),
        "{0:g}x{1:g} mm",
        _long,
        ("zinc", "steel", "brass"),
        "DIN 94",
    ),
    Kind(
        "pins and rings",
        "retaining rings",
        "Sicherungsring",
        "Retaining ring",
        fasteners.circlip,
        ((15,), (20,), (25,), (40,)),
        "{0:g} mm",
        lambda d: 1.35 * d,
        ("black", "steel"),
        "DIN 471",
    ),
    Kind(
        "pins and rings",
        "parallel keys",
        "Passfeder",
        "Parallel key",
        fasteners.parallel_key,
        ((6, 25), (8, 32), (10, 50)),
        "{0:g}x{1:g} mm",
        _long,
        ("steel",),
        "DIN 6885",
    ),
    Kind(
        "bearings",
        "open ball bearings",
        "Rillenkugellager",
        "Deep groove ball bearing",
        drives.ball_bearing,
        _BEARINGS,
        "{0:g}x{1:g} mm",
        _outer,
        ("steel",),
        "DIN 625",
    ),
    Kind(
        "bearings",
        "sealed ball bearings",
        "Rillenkugellager abgedichtet",
        "Sealed deep groove ball bearing",
        drives.sealed_bearing,
        _BEARINGS,
        "{0:g}x{1:g} mm",
        _outer,
        ("steel",),
        "DIN 625",
        ("2RS",),
    ),
    Kind(
        "bearings",
        "needle bearings",
        "Nadellager",
        "Needle roller bearing",
        drives.needle_bearing,
        _BEARINGS[:5],
        "{0:g}x{1:g} mm",
        _outer,
        ("steel",),
        "DIN 617",
    ),
    Kind(
        "gears and drives",
        "spur gears",
        "Stirnzahnrad",
        "Spur gear",
        drives.spur_gear,
        ((18, 2, 10), (24, 2, 12), (32, 1.5, 14), (40, 1, 10)),
        "Z={0:g} m={1:g}",
        lambda z, m, _b: (z + 2.5) * m,
        ("steel", "black", "brass", "white"),
    ),
    Kind(
        "gears and drives",
        "sprockets",
        "Kettenrad",
        "Sprocket",
        drives.sprocket,
        ((13, 12.7, 16), (17, 12.7, 20), (21, 9.5, 18)),
        "Z{0:g} {1:g} mm",
        lambda z, p, _b: p * z / 3.0,
        ("steel", "black", "zinc"),
        "DIN 8187",
    ),
    Kind(
        "gears and drives",
        "V-belts",
        "Keilriemen",
        "V-belt",
        drives.v_belt,
        ((630,), (850,), (1000,), (1250,)),
        "{0:g} mm",
        lambda length: 0.7 * length,
        ("rubber",),
        "DIN 7753",
    ),
    Kind(
        "gears and drives",
        "pulleys",
        "Riemenscheibe",
        "Pulley",
        drives.pulley,
        ((80, 14), (100, 19), (140, 24)),
        "{0:g} mm",
        lambda outer, _b: outer,
        ("black", "steel"),
    ),
    Kind(
        "gears and drives",
        "jaw couplings",
        "Klauenkupplung",
        "Jaw coupling",
        drives.jaw_coupling,
        ((40, 14), (55, 19), (65, 24)),
        "{0:g} mm",
        lambda outer, _b: outer,
        ("steel", "black"),
    ),
    Kind(
        "springs",
        "compression springs",
        "Druckfeder",
        "Compression spring",
        drives.compression_spring,
        ((1, 10, 40), (1.6, 14, 50), (2, 20, 60), (3, 25, 90)),
        "{0:g}x{1:g}x{2:g} mm",
        lambda _d, outer, length: length + outer / 2,
        ("steel", "zinc", "black"),
        "DIN 2098",
    ),
    Kind(
        "springs",
        "extension springs",
        "Zugfeder",
        "Extension spring",
        drives.extension_spring,
        ((1, 8, 50), (1.4, 12, 70), (2, 16, 90)),
        "{0:g}x{1:g}x{2:g} mm",
        lambda _d, outer, length: length + outer,
        ("steel", "zinc"),
        "DIN 2097",
    ),
    Kind(
        "springs",
        "disc springs",
        "Tellerfeder",
        "Disc spring",
        drives.disc_spring,
        ((10.2, 20), (16.3, 31.5), (25.4, 50)),
        "{0:g}x{1:g} mm",
        _outer,
        ("steel", "black"),
        "DIN 2093",
    ),
    Kind(
        "seals",
        "O-rings",
        "O-Ring",
        "O-ring",
        fittings.o_ring,
        ((10, 2), (20, 3), (30, 3), (50, 5)),
        "{0:g}x{1:g} mm",
        lambda d, s: d + 2 * s,
        ("rubber", "green", "red"),
        "ISO 3601",
    ),
    Kind(
        "seals",
        "shaft seals",
        "Wellendichtring",
        "Rotary shaft seal",
        fittings.shaft_seal,
        ((15, 30), (20, 35), (25, 47), (35, 62)),
        "{0:g}x{1:g} mm",
        _outer,
        ("rubber", "blue"),
        "DIN 3760",
    ),
    Kind(
        "seals",
        "flange gaskets",
        "Flanschdichtung",
        "Flange gasket",
        fittings.flange_gasket,
        ((40, 90), (60, 120), (80, 150)),
        "{0:g}x{1:g} mm",
        _outer,
        ("green", "white", "rubber"),
        "DIN 2690",
    ),
    Kind(
        "seals",
        "bonded seals",
        "Verbunddichtring",
        "Bonded seal",
        fittings.bonded_seal,
        ((10, 16), (14, 22), (18, 28)),
        "{0:g}x{1:g} mm",
        _outer,
        ("zinc", "steel"),
    ),
    Kind(
        "brackets and hinges",
        "angle brackets",
        "Befestigungswinkel",
        "Angle bracket",
        fittings.angle_bracket,
        ((20, 60), (30, 80), (40, 100)),
        "{0:g}x{1:g} mm",
        lambda _w, length: 1.25 * length,
        ("zinc", "steel", "black"),
    ),
    Kind(
        "brackets and hinges",
        "connecting plates",
        "Verbindungsblech",
        "Connecting plate",
        fittings.mounting_plate,
        ((30, 90), (40, 120), (50, 140)),
        "{0:g}x{1:g} mm",
        lambda _w, length: length,
        ("zinc", "steel", "black"),
    ),
    Kind(
        "brackets and hinges",
        "hinges",
        "Scharnier",
        "Hinge",
        fittings.hinge,
        ((40, 60), (50, 80), (60, 100)),
        "{0:g}x{1:g} mm",
        max,
        ("zinc", "brass", "steel"),
    ),
    Kind(
        "clamps",
        "pipe clamps",
        "Rohrschelle",
        "Pipe clamp",
        fittings.pipe_clamp,
        ((22,), (28,), (42,)),
        "{0:g} mm",
        lambda d: 2.1 * d,
        ("zinc", "steel"),
    ),
    Kind(
        "clamps",
        "hose clamps",
        "Schlauchschelle",
        "Hose clamp",
        fittings.hose_clamp,
        ((20,), (32,), (50,)),
        "{0:g} mm",
        lambda d: 1.35 * d,
        ("zinc", "steel"),
        "DIN 3017",
    ),
    Kind(
        "fittings and valves",
        "hose nozzles",
        "Schlauchtülle",
        "Hose nozzle",
        fittings.hose_fitting,
        ((13.2,), (16.7,), (21,)),
        "{0:g} mm",
        lambda d: 3.6 * d,
        ("brass", "zinc", "steel"),
    ),
    Kind(
        "fittings and valves",
        "pipe elbows",
        "Rohrbogen 90°",
        "Pipe elbow 90°",
        fittings.pipe_elbow,
        ((15,), (22,), (28,)),
        "{0:g} mm",
        lambda d: 3.1 * d,
        ("copper", "white", "steel"),
    ),
    Kind(
        "fittings and valves",
        "ball valves",
        "Kugelhahn",
        "Ball valve",
        fittings.ball_valve,
        ((15,), (20,), (25,)),
        "DN {0:g}",
        lambda d: 4.2 * d,
        ("brass", "steel"),
    ),
    Kind(
        "fittings and valves",
        "handwheels",
        "Handrad",
        "Handwheel",
        fittings.handwheel,
        ((80, 10), (125, 14), (160, 18)),
        "{0:g} mm",
        lambda outer, _b: outer,
        ("black", "zinc"),
        "DIN 950",
    ),
    Kind(
        "electrics",
        "proximity sensors",
        "Induktiver Näherungsschalter",
        "Inductive proximity sensor",
        electrics.proximity_sensor,
        ((8, 45), (12, 50), (18, 60)),
        "M{0:g}x{1:g}",
        lambda d, length: length + 3 * d,
        ("zinc", "steel", "brass"),
        "",
        _VOLTS,
    ),
    Kind(
        "electrics",
        "relays",
        "Koppelrelais",
        "Interface relay",
        electrics.relay,
        ((14, 28), (22, 30), (28, 40)),
        "{0:g}x{1:g} mm",
        lambda _w, length: 1.6 * length,
        ("green", "red", "white", "black"),
        "",
        _VOLTS,
    ),
    Kind(
        "electrics",
        "push buttons",
        "Drucktaster",
        "Push button",
        electrics.push_button,
        ((16, 40), (22, 50), (30, 60)),
        "{0:g} mm",
        lambda _d, length: 1.3 * length,
        ("red", "green", "blue", "white"),
        "",
        _VOLTS,
    ),
    Kind(
        "electrics",
        "fuses",
        "Feinsicherung",
        "Cartridge fuse",
        electrics.cartridge_fuse,
        ((5, 20), (6.3, 32), (10, 38)),
        "{0:g}x{1:g} mm",
        lambda _d, length: length,
        ("glass", "white"),
        "IEC 60127",
        ("2 A", "10 A"),
    ),
    Kind(
        "electrics",
        "indicator lamps",
        "Meldeleuchte",
        "Indicator lamp",
        electrics.indicator_lamp,
        ((16,), (22,), (30,)),
        "{0:g} mm",
        lambda d: d,
        ("red", "green", "blue", "white"),
        "",
        _VOLTS,
    ),
    Kind(
        "electrics",
        "terminal blocks",
        "Klemmleiste",
        "Terminal block",
        electrics.terminal_block,
        ((3, 8), (6, 8), (12, 8)),
        "{0:g}P",
        lambda poles, pitch: max(poles, 2.4) * pitch,
        ("white", "black", "green"),
    ),
    Kind(
        "electrics",
        "cable glands",
        "Kabelverschraubung",
        "Cable gland",
        electrics.cable_gland,
        ((16,), (20,), (25,)),
        "M{0:g}",
        lambda d: 2.4 * d,
        ("brass", "black", "white"),
        "EN 62444",
    ),
)

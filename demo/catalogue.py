"""Draw up the demo catalogue: parts with bilingual names, some missing, some dirty, photos for 55 %."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from demo.dirt import dirty
from demo.parts import KINDS, MATERIAL_WORDS, DrawnPart, Kind
from demo.scenes import Scene, draw_scene

PHOTO_SHARE = 0.55
SECOND_VIEW_SHARE = 0.2
FAMILY_SHARE = 0.7
COLUMNS = (
    "Artikelnummer",
    "Bezeichnung DE",
    "Description EN",
    "Gewicht [kg]",
    "Warengruppe",
    "Untergruppe",
    "Werk",
    "Bild 1",
    "Bild 2",
)
_SITES = ("1000", "1100", "2000")


@dataclass(frozen=True, slots=True)
class DemoCatalogue:
    """Where the drawn catalogue lies and what is in it."""

    table: Path
    images: Path
    parts: tuple[DrawnPart, ...]
    photos: int


def make_catalogue(folder: Path, parts: int, seed: int = 0) -> DemoCatalogue:
    """Draw ``parts`` parts into ``folder``: the same number and seed give the same files.

    Writes ``parts.csv``, ``images/``, and the truth about each photo: ``masks/`` and ``truth.csv``
    (file, mask, millimetres a pixel, background, ruler, clutter).
    """
    images, masks = folder / "images", folder / "masks"
    for path in (images, masks):
        path.mkdir(parents=True, exist_ok=True)
    drawn_parts = tuple(draw_up_parts(parts, seed))
    rng = np.random.default_rng([seed, 1])
    views = [_view_count(rng) for _ in drawn_parts]
    jobs = [
        (part, view)
        for part, count in zip(drawn_parts, views, strict=True)
        for view in range(count)
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        truth = list(pool.map(lambda job: _photograph(job[0], job[1], folder, seed), jobs))
    _write_rows(folder / "truth.csv", _TRUTH_COLUMNS, truth, delimiter=",")
    rows = [_row(part, count, rng) for part, count in zip(drawn_parts, views, strict=True)]
    _write_rows(folder / "parts.csv", COLUMNS, [*rows, *_bad_rows(rows)], delimiter=";")
    return DemoCatalogue(folder / "parts.csv", images, drawn_parts, len(jobs))


def draw_up_parts(count: int, seed: int = 0) -> Iterator[DrawnPart]:
    """Yield parts of all kinds in turn, with sizes, materials and extras at random."""
    rng = np.random.default_rng([seed, 0])
    variants: set[tuple[str, object, object, object]] = set()
    for position in range(count):
        kind = KINDS[position % len(KINDS)]
        for _ in range(20):  # as long as there are variants, no part twice
            size = kind.sizes[int(rng.integers(len(kind.sizes)))]
            material = kind.materials[int(rng.integers(len(kind.materials)))]
            extra = str(rng.choice(list(kind.extras))) if kind.extras else ""
            if (kind.subfamily, size, material, extra) not in variants:
                break
        variants.add((kind.subfamily, size, material, extra))
        yield DrawnPart(_number(position, kind), kind, size, material, extra)


def german_name(part: DrawnPart) -> str:
    """Return the full German name."""
    return _name(part, part.kind.de, MATERIAL_WORDS[part.material][0])


def english_name(part: DrawnPart) -> str:
    """Return the full English name."""
    return _name(part, part.kind.en, MATERIAL_WORDS[part.material][1])


def photo_seed(part: DrawnPart, view: int, seed: int) -> np.random.Generator:
    """Return the generator of one photo, which depends on nothing else in the catalogue."""
    return np.random.default_rng([seed, view, *part.number.encode()])


def save_photo(scene: Scene, path: Path) -> None:
    """Write a scene as a JPEG."""
    Image.fromarray(scene.image).save(path, quality=90)


_TRUTH_COLUMNS = ("file", "mask", "mm_per_px", "background", "ruler", "clutter")


def _photograph(part: DrawnPart, view: int, folder: Path, seed: int) -> tuple[object, ...]:
    scene = draw_scene(part, photo_seed(part, view, seed))
    file, mask = f"images/{_file_name(part, view)}.jpg", f"masks/{_file_name(part, view)}.png"
    save_photo(scene, folder / file)
    Image.fromarray(scene.mask).save(folder / mask)
    scale = f"{scene.mm_per_px:.5f}"
    return file, mask, scale, scene.background, int(scene.has_ruler), int(scene.has_clutter)


def _file_name(part: DrawnPart, view: int) -> str:
    return f"{part.number}_{view + 1}"


def _number(position: int, kind: Kind) -> str:
    """Return a part number in one of the styles that old and new systems leave behind."""
    styles = (
        f"{100000 + 37 * position}",
        f"{position:06d}",
        f"{kind.en[:2].upper()}-{1000 + position}",
        f"{2000 + position % 25}E{position:03d}",
    )
    return styles[position % 7 % len(styles)]


def _view_count(rng: np.random.Generator) -> int:
    if rng.random() >= PHOTO_SHARE:
        return 0
    return 2 if rng.random() < SECOND_VIEW_SHARE else 1


def _name(part: DrawnPart, word: str, material: str) -> str:
    size = part.kind.size_text.format(*part.size)
    pieces = (word, part.kind.standard, size, part.extra, material)
    return " ".join(piece for piece in pieces if piece)


def _row(part: DrawnPart, views: int, rng: np.random.Generator) -> tuple[str, ...]:
    missing = rng.random()
    german = "" if missing < 0.2 else german_name(part)
    english = "" if 0.2 <= missing < 0.45 else english_name(part)
    if rng.random() < 0.25:
        german, english = dirty(german, rng), dirty(english, rng)
    weight = f"{(part.extent_mm / 100) ** 2.2:.3f}".replace(".", ",") if rng.random() < 0.8 else ""
    has_family = rng.random() < FAMILY_SHARE
    photos = [f"images/{_file_name(part, view)}.jpg" for view in range(views)]
    family = (part.kind.family, part.kind.subfamily) if has_family else ("", "")
    site = str(rng.choice(_SITES))
    return (part.number, german, english, weight, *family, site, *([*photos, "", ""])[:2])


def _bad_rows(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return rows such as every real table has: a repeat, a conflict, no number, nothing at all."""
    first_row = rows[0]
    return [
        first_row,
        (first_row[0], "Ganz anderes Teil", *first_row[2:]),
        ("", "Teil ohne Nummer", *[""] * 7),
        ("99-LEER", *[""] * 8),
        ("99-FOTO-FEHLT", "Abstreifer", "Wiper", *[""] * 4, "images/fehlt.jpg", ""),
    ]


def _write_rows(
    path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]], delimiter: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")

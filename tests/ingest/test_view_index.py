from __future__ import annotations

from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ImageRejected
from catalog.images.reader import ImageReader
from catalog.tables.rows import SourceRow
from ingest.view_index import ViewIndex, natural_order


def row(number: str, *images: str) -> SourceRow:
    return SourceRow(1, {"part_number": number} if number else {}, images)


def views(files: list[str], numbers: list[str]) -> dict[str, list[str]]:
    index = ViewIndex(files, numbers)
    return {number: list(index.views_of(row(number)).references) for number in numbers}


@pytest.mark.parametrize(
    "file",
    [
        "4711.jpg",
        "4711.JPEG",
        "4711_1.jpg",
        "4711-2.png",
        "4711 (3).webp",
        "4711-front.png",
        "4711_links_neu.tif",
        "4711_v2.jpg",
        "4711_1a.jpg",
        "4711_0001.jpg",
        "4711_20240131.jpg",
        "IMG_4711_2.jpeg",
        "Foto 4711.heic",
        "pumps/old/4711.bmp",
        "4711/front.jpg",
        "pumps/4711/DSC00012.jpg",
        "4711/details/thread.gif",
    ],
)
def test_a_file_belongs_to_the_part_it_names(file: str) -> None:
    assert views([file], ["4711", "471", "711", "47"]) == {
        "4711": [file],
        "471": [],
        "711": [],
        "47": [],
    }


@pytest.mark.parametrize(
    "file",
    [
        "471.jpg",
        "47110.jpg",
        "4711a.jpg",
        "A4711.jpg",
        "04711.jpg",
        "0815_4711.jpg",
        "4711_0815.jpg",
        "4711-4712-2.jpg",
        "47110/front.jpg",
        "spare parts 4711/front.jpg",
    ],
)
def test_a_file_that_names_another_part_does_not(file: str) -> None:
    index = ViewIndex([file], ["4711"])
    assert index.views_of(row("4711")).references == ()
    assert index.unmatched == 1


@pytest.mark.parametrize(
    ("number", "file"),
    [
        ("12/34", "12_34.jpg"),
        ("12/34", "12-34_2.jpg"),
        ("12/34", "12 34/front.jpg"),
        ("DIN 912 M8x20", "din_912-m8X20.png"),
        ("A.12:3*", "A.12_3_.jpg"),
        ("Größe-5", "GRO\u0308SSE_5_1.jpg"),
        ("  4711 ", "4711.jpg"),
        ("ABC", "abc.jpg"),
        ("ABC", "abc-2.jpg"),
        ("12.5", "12.5.jpg"),
    ],
)
def test_characters_that_file_names_lack_count_as_separators(number: str, file: str) -> None:
    assert views([file], [number]) == {number: [file]}


def test_views_come_in_natural_order() -> None:
    files = ["4711_10.jpg", "4711_2.jpg", "b/4711.jpg", "4711_1.JPG", "4711.jpg", "4711-front.jpg"]
    expected = [
        "4711.jpg",
        "4711-front.jpg",
        "4711_1.JPG",
        "4711_2.jpg",
        "4711_10.jpg",
        "b/4711.jpg",
    ]
    for order in (files, files[::-1]):
        assert views(order, ["4711"])["4711"] == expected


def test_the_table_comes_first() -> None:
    index = ViewIndex(["4711.jpg"], ["4711"])
    row_views = index.views_of(row("4711", "b.jpg", "a.jpg", "b.jpg"))
    assert row_views.references == ("b.jpg", "a.jpg")
    assert row_views.notes == ()


@pytest.mark.parametrize("number", ["", "4712", "---", "   "])
def test_a_part_without_files_has_no_views(number: str) -> None:
    index = ViewIndex(["4711.jpg", "_.jpg", "-/-.jpg"], ["4711", number])
    assert index.views_of(row(number)).references == ()


# -- several parts, one file ------------------------------------------------------------------


def test_the_longer_number_wins() -> None:
    files = ["A12.jpg", "A12-B.jpg", "A12-B_2.jpg", "A12_2.jpg"]
    assert views(files, ["A12", "A12-B"]) == {
        "A12": ["A12.jpg", "A12_2.jpg"],
        "A12-B": ["A12-B.jpg", "A12-B_2.jpg"],
    }


def test_numbers_that_differ_in_a_separator_are_ambiguous() -> None:
    index = ViewIndex(["12_34.jpg"], ["12/34", "12-34"])
    for number in ("12/34", "12-34"):
        row_views = index.views_of(row(number))
        assert row_views.references == ()
        assert row_views.ambiguous == ("12_34.jpg",)
        assert row_views.notes == ("ambiguous_view",)
    assert (index.files, index.ambiguous, index.unmatched) == (1, 1, 0)


def test_a_file_and_its_folder_that_name_two_parts_are_ambiguous() -> None:
    index = ViewIndex(["4711/1.jpg", "4711/front.jpg", "4712/4712_1.jpg"], ["4711", "1", "4712"])
    assert index.views_of(row("4711")).references == ("4711/front.jpg",)
    assert index.views_of(row("4711")).ambiguous == ("4711/1.jpg",)
    assert index.views_of(row("1")).references == ()
    assert index.views_of(row("1")).ambiguous == ("4711/1.jpg",)
    assert index.views_of(row("4712")).references == ("4712/4712_1.jpg",)


def test_the_nearest_folder_wins() -> None:
    assert views(["12/4711/front.jpg", "12/side.jpg"], ["12", "4711"]) == {
        "12": ["12/side.jpg"],
        "4711": ["12/4711/front.jpg"],
    }


def test_the_same_number_twice_is_one_part() -> None:
    assert views(["4711.jpg"], ["4711", "4711", " 4711"])["4711"] == ["4711.jpg"]


def test_without_the_part_numbers_each_part_gets_what_fits() -> None:
    index = ViewIndex(["A12_B.jpg"])
    assert index.views_of(row("A12")).references == ("A12_B.jpg",)
    assert index.views_of(row("A12-B")).references == ("A12_B.jpg",)
    assert (index.unmatched, index.ambiguous) == (0, 0)


@given(
    numbers=st.lists(st.from_regex(r"[A-C]?[1-9]{1,3}(-[1-9]{1,2})?", fullmatch=True), max_size=8),
    files=st.lists(
        st.from_regex(
            r"([1-9]{1,2}/)?[A-C]?[1-9]{1,3}([-_][1-9a-c]{1,2}){0,2}\.jpg", fullmatch=True
        ),
        max_size=12,
        unique=True,
    ),
)
def test_no_file_goes_to_two_parts_and_each_is_counted_once(
    numbers: list[str], files: list[str]
) -> None:
    index = ViewIndex(files, numbers)
    given_out = [file for number in set(numbers) for file in index.views_of(row(number)).references]
    assert len(given_out) == len(set(given_out))
    assert len(given_out) + index.ambiguous + index.unmatched == index.files == len(files)


# -- folders and archives ---------------------------------------------------------------------


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    root = tmp_path / "photos"
    for file in (
        "4711.jpg",
        "pumps/4711_2.JPG",
        "0815/front.png",
        "0815/back.png",
        "notes.txt",
        "Thumbs.db",
        "._4711.jpg",
        ".cache/4711.jpg",
        "__MACOSX/4711.jpg",
        "@eaDir/4711.jpg",
        "party.jpg",
    ):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_bytes(file.encode())
    return root


def check(index: ViewIndex, root: Path) -> None:
    assert (index.files, index.other_files, index.unmatched, index.ambiguous) == (5, 6, 1, 0)
    assert index.views_of(row("4711")).references == ("4711.jpg", "pumps/4711_2.JPG")
    references = index.views_of(row("0815")).references
    assert references == ("0815/back.png", "0815/front.png")
    with ImageReader(root, None) as reader:
        assert [reader.read(reference).decode() for reference in references] == list(references)


def test_a_folder_is_scanned(photos: Path) -> None:
    (photos / "loop").symlink_to(photos, target_is_directory=True)
    check(ViewIndex.build(photos, ["4711", "0815"]), photos)


def test_a_zip_is_scanned(photos: Path, tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with ZipFile(path, "w") as archive:
        for file in sorted(photos.rglob("*")):
            archive.write(file, file.relative_to(photos))
    check(ViewIndex.build(path, ["4711", "0815"]), path)


def test_a_broken_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photos.zip").write_bytes(b"PK\3\4")
    with pytest.raises(ImageRejected, match="corrupt_archive"):
        ViewIndex.build(tmp_path / "photos.zip", [])


def test_an_empty_folder_is_fine(tmp_path: Path) -> None:
    index = ViewIndex.build(tmp_path, [])
    assert index.files == 0
    assert index.views_of(row("4711")).references == ()


def test_names_that_are_no_text_are_kept_as_they_are() -> None:
    name = b"4711_\xff.jpg".decode("utf-8", "surrogateescape")
    assert views([name], ["4711"]) == {"4711": [name]}


def test_very_long_and_deep_names_are_bounded() -> None:
    name = "_".join(["a"] * 60) + ".jpg"
    deep = "/".join(["4711"] * 200) + "/front.jpg"
    assert views([name, deep], ["4711"]) == {"4711": [deep]}


@given(st.lists(st.from_regex(r"[a1_-]{0,6}\.jpg", fullmatch=True)), st.randoms())
def test_natural_order_does_not_depend_on_the_order_before(
    paths: list[str], random: Random
) -> None:
    once = sorted(paths, key=natural_order)
    random.shuffle(paths)
    assert sorted(paths, key=natural_order) == once

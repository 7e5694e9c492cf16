from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from catalog.errors import ImageRejected
from search.api import search
from search.hits.results import SearchResult
from tests.search.small_catalog import Item, SmallCatalog, build, picture

NASTY = '<script>alert("x")</script> & [bold]Mutter'


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchResult]:
    catalog: SmallCatalog = build(
        tmp_path_factory.mktemp("store"),
        [
            Item("<b>N-1</b>", NASTY, None, "<i>Nuts</i>", ((255, 0, 0),)),
            Item("N-2", "Mutter", None, "Nuts", ((0, 255, 0),)),
            Item("N-3", "Mutter"),
        ],
    )
    search_result = search(catalog, text="Mutter")
    yield SearchResult(search_result.hits, search_result.seconds, read_original)
    catalog.close()


def read_original(reference: str) -> bytes:
    if reference.startswith("N-2"):
        raise ImageRejected("missing", "gone")
    content = io.BytesIO()
    Image.fromarray(picture((255, 0, 0))).save(content, "PNG")
    return content.getvalue()


def test_html_escapes_all_text_and_shows_what_pictures_there_are(result: SearchResult) -> None:
    html = result._repr_html_()
    assert "<script>" not in html
    assert "<i>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html
    assert html.count("data:image/jpeg;base64,") == 1


def test_a_frame_has_one_row_a_hit(result: SearchResult) -> None:
    frame = result.to_frame()
    assert list(frame.columns)[:4] == ["part_number", "score", "name_de", "name_en"]
    assert frame["part_number"].tolist() == [hit.part_number for hit in result.hits]
    assert frame["score"].between(0, 1).all()


def test_an_empty_result_has_the_same_columns() -> None:
    empty = SearchResult((), 0.1)
    assert next(iter(empty.to_frame().columns)) == "part_number"
    assert "<table>" in empty._repr_html_()


def test_json_has_exactly_the_agreed_keys(result: SearchResult) -> None:
    values = result.to_json()
    assert set(values) == {"hits", "seconds"}
    keys = {"part_number", "score", "name_de", "name_en", "family", "image", "why"}
    assert all(set(hit) == keys for hit in values["hits"])

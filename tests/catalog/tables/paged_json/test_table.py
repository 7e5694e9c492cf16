"""A paged JSON interface on the loopback, read with the real fetcher."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from catalog.errors import UnusableTable, UsageError
from catalog.fetching.fetcher import Fetcher
from catalog.tables.columns.mapping import guess_mapping
from catalog.tables.contract import TableSource
from catalog.tables.rows import BadRow, SourceRow, TableRow
from catalog.tables.source import open_table
from tests.catalog.tables.paged_api import Api, running_api


@pytest.fixture
def api() -> Iterator[Api]:
    with running_api() as api:
        yield api


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(timeout=60, retries=0, max_bytes=1 << 20, allow_private=True) as fetcher:
        yield fetcher


def product(code: int, **more: Any) -> dict[str, Any]:
    return {"code": str(code), "product_name": f"Champagne {code}", **more}


def codes(table: TableSource) -> list[str | None]:
    return [row.values["code"] for row in table.rows() if isinstance(row, TableRow)]


def test_reads_page_after_page_until_one_is_empty(api: Api, fetcher: Fetcher) -> None:
    api.serve({"1": {"products": [product(1), product(2)]}, "2": {"products": [product(3)]}})
    table = open_table(api.template, records="products", fetcher=fetcher)
    assert codes(table) == ["1", "2", "3"]
    assert api.asked == ["1", "2", "3"]
    assert table.notices == ()
    assert codes(table) == ["1", "2", "3"]


def test_keeps_products_with_the_required_fields_up_to_a_number(api: Api, fetcher: Fetcher) -> None:
    """The classic job: champagnes with a picture from an open food database."""
    api.answer = lambda page: (
        200,
        json.dumps(
            {
                "count": 1000,
                "page": page,
                "products": [
                    product(int(page) * 10 + at, image_url=f"https://host/{at}.jpg" if at else "")
                    for at in range(3)
                ],
            }
        ).encode(),
    )

    table = open_table(
        api.template, records="products", require=["code", "image_url"], limit=5, fetcher=fetcher
    )
    rows = list(table.rows())
    mapping = guess_mapping(table.columns)

    mapped = [mapping.apply(row) for row in rows if isinstance(row, TableRow)]
    kept = [row for row in mapped if isinstance(row, SourceRow)]
    assert [row.fields["part_number"] for row in kept] == ["11", "12", "21", "22", "31"]
    assert kept[0].images == ("https://host/1.jpg",)
    assert [row for row in rows if isinstance(row, BadRow)] == [
        BadRow(number, "missing_required", "required but empty: image_url") for number in (1, 4, 7)
    ]
    assert api.asked == ["1", "2", "3"]


def test_maps_the_fields_of_an_open_food_product(api: Api, fetcher: Fetcher) -> None:
    record = {
        "_id": "3", "id": "3", "code": "3185370000000", "product_name": "Brut",
        "product_name_en": "Brut", "product_name_de": "Brut Champagner", "generic_name": "x",
        "image_url": "https://host/3.jpg", "image_small_url": "https://host/3s.jpg",
        "categories": "Wines", "nutriments": {"energy": 1, "alcohol": 12.50},
    }  # fmt: skip
    api.serve({"1": {"products": [record]}})

    table = open_table(api.template, records="products", fetcher=fetcher)
    (row,) = table.rows()

    assert isinstance(row, TableRow)
    mapped = guess_mapping(table.columns).apply(row)
    assert isinstance(mapped, SourceRow)
    assert mapped.fields == {
        "part_number": "3185370000000",
        "name_en": "Brut",
        "name_de": "Brut Champagner",
    }
    assert mapped.images == ("https://host/3.jpg",)
    assert row.values["nutriments.alcohol"] == "12.5"


def test_values_are_text_as_json_has_them(api: Api, fetcher: Fetcher) -> None:
    body = (
        '[{"code": 0012, "a": 1}]',
        '[{"code": 1.10, "big": 12345678901234567890, "yes": true, "no": null, "nan": NaN,'
        ' "zero": 0, "deep": {"a": {"b": "x"}}, "many": ["a.jpg", "b.jpg"],'
        ' "objects": [{"u": "ü"}], "empty": {}}]',
    )
    api.answer = lambda _: (200, body[1].encode())
    table = open_table(api.url, fetcher=fetcher)
    (row,) = table.rows()
    assert isinstance(row, TableRow)
    assert dict(row.values) == {
        "code": "1.10",
        "big": "12345678901234567890",
        "yes": "true",
        "no": None,
        "nan": None,
        "zero": "0",
        "deep.a.b": "x",
        "many": "a.jpg\nb.jpg",
        "objects": '{"u": "ü"}',
        "empty": None,
    }
    api.answer = lambda _: (200, body[0].encode())
    with pytest.raises(UnusableTable, match="is no JSON"):
        open_table(api.url, fetcher=fetcher)


def test_stops_at_a_page_that_repeats(api: Api, fetcher: Fetcher) -> None:
    api.answer = lambda _: (200, json.dumps({"products": [product(1)]}).encode())
    table = open_table(api.template, records="products", fetcher=fetcher)
    assert codes(table) == ["1"]
    assert table.notices == ("stopped at page 2: it repeats the page before",)
    assert api.asked == ["1", "2"]


def test_counts_pages_as_told(api: Api, fetcher: Fetcher) -> None:
    api.serve({"0": {"products": [product(1)]}, "50": {"products": [product(2)]}})
    table = open_table(
        api.template, records="products", first_page=0, page_step=50, fetcher=fetcher
    )
    assert codes(table) == ["1", "2"]
    assert api.asked == ["0", "50", "100"]


def test_follows_next_links_to_the_end(api: Api, fetcher: Fetcher) -> None:
    api.serve(
        {
            "": {"data": {"items": [product(1)]}, "links": {"next": "/api?page=2"}},
            "2": {"data": {"items": [product(2)]}, "links": {"next": f"{api.url}?page=3"}},
            "3": {"data": {"items": [product(3)]}, "links": {"next": None}},
        }
    )
    table = open_table(api.url, records="data.items", fetcher=fetcher)
    assert codes(table) == ["1", "2", "3"]
    assert api.asked == ["", "2", "3"]


def test_stops_where_a_link_leads_back(api: Api, fetcher: Fetcher) -> None:
    api.serve(
        {
            "": {"items": [product(1)], "next": "?page=2"},
            "2": {"items": [product(2)], "next": api.url},
        }
    )
    table = open_table(api.url, fetcher=fetcher)
    assert codes(table) == ["1", "2"]
    assert table.notices == ("stopped at page 3: its address was read before",)


def test_a_page_may_declare_that_it_is_the_last(api: Api, fetcher: Fetcher) -> None:
    api.serve({"1": {"items": [product(1)], "next": None}})
    assert codes(open_table(api.template, records="items", fetcher=fetcher)) == ["1"]
    assert api.asked == ["1"]


def test_a_page_that_fails_is_named_after_the_rows_before_it(api: Api, fetcher: Fetcher) -> None:
    api.answer = lambda page: (
        (200, json.dumps({"products": [product(int(page))]}).encode()) if page < "3" else (500, b"")
    )
    table = open_table(api.template, records="products", fetcher=fetcher)
    seen: list[int] = []
    with pytest.raises(
        UnusableTable, match=r"page 3 \(http.*page=3.*could not be fetched, after 2"
    ):
        seen.extend(row.number for row in table.rows())
    assert seen == [1, 2]


def test_a_later_page_that_is_no_json_is_named(api: Api, fetcher: Fetcher) -> None:
    good = json.dumps({"products": [product(1)]}).encode()
    api.answer = lambda page: (200, good if page == "1" else b"<html>Too many requests</html>")
    table = open_table(api.template, records="products", fetcher=fetcher)
    with pytest.raises(UnusableTable, match=r"page 2 .* after 1 rows is no JSON .*'<html>Too many"):
        list(table.rows())


@pytest.mark.parametrize(
    ("status", "body", "records", "says"),
    [
        (404, b"", "products", r"page 1 .*could not be fetched: not_found"),
        (500, b"", "products", r"page 1 .*could not be fetched: server_error"),
        (200, b"", "products", r"is no JSON"),
        (200, b"\xff\xfe\xfa", "products", r"is no JSON"),
        (200, b"[" * 100_000, "products", r"is no JSON \(too deeply nested\)"),
        (200, b'{"items": []}', "products", r"has no 'products' .*there are: items"),
        (200, b'{"data": [1]}', "data.items", r"has no 'items' of the path .*no keys"),
        (200, b'{"data": {"items": {"a": {}}}}', "data.items", r"must be a list; .* is a dict"),
        (200, b'"text"', None, r"must be a list; the page is a str"),
        (200, b'{"a": [], "b": []}', None, r"name the path .*lists are at: a, b"),
        (200, b'{"a": 1}', None, r"name the path .*keys: a"),
        (200, b'{"products": []}', "products", r"holds no records"),
        (200, b'{"products": [1, 2]}', "products", r"holds no records"),
    ],
)
def test_says_why_the_first_page_is_no_table(
    api: Api, fetcher: Fetcher, status: int, body: bytes, records: str | None, says: str
) -> None:
    api.answer = lambda _: (status, body)
    with pytest.raises(UnusableTable, match=says) as caught:
        open_table(api.template, records=records, fetcher=fetcher)
    assert "\n" not in str(caught.value)


def test_records_that_are_no_objects_or_empty_cost_themselves(api: Api, fetcher: Fetcher) -> None:
    api.serve({"1": {"products": [product(1), 7, None, {}, {"code": ""}, product(2)]}})
    table = open_table(api.template, records="products", fetcher=fetcher)
    bad = [row for row in table.rows() if isinstance(row, BadRow)]
    assert codes(table) == ["1", "2"]
    assert [row.reason for row in bad] == ["not_an_object"] * 2 + ["empty_row"] * 2
    assert bad[0] == BadRow(2, "not_an_object", "the record is a str", "7")


@pytest.mark.parametrize("depth", range(900, 1000, 7))
def test_deep_records_cost_themselves(api: Api, fetcher: Fetcher, depth: int) -> None:
    deep = '{"a":' * depth + "1" + "}" * depth
    api.answer = lambda _: (200, f'[{{"code": "1", "x": {deep}}}, {{"code": "2"}}]'.encode())
    try:
        table = open_table(api.url, fetcher=fetcher)
    except UnusableTable as error:
        assert "too deeply nested" in str(error)  # noqa: PT017 - where json's own limit lies varies
        return
    assert [row.number for row in table.rows()] == [1, 2]
    assert codes(table)[-1] == "2"


def test_deep_pages_that_repeat_end(api: Api, fetcher: Fetcher) -> None:
    deep = '{"a":' * 900 + "1" + "}" * 900
    api.answer = lambda _: (200, f'[{{"code": "1", "x": {deep}}}]'.encode())
    table = open_table(api.template, fetcher=fetcher)
    with contextlib.suppress(UnusableTable):
        list(table.rows())
    assert api.asked == ["1", "2"]


def test_fields_that_come_late_or_never_are_told(api: Api, fetcher: Fetcher) -> None:
    api.serve({"1": {"products": [product(1)]}, "2": {"products": [product(2, brand="x")]}})
    table = open_table(api.template, records="products", require=["photo"], fetcher=fetcher)
    assert [row.number for row in table.rows()] == [1, 2]
    assert table.notices == (
        "no record of the first page has the required 'photo'",
        "1 fields are not on the first page: left out: brand",
    )


def test_private_addresses_are_refused(api: Api) -> None:
    with (
        Fetcher(timeout=60, retries=0, max_bytes=100, allow_private=False) as careful,
        pytest.raises(UnusableTable, match="could not be fetched"),
    ):
        open_table(api.template, records="products", fetcher=careful)
    assert api.asked == []


def test_an_address_needs_a_fetcher() -> None:
    with pytest.raises(UsageError, match="needs a fetcher"):
        open_table("https://host/api?page={page}")

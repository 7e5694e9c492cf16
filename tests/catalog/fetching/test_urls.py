"""An address is told from a path, however its scheme is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.fetching.fetcher import parse_url
from catalog.fetching.urls import is_url
from catalog.settings import load_settings


@pytest.mark.parametrize("text", ["http://host", "https://host/a", "HTTP://HOST", "HttpS://host"])
def test_an_address_is_one_in_capitals_too(text: str) -> None:
    assert is_url(text)
    assert load_settings(store=text).is_server
    assert parse_url(text, any_port=False).scheme in {b"http", b"https"}


@pytest.mark.parametrize(
    "thing",
    [
        "",
        "http",
        "http:/host",
        "ftp://host",
        "photos/http://a",
        "httpx://host",
        Path("http://a"),
        7,
    ],
)
def test_all_else_is_none(thing: object) -> None:
    assert not is_url(thing)

"""A server that is absent, old, busy, closed or none: one line that says what to do."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from catalog.errors import StoreError, StoreUnavailable, UsageError
from catalog.settings import load_settings
from catalog.store.edge.store import EdgeStore
from catalog.store.open import open_store
from catalog.store.server.connection import ServerConnection
from catalog.store.server.store import ServerStore

Answer = tuple[int, Any]


class Loopback(HTTPServer):
    """Answers the paths it knows; a list of answers is used up one by one, the last one stays."""

    answers: dict[str, list[Answer]]
    seen: list[tuple[str, dict[str, str]]]


class Handler(BaseHTTPRequestHandler):
    server: Loopback

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        answers = self.server.answers.get(self.path, [(404, {"status": {"error": "not here"}})])
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if status == 429:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def loopback(**answers: list[Answer]) -> Iterator[tuple[str, Loopback]]:
    server = Loopback(("127.0.0.1", 0), Handler)
    server.answers = {"/": [(200, version("1.20.0"))]}
    server.answers |= {f"/{path}".replace("root", ""): replies for path, replies in answers.items()}
    server.seen = []
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def version(number: str) -> dict[str, str]:
    return {"title": "qdrant", "version": number}


COLLECTIONS = (200, {"result": {"collections": []}, "status": "ok", "time": 0.0})


def names(connection: ServerConnection) -> list[str]:
    listed = connection.ask(lambda client: client.get_collections().collections)
    return [collection.name for collection in listed]


@contextmanager
def connected(url: str, api_key: str | None = None) -> Iterator[ServerConnection]:
    connection = ServerConnection(url, api_key)
    yield connection
    connection.close()


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    store = open_store(load_settings(store=url))
    with pytest.raises(StoreUnavailable, match=url):
        store.exists()
    store.close()


@pytest.mark.parametrize("number", ["1.16.1", "1.9.4", "0.11.0", "1.16.0-dev"])
def test_an_old_server_is_refused(number: str) -> None:
    with (
        loopback(root=[(200, version(number))]) as (url, _),
        connected(url) as connection,
        pytest.raises(StoreError, match=r"1\.16\.2 or later"),
    ):
        names(connection)


@pytest.mark.parametrize("number", ["1.16.2", "1.20.0", "2.0.0"])
def test_a_server_of_the_right_age_is_taken(number: str) -> None:
    with (
        loopback(root=[(200, version(number))], collections=[COLLECTIONS]) as (url, _),
        connected(url) as connection,
    ):
        assert names(connection) == []


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_tried_again(status: int) -> None:
    busy = (status, {"status": {"error": "busy"}})
    with loopback(collections=[busy, busy, COLLECTIONS]) as (url, server):
        with connected(url) as connection:
            assert names(connection) == []
        assert [path for path, _ in server.seen] == ["/", *["/collections"] * 3]


def test_what_does_not_pass_is_given_up() -> None:
    busy = (503, {"status": {"error": "still loading"}})
    with (
        loopback(collections=[busy]) as (url, _),
        connected(url) as connection,
        pytest.raises(StoreUnavailable, match="still loading; try later"),
    ):
        names(connection)


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (401, StoreError, "PARTSCOPE_API_KEY"),
        (403, StoreError, "PARTSCOPE_API_KEY"),
        (400, UsageError, "wrong input"),
        (500, StoreError, "wrong input"),
    ],
)
def test_a_refusal_is_explained_at_once(status: int, kind: type[Exception], says: str) -> None:
    refusal = (status, {"status": {"error": "wrong input"}})
    with loopback(collections=[refusal]) as (url, server):
        with connected(url) as connection, pytest.raises(kind, match=says):
            names(connection)
        assert len(server.seen) == 2


@pytest.mark.parametrize("body", ["<html>", {"hello": "world"}])
def test_a_page_that_is_no_qdrant_is_explained(body: object) -> None:
    with (
        loopback(root=[(200, body)]) as (url, _),
        connected(url) as connection,
        pytest.raises(StoreError, match="Qdrant"),
    ):
        names(connection)


def test_a_key_in_the_clear_is_sent_and_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with loopback(collections=[COLLECTIONS]) as (url, server):
        with caplog.at_level(logging.WARNING), connected(url, "secret") as connection:
            names(connection)
        assert all(headers["api-key"] == "secret" for _, headers in server.seen)
    assert "insecure" in caplog.text
    assert "secret" not in caplog.text


def test_settings_choose_the_store(tmp_path: Path) -> None:
    assert isinstance(open_store(load_settings(store=str(tmp_path))), EdgeStore)
    for url in ("http://localhost:6333", "https://qdrant.example/prefix", ":memory:"):
        store = open_store(load_settings(store=url, catalog="a"))
        assert isinstance(store, ServerStore)
        assert store.location == url
        store.close()
    assert not list(tmp_path.iterdir())

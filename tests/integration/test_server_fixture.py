"""Where the tests look for a server, and that they skip only for a stated reason."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest

from tests.stores import docker_missing, running_server


def test_a_given_server_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.handle_request)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("QDRANT_URL", url)
    with running_server() as address:
        assert address == url
    thread.join()
    server.server_close()


def test_a_given_server_that_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDRANT_URL", "http://127.0.0.1:9")
    with pytest.raises(httpx.TransportError), running_server():
        pass


def test_without_url_and_docker_the_reason_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QDRANT_URL", raising=False)
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    assert "Docker does not answer" in str(docker_missing())
    reason = "QDRANT_URL is not set and Docker"
    with pytest.raises(pytest.skip.Exception, match=reason), running_server():
        pass

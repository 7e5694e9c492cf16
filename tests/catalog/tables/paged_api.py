"""A paged JSON interface on the loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, bytes]


class Api:
    """A server whose answers a test sets; ``asked`` are the pages it was asked for."""

    def __init__(self) -> None:
        self.answer: Callable[[str], Answer] = lambda _: (404, b"")
        self.asked: list[str] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = parse_qs(urlsplit(self.path).query).get("page", [""])[0]
                api.asked.append(page)
                status, body = api.answer(page)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/api"
        self.template = self.url + "?page={page}&page_size=2"

    def serve(self, pages: dict[str, Any]) -> None:
        """Answer with these documents, and with no products beyond them."""
        self.answer = lambda page: (200, json.dumps(pages.get(page, {"products": []})).encode())


@contextmanager
def running_api() -> Iterator[Api]:
    """Lend a running one."""
    api = Api()
    thread = threading.Thread(target=api.server.serve_forever, args=(0.01,))
    thread.start()
    yield api
    api.server.shutdown()
    api.server.server_close()
    thread.join()

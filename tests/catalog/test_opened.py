"""Closing a catalogue lets go of all that it opened, and the next use opens it again."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

from catalog.errors import ImageRejected
from clustering.api import cluster
from ingest.api import ingest
from partscope.catalog import Catalog
from tests.ingest.written_tables import write_photo

MODELS = {"image_model": "builtin:colour", "text_model": "none"}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a zip with the photos of four parts."""
    with ZipFile(tmp_path / "photos.zip", "w") as archive:
        for name in ("1.png", "2.png", "3.png", "4.png"):
            write_photo(tmp_path / name)
            archive.write(tmp_path / name, name)
    return tmp_path / "photos.zip"


@pytest.fixture
def address() -> Iterator[str]:
    """Return an address whose connections stay open."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"photo")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/a"
    server.shutdown()
    thread.join()
    server.server_close()


def is_open(path: Path) -> bool:
    """Return whether this process has a descriptor on a file."""
    links = Path("/proc/self/fd").iterdir()
    return any(os.path.realpath(link) == str(path) for link in links)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system shows no descriptors")
def test_archives_are_closed_and_opened_again(tmp_path: Path, photos: Path) -> None:
    frame = pd.DataFrame({"part_number": ["1", "2", "3", "4"]})
    catalog = Catalog.open(tmp_path / "store", **MODELS)
    ingest(catalog, frame, images=photos)
    photo = catalog.read_original("1.png")
    reader = catalog.reader(photos)
    assert is_open(photos)
    catalog.close()
    assert not is_open(photos)
    with pytest.raises(ImageRejected):
        reader.read("1.png")
    assert catalog.read_original("1.png") == photo
    cluster(catalog, features=["image"], k=2)  # closes it for the time of the job
    assert not is_open(photos)
    assert catalog.read_original("1.png") == photo
    catalog.close()
    assert not is_open(photos)


def test_connections_are_closed_and_opened_again(tmp_path: Path, address: str) -> None:
    catalog = Catalog.open(tmp_path / "store", allow_private_urls=True)
    for _ in range(2):
        assert catalog.read_source(address) == b"photo"
        catalog.close()
    del catalog
    gc.collect()  # which would warn of a socket that is open

"""Signatures tell whether a file changed without reading it."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from ingest.file_signatures import FileSignatures


def test_a_file_that_is_touched_or_grows_has_another_signature(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"1")
    signatures = FileSignatures(tmp_path)
    first = signatures.of("a.jpg")
    assert first is not None
    assert signatures.of("a.jpg") == first
    os.utime(photo, ns=(0, 1))
    touched = signatures.of("a.jpg")
    photo.write_bytes(b"12")
    os.utime(photo, ns=(0, 1))
    assert len({first, touched, signatures.of("a.jpg")}) == 3


def test_only_reading_tells_of_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    signatures = FileSignatures(tmp_path)
    assert [signatures.of(name) for name in ("folder", "pipe", "absent.jpg", "a\0b")] == [None] * 4


def test_all_members_of_a_zip_change_with_it(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jpg", b"1")
    signatures = FileSignatures(path)
    assert signatures.of("a.jpg") == signatures.of("b.jpg") is not None
    os.utime(path, ns=(0, 1))
    assert FileSignatures(path).of("a.jpg") != signatures.of("a.jpg")


def test_a_url_counts_as_its_content() -> None:
    signatures = FileSignatures(None)
    assert signatures.of("HTTPS://example.org/a.jpg") == signatures.of("http://example.org/b.jpg")

from __future__ import annotations

import os
import socket
import threading
import unicodedata
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from catalog.errors import ImageRejected, UsageError
from catalog.fetching.fetcher import Fetcher
from catalog.images.reader import ImageReader

VIEW = b"the bytes of a view"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "Pumps").mkdir(parents=True)
    (folder / "4711.jpg").write_bytes(VIEW)
    (folder / "Pumps" / "A 12.JPG").write_bytes(b"pump")
    (folder / "Größe.png").write_bytes(b"umlaut")
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    return folder


def reason(reader: ImageReader, reference: str) -> str:
    with pytest.raises(ImageRejected) as rejected:
        reader.read(reference)
    return rejected.value.reason


@pytest.mark.parametrize(
    ("reference", "content"),
    [
        ("4711.jpg", VIEW),
        (" 4711.jpg ", VIEW),
        ("./4711.jpg", VIEW),
        ("4711.JPG", VIEW),
        ("4711", VIEW),
        ("Pumps/A 12.JPG", b"pump"),
        ("Pumps\\A 12.JPG", b"pump"),
        ("pumps//a 12.jpg", b"pump"),
        ("PUMPS\\A 12", b"pump"),
        (unicodedata.normalize("NFD", "Größe.png"), b"umlaut"),
        ("GRÖSSE.PNG", b"umlaut"),
    ],
)
def test_a_reference_finds_its_file(root: Path, reference: str, content: bytes) -> None:
    assert ImageReader(root, None).read(reference) == content


def test_an_absolute_path_below_the_folder_is_fine(root: Path) -> None:
    assert ImageReader(root, None).read(str(root / "4711.jpg")) == VIEW


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("", "missing"),
        ("   ", "missing"),
        (".", "missing"),
        ("4712.jpg", "missing"),
        ("471", "missing"),
        ("Pumps/4711.jpg", "missing"),
        ("4711.jpg/front.jpg", "missing"),
        ("nowhere/4711.jpg", "missing"),
        ("x" * 5000, "missing"),
        ("4711\0.jpg", "missing"),
        ("../secret.jpg", "outside_folder"),
        ("Pumps/../../secret.jpg", "outside_folder"),
        ("..\\secret.jpg", "outside_folder"),
        ("/etc/passwd", "outside_folder"),
        ("\\\\server\\share\\4711.jpg", "outside_folder"),
        ("C:\\photos\\4711.jpg", "outside_folder"),
        ("c:4711.jpg", "outside_folder"),
        ("Pumps", "not_a_file"),
        ("http://example.org/4711.jpg", "url_refused"),
        ("HTTPS://example.org/4711.jpg", "url_refused"),
        ("file:///etc/passwd", "url_refused"),
    ],
)
def test_a_bad_reference_has_its_reason(root: Path, reference: str, expected: str) -> None:
    assert reason(ImageReader(root, None), reference) == expected


def test_names_that_differ_in_case_alone_are_ambiguous_unless_exact(root: Path) -> None:
    (root / "b7.jpg").write_bytes(b"small")
    (root / "B7.jpg").write_bytes(b"large")
    reader = ImageReader(root, None)
    assert reader.read("B7.jpg") == b"large"
    assert reason(reader, "b7.JPG") == "ambiguous"


def test_a_missing_extension_must_leave_one_file(root: Path) -> None:
    (root / "4711.png").write_bytes(b"another")
    (root / "0815.jpg").write_bytes(b"one")
    (root / "0815.txt").write_bytes(b"no image")
    (root / "0815.2.jpg").write_bytes(b"another part")
    reader = ImageReader(root, None)
    assert reason(reader, "4711") == "ambiguous"
    assert reader.read("0815") == b"one"


def test_a_file_that_appears_later_is_found(root: Path) -> None:
    reader = ImageReader(root, None)
    assert reason(reader, "new.jpg") == "missing"
    (root / "NEW.jpg").write_bytes(b"new")
    os.utime(root, ns=(1, 1))
    assert reader.read("new.jpg") == b"new"


def test_links_lead_nowhere_else(root: Path) -> None:
    (root / "inside.jpg").symlink_to(root / "4711.jpg")
    (root / "outside.jpg").symlink_to(root.parent / "secret.jpg")
    (root / "folder").symlink_to(root.parent, target_is_directory=True)
    (root / "dead.jpg").symlink_to(root / "gone.jpg")
    (root / "loop.jpg").symlink_to(root / "loop.jpg")
    reader = ImageReader(root, None)
    assert reader.read("inside.jpg") == VIEW
    assert reason(reader, "outside.jpg") == "outside_folder"
    assert reason(reader, "folder/secret.jpg") == "outside_folder"
    assert reason(reader, "dead.jpg") == "missing"
    assert reason(reader, "loop.jpg") == "unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_fifos_sockets_and_devices_do_not_block(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(root / "fifo.jpg")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.jpg")
        reader = ImageReader(root, None)
        assert reason(reader, "fifo.jpg") == "not_a_file"
        assert reason(reader, "socket.jpg") == "not_a_file"
    assert reason(ImageReader(None, None, any_file=True), "/dev/zero") == "not_a_file"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read every file"
)
def test_a_file_without_permission_is_unreadable(root: Path) -> None:
    (root / "4711.jpg").chmod(0)
    assert reason(ImageReader(root, None), "4711.jpg") == "unreadable"


def test_files_up_to_the_limit_are_read(root: Path) -> None:
    assert ImageReader(root, None, max_bytes=len(VIEW)).read("4711.jpg") == VIEW
    assert reason(ImageReader(root, None, max_bytes=len(VIEW) - 1), "4711.jpg") == "too_large"


def test_without_a_root_no_file_is_read(root: Path) -> None:
    assert reason(ImageReader(None, None), str(root / "4711.jpg")) == "no_image_folder"


def test_a_person_may_name_any_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "Pumps")
    reader = ImageReader(None, None, any_file=True)
    assert reader.read(str(root / "4711.jpg")) == VIEW
    assert reader.read("../4711.jpg") == VIEW
    assert reason(reader, "4711.jpg") == "missing"
    assert reason(reader, str(root)) == "not_a_file"


def test_a_root_must_be_a_folder_or_a_zip(root: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        ImageReader(root / "gone", None)
    with pytest.raises(UsageError, match="a folder or a zip file"):
        ImageReader(root / "4711.jpg", None)


# -- archives ---------------------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "photos.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as target:
        target.writestr("4711.jpg", VIEW)
        target.writestr("Pumps/A 12.JPG", b"pump")
        target.writestr("back\\slash.png", b"slash")
        target.writestr("../../escape.jpg", b"harmless")
        target.writestr("blank.bmp", bytes(100_000))
        target.writestr("empty/", b"")
        for content in (b"first", b"second"):
            with pytest.warns(UserWarning, match="Duplicate") if content == b"second" else _quiet():
                target.writestr("twice.jpg", content)
    return path


class _quiet:  # noqa: N801 (reads as a statement above)
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.mark.parametrize(
    ("reference", "content"),
    [
        ("4711.jpg", VIEW),
        ("4711", VIEW),
        ("pumps\\a 12.jpg", b"pump"),
        ("back/slash.png", b"slash"),
    ],
)
def test_a_member_is_found(archive: Path, reference: str, content: bytes) -> None:
    with ImageReader(archive, None) as reader:
        assert reader.read(reference) == content


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("4712.jpg", "missing"),
        ("../../escape.jpg", "outside_folder"),
        ("blank.bmp", "too_large"),
        ("empty", "not_a_file"),
        ("Pumps", "missing"),
        ("twice.jpg", "ambiguous"),
    ],
)
def test_a_bad_member_has_its_reason(archive: Path, reference: str, expected: str) -> None:
    with ImageReader(archive, None, max_bytes=50_000) as reader:
        assert reason(reader, reference) == expected


def test_a_member_of_an_archive_in_the_folder_is_found(root: Path, archive: Path) -> None:
    archive.rename(root / "Pumps" / "Old.ZIP")
    with ImageReader(root, None) as reader:
        assert reader.read("Pumps/Old.ZIP/4711.jpg") == VIEW
        assert reader.read("pumps\\old.zip\\PUMPS\\a 12") == b"pump"
        assert reason(reader, "Pumps/Old.ZIP/gone.jpg") == "missing"


def test_an_archive_behind_a_link_is_outside(root: Path, archive: Path) -> None:
    (root / "link.zip").symlink_to(archive)
    with ImageReader(root, None) as reader:
        assert reason(reader, "link.zip/4711.jpg") == "outside_folder"


def open_files() -> int:
    listing = Path("/proc/self/fd")
    return len(list(listing.iterdir())) if listing.is_dir() else 0


def test_many_archives_are_not_kept_open(root: Path) -> None:
    for number in range(12):
        with ZipFile(root / f"{number}.zip", "w") as target:
            target.writestr("a.jpg", str(number))
    before = open_files()
    with ImageReader(root, None) as reader:
        for number in [*range(12), 0]:
            assert reader.read(f"{number}.zip/a.jpg") == str(number).encode()
        assert open_files() <= before + 8


def test_a_member_that_lies_about_its_size_is_cut_off_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "lying.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as target:
        target.writestr("a.jpg", bytes(1_000_000))
    content = path.read_bytes()
    honest = (1_000_000).to_bytes(4, "little")
    path.write_bytes(content.replace(honest, (10).to_bytes(4, "little")))
    with ImageReader(path, None, max_bytes=1000) as reader:
        assert reason(reader, "a.jpg") == "corrupt_archive"


def test_damaged_and_encrypted_members_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.zip"
    with ZipFile(path, "w") as target:
        target.writestr("a.jpg", VIEW)
    sound = path.read_bytes()
    path.write_bytes(sound.replace(VIEW, VIEW.upper(), 1))
    with ImageReader(path, None) as reader:
        assert reason(reader, "a.jpg") == "corrupt_archive"
    central = sound.index(b"PK\1\2")
    path.write_bytes(sound[: central + 8] + b"\1" + sound[central + 9 :])
    with ImageReader(path, None) as reader:
        assert reason(reader, "a.jpg") == "encrypted"
    path.write_bytes(sound[: central + 10] + b"\x63" + sound[central + 11 :])
    with ImageReader(path, None) as reader:
        assert reason(reader, "a.jpg") == "corrupt_archive"


def test_a_file_called_zip_that_is_none(root: Path) -> None:
    (root / "broken.zip").write_bytes(b"PK\3\4 cut off")
    assert reason(ImageReader(root, None), "broken.zip/a.jpg") == "corrupt_archive"
    with pytest.raises(UsageError, match="zip"):
        ImageReader(root / "broken.zip", None)


def test_threads_share_a_reader(archive: Path, root: Path) -> None:
    archive.rename(root / "old.zip")
    with ImageReader(root, None) as reader:
        results: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: results.append(reader.read("old.zip/4711")))
            for _ in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [VIEW] * 16


# -- URLs -------------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            exists = self.path == "/4711.jpg"
            self.send_response(200 if exists else 404)
            self.end_headers()
            self.wfile.write(VIEW if exists else b"no")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_urls_are_fetched(root: Path, site: str) -> None:
    with Fetcher(60, 0, 1000, allow_private=True) as fetcher:
        reader = ImageReader(root, fetcher)
        assert reader.read(f"{site}/4711.jpg") == VIEW
        assert reason(reader, f"{site}/4712.jpg") == "url_not_found"
        assert reason(reader, "ftp://example.org/4711.jpg") == "url_scheme"


def test_private_addresses_are_refused(root: Path) -> None:
    with Fetcher(60, 0, 1000, allow_private=False) as fetcher:
        assert reason(ImageReader(root, fetcher), "http://127.0.0.1/a.jpg") == "url_private_address"

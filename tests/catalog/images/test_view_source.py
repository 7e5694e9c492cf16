"""Views are read from the first folder or zip that has them, in this process and in another."""

from __future__ import annotations

import pickle
from pathlib import Path
from zipfile import ZipFile

import pytest

from catalog.errors import ImageRejected, UsageError
from catalog.images.view_source import ViewSource
from catalog.settings import load_settings

SETTINGS = load_settings(max_image_bytes=100)


@pytest.fixture
def roots(tmp_path: Path) -> list[Path]:
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "a.png").write_bytes(b"first a")
    with ZipFile(tmp_path / "second.zip", "w") as archive:
        archive.writestr("a.png", b"second a")
        archive.writestr("b.png", b"second b")
        archive.writestr("large.png", bytes(101))
    return [tmp_path / "first", tmp_path / "second.zip"]


def test_the_first_that_has_it_counts(roots: list[Path]) -> None:
    source = ViewSource(SETTINGS, roots)
    for opened in (source, pickle.loads(pickle.dumps(source))):  # noqa: S301 - its own
        assert [opened.read(name) for name in ("a.png", "b.png")] == [b"first a", b"second b"]


def test_what_none_has_is_rejected_for_the_last_ones_reason(roots: list[Path]) -> None:
    with pytest.raises(ImageRejected, match="missing"):
        ViewSource(SETTINGS, roots).read("c.png")
    with pytest.raises(ImageRejected, match="too_large"):
        ViewSource(SETTINGS, roots).read("large.png")


def test_without_a_folder_no_file_of_this_machine_is_read(roots: list[Path]) -> None:
    with pytest.raises(ImageRejected, match="no_image_folder"):
        ViewSource(SETTINGS, [None]).read(str(roots[0] / "a.png"))


def test_a_root_that_is_neither_is_refused_when_it_is_opened(roots: list[Path]) -> None:
    source = ViewSource(SETTINGS, [roots[0] / "a.png"])
    with pytest.raises(UsageError, match=r"a folder or a zip file; .*a\.png"):
        source.opened()


def test_what_was_closed_is_opened_again(roots: list[Path]) -> None:
    source = ViewSource(SETTINGS, roots)
    source.close()
    for _ in range(2):
        assert source.read("b.png") == b"second b"
        source.close()

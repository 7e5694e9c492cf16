"""Settings: the call wins over the environment, which wins over partscope.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.errors import UsageError
from catalog.settings import load_settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_order_of_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().catalog == "parts"
    (tmp_path / "partscope.toml").write_text('catalog = "from-toml"\nbatch_size = 7\n')
    assert load_settings().catalog == "from-toml"
    monkeypatch.setenv("PARTSCOPE_CATALOG", "from-env")
    assert load_settings().catalog == "from-env"
    assert load_settings(catalog="given", store=None).catalog == "given"
    assert load_settings().batch_size == 7


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("catalog", "../evil", "setting 'catalog'"),
        ("batch_size", 0, "setting 'batch_size'"),
        ("fetch_timeout", "soon", "setting 'fetch_timeout'"),
        ("segment", "some", "setting 'segment'"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_it(name: str, value: object, message: str) -> None:
    with pytest.raises(UsageError, match=message) as raised:
        load_settings(**{name: value})
    assert repr(value) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_unknown_key_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "partscope.toml").write_text("batchsize = 7\n")
    with pytest.raises(UsageError, match="batchsize"):
        load_settings()


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "partscope.toml").write_text("batch_size = = 7\n")
    with pytest.raises(UsageError, match=r"partscope\.toml"):
        load_settings()


def test_the_work_folder_is_in_the_store_or_beside_a_server() -> None:
    assert load_settings(store="some/folder").work_folder == Path("some/folder/parts")
    server = load_settings(store="http://localhost:6333", catalog="c")
    assert server.is_server
    assert server.work_folder == Path("partscope-data/c")
    assert load_settings(store="https://q", work_dir="w").work_folder == Path("w/parts")


def test_the_key_of_a_server_is_not_shown() -> None:
    assert "secret" not in repr(load_settings(api_key="secret"))


def test_an_unknown_setting_is_told_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "partscope.toml").write_text('stor = "x"')
    with pytest.raises(UsageError, match="unknown setting 'stor'; did you mean 'store'"):
        load_settings()


def test_a_command_to_paste_names_what_is_not_the_default() -> None:
    assert load_settings().command("rebuild") == "partscope rebuild --catalog parts"
    elsewhere = load_settings(catalog="screws", store="my parts")
    assert elsewhere.command("rebuild", "--segmenter", "none") == (
        "partscope rebuild --catalog screws --segmenter none --store 'my parts'"
    )

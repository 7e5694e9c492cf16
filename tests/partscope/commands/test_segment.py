"""``partscope segment``: one photo, the review page, and what a person decides."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from partscope.catalog import Catalog
from partscope.cli import main
from segmentation.choices import Choice, Decisions
from tests.segmentation.threshold import photo

HOSTILE = "<script>alert('x')</script> \"4711\""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    noise = np.random.default_rng(0).normal(0, 3, (120, 160, 1))
    for name, box in (("a.png", (60, 40, 100, 90)), ("<b>.png", (40, 30, 110, 80))):
        pixels = np.clip(photo(box) + noise, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / name)
    Image.new("RGB", (90, 90), "white").save(tmp_path / "blank.png")
    return tmp_path


@pytest.fixture
def catalog(folder: Path) -> Path:
    """Ingest three parts, one with a hostile number and one whose photo shows nothing."""
    images = ["a.png", "<b>.png", "blank.png"]
    frame = pd.DataFrame(
        {"part_number": ["1", HOSTILE, "-3"], "name_de": ["A", HOSTILE, "C"], "image": images}
    )
    models = {"image_model": "builtin:colour", "text_model": "none"}
    with Catalog.open(
        folder / "partscope-data", segmenter="silhouette", segment="all", **models
    ) as catalogue:
        catalogue.ingest(frame, images=folder)
    return folder


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["segment", *arguments])
    assert ended.value.code == 0
    return capsys.readouterr().out


def _decided(folder: Path, part_number: str) -> dict[str, Choice]:
    with Catalog.open(folder / "partscope-data") as opened:
        return Decisions(opened.store).of(part_number)


def test_one_photo_needs_no_catalogue(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = json.loads(_run(capsys, "a.png", "--json"))
    assert (summary["used"], summary["reason"], summary["segmenter"]) == ("crop", "", "silhouette")
    left, top, right, bottom = summary["box"]
    assert np.abs(np.array([left, top, right, bottom]) - (60, 40, 100, 90)).max() <= 8
    with Image.open(folder / summary["picture"]) as picture:
        assert picture.size == (968, 480)
    out = _run(capsys, "blank.png", "--out", "shown.png")
    assert "blank.png (90 x 90): full photo: nothing found" in out
    assert "box" not in out
    assert (folder / "shown.png").is_file()


@pytest.mark.parametrize("file", ["nope.png", "."])
def test_what_is_no_photo_is_a_wrong_call(
    folder: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["segment", file])
    assert ended.value.code == 2
    assert f"photo '{file}' cannot be used" in capsys.readouterr().err


def test_the_page_is_whole_worst_first_and_escaped(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = json.loads(_run(capsys, "review", "--out", "review", "--json"))
    assert summary["views"] == 3
    page = (catalog / summary["page"]).read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    numbers = re.findall(r"<h2>(.*?)</h2>", page)
    assert numbers[0] == "-3"  # nothing could be cut there
    pictures = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', page)
    assert len(pictures) == 3
    assert base64.b64decode(pictures[0]).startswith(b"\xff\xd8")
    assert page.count('class="why bad"') == 1
    assert "--prompt" not in page  # silhouette reads none
    assert "--full-photo -- -3</code>" in page.replace("&#39;", "'")


def test_a_page_without_its_photos_says_so(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (catalog / "a.png").unlink()
    _run(capsys, "review", "--out", "review", "--limit", "2")
    page = (catalog / "review" / "segmentation.html").read_text(encoding="utf-8")
    assert len(re.findall("<article>", page)) == 2
    assert "2 of 3 views" in page
    assert page.count("the photo cannot be shown: missing") == page.count("<h2>1</h2>")


def test_a_decision_changes_that_part_alone(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = _run(capsys, "set", "--full-photo", "--", HOSTILE)
    assert "view 1 (<b>.png): full photo; ingest the table to apply it" in out
    assert _decided(catalog, HOSTILE) == {"<b>.png": Choice("no", "review")}
    _run(capsys, "set", "1", "--full-photo")
    _run(capsys, "set", "--clear", "--", HOSTILE)
    assert _decided(catalog, HOSTILE) == {}
    assert _decided(catalog, "1") == {"a.png": Choice("no", "review")}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["set", "1"], "decide one thing"),
        (["set", "1", "--clear", "--full-photo"], "decide one thing"),
        (["set", "77", "--clear"], "no part '77'"),
        (["set", "1", "--view", "5", "--clear"], "views 1 to 1; got 5"),
        (["set", "1", "--prompt", " . "], "the prompt must say what the part is called"),
        (["set", "1", "--prompt", "nut ."], "silhouette, which reads no prompts: use --full-photo"),
        (["a.png", "--prompt", "nut ."], "silhouette reads no prompts"),
        (["a.png", "--segmenter", "none"], "--segmenter none cuts nothing"),
        (["a.png", "--catalog", "nope"], "no catalogue 'nope'"),
        (["review", "--out", "a.png/x"], "--out needs a folder"),
    ],
)
def test_wrong_calls_say_what_is_allowed(
    catalog: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["segment", *arguments])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err

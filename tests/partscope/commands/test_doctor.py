"""``partscope doctor``: what a catalogue needs and is not there any more is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image

from partscope.catalog import Catalog
from partscope.cli import main
from partscope.commands.doctor import Finding
from tests.catalog.embedding.tiny_onnx_images import save_tiny_mask_model


def _doctor(store: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code: int | str | None = 0
    try:
        main(["doctor", "--store", str(store), "--json"])
    except SystemExit as ended:
        code = ended.code
    findings = json.loads(capsys.readouterr().out)["findings"]
    return int(code or 0), {finding["name"]: finding for finding in findings}


def test_a_segmenter_whose_model_is_gone_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = save_tiny_mask_model(tmp_path / "model")
    Image.new("RGB", (40, 30), "white").save(tmp_path / "a.png")
    frame = pd.DataFrame({"part_number": ["1"], "image": ["a.png"]})
    models = {"image_model": "builtin:colour", "text_model": "none", "segmenter": f"onnx:{model}"}
    with Catalog.open(tmp_path / "store", **models) as catalog:
        catalog.ingest(frame, images=tmp_path)
    code, report = _doctor(tmp_path / "store", capsys)
    assert (code, report["store"]["fine"]) == (0, True)
    shutil.rmtree(model)
    code, report = _doctor(tmp_path / "store", capsys)
    assert (code, report["store"]["fine"]) == (1, False)
    assert "no model.toml" in str(report["store"])


def test_a_finding_is_plain_values_and_one_line() -> None:
    fine = Finding("disk", fine=True, found="9 GiB free")
    assert fine.to_json() == {"name": "disk", "fine": True, "found": "9 GiB free", "advice": ""}
    assert fine.line == "ok  disk: 9 GiB free"
    missing = Finding("numpy", fine=False, found="not installed", advice="pip install numpy")
    assert missing.line == "!!  numpy: not installed  -> pip install numpy"

"""Masks beside the catalogue: what goes in comes out, and a broken file is none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segmentation.contract import Prompts, Segmentation
from segmentation.mask_cache import MaskCache, mask_key

KEY = mask_key("ab", Prompts(), "f")


def _segmentation() -> Segmentation:
    mask = np.random.default_rng(0).random((33, 47)) < 0.3
    return Segmentation(mask, (1, 2, 40, 30), 0.625, "Kugellager äöü")


def test_what_goes_in_comes_out_after_a_restart(tmp_path: Path) -> None:
    segmentation = _segmentation()
    MaskCache(tmp_path / "masks").put(KEY, segmentation)
    cached = MaskCache(tmp_path / "masks").get(KEY)
    assert cached is not None
    np.testing.assert_array_equal(cached.mask, segmentation.mask)
    assert cached.mask.dtype == bool
    assert (cached.box, cached.score, cached.label) == (
        segmentation.box,
        segmentation.score,
        segmentation.label,
    )


def test_a_mask_is_compact(tmp_path: Path) -> None:
    mask = np.zeros((480, 640), bool)
    mask[100:300, 200:500] = True
    MaskCache(tmp_path).put(KEY, Segmentation(mask, (200, 100, 500, 300), 1.0, ""))
    [path] = tmp_path.rglob("*.png")
    assert path.stat().st_size < 1000
    assert not list(tmp_path.rglob("*.partial"))


def test_an_empty_mask_is_kept_as_well(tmp_path: Path) -> None:
    MaskCache(tmp_path).put(KEY, Segmentation(np.zeros((4, 5), bool), (0, 0, 0, 0), 0.0, ""))
    cached = MaskCache(tmp_path).get(KEY)
    assert cached is not None
    assert cached.is_empty


def test_threads_may_keep_one_mask_at_once(tmp_path: Path) -> None:
    cache = MaskCache(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: cache.put(KEY, _segmentation()), range(400)))
    assert cache.get(KEY) is not None
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".png"]


@pytest.mark.parametrize("damage", [b"", b"not a png", None])
def test_a_damaged_file_counts_as_absent_and_is_replaced(
    tmp_path: Path, damage: bytes | None
) -> None:
    cache = MaskCache(tmp_path)
    cache.put(KEY, _segmentation())
    [path] = tmp_path.rglob("*.png")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] if damage is None else damage)
    assert cache.get(KEY) is None
    cache.put(KEY, _segmentation())
    assert cache.get(KEY) is not None


def test_a_long_label_is_kept_whole(tmp_path: Path) -> None:
    label = "Schraube " * 1000
    MaskCache(tmp_path).put(KEY, replace(_segmentation(), label=label))
    cached = MaskCache(tmp_path).get(KEY)
    assert cached is not None
    assert cached.label == label


def test_a_folder_that_cannot_be_written_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "masks").write_text("a file where the folder should be")
    cache = MaskCache(tmp_path / "masks")
    for _ in range(3):
        cache.put(KEY, _segmentation())
        assert cache.get(KEY) is None
    [record] = caplog.records
    assert record.getMessage().startswith(f"masks cannot be kept in {tmp_path / 'masks'}: ")


def test_any_picture_of_others_is_none_of_ours(tmp_path: Path) -> None:
    from PIL import Image

    cache = MaskCache(tmp_path)
    cache.put(KEY, _segmentation())
    [path] = tmp_path.rglob("*.png")
    Image.new("RGB", (9, 9)).save(path)
    assert cache.get(KEY) is None


def test_photo_prompts_and_segmenter_each_make_another_key() -> None:
    others = [
        mask_key("ac", Prompts(), "f"),
        mask_key("ab", Prompts(part="nut ."), "f"),
        mask_key("ab", Prompts(remove=""), "f"),
        mask_key("ab", Prompts(), "g"),
    ]
    assert len({KEY, *others}) == 5

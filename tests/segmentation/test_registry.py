from __future__ import annotations

import subprocess
import sys

import pytest

from catalog.errors import UnknownName, UsageError
from segmentation.registry import segmenter


def test_unknown_segmenter_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r"did you mean 'silhouette'.*grounded-sam.*onnx:FOLDER"):
        segmenter("silhouete")


@pytest.mark.parametrize("name", ["onnx", "onnx:"])
def test_onnx_needs_its_folder(name: str) -> None:
    with pytest.raises(UsageError, match="named onnx:FOLDER"):
        segmenter(name)


@pytest.mark.parametrize("name", ["grounded-sam:large", "silhouette:fine", "none:at all", ""])
def test_name_with_more_than_it_takes_is_refused(name: str) -> None:
    with pytest.raises(UnknownName):
        segmenter(name)


def test_nothing_heavy_is_imported_before_it_is_asked_for() -> None:
    code = "import sys, segmentation.registry; print({'torch', 'cv2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"

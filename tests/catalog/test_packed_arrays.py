"""Arrays come back as they were packed, and damage is one line that says what to do."""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import StoreError
from catalog.packed_arrays import pack_arrays, unpack_arrays

ARRAYS: dict[str, Any] = {
    "rows": np.arange(6, dtype=np.float32).reshape(2, 3),
    "clusters image": np.array([3, -1], dtype=np.int64),
    "texts": np.frombuffer("Größe".encode(), np.uint8),
    "none": np.zeros((0, 4), np.float32),
}
PACKED = pack_arrays(ARRAYS)


def unpack(content: bytes, *required: str) -> dict[str, Any]:
    return unpack_arrays(content, "what was learnt", "learn again", required)


def compressed() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **ARRAYS)
    return file.getvalue()


@pytest.mark.parametrize("content", [PACKED, compressed()], ids=["as written", "compressed"])
def test_arrays_come_back(content: bytes) -> None:
    arrays = unpack(content, *ARRAYS)
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert np.array_equal(arrays[name], array)


def pickled() -> bytes:
    file = io.BytesIO()
    np.savez(file, rows=np.array([{"a": 1}], dtype=object))
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", PACKED[:-40], PACKED[40:], pickled(), pickle.dumps([1]), b"\x93NUMPY\x01\x00v"],
    ids=["empty", "begin", "end cut", "begin cut", "objects", "pickle", "no npz"],
)
def test_what_is_no_npz_is_refused(content: bytes) -> None:
    with pytest.raises(StoreError, match=r"what was learnt is damaged \(.+\): learn again"):
        unpack(content)


def test_an_array_that_is_not_there_is_named() -> None:
    with pytest.raises(StoreError, match=r"what was learnt is damaged .*'revs' is missing"):
        unpack(PACKED, "rows", "revs")


def test_objects_are_not_packed() -> None:
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        pack_arrays({"rows": np.array([{"a": 1}], dtype=object)})


@given(
    st.integers(0, len(PACKED) - 1), st.integers(1, 255), st.sampled_from([PACKED, compressed()])
)
def test_any_changed_byte_is_refused_or_harmless(at: int, change: int, content: bytes) -> None:
    at %= len(content)
    damaged = content[:at] + bytes([content[at] ^ change]) + content[at + 1 :]
    try:
        arrays = unpack(damaged)
    except StoreError:
        return
    for name in arrays.keys() & ARRAYS.keys():
        assert np.array_equal(arrays[name], ARRAYS[name])

"""NAME=VALUE: one parser and one error for every option."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import UsageError
from catalog.name_value import NameValueForm, split_names

FORM = NameValueForm("--weight", "VECTOR=NUMBER", "image=2")


def test_the_first_equals_sign_parts_or_the_last_where_names_have_one() -> None:
    columns = NameValueForm("--map", "COLUMN=FIELD", at_last=True)
    assert FORM.texts(["a=b=c", " d = e "]) == {"a": "b=c", "d": "e"}
    assert columns.texts(["a=b=c"]) == {"a=b": "c"}


def test_of_a_name_that_repeats_the_last_counts() -> None:
    assert FORM.numbers(["image=1", "terms=.5", "image=3"]) == {"image": 3.0, "terms": 0.5}


@pytest.mark.parametrize("text", ["", "image", "image=", "=2", " =2", "image= "])
def test_another_form_is_one_line_with_what_is_allowed_and_what_came(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        FORM.texts([text])
    assert str(refused.value) == f"--weight takes VECTOR=NUMBER, e.g. 'image=2'; got {text!r}"


@pytest.mark.parametrize("value", ["x", "nan", "inf", "1,5"])
def test_a_value_that_is_no_number_is_refused_with_its_name(value: str) -> None:
    with pytest.raises(UsageError, match=f"got 'image={value}'"):
        FORM.numbers([f"image={value}"])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_is_written_is_read(number: float) -> None:
    assert FORM.numbers([f"image={number!r}"]) == {"image": number}


def test_names_are_divided_by_commas() -> None:
    assert split_names(" image, name,,terms ") == ["image", "name", "terms"]
    assert split_names("") == split_names(" , ") == []

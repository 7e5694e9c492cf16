from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.tables.number_text import NumberFormat, plain_number


@pytest.mark.parametrize(
    ("code", "raw", "shown"),
    [
        ("General", "123", "123"),
        ("General", "123.0", "123"),
        ("General", "1.1000000000000001", "1.1"),
        ("General", "0.30000000000000004", "0.3"),
        ("General", "1.0000000000000001E-5", "0.00001"),
        ("General", "4006381333931", "4006381333931"),
        ("General", "-5", "-5"),
        ("@", "1001", "1001"),
        ("00000", "7", "00007"),
        ("00000", "7.0", "00007"),
        ("00000", "0", "00000"),
        ("00000", "1234567", "1234567"),
        ("000-000", "1234", "001-234"),
        ("000-000", "1234567", "1234-567"),
        ('"AB-"0000', "17", "AB-0017"),
        ("00\\.00\\.00", "10203", "01.02.03"),
        ('0 "kg"', "12", "12 kg"),
        ("00000;-00000", "7", "00007"),
        ("[Red]0000", "7", "0007"),
        ("0.00", "1.1000000000000001", "1.10"),
        ("0.00", "1", "1.00"),
        ("000.0", "1.5", "001.5"),
        # what the format would round or rewrite stays the number
        ("0.00", "1.234", "1.234"),
        ("0", "1.5", "1.5"),
        ("#,##0", "12345", "12345"),
        ("#,##0.00", "1234.5", "1234.5"),
        ("0%", "0.5", "0.5"),
        ("#", "0", "0"),
        ("# ?/?", "0.5", "0.5"),
        ("00000", "-7", "-7"),
    ],
)
def test_shows_a_number_as_the_format_does(code: str, raw: str, shown: str) -> None:
    assert NumberFormat.of(164, code).text(raw) == (shown, None)


@pytest.mark.parametrize(
    ("code", "raw", "shown", "doubt"),
    [
        ("0.00E+00", "1200000", "1200000", "scientific"),
        ("##0.0E+0", "12345", "12345", "scientific"),
        ("General", "1234567890123456", "1234567890123456", "digits_lost"),
        ("General", "1.2345678901234568E+19", "12345678901234567168", "digits_lost"),
    ],
)
def test_doubts_what_excel_may_have_changed(code: str, raw: str, shown: str, doubt: str) -> None:
    assert NumberFormat.of(164, code).text(raw) == (shown, doubt)


@pytest.mark.parametrize(
    ("number", "code", "kind"),
    [
        (14, None, "date"),
        (22, None, "date"),
        (30, None, "date"),
        (57, None, "date"),
        (11, None, "scientific"),
        (0, None, "general"),
        (9999, None, "general"),
        (164, "dd.mm.yyyy", "date"),
        (164, "[h]:mm", "date"),
        (164, '"Stand "0000', "places"),
    ],
)
def test_knows_dates_and_built_in_formats(number: int, code: str | None, kind: str) -> None:
    assert NumberFormat.of(number, code).kind == kind


@pytest.mark.parametrize("raw", ["", "-", "x", "1e999", "nan", "1_000", " 1", "١٢"])
def test_refuses_what_is_no_number(raw: str) -> None:
    with pytest.raises(ValueError, match="is no number a cell can hold"):
        NumberFormat().text(raw)


@given(st.integers(0, 10**15 - 1), st.integers(1, 12))
def test_leading_zeros_change_no_digit(number: int, places: int) -> None:
    shown, doubt = NumberFormat.of(164, "0" * places).text(str(number))
    assert doubt is None
    assert len(shown) == max(places, len(str(number)))
    assert int(shown) == number


@given(st.floats(min_value=-1e14, max_value=1e14, allow_nan=False))
def test_plain_numbers_keep_fifteen_digits(number: float) -> None:
    shown = plain_number(number)
    assert "e" not in shown.lower()
    assert float(shown) == pytest.approx(number, rel=1e-14, abs=0)

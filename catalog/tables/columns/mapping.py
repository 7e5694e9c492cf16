"""Which column holds which field: given by the user, else guessed from the heading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from catalog.errors import UnknownName, UsageError
from catalog.parts import LANGUAGES, Language
from catalog.tables.columns.headings import (
    LONG_TEXT,
    WEIGHT_UNIT,
    Heading,
    recognise,
    squeeze,
    weight_unit,
)
from catalog.tables.references import split_references
from catalog.tables.rows import FIELDS, BadRow, SourceRow, TableRow

_KEY, _IMAGE, _WEIGHT = "part_number", "image", "weight_kg"
_SHOWN_COLUMNS = 40
_DOUBTS = {
    "date": "is a date cell; make the column text and write the number again",
    "scientific": "is a number Excel shows with an exponent; make the column text",
    "digits_lost": "is longer than a number cell keeps exactly; make the column text",
}
_CUT_NUMBER = re.compile(r"[0-9][.,][0-9]+E\+[0-9]{2,3}")
_ENDS_IN_DIGIT = re.compile(r"[0-9]\s*$")
_CHOOSE = "choose with --map COLUMN="


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Columns and the fields they hold, in the table's order.

    ``weight_unit`` is the unit in the heading of the weight, ``weight_unit_column`` the column
    that holds each row's unit; at most one of them is set. ``unused`` columns hold no field.
    ``notices`` say what was guessed on a rule rather than read off, and which columns are unused.
    """

    columns: Mapping[str, str]
    weight_unit: str | None = None
    weight_unit_column: str | None = None
    unused: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    def apply(self, row: TableRow) -> SourceRow | BadRow:
        """Return the row by field: text exactly as written, empty cells absent.

        A weight that is a bare number gets the unit of its column behind it (``12,5 g``). A part
        number in doubt would be another part: the row is a BadRow ``part_number_date``,
        ``part_number_scientific`` or ``part_number_digits_lost``.
        """
        values = row.values
        fields: dict[str, str] = {}
        images: list[str] = []
        for column, name in self.columns.items():
            text = values.get(column)
            if not text or text.isspace():
                continue
            if name == _IMAGE:
                images += split_references(text)
            else:
                fields[name] = text
        doubt = self._doubt(row, fields.get(_KEY, ""))
        if doubt:
            detail = f"the part number {fields[_KEY]!r} {_DOUBTS[doubt]}"
            return BadRow(row.number, f"{_KEY}_{doubt}", detail, fields[_KEY])
        if _WEIGHT in fields:
            fields[_WEIGHT] = self._with_unit(fields[_WEIGHT], values)
        return SourceRow(row.number, fields, tuple(images))

    def _doubt(self, row: TableRow, key: str) -> str | None:
        """Return the doubt about the part number; ``1,23E+05`` is what Excel saves of a long one."""
        if "E+" in key and _CUT_NUMBER.fullmatch(key.strip()):
            return "scientific"
        if not row.doubts:
            return None
        return next((why for at, why in row.doubts.items() if self.columns.get(at) == _KEY), None)

    def _with_unit(self, weight: str, values: Mapping[str, str | None]) -> str:
        column = self.weight_unit_column
        unit = weight_unit(values.get(column) or "") if column else self.weight_unit
        return f"{weight.rstrip()} {unit}" if unit and _ENDS_IN_DIGIT.search(weight) else weight


def guess_mapping(columns: Sequence[str], given: Mapping[str, str] | None = None) -> ColumnMapping:
    """Return the mapping: what is ``given`` (column -> field), then what the headings mean.

    A field that is given is not guessed. Of several headings for one field the more telling one
    wins (``Part No.`` before ``ID``), with a notice; two equally telling ones are a UsageError, as
    are unknown columns and fields, two given columns for one field other than ``image``, and a
    table without a part number.

    ``Description`` is the description beside a name; where a table has no name in that language
    and the heading says which (``Description EN``), or no name at all, it is the name.
    """
    given = dict(given or {})
    _check_given(columns, given)
    guessed = {
        column: heading
        for column in columns
        if column not in given and (heading := recognise(column))
    }
    notices: list[str] = []
    candidates = _by_field(guessed, set(given.values()), notices)
    chosen = dict(given)
    for name, ranked in candidates.items():
        if name not in given.values():
            chosen |= dict.fromkeys(_best(name, ranked, notices), name)
    if _KEY not in chosen.values():
        raise UsageError(
            f"no column is known to hold the part number: {_CHOOSE}{_KEY}; "
            f"the headings read are: {_listed(columns)}"
        )
    ordered = {column: chosen[column] for column in columns if column in chosen}
    unit, unit_column = _weight_unit(ordered, guessed)
    if unit_column:
        notices.append(f"the unit of {_WEIGHT} is read from column {unit_column!r}")
    unused = tuple(column for column in columns if column not in ordered and column != unit_column)
    if unused:
        notices.append(f"columns that are not used: {_listed(unused)}")
    return ColumnMapping(MappingProxyType(ordered), unit, unit_column, unused, tuple(notices))


def _check_given(columns: Sequence[str], given: Mapping[str, str]) -> None:
    column_for: dict[str, str] = {}
    for column, name in given.items():
        if column not in columns:
            near = get_close_matches(squeeze(column), list(map(squeeze, columns)), n=1)
            column_of = {squeeze(heading): heading for heading in columns}
            hint = f"; did you mean {column_of[near[0]]!r}?" if near else ""
            raise UsageError(f"unknown column {column!r}{hint}; columns: {_listed(columns)}")
        if name not in FIELDS:
            raise UnknownName("field", name, FIELDS)
        if name in column_for and name != _IMAGE:
            raise UsageError(
                f"one column can be mapped to {name}; given are {column_for[name]!r} and {column!r}"
            )
        column_for[name] = column


def _by_field(
    guessed: Mapping[str, Heading], given: set[str], notices: list[str]
) -> dict[str, dict[str, int]]:
    """Return field -> its candidate columns with their ranks."""
    candidates: dict[str, dict[str, int]] = {}
    named = {heading.language for heading in guessed.values() if heading.role == "name"}
    named |= {language for language in LANGUAGES if f"name_{language}" in given}
    for column, heading in guessed.items():
        if heading.role == WEIGHT_UNIT:
            continue
        name = _field(column, heading, named, notices)
        candidates.setdefault(name, {})[column] = heading.rank
    return candidates


def _field(column: str, heading: Heading, named: set[Language | None], notices: list[str]) -> str:
    if heading.role == LONG_TEXT:
        return "description"
    if heading.role == "name":
        if not heading.marked:
            language = "German" if heading.language == "de" else "English"
            notices.append(
                f"column {column!r} is read as name_{heading.language}: its heading is {language}"
            )
        return f"name_{heading.language}"
    if heading.role == "description":
        return _description_field(column, heading, named, notices)
    return heading.role


def _description_field(
    column: str, heading: Heading, named: set[Language | None], notices: list[str]
) -> str:
    """Return the field of a heading that people use for names and for long texts alike."""
    name = f"name_{heading.language}"
    if heading.language in named or (named and not heading.marked):
        notices.append(f"column {column!r} is read as description: there is a name beside it")
        return "description"
    notices.append(f"column {column!r} is read as {name}: no other column holds that name")
    return name


def _best(name: str, ranked: Mapping[str, int], notices: list[str]) -> list[str]:
    """Return the columns with the lowest rank; only ``image`` takes several."""
    rank = min(ranked.values())
    best = [column for column, its_rank in ranked.items() if its_rank == rank]
    if len(best) > 1 and name != _IMAGE:
        raise UsageError(f"{len(best)} columns look like {name}: {_listed(best)}; {_CHOOSE}{name}")
    others = [column for column in ranked if column not in best]
    if others:
        notices.append(f"{_listed(best)} is read as {name}, not {_listed(others)}")
    return best


def _weight_unit(
    chosen: Mapping[str, str], guessed: Mapping[str, Heading]
) -> tuple[str | None, str | None]:
    """Return the unit in the heading of the weight, else the column that holds the units."""
    weight = next((column for column, name in chosen.items() if name == _WEIGHT), None)
    if weight is None:
        return None, None
    heading = recognise(weight)
    if heading and heading.unit:
        return heading.unit, None
    units = [column for column, meaning in guessed.items() if meaning.role == WEIGHT_UNIT]
    if len(units) > 1:
        raise UsageError(f"several columns hold the unit of the weight: {_listed(units)}; keep one")
    return None, units[0] if units else None


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(map(repr, columns[:_SHOWN_COLUMNS]))
    more = len(columns) - _SHOWN_COLUMNS
    return f"{shown} and {more} more" if more > 0 else shown

"""Texts like NAME=VALUE, as options of the command line take them, and names divided by commas."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.errors import UsageError


@dataclass(frozen=True, slots=True)
class NameValueForm:
    """How the texts of one option are written.

    ``option`` is what takes them (``--map``), ``form`` what they look like (``COLUMN=FIELD``). The
    first ``=`` parts name and value, or the last one where names may hold one themselves.
    """

    option: str
    form: str
    example: str = ""
    at_last: bool = False

    def texts(self, pairs: Iterable[str]) -> dict[str, str]:
        """Return the values by name, both stripped; of one name the last. UsageError for others."""
        return dict(map(self._parted, pairs))

    def numbers(self, pairs: Iterable[str]) -> dict[str, float]:
        """Return finite numbers by name; UsageError where a value is none."""
        return {name: self._number(name, value) for name, value in self.texts(pairs).items()}

    def refused(self, text: str) -> UsageError:
        """Return the error for a text that is not of this form."""
        example = f", e.g. {self.example!r}" if self.example else ""
        return UsageError(f"{self.option} takes {self.form}{example}; got {text!r}")

    def _parted(self, pair: str) -> tuple[str, str]:
        name, equals, value = pair.rpartition("=") if self.at_last else pair.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise self.refused(pair)
        return name.strip(), value.strip()

    def _number(self, name: str, value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.refused(f"{name}={value}")
        return number


def split_names(text: str) -> list[str]:
    """Return the names that commas divide, stripped, without empty ones."""
    return [name.strip() for name in text.split(",") if name.strip()]

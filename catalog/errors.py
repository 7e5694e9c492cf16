"""Every error partscope raises on purpose.

::

    PartscopeError
    ├── UsageError                a wrong call or unusable input: exit code 2
    │   ├── UnusableTable         the table as a whole cannot be read
    │   ├── MissingExtra          an optional package is not installed
    │   ├── UnknownName           an unknown embedder, step, vector, ... with the known ones
    │   ├── ModelNotFound         model files are absent or do not fit together
    │   ├── CatalogNotFound       no catalogue of that name in the store
    │   └── FingerprintMismatch   the catalogue was built with another embedder
    ├── ImageRejected             one view cannot be used; carries a counted reason
    ├── FetchFailed               a download failed for good; carries a counted reason
    ├── InvalidVector             a vector is not finite, is zero or has another dimension
    └── StoreError                the store refused or failed
        ├── StoreLocked           another process owns the folder
        ├── StoreUnavailable      the server does not answer
        ├── StoreFull             too little disk space to go on safely
        └── StaleWrite            a conditional write came too late

Messages are one line a user can act on: what was wrong, what is allowed, what was given.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class PartscopeError(Exception):
    """Base of every error partscope raises on purpose."""


class UsageError(PartscopeError):
    """A wrong call or unusable input; the command line exits with 2."""


class UnusableTable(UsageError):
    """The table as a whole cannot be read (single bad rows are counted instead)."""


class MissingExtra(UsageError):
    """An optional package is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an extra: pip install 'partscope[{extra}]'")
        self.extra = extra


class UnknownName(UsageError):
    """A name that is not known, with those that are."""

    def __init__(self, kind: str, name: str, choices: Iterable[str]) -> None:
        names = sorted(choices)
        suggestions = get_close_matches(name, names, n=1)
        hint = f"; did you mean {suggestions[0]!r}?" if suggestions else "."
        super().__init__(f"unknown {kind} {name!r}{hint} Known: {', '.join(names)}")


class ModelNotFound(UsageError):
    """A model's files are absent or do not fit together."""


class CatalogNotFound(UsageError):
    """The store holds no catalogue of that name."""


class FingerprintMismatch(UsageError):
    """The catalogue was built with another embedder or preparation than the one given."""


class ImageRejected(PartscopeError):
    """One view cannot be used.

    ``reason`` is a short stable key that is counted in reports (``missing``, ``truncated``, ...);
    ``detail`` is the sentence for people.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[ImageRejected], tuple[str, str]]:
        """Cross process borders whole."""
        return type(self), (self.reason, self.detail)


class InvalidVector(PartscopeError):
    """A vector is not finite, is zero, or has another dimension than the collection's."""


class StoreError(PartscopeError):
    """The store refused or failed."""


class StoreLocked(StoreError):
    """Another process owns the store's folder."""


class StoreUnavailable(StoreError):
    """The server does not answer."""


class StoreFull(StoreError):
    """Too little disk space is left to go on safely."""


class StaleWrite(StoreError):
    """A conditional write came too late: somebody else wrote in between."""


class FetchFailed(PartscopeError):
    """A download failed for good; ``reason`` is a short stable key, ``detail`` for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[FetchFailed], tuple[str, str]]:
        """Cross process borders whole."""
        return type(self), (self.reason, self.detail)

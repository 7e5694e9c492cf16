"""A paged JSON interface as a table: one page after the other, until there are no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from urllib.parse import urljoin

from catalog.errors import FetchFailed, UnusableTable
from catalog.tables.assembly import RAW_LENGTH, Problem, Record, build_rows
from catalog.tables.cells import cell_text
from catalog.tables.paged_json.page import JsonPage, flatten, read_page
from catalog.tables.rows import BadRow, TableRow

_REMEMBERED = 1000


class Download(Protocol):
    """What fetches a page: catalog.fetching.fetcher.Fetcher."""

    def get(self, url: str) -> bytes:
        """Return the body; raises FetchFailed."""
        ...


class RestTable:
    """Records of a paged JSON interface, e.g. ``https://host/api?page={page}``.

    ``{page}`` counts from ``first_page`` in steps of ``page_step``; an address without it is one
    page and those its ``next`` links lead to. Reading ends at an empty page, at a page that
    repeats the one before, and where a page declares that no other follows. Columns are the fields
    of the first page, which is fetched once and kept. A page that cannot be fetched or read raises
    UnusableTable with its number, after the rows before it.
    """

    def __init__(
        self,
        url: str,
        fetcher: Download,
        *,
        records: str | None = None,
        require: Sequence[str] = (),
        first_page: int = 1,
        page_step: int = 1,
    ) -> None:
        self._url = url
        self._fetcher = fetcher
        self._path = records
        self._first_number = first_page
        self._step = page_step
        self._late: set[str] = set()
        self._end = ""
        self._first = self._fetch(self._page_url(first_page), first_page, rows=0)
        self.columns, self._missing = self._columns(require)

    @property
    def notices(self) -> tuple[str, ...]:
        """What was met on the way; complete once ``rows`` has run through."""
        notices = [
            f"no record of the first page has the required {name!r}" for name in self._missing
        ]
        if self._late:
            shown = ", ".join(sorted(self._late)[:5])
            notices.append(f"{len(self._late)} fields are not on the first page: left out: {shown}")
        return (*notices, *([self._end] if self._end else []))

    def rows(self) -> Iterator[TableRow | BadRow]:
        """Yield the rows from the first page; may be called again."""
        self._late.clear()
        self._end = ""
        yield from build_rows(self._records(), self.columns)

    def _records(self) -> Iterator[Record | Problem]:
        columns = set(self.columns)
        for page in self._pages():
            for record in page.records:
                yield self._record(record, columns)

    def _record(self, record: Any, columns: set[str]) -> Record | Problem:
        if not isinstance(record, dict):
            raw = str(record)[:RAW_LENGTH]
            return Problem("not_an_object", f"the record is a {type(record).__name__}", raw)
        flat = flatten(record)
        if len(self._late) < _REMEMBERED:
            self._late |= flat.keys() - columns
        try:
            return [cell_text(flat.get(column))[0] for column in self.columns], {}
        except RecursionError:
            return Problem("too_deep", "the record is nested too deeply")

    def _pages(self) -> Iterator[JsonPage]:
        page, number, url, rows = (
            self._first,
            self._first_number,
            self._page_url(self._first_number),
            0,
        )
        visited = {url}
        while page.records:
            yield page
            rows += len(page.records)
            number += self._step
            next_url = self._following(page, url, number)
            if next_url is None:
                return
            if next_url in visited:
                self._end = f"stopped at page {number}: its address was read before"
                return
            visited.add(next_url)
            before, url = page, next_url
            page = self._fetch(url, number, rows)
            if page.repeats(before):
                self._end = f"stopped at page {number}: it repeats the page before"
                return

    def _following(self, page: JsonPage, url: str, number: int) -> str | None:
        if page.last:
            return None
        if "{page}" in self._url:
            return self._page_url(number)
        return urljoin(url, page.next_link) if page.next_link else None

    def _page_url(self, number: int) -> str:
        return self._url.replace("{page}", str(number))

    def _fetch(self, url: str, number: int, rows: int) -> JsonPage:
        where = f"page {number} ({url})"
        after = f", after {rows} rows" if rows else ""
        try:
            content = self._fetcher.get(url)
        except FetchFailed as error:
            raise UnusableTable(f"{where} could not be fetched{after}: {error}") from error
        return read_page(content, self._path, where + after)

    def _columns(self, require: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
        columns: dict[str, None] = {}
        for record in self._first.records:
            if isinstance(record, dict):
                columns |= dict.fromkeys(flatten(record))
        if not columns:
            raise UnusableTable(f"page {self._first_number} ({self._url}) holds no records")
        missing = [name for name in require if name not in columns]
        return (*columns, *missing), missing

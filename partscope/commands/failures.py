"""``partscope failures``: the rows that are not in the catalogue, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options

_SHOWN = 20


@with_options
def failures(
    *,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="Rows that are listed.  [default: 20, all in JSON]"),
    ] = None,
    common: CommonOptions,
) -> None:
    """List the rows that failed at the last look and have not succeeded since, with the reason."""
    with common.open() as opened:
        failed = opened.failures(limit or (None if common.json else _SHOWN))
    common.print(failed.to_json(), failed.lines())

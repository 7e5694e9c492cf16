"""``partscope info``: what a catalogue holds and what it was built with."""

from __future__ import annotations

from partscope.options.common import CommonOptions
from partscope.options.groups import with_options


@with_options
def info(*, common: CommonOptions) -> None:
    """Show what a catalogue holds and what it was built with."""
    with common.open() as opened:
        held = opened.info()
    common.print(held.to_json(), held.lines())

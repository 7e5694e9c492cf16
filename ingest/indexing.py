"""The end of every load: the store is asked for its index, and what is left to do is told."""

from __future__ import annotations

import logging

from catalog.progress import Progress
from catalog.settings import Settings
from catalog.store.contract import PartStore
from catalog.store.index_state import IndexState

_log = logging.getLogger(__name__)


def build_index(store: PartStore, settings: Settings, progress: Progress) -> IndexState:
    """Have the index built where it pays; a server is waited for as long as the settings say."""
    state = store.index_state()
    if not state.is_sound:
        progress.start(f"building the index of {state.points} parts", None)
        _log.info("%s: building the index of %d parts", store.location, state.points)
    return store.optimize(settings.index_patience)


def index_notices(state: IndexState, settings: Settings) -> list[str]:
    """Return what is to be told of an index that is not whole."""
    if state.phase in {"small", "ready"}:
        return []
    next_step = settings.command("info" if state.is_sound else "optimize")
    return [
        f"index: {state.text}; {'look again' if state.is_sound else 'mend it'} with: {next_step}"
    ]

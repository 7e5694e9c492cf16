"""How far the index of a catalogue is: without one, every search compares every part."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

INDEX_FROM = 20_000
"""Parts in a folder from which an index pays: fewer are compared in a few milliseconds."""
IndexPhase = Literal["small", "off", "missing", "building", "failed", "ready"]


@dataclass(frozen=True, slots=True)
class IndexState:
    """The index of the active generation.

    ``phase`` is ``small`` (none is needed yet), ``off`` (a bulk load that nobody ended),
    ``missing``, ``building`` (in the background), ``failed`` or ``ready``. ``indexed`` is about how
    many of the ``points`` the index holds. ``threshold`` is from where on one is built: parts that
    are outside of it in a folder, kilobytes of one vector in one segment on a server; 0 is never.
    ``problem`` is what a server says of a failure.
    """

    phase: IndexPhase
    points: int
    indexed: int
    threshold: int
    problem: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether searches are fast, or will be without anybody's doing."""
        return self.phase in {"small", "building", "ready"}

    @property
    def text(self) -> str:
        """The state in words."""
        held = f"{self.indexed} of {self.points} parts"
        return {
            "small": f"none is needed yet for {self.points} parts",
            "off": f"switched off since the bulk load: each search compares {self.points} parts",
            "missing": f"holds {held}: each search compares all others",
            "building": f"being built, holds {held}; searches answer meanwhile, but slower",
            "failed": f"the server could not build it: {self.problem}",
            "ready": f"holds {held}",
        }[self.phase]

    def to_json(self) -> dict[str, Any]:
        """Return the state as the command line prints it."""
        return asdict(self)

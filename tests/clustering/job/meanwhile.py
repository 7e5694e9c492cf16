"""What another process does while a job computes."""

from __future__ import annotations

from catalog.progress import Logged


class Meanwhile(Logged):
    """Does something when the job has begun to group, as another process would."""

    def __init__(self, act: object) -> None:
        super().__init__()
        self._act = act

    def start(self, phase: str, total: int | None = None, unit: str = "parts") -> None:
        if "combin" in phase or "k-means" in phase:
            act, self._act = self._act, None
            if callable(act):
                act()

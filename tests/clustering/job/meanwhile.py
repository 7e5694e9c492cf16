"""What another process does while a job computes."""

from __future__ import annotations

from clustering.job.progress import Logged


class Meanwhile(Logged):
    """Does something when the job has begun to group, as another process would."""

    def __init__(self, act: object) -> None:
        self._act = act

    def step(self, what: str, total: int | None = None) -> None:
        if "combin" in what or "k-means" in what:
            act, self._act = self._act, None
            if callable(act):
                act()

"""A named lock of a catalogue on a server: one point that its holder renews.

Whoever holds it writes a token and the time until which it holds; another process may take it when
that time is over. Taking is one conditional write: it replaces only the token that was seen.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from threading import Event, Thread
from uuid import uuid4

from catalog.errors import PartscopeError, StaleWrite, StoreLocked
from catalog.store.owner import described, this_process
from catalog.store.server.artefacts import LockPoint, ServerArtefacts

LEASE_SECONDS = 120.0
"""So long after its last sign of life a holder counts as dead. Clocks may differ by less than this."""
RENEWALS = 4
"""Signs of life in that time."""

_NOBODY = LockPoint("", 0.0, "")

_log = logging.getLogger(__name__)


class ServerLease:
    """One lock. ``seconds`` is how long it outlives a holder that was killed.

    ``clock`` returns seconds since 1970; setting ``stopped`` ends the renewing.
    """

    def __init__(
        self,
        artefacts: ServerArtefacts,
        name: str,
        seconds: float = LEASE_SECONDS,
        clock: Callable[[], float] = time.time,
        stopped: Event | None = None,
    ) -> None:
        self._artefacts = artefacts
        self._name = name
        self._seconds = seconds
        self._token = uuid4().hex
        self._clock = clock
        self._stopped = stopped or Event()

    @contextlib.contextmanager
    def held(self) -> Iterator[ServerLease]:
        """Take the lock, renew it in a thread, and free it; StoreLocked names the holder."""
        self._take()
        renewing = Thread(target=self._renew, name=f"lease {self._name}", daemon=True)
        renewing.start()
        try:
            yield self
        finally:
            self._stopped.set()
            renewing.join()
            self._artefacts.free(self._name, self._token)

    def check(self) -> None:
        """Raise StaleWrite where another process has taken it over meanwhile."""
        if self._holder().token != self._token:
            raise StaleWrite(
                f"{self._artefacts.url}: {self._name} was taken over by "
                f"{self._described()} while this process did not answer; nothing was "
                "switched over: run it again"
            )

    def _take(self) -> None:
        former = self._holder()
        if former.until > self._clock():
            raise self._refusal()
        self._write(former.token)
        if self._holder().token != self._token:
            raise self._refusal()

    def _refusal(self) -> StoreLocked:
        return StoreLocked(
            f"{self._artefacts.url}: {self._name} is under way already, by {self._described()}; "
            f"a killed one is forgotten after {self._seconds:.0f} s"
        )

    def _renew(self) -> None:
        while not self._stopped.wait(self._seconds / RENEWALS):
            try:
                self._write(self._token)
            except PartscopeError as error:
                _log.warning("the lock of %s could not be renewed: %s", self._name, error)

    def _write(self, instead_of: str) -> None:
        until = self._clock() + self._seconds
        holder = LockPoint(self._token, until, this_process().decode())
        self._artefacts.take(self._name, holder, instead_of)

    def _holder(self) -> LockPoint:
        return self._artefacts.holder(self._name) or _NOBODY

    def _described(self) -> str:
        return described(self._holder().owner)

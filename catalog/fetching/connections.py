"""Connections for downloads: to addresses that were checked, and held to one clock."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable
from ssl import SSLContext
from typing import Any

import httpcore

from catalog.errors import FetchFailed
from catalog.fetching.addresses import is_public_address


class MayPass(FetchFailed):
    """A failure that another try may not meet; ``retry_after`` is what the server asks, seconds."""

    def __init__(self, reason: str, detail: str, retry_after: float = 0) -> None:
        super().__init__(reason, detail)
        self.retry_after = retry_after


class Clock(threading.local):
    """The time left to the download that this thread runs."""

    deadline = 0.0

    def start(self, seconds: float) -> None:
        """Begin a download that may take so many seconds."""
        self.deadline = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, never 0, which a socket would take as 'do not block'."""
        return max(self.deadline - time.monotonic(), 0.001)

    def check(self) -> float:
        """Return the seconds left, or end the download."""
        if time.monotonic() >= self.deadline:
            raise httpcore.ReadTimeout("no time left")
        return self.left()


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and holds each read and write to the clock."""

    def __init__(self, clock: Clock, allow_private: bool) -> None:
        self._clock = clock
        self._allow_private = allow_private
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check, and connect to the first address that answers.

        Each address gets an equal share of the time left, so that one that drops packets (IPv6
        without a route, often) leaves time for the next.
        """
        addresses = self._addresses(host, port)
        failure: Exception = httpcore.ConnectError("no address")
        for untried in range(len(addresses), 0, -1):
            share = self._clock.check() / untried
            try:
                stream = self._sockets.connect_tcp(
                    addresses[-untried], port, share, local_address, socket_options
                )
                return _TimedStream(stream, self._clock)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            entries = socket.getaddrinfo(host.rstrip("."), port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            may_pass = getattr(error, "errno", None) == socket.EAI_AGAIN
            kind = MayPass if may_pass else FetchFailed
            raise kind("not_resolved", f"no address for {host!r}: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
        allowed = [a for a in addresses if self._allow_private or is_public_address(a)]
        if not allowed:
            listing = ", ".join(addresses)
            raise FetchFailed("private_address", f"{host!r} is not a public host ({listing})")
        return allowed


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step gets what is left of the whole download's time."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Read what there is."""
        return self._stream.read(max_bytes, self._clock.check())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write all."""
        self._stream.write(buffer, self._clock.check())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Return the encrypted connection; the certificate must fit the host name."""
        stream = self._stream.start_tls(ssl_context, server_hostname, self._clock.check())
        return _TimedStream(stream, self._clock)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks about the socket."""
        return self._stream.get_extra_info(info)

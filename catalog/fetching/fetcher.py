"""Download images and tables over http(s).

URLs stand in tables, and tables are outside data: a name is resolved once, its addresses are
checked, and the connection goes to the very address that was checked (a second DNS answer cannot
swap it), while TLS still verifies the host name. Proxies from the environment are not used, since
a proxy would resolve the name again.
"""

from __future__ import annotations

import ipaddress
import re
import time
import zlib
from collections.abc import Callable, Iterator
from ssl import SSLError
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, urljoin, urlsplit

import httpcore

from catalog import __version__
from catalog.errors import FetchFailed
from catalog.fetching.connections import CheckedBackend, Clock, MayPass

if TYPE_CHECKING:
    from catalog.settings import Settings

MAX_REDIRECTS = 5
_HEADERS: dict[bytes | str, bytes | str] = {
    "User-Agent": f"partscope/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "keep-alive",
}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FIRST_WAIT = 0.25
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?\.?")
_KEPT = "/%?:@!$&'()*+,;=~-._"
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_REDIRECTS = {301, 302, 303, 307, 308}
_REFUSALS = {401: "forbidden", 403: "forbidden", 404: "not_found", 410: "not_found"}
_COMPRESSED = {"gzip", "x-gzip", "deflate"}


class Fetcher:
    """Downloads whole files; safe to share between threads; keeps connections open for reuse.

    ``timeout`` is in seconds and bounds one whole ``get`` from its first connection: redirects,
    retries, waits and a server that answers drop by drop included (only the operating system's
    name look-up is bounded by its own limits). ``max_bytes`` bounds the body, also after
    unpacking. ``allow_private`` lets URLs point anywhere, on any port. ``sleep`` waits so many
    seconds before another try.
    """

    def __init__(
        self,
        timeout: float,
        retries: int,
        max_bytes: int,
        allow_private: bool,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._timeout = timeout
        self._retries = retries
        self._max_bytes = max_bytes
        self._allow_private = allow_private
        self._sleep = sleep
        self._clock = Clock()
        self._pool = httpcore.ConnectionPool(
            max_connections=None,
            max_keepalive_connections=32,
            keepalive_expiry=15,
            network_backend=CheckedBackend(self._clock, allow_private),
        )

    @classmethod
    def within(cls, settings: Settings) -> Self:
        """Return a fetcher of images within the settings' caps."""
        return cls(
            timeout=settings.fetch_timeout,
            retries=settings.fetch_retries,
            max_bytes=settings.max_image_bytes,
            allow_private=settings.allow_private_urls,
        )

    def get(self, url: str) -> bytes:
        """Return the body behind ``url``; after at most five redirects, each checked like the first.

        Raises FetchFailed with one of the reasons ``bad_url, scheme, credentials, port,
        private_address, not_resolved, unreachable, tls, timeout, not_found, forbidden, busy,
        server_error, http_status, too_many_redirects, too_large, bad_response``. Only what may
        pass (connections, 429, 5xx) is tried again, while the time allows.
        """
        self._clock.start(self._timeout)
        for attempt in range(self._retries + 1):
            try:
                return self._follow(url)
            except MayPass as failure:
                wait = max(failure.retry_after, _FIRST_WAIT * 2**attempt)
                if attempt == self._retries or wait >= self._clock.left():
                    raise FetchFailed(failure.reason, failure.detail) from failure
                self._sleep(wait)
        raise AssertionError("unreachable")  # pragma: no cover

    def close(self) -> None:
        """Close the connections kept open."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _follow(self, url: str) -> bytes:
        for _ in range(MAX_REDIRECTS + 1):
            target = parse_url(url, any_port=self._allow_private)
            answer = self._request(target, url)
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer)
        raise FetchFailed("too_many_redirects", f"more than {MAX_REDIRECTS} redirects to {url}")

    def _request(self, target: httpcore.URL, url: str) -> bytes | str:
        """Return the body, or the address a redirect names."""
        try:
            limit = {name: self._clock.left() for name in ("connect", "read", "write", "pool")}
            with self._pool.stream(
                "GET", target, headers=_HEADERS, extensions={"timeout": limit}
            ) as response:
                location = _header(response, b"location")
                if response.status in _REDIRECTS and location:
                    return location
                _check_status(response, url)
                return self._body(response, url)
        except httpcore.TimeoutException as error:
            raise FetchFailed("timeout", f"{url} took over {self._timeout:g} s") from error
        except httpcore.ConnectError as error:
            if _is_tls(error):
                raise FetchFailed("tls", f"{url}: {error}") from error
            raise MayPass("unreachable", f"{url}: {error}") from error
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            raise MayPass("unreachable", f"{url}: {error}") from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise FetchFailed("bad_response", f"{url}: {error}") from error

    def _body(self, response: httpcore.Response, url: str) -> bytes:
        declared = _header(response, b"content-length")
        if declared.isdecimal() and int(declared) > self._max_bytes:
            raise self._too_large(url)
        body = bytearray()
        for chunk in self._unpacked(response, url):
            body += chunk
            if len(body) > self._max_bytes:
                raise self._too_large(url)
        return bytes(body)

    def _unpacked(self, response: httpcore.Response, url: str) -> Iterator[bytes]:
        """Yield the body as it was before a compression that was not asked for."""
        encoding = _header(response, b"content-encoding").lower()
        if encoding in ("", "identity"):
            yield from response.iter_stream()
            return
        if encoding not in _COMPRESSED:
            raise FetchFailed("bad_response", f"{url} is packed as {encoding!r}, not asked for")
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
        try:
            for packed in response.iter_stream():
                yield unpacker.decompress(packed, self._max_bytes + 1)
                if unpacker.unconsumed_tail:
                    raise self._too_large(url)
        except zlib.error as error:
            raise FetchFailed("bad_response", f"{url} is badly packed: {error}") from error
        if not unpacker.eof:
            raise MayPass("unreachable", f"{url} ended early")

    def _too_large(self, url: str) -> FetchFailed:
        return FetchFailed("too_large", f"{url} holds more than {self._max_bytes} bytes")


def parse_url(url: str, *, any_port: bool) -> httpcore.URL:
    """Return an http(s) URL in parts, with umlauts and spaces encoded; FetchFailed when refused."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as error:
        raise FetchFailed("bad_url", f"{url!r}: {error}") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise FetchFailed("scheme", f"only http and https are fetched; got {url!r}")
    if "@" in parts.netloc:
        raise FetchFailed("credentials", f"a URL must not hold credentials: host {host!r}")
    if not (_HOST.fullmatch(host) or _is_address(host)):
        raise FetchFailed("bad_url", f"no usable host name in {url!r}")
    port = _DEFAULT_PORTS[parts.scheme] if port is None else port
    if not any_port and port not in _DEFAULT_PORTS.values():
        raise FetchFailed("port", f"only ports 80 and 443 are fetched; got {url!r}")
    target = _encoded(parts.path or "/")
    if parts.query:
        target += "?" + _encoded(parts.query)
    return httpcore.URL(scheme=parts.scheme, host=host, port=port, target=target)


def _encoded(text: str) -> str:
    """Return a path or query with all that needs it percent-encoded, and nothing twice."""
    return quote(_BARE_PERCENT.sub("%25", text), safe=_KEPT)


def _is_tls(error: BaseException | None) -> bool:
    return error is not None and (isinstance(error, SSLError) or _is_tls(error.__context__))


def _is_address(host: str) -> bool:
    try:
        return "%" not in host and bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def _check_status(response: httpcore.Response, url: str) -> None:
    status = response.status
    if status == 429:
        raise MayPass("busy", f"{url} answered 429", _retry_after(response))
    if status >= 500:
        raise MayPass("server_error", f"{url} answered {status}", _retry_after(response))
    if status != 200:
        raise FetchFailed(_REFUSALS.get(status, "http_status"), f"{url} answered {status}")


def _retry_after(response: httpcore.Response) -> float:
    """Return the seconds the server asks to wait; a date or anything else counts as none."""
    text = _header(response, b"retry-after")
    return float(text) if text.isdecimal() else 0


def _header(response: httpcore.Response, name: bytes) -> str:
    for key, value in response.headers:
        if key.lower() == name:
            return _text(value).strip()
    return ""


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")

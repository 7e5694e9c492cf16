from __future__ import annotations

import contextlib
import gzip
import ipaddress
import pickle
import shutil
import socket
import ssl
import subprocess
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import FetchFailed
from catalog.fetching.addresses import is_public_address
from catalog.fetching.fetcher import Fetcher, parse_url

BODY = b"x" * 5000
HANGS = 60
"""Seconds after which a page that never ends does."""


class Site(ThreadingHTTPServer):
    """A real server on loopback whose pages are the methods of ``Handler``."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.hits: Counter[str] = Counter()
        self.connections = 0
        self.over = threading.Event()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, *_: Any) -> None:
        """Stay quiet when a client goes away, which these tests make it do."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        page = self.path.partition("?")[0].strip("/").partition("/")[0]
        self.server.hits[page] += 1
        getattr(self, f"page_{page}", self.page_missing)()

    def log_message(self, *_: object) -> None: ...

    def answer(self, status: int = 200, body: bytes = BODY, **headers: str) -> None:
        self.send_response(status)
        headers = {"Content_Length": str(len(body)), **headers}
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def page_missing(self) -> None:
        self.answer(404)

    def page_plain(self) -> None:
        self.answer()

    def page_path(self) -> None:
        self.answer(body=self.path.encode())

    def page_headers(self) -> None:
        self.answer(body=str(self.headers).encode())

    def page_status(self) -> None:
        status = int(self.path.rsplit("/", 1)[1])
        self.answer(status, b"" if status == 204 else BODY)

    def page_flaky(self) -> None:
        self.answer(503 if self.server.hits["flaky"] < 3 else 200)

    def page_busy(self) -> None:
        asked = self.path.rsplit("/", 1)[1]
        self.answer(429 if self.server.hits["busy"] < 2 else 200, Retry_After=asked)

    def page_hop(self) -> None:
        left = int(self.path.rsplit("/", 1)[1])
        self.answer(302, b"", Location=f"/hop/{left - 1}" if left else "/plain")

    def page_away(self) -> None:
        self.answer(301, b"", Location=self.path.partition("?")[2])

    def page_endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(BODY)

    def page_declared(self) -> None:
        self.answer(body=b"", Content_Length=str(10**12))
        self.close_connection = True

    def page_short(self) -> None:
        self.answer(body=b"half", Content_Length="8")
        self.close_connection = True

    def page_gzip(self) -> None:
        self.answer(body=gzip.compress(BODY), Content_Encoding="gzip")

    def page_deflate(self) -> None:
        self.answer(body=zlib.compress(BODY), Content_Encoding="deflate")

    def page_bomb(self) -> None:
        self.answer(body=gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")

    def page_badzip(self) -> None:
        self.answer(body=b"no gzip at all", Content_Encoding="gzip")

    def page_cutzip(self) -> None:
        self.answer(body=gzip.compress(BODY)[:-9], Content_Encoding="gzip")

    def page_brotli(self) -> None:
        self.answer(Content_Encoding="br")

    def page_slow(self) -> None:
        self.server.over.wait(HANGS)

    def page_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        for _ in self.drops():
            self.wfile.write(b"x")

    def page_driphead(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in self.drops():
            self.wfile.write(b"y")

    def drops(self) -> Iterator[int]:
        """Yield every now and then, until the test is over."""
        for drop in range(HANGS * 20):
            yield drop
            if self.server.over.wait(0.05):
                return

    def page_nonsense(self) -> None:
        self.wfile.write(b"\0\1\2 this is not HTTP\r\n\r\n")
        self.close_connection = True


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(60, 0, 10_000, allow_private=True) as made:
        yield made


def reason(get: Callable[[str], bytes], url: str) -> str:
    with pytest.raises(FetchFailed) as failed:
        get(url)
    return failed.value.reason


def test_a_page_is_returned_whole(site: Site, fetcher: Fetcher) -> None:
    assert fetcher.get(f"{site.url}/plain") == BODY


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/path/a b.jpg", b"/path/a%20b.jpg"),
        ("/path/Größe.jpg?n=ü#part", b"/path/Gr%C3%B6%C3%9Fe.jpg?n=%C3%BC"),
        ("/path/a%20b.jpg?x=1&y=%2F", b"/path/a%20b.jpg?x=1&y=%2F"),
        ("/path/?q=a/b?c", b"/path/?q=a/b?c"),
        ("/path/100%.jpg?50%zz", b"/path/100%25.jpg?50%25zz"),
    ],
)
def test_umlauts_and_spaces_are_encoded(
    site: Site, fetcher: Fetcher, written: str, sent: bytes
) -> None:
    assert fetcher.get(f"  {site.url}{written} ") == sent


def test_connections_are_reused_and_threads_share_a_fetcher(site: Site, fetcher: Fetcher) -> None:
    for _ in range(5):
        fetcher.get(f"{site.url}/plain")
    assert site.connections == 1
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(fetcher.get, [f"{site.url}/plain"] * 40))
    assert pages == [BODY] * 40
    assert site.connections <= 5


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, "http_status"),
        (401, "forbidden"),
        (403, "forbidden"),
        (404, "not_found"),
        (410, "not_found"),
        (206, "http_status"),
        (204, "http_status"),
        (302, "http_status"),
        (429, "busy"),
        (500, "server_error"),
        (503, "server_error"),
    ],
)
def test_a_status_has_its_reason(site: Site, fetcher: Fetcher, status: int, expected: str) -> None:
    assert reason(fetcher.get, f"{site.url}/status/{status}") == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("endless", "too_large"),
        ("declared", "too_large"),
        ("short", "unreachable"),
        ("bomb", "too_large"),
        ("badzip", "bad_response"),
        ("cutzip", "unreachable"),
        ("brotli", "bad_response"),
        ("nonsense", "unreachable"),
    ],
)
def test_a_bad_answer_has_its_reason(
    site: Site, fetcher: Fetcher, page: str, expected: str
) -> None:
    assert reason(fetcher.get, f"{site.url}/{page}") == expected


@pytest.mark.parametrize("page", ["gzip", "deflate"])
def test_a_compressed_answer_is_unpacked(site: Site, fetcher: Fetcher, page: str) -> None:
    assert fetcher.get(f"{site.url}/{page}") == BODY


def test_the_limit_is_inclusive(site: Site) -> None:
    with Fetcher(60, 0, len(BODY), allow_private=True) as exact:
        assert exact.get(f"{site.url}/plain") == BODY
        assert exact.get(f"{site.url}/gzip") == BODY
    with Fetcher(60, 0, len(BODY) - 1, allow_private=True) as less:
        assert reason(less.get, f"{site.url}/plain") == "too_large"
        assert reason(less.get, f"{site.url}/gzip") == "too_large"


@pytest.mark.parametrize("page", ["slow", "drip", "driphead"])
def test_the_whole_download_is_bounded_in_time(site: Site, page: str) -> None:
    """The pages go on for as long as the test does, and never pause for as long as the bound."""
    with Fetcher(0.4, 3, 10_000, allow_private=True) as hasty:
        assert reason(hasty.get, f"{site.url}/{page}") == "timeout"


def test_a_host_that_does_not_accept_is_bounded_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        with Fetcher(0.4, 0, 1000, allow_private=True) as hasty:
            assert reason(hasty.get, f"https://127.0.0.1:{port}/") == "timeout"


# -- retries ----------------------------------------------------------------------------------


@pytest.fixture
def waits() -> list[float]:
    """Return how long was waited before another try, in seconds; nothing is really waited for."""
    return []


def trying(retries: int, waits: list[float], max_bytes: int = 10_000) -> Fetcher:
    return Fetcher(60, retries, max_bytes, allow_private=True, sleep=waits.append)


def test_what_may_pass_is_tried_again(site: Site, waits: list[float]) -> None:
    with trying(2, waits) as patient:
        assert patient.get(f"{site.url}/flaky") == BODY
    assert site.hits["flaky"] == 3
    assert waits == [0.25, 0.5]


def test_the_last_failure_is_the_one_reported(site: Site, waits: list[float]) -> None:
    with trying(1, waits) as patient, pytest.raises(FetchFailed) as failed:
        patient.get(f"{site.url}/flaky")
    assert type(failed.value) is FetchFailed
    assert failed.value.reason == "server_error"
    assert site.hits["flaky"] == 2


def test_what_cannot_pass_is_tried_once(site: Site, waits: list[float]) -> None:
    with trying(3, waits, max_bytes=1000) as patient:
        assert reason(patient.get, f"{site.url}/missing") == "not_found"
        assert reason(patient.get, f"{site.url}/plain") == "too_large"
    assert site.hits == {"missing": 1, "plain": 1}
    assert waits == []


def test_a_server_that_asks_to_wait_is_given_time(site: Site, waits: list[float]) -> None:
    with trying(1, waits) as patient:
        assert patient.get(f"{site.url}/busy/7") == BODY
    assert waits == [7]


@pytest.mark.parametrize("asked", ["3600", "99999999999999"])
def test_a_server_that_asks_for_too_long_is_given_up(
    site: Site, waits: list[float], asked: str
) -> None:
    with trying(1, waits) as patient:
        assert reason(patient.get, f"{site.url}/busy/{asked}") == "busy"
    assert site.hits["busy"] == 1
    assert waits == []


def test_a_closed_port_is_unreachable(waits: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with trying(1, waits) as patient:
        assert reason(patient.get, f"http://127.0.0.1:{port}/") == "unreachable"
    assert waits == [0.25]


# -- redirects --------------------------------------------------------------------------------


def test_five_redirects_are_followed_and_no_more(site: Site, fetcher: Fetcher) -> None:
    assert fetcher.get(f"{site.url}/hop/4") == BODY
    assert reason(fetcher.get, f"{site.url}/hop/5") == "too_many_redirects"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("file:///etc/passwd", "scheme"),
        ("ftp://example.org/a.jpg", "scheme"),
        ("http://user:word@127.0.0.1/", "credentials"),
        ("http://[::1", "bad_url"),
        ("//", "too_many_redirects"),
    ],
)
def test_a_redirect_is_checked_like_the_first_url(
    site: Site, fetcher: Fetcher, location: str, expected: str
) -> None:
    assert reason(fetcher.get, f"{site.url}/away?{location}") == expected


# -- what is refused --------------------------------------------------------------------------


@pytest.fixture
def strict(waits: list[float]) -> Iterator[Fetcher]:
    with Fetcher(60, 2, 10_000, allow_private=False, sleep=waits.append) as made:
        yield made


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "scheme"),
        ("4711.jpg", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://example.org/", "scheme"),
        ("http://", "bad_url"),
        ("http:///a.jpg", "bad_url"),
        ("http://[::1", "bad_url"),
        ("http://example.org:port/", "bad_url"),
        ("http://example.org:99999/", "bad_url"),
        ("http://exa mple.org/", "bad_url"),
        ("http://example..org/", "bad_url"),
        ("http://example.org\\.internal/", "bad_url"),
        ("http://-example.org/", "bad_url"),
        ("http://" + "a" * 64 + ".org/", "bad_url"),
        ("http://[fe80::1%25eth0]/", "bad_url"),
        ("http://user@example.org/", "credentials"),
        ("http://user:word@example.org/", "credentials"),
        ("http://example.org@127.0.0.1/", "credentials"),
        ("http://example.org:22/", "port"),
        ("https://example.org:8443/", "port"),
        ("http://127.0.0.1/", "private_address"),
        ("https://127.0.0.1/", "private_address"),
        ("http://localhost/", "private_address"),
        ("http://LOCALHOST./", "private_address"),
        ("http://127.1/", "private_address"),
        ("http://2130706433/", "private_address"),
        ("http://0x7f.0.0.1/", "private_address"),
        ("http://0/", "private_address"),
        ("http://[::1]/", "private_address"),
        ("http://[::ffff:127.0.0.1]/", "private_address"),
        ("http://[64:ff9b::10.0.0.1]/", "private_address"),
        ("http://169.254.169.254/latest/meta-data/", "private_address"),
        ("http://nowhere.invalid/", "not_resolved"),
    ],
)
def test_a_url_that_is_not_public_is_refused(strict: Fetcher, url: str, expected: str) -> None:
    assert reason(strict.get, url) == expected


def test_the_checked_address_is_the_one_connected_to(
    site: Site, strict: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that resolves to a public address first and to loopback later gains nothing."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])
    connected: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in next(answers)]

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError("nothing is reached from a test")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert reason(strict.get, "http://rebinding.example/") == "private_address"
    assert connected == ["93.184.216.34"]


def test_an_address_that_drops_packets_leaves_time_for_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, look_up = socket.create_connection, socket.getaddrinfo
    shares: dict[str, float] = {}

    def resolve(host: str, port: int, *numbers: int, **named: int) -> list[Any]:
        if host != "two.example":
            return look_up(host, port, *numbers, **named)
        return [(0, 0, 0, "", (address, port)) for address in ("203.0.113.9", "127.0.0.1")]

    def connect(address: tuple[str, int], timeout: float, **options: Any) -> socket.socket:
        shares[address[0]] = timeout
        if address[0] != "127.0.0.1":
            raise TimeoutError("dropped")  # after that time, but no test waits for it
        return real(address, timeout, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with Fetcher(60, 0, 10_000, allow_private=True) as fetcher:
        assert fetcher.get(f"http://two.example:{site.server_port}/plain") == BODY
    assert list(shares) == ["203.0.113.9", "127.0.0.1"]
    assert shares["203.0.113.9"] <= 30 < shares["127.0.0.1"]


def test_proxies_of_the_environment_are_not_used(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetcher.get(f"{site.url}/plain") == BODY


def test_no_compression_is_asked_for(site: Site, fetcher: Fetcher) -> None:
    assert b"Accept-Encoding: identity" in fetcher.get(f"{site.url}/headers")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and a certificate for the name localhost alone."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: no certificate can be made")
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [*command, "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True
    )
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@pytest.fixture
def secure_site(certificate: Path) -> Iterator[Site]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Site() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_certificates_are_checked_against_the_host_name(
    secure_site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = secure_site.server_port
    with Fetcher(60, 0, 10_000, allow_private=True) as doubtful:
        assert reason(doubtful.get, f"https://localhost:{port}/plain") == "tls"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Fetcher(60, 0, 10_000, allow_private=True) as trusting:
        assert trusting.get(f"https://localhost:{port}/plain") == BODY
        assert reason(trusting.get, f"https://127.0.0.1:{port}/plain") == "tls"


def test_a_server_without_tls_is_refused(site: Site, fetcher: Fetcher) -> None:
    assert reason(fetcher.get, f"https://127.0.0.1:{site.server_port}/plain") == "tls"


# -- addresses --------------------------------------------------------------------------------

PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001:81b::200e"]
PUBLIC += ["::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"]
NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::192.168.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2001:10::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "5f00::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_other_addresses_are_refused(address: str) -> None:
    assert not is_public_address(address)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(address: ipaddress.IPv4Address) -> None:
    public = is_public_address(str(address))
    assert public is is_public_address(f"::ffff:{address}")
    assert public is is_public_address(f"64:ff9b::{address}")
    six_to_four = ipaddress.IPv6Address(0x2002 << 112 | int(address) << 80 | 1)
    assert public is is_public_address(str(six_to_four))


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if address.is_private or address.is_multicast or address.is_reserved:
        wraps = str(address).startswith(("::ffff:", "64:ff9b::", "2002:"))
        assert wraps or not is_public_address(str(address))


@given(st.text(max_size=40))
def test_any_text_is_a_url_or_refused_with_a_reason(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.org/{text}"):
        with contextlib.suppress(FetchFailed):
            parsed = parse_url(url, any_port=False)
            assert parsed.scheme in (b"http", b"https")
            assert parsed.port in (80, 443)
            assert all(33 <= byte < 127 for byte in parsed.target)


def test_failures_cross_process_borders() -> None:
    failure = pickle.loads(pickle.dumps(FetchFailed("timeout", "slow")))  # noqa: S301
    assert (failure.reason, failure.detail) == ("timeout", "slow")

"""The connection to a Qdrant server: retries, its version, and this project's errors."""

from __future__ import annotations

import json
import logging
import re
import time
import warnings
from collections.abc import Callable
from typing import TypeVar

import httpx
from qdrant_client import QdrantClient
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from catalog.errors import CatalogNotFound, StoreError, StoreUnavailable, UsageError

Answer = TypeVar("Answer")

IN_MEMORY = ":memory:"
OLDEST_SERVER = (1, 16, 2)
"""Earlier versions may lose acknowledged writes (fixed in 1.16.2)."""
TIMEOUT = 60
"""Seconds for one request."""
_WAITS = (0.2, 0.6, 2.0)
"""Seconds between the tries of a request that failed for a passing reason."""
_LONGEST_WAIT = 30.0
_PASSING = {408, 429, 502, 503, 504}

_log = logging.getLogger(__name__)


class ServerConnection:
    """One client, made at the first use. All that is asked through it may safely be repeated."""

    def __init__(
        self, url: str, api_key: str | None = None, client: QdrantClient | None = None
    ) -> None:
        self.url = url
        self._api_key = api_key
        self._client = client
        self._is_own = client is None

    @property
    def is_local(self) -> bool:
        """Whether qdrant-client's local mode stands in for a server (tests only)."""
        return self.url == IN_MEMORY

    def another(self) -> ServerConnection:
        """Return a connection to the same server that is opened and closed on its own."""
        return ServerConnection(self.url, self._api_key, None if self._is_own else self._client)

    def ask(self, question: Callable[[QdrantClient], Answer]) -> Answer:
        """Return the answer; what fails for a passing reason is tried again a few times."""
        if self._client is None:
            self._client = self._connected()
        return self._repeated(question, self._client)

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        if self._client is not None and self._is_own:
            self._client.close()
            self._client = None

    def _connected(self) -> QdrantClient:
        if self.is_local:
            return QdrantClient(IN_MEMORY)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            client = QdrantClient(
                self.url, api_key=self._api_key, timeout=TIMEOUT, check_compatibility=False
            )
        for warning in caught:
            _log.warning("%s: %s", self.url, warning.message)
        try:
            self._check_version(self._repeated(lambda qdrant: qdrant.info().version, client))
        except BaseException:
            client.close()
            raise
        return client

    def _check_version(self, version: str) -> None:
        numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:3])
        if numbers < OLDEST_SERVER:
            oldest = ".".join(map(str, OLDEST_SERVER))
            raise StoreError(
                f"the Qdrant server at {self.url} is version {version}; {oldest} or later is "
                "needed, since earlier ones may lose writes: upgrade the server"
            )

    def _repeated(self, question: Callable[[QdrantClient], Answer], client: QdrantClient) -> Answer:
        for wait in (*_WAITS, None):
            try:
                return question(client)
            except (ResponseHandlingException, UnexpectedResponse) as error:
                if wait is None or not _is_passing(error):
                    raise self._explained(error) from error
                pause = wait
            except ResourceExhaustedResponse as error:
                if wait is None:
                    raise StoreUnavailable(f"{self.url} is busy: {error}; try later") from error
                pause = min(float(error.retry_after_s), _LONGEST_WAIT)
            except (ValueError, TypeError) as error:
                raise self._refused(error) from error
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _explained(self, error: ResponseHandlingException | UnexpectedResponse) -> Exception:
        if isinstance(error, ResponseHandlingException):
            if isinstance(error.source, httpx.TransportError):
                return StoreUnavailable(
                    f"no Qdrant server answers at {self.url} ({error.source}): start it, or give "
                    "another --store"
                )
            return self._strange(error.source)
        return self._explained_status(error)

    def _explained_status(self, error: UnexpectedResponse) -> Exception:
        message = f"{self.url}: {_message(error)}"
        if error.status_code in {401, 403}:
            return StoreError(f"{message}: the server wants an API key (PARTSCOPE_API_KEY)")
        if error.status_code == 404:
            return CatalogNotFound(message)
        if error.status_code in _PASSING:
            return StoreUnavailable(f"{message}; try later")
        return UsageError(message) if error.status_code in {400, 422} else StoreError(message)

    def _strange(self, error: Exception) -> StoreError:
        reason = str(error).partition("\n")[0]
        return StoreError(f"{self.url} does not answer like a Qdrant server: {reason}")

    def _refused(self, error: Exception) -> Exception:
        """Explain what the client itself refuses, or its local mode."""
        if isinstance(error, json.JSONDecodeError):
            return self._strange(error)
        text = str(error).partition("\n")[0]
        if re.fullmatch(r"Collection \S+ not found", text):
            return CatalogNotFound(f"{self.url}: {text}")
        return UsageError(f"{self.url}: {text}")


def _is_passing(error: ResponseHandlingException | UnexpectedResponse) -> bool:
    if isinstance(error, ResponseHandlingException):
        return isinstance(error.source, httpx.TransportError)
    return error.status_code in _PASSING


def _message(error: UnexpectedResponse) -> str:
    try:
        return str(error.structured()["status"]["error"])
    except (ValueError, LookupError, TypeError):
        return f"HTTP {error.status_code} {error.reason_phrase}"

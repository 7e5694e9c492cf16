"""A Qdrant server for the tests that want a real one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores import running_server


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    with running_server() as url:
        yield url

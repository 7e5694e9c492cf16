"""Tables to ingest, as the tests of ingest make them."""

from __future__ import annotations

from tests.ingest.conftest import make_table

__all__ = ["make_table"]

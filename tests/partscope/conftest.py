"""Tables to ingest, as the tests of ingest make them."""

from __future__ import annotations

from tests.ingest.written_tables import make_table

__all__ = ["make_table"]

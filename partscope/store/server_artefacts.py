"""Artefacts of a catalogue on a server: bytes in payloads of a companion collection.

An artefact is one head point that names its chunks by their SHA-256, and the chunks. The head is
written when all chunks are there, so a reader sees the former artefact or the new one, whole.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from qdrant_client import QdrantClient, models

from partscope.errors import CatalogNotFound, StoreError
from partscope.store.server_connection import ServerConnection

CHUNK = 4 * 1024 * 1024
"""Bytes a point, before base64; a request may hold 32 MB."""
_INDEXES = {
    "generation": models.PayloadSchemaType.INTEGER,
    "of": models.PayloadSchemaType.KEYWORD,
    "name": models.PayloadSchemaType.KEYWORD,
    "sha256": models.PayloadSchemaType.KEYWORD,
}
"""Servers in strict mode refuse to filter by anything else."""


class ServerArtefacts:
    """The artefacts of all generations of one catalogue."""

    def __init__(self, connection: ServerConnection, collection: str) -> None:
        self._connection = connection
        self.collection = collection

    def write(self, generation: int, name: str, content: bytes) -> None:
        """Keep bytes, whole or not at all; the same name is replaced."""
        digest = hashlib.sha256(content).hexdigest()
        starts = range(0, len(content), CHUNK)
        self._ensure()
        for number, start in enumerate(starts):
            text = base64.b64encode(content[start : start + CHUNK]).decode()
            chunk = {"generation": generation, "of": name, "sha256": digest, "content": text}
            self._put(_identity(generation, name, digest, number), chunk)
        head = {"generation": generation, "name": name, "sha256": digest, "chunks": len(starts)}
        self._put(_identity(generation, name), head)
        self._delete(
            models.Filter(
                must=[_is("generation", generation), _is("of", name)],
                must_not=[_is("sha256", digest)],
            )
        )

    def read(self, generation: int, name: str) -> bytes | None:
        """Return the bytes, checked against their SHA-256; None where there are none."""
        head = self._get(_identity(generation, name))
        if head is None:
            return None
        chunks = [
            self._get(_identity(generation, name, str(head["sha256"]), number))
            for number in range(int(str(head["chunks"])))
        ]
        content = b"".join(
            base64.b64decode(str((chunk or {}).get("content", ""))) for chunk in chunks
        )
        if hashlib.sha256(content).hexdigest() != head["sha256"]:
            raise StoreError(
                f"{self._connection.url}: the artefact {name!r} in {self.collection} is damaged: "
                "restore a backup, or run partscope rebuild"
            )
        return content

    def names(self, generation: int) -> list[str]:
        """Return the names of a generation's artefacts, sorted."""
        heads = models.Filter(
            must=[_is("generation", generation)],
            must_not=[models.IsEmptyCondition(is_empty=models.PayloadField(key="name"))],
        )
        return sorted(str(payload["name"]) for payload in self._scroll(heads))

    def remove_others(self, generation: int) -> None:
        """Delete the artefacts of every other generation."""
        self._delete(models.Filter(must_not=[_is("generation", generation)]))

    def _ensure(self) -> None:
        def create(client: QdrantClient) -> None:
            if client.collection_exists(self.collection):
                return
            client.create_collection(self.collection, vectors_config={})
            for key, kind in ({} if self._connection.is_local else _INDEXES).items():
                client.create_payload_index(self.collection, key, field_schema=kind, wait=True)

        self._connection.ask(create)

    def _put(self, identity: str, payload: dict[str, object]) -> None:
        point = models.PointStruct(id=identity, vector={}, payload=payload)
        self._connection.ask(lambda client: client.upsert(self.collection, [point], wait=True))

    def _get(self, identity: str) -> dict[str, object] | None:
        try:
            found = self._connection.ask(lambda each: each.retrieve(self.collection, [identity]))
        except CatalogNotFound:
            return None
        return found[0].payload if found else None

    def _scroll(self, where: models.Filter) -> Iterator[dict[str, object]]:
        def page(client: QdrantClient) -> tuple[list[models.Record], Any]:
            return client.scroll(self.collection, where, offset=offset)

        offset: Any = None
        while True:
            try:
                found, offset = self._connection.ask(page)
            except CatalogNotFound:
                return
            yield from (record.payload or {} for record in found)
            if offset is None:
                return

    def _delete(self, where: models.Filter) -> None:
        selector = models.FilterSelector(filter=where)
        try:
            self._connection.ask(lambda each: each.delete(self.collection, selector, wait=True))
        except CatalogNotFound:
            return


def _identity(*parts: object) -> str:
    return str(uuid5(NAMESPACE_URL, "\0".join(["partscope-artefact", *map(str, parts)])))


def _is(key: str, value: str | int) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))

"""Artefacts of a catalogue on a server: bytes in payloads of a companion collection.

An artefact is one head point that names its chunks by their SHA-256, and the chunks. The head is
written when all chunks are there, so a reader sees the former artefact or the new one, whole.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from qdrant_client import QdrantClient, models

from catalog.errors import CatalogNotFound, StoreError
from catalog.store.server.connection import ServerConnection

CHUNK = 4 * 1024 * 1024
"""Bytes a point, before base64; a request may hold 32 MB."""
_INDEXES = {
    "of": models.PayloadSchemaType.KEYWORD,
    "name": models.PayloadSchemaType.KEYWORD,
    "sha256": models.PayloadSchemaType.KEYWORD,
    "token": models.PayloadSchemaType.KEYWORD,
}
"""Servers in strict mode refuse to filter by anything else."""


@dataclass(frozen=True, slots=True)
class LockPoint:
    """What the holder of a lock wrote: who it is, and until when it holds, in seconds since 1970."""

    token: str
    until: float
    owner: str


class ServerArtefacts:
    """The artefacts of one catalogue."""

    def __init__(self, connection: ServerConnection, collection: str) -> None:
        self._connection = connection
        self.collection = collection

    def write(self, name: str, content: bytes) -> None:
        """Keep bytes, whole or not at all; the same name is replaced."""
        digest = hashlib.sha256(content).hexdigest()
        starts = range(0, len(content), CHUNK)
        self._ensure()
        for number, start in enumerate(starts):
            text = base64.b64encode(content[start : start + CHUNK]).decode()
            chunk = {"of": name, "sha256": digest, "content": text}
            self._put(_identity(name, digest, number), chunk)
        head = {"name": name, "sha256": digest, "chunks": len(starts)}
        self._put(_identity(name), head)
        self._delete(
            models.Filter(
                must=[_is("of", name)],
                must_not=[_is("sha256", digest)],
            )
        )

    def read(self, name: str) -> bytes | None:
        """Return the bytes, checked against their SHA-256; None where there are none."""
        head = self._get(_identity(name))
        if head is None:
            return None
        chunks = [
            self._get(_identity(name, str(head["sha256"]), number))
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

    def names(self) -> list[str]:
        """Return the names of the artefacts, sorted."""
        nameless = models.IsEmptyCondition(is_empty=models.PayloadField(key="name"))
        heads = self._scroll(models.Filter(must_not=[nameless]))
        return sorted(str(payload["name"]) for payload in heads)

    def delete(self, name: str) -> None:
        """Delete an artefact: its head first, so that no reader meets one without its chunks."""
        for key in ("name", "of"):
            self._delete(models.Filter(must=[_is(key, name)]))

    # -- locks, which are points without a name (see ``lease``) --------------------------------

    @property
    def url(self) -> str:
        """Where the server is, for messages."""
        return self._connection.url

    def holder(self, lock: str) -> LockPoint | None:
        """Return what the holder of a lock wrote; None where it was never taken, or is free."""
        payload = self._get(_identity("lock", lock, ""))
        if payload is None:
            return None
        until = float(str(payload.get("until", 0)))
        return LockPoint(str(payload.get("token", "")), until, str(payload.get("owner", "")))

    def take(self, lock: str, holder: LockPoint, instead_of: str) -> None:
        """Write a lock, unless another than the token ``instead_of`` holds it: one atomic step."""
        self._ensure()
        payload = {"lock": lock, **asdict(holder)}
        identity = _identity("lock", lock, "")
        point = models.PointStruct(id=identity, vector={}, payload=payload)
        update_filter = models.Filter(must=[_is("token", instead_of)])
        self._connection.ask(
            lambda client: client.upsert(
                self.collection,
                [point],
                wait=True,
                ordering=models.WriteOrdering.STRONG,
                update_filter=update_filter,
            )
        )

    def free(self, lock: str, token: str) -> None:
        """Delete a lock if that token still holds it."""
        identity = models.HasIdCondition(has_id=[_identity("lock", lock, "")])
        self._delete(models.Filter(must=[identity, _is("token", token)]))

    def _ensure(self) -> None:
        def create(client: QdrantClient) -> None:
            if client.collection_exists(self.collection):
                return
            client.create_collection(self.collection, vectors_config={})
            for key, kind in ({} if self._connection.is_local else _INDEXES).items():
                client.create_payload_index(self.collection, key, field_schema=kind, wait=True)

        self._connection.ask(create)

    def _put(self, identity: str, payload: Mapping[str, object]) -> None:
        point = models.PointStruct(id=identity, vector={}, payload=dict(payload))
        self._connection.ask(lambda client: client.upsert(self.collection, [point], wait=True))

    def _get(self, identity: str) -> dict[str, object] | None:
        try:
            records = self._connection.ask(
                lambda client: client.retrieve(self.collection, [identity])
            )
        except CatalogNotFound:
            return None
        return records[0].payload if records else None

    def _scroll(self, where: models.Filter) -> Iterator[dict[str, object]]:
        def page(client: QdrantClient) -> tuple[list[models.Record], Any]:
            return client.scroll(self.collection, where, offset=offset)

        offset: Any = None
        while True:
            try:
                records, offset = self._connection.ask(page)
            except CatalogNotFound:
                return
            yield from (record.payload or {} for record in records)
            if offset is None:
                return

    def _delete(self, where: models.Filter) -> None:
        selector = models.FilterSelector(filter=where)
        try:
            self._connection.ask(lambda client: client.delete(self.collection, selector, wait=True))
        except CatalogNotFound:
            return


def _identity(*parts: object) -> str:
    return str(uuid5(NAMESPACE_URL, "\0".join(["partscope-artefact", *map(str, parts)])))


def _is(key: str, value: str) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))

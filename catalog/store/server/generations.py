"""The collections of one catalogue on a server: generations, the alias of the active one, records."""

from __future__ import annotations

import re

from qdrant_client import QdrantClient, models

from catalog.errors import CatalogNotFound, StoreError
from catalog.store.filters import json_path
from catalog.store.generation_record import GenerationRecord
from catalog.store.server.connection import ServerConnection
from catalog.store.server.indexing import LOADING
from catalog.store.server.shapes import INDEX_TYPES, dense_params, sparse_params

_METADATA_KEY = "partscope"
"""Metadata is merged, not replaced, by the server: the record is one text under this key."""


class ServerCollections:
    """Creates, finds, activates and deletes the collections of a catalogue's generations."""

    def __init__(self, connection: ServerConnection, catalog: str) -> None:
        self._connection = connection
        self._alias = catalog

    def name(self, generation: int) -> str:
        """Return the collection of a generation."""
        return f"{self._alias}.g{generation}"

    def create(self, record: GenerationRecord) -> None:
        """Create an empty collection with its payload indexes, set for a bulk load."""
        name = self.name(record.manifest.generation)
        self._connection.ask(
            lambda client: client.create_collection(
                name,
                vectors_config=dense_params(record.schema),
                sparse_vectors_config=sparse_params(record.schema),
                optimizers_config=LOADING,
                metadata={_METADATA_KEY: record.to_text()},
            )
        )
        if not self._connection.is_local:
            self._create_indexes(name, record)

    def record(self, generation: int | None) -> GenerationRecord:
        """Return the record of a generation, None the active one; CatalogNotFound without."""
        name = self._alias if generation is None else self.name(generation)
        try:
            info = self._connection.ask(lambda client: client.get_collection(name))
        except CatalogNotFound:
            url = self._connection.url
            raise CatalogNotFound(
                f"no catalogue {self._alias!r} at {url}: create it with "
                f"`partscope ingest TABLE --store {url} --catalog {self._alias}`"
            ) from None
        text = (info.config.metadata or {}).get(_METADATA_KEY)
        if not isinstance(text, str):
            raise StoreError(
                f"the collection {name!r} at {self._connection.url} is not a catalogue of "
                "partscope: choose another --catalog"
            )
        return GenerationRecord.from_text(text, f"the metadata of collection {name!r}")

    def write_record(self, record: GenerationRecord) -> None:
        """Replace a generation's record atomically."""
        name = self.name(record.manifest.generation)
        metadata = {_METADATA_KEY: record.to_text()}
        self._connection.ask(lambda client: client.update_collection(name, metadata=metadata))

    def activate(self, generation: int) -> None:
        """Let the alias name that generation, in one atomic step."""
        name = self.name(generation)
        create = models.CreateAlias(collection_name=name, alias_name=self._alias)
        operations: list[models.AliasOperations] = [
            models.CreateAliasOperation(create_alias=create)
        ]
        if self._has_alias():
            delete = models.DeleteAlias(alias_name=self._alias)
            operations.insert(0, models.DeleteAliasOperation(delete_alias=delete))
        self._connection.ask(lambda client: client.update_collection_aliases(operations))

    def remove_others(self, generation: int | None) -> None:
        """Delete the collections of every other generation."""
        generation_name = re.compile(re.escape(self._alias) + r"\.g\d+")
        collections = self._connection.ask(lambda client: client.get_collections().collections)
        for name in [collection.name for collection in collections]:
            if generation_name.fullmatch(name) and (
                generation is None or name != self.name(generation)
            ):
                self.delete(name)

    def delete(self, name: str) -> None:
        """Delete a collection with its aliases; an absent one is fine."""
        self._connection.ask(lambda client: client.delete_collection(name))

    def _create_indexes(self, name: str, record: GenerationRecord) -> None:
        def create(client: QdrantClient) -> None:
            for key, kind in record.schema.payload_indexes.items():
                schema = INDEX_TYPES[kind]
                client.create_payload_index(name, json_path(key), field_schema=schema, wait=True)

        self._connection.ask(create)

    def _has_alias(self) -> bool:
        aliases = self._connection.ask(lambda client: client.get_aliases().aliases)
        return any(alias.alias_name == self._alias for alias in aliases)

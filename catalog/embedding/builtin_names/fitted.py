"""Name embedders that learn from the catalogue: what ``tfidf`` and ``bilingual`` have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from catalog.arrays import FloatMatrix, StateArrays
from catalog.embedding.batching import embed_distinct
from catalog.embedding.builtin_names.features import LICENCE, tokeniser_fingerprint
from catalog.embedding.builtin_names.space import BATCH, DIM, NameSpace
from catalog.embedding.contract import EmbedderDescription, NamePair
from catalog.errors import ModelNotFound, UsageError

_SAMPLE_SIZE = 20_000


class FittedNames:
    """Vectors of names in a space that is learnt; documents and queries take the same road.

    ``learn`` returns the state of a sample, ``open_space`` what such a state makes possible. Raise
    ``version`` when the same state and name would give another vector.
    """

    def __init__(
        self,
        name: str,
        version: int,
        learn: Callable[[Sequence[NamePair]], StateArrays],
        open_space: Callable[[StateArrays], NameSpace],
    ) -> None:
        self._name = f"builtin:{name}"
        self._version = version
        self._learn = learn
        self._open_space = open_space
        self._state: StateArrays | None = None
        self._space: NameSpace | None = None
        self._description: EmbedderDescription | None = None

    @property
    def description(self) -> EmbedderDescription:
        """The embedder's identity, what it learnt included; UsageError before ``fit``."""
        if self._description is None:
            raise self._unfitted()
        return self._description

    @property
    def sample_size(self) -> int:
        """How many name pairs at most are of use to ``fit``."""
        return _SAMPLE_SIZE

    def fit(self, sample: Sequence[NamePair]) -> None:
        """Learn from the names of any number of parts; those beyond ``sample_size`` are left out."""
        self._become(self._learn(sample[:_SAMPLE_SIZE]))

    def state(self) -> StateArrays:
        """Return what was learnt; UsageError before ``fit``."""
        if self._state is None:
            raise self._unfitted()
        return dict(self._state)

    def load_state(self, state: StateArrays) -> None:
        """Take over what another instance learnt; ModelNotFound where it does not fit."""
        try:
            self._become(state)
        except (KeyError, ValueError, IndexError) as error:
            raise ModelNotFound(
                f"what {self._name} learnt for this catalogue does not fit this version of"
                f" partscope ({error}): run partscope rebuild"
            ) from None

    def embed_documents(self, batch: Sequence[str]) -> FloatMatrix:
        """Embed names, unit rows, shape (n, dim)."""
        if self._space is None:
            raise self._unfitted()
        return embed_distinct(batch, self._rows, DIM)

    embed_queries = embed_documents

    def _rows(self, names: list[str]) -> FloatMatrix:
        assert self._space is not None  # noqa: S101 - embed_documents has checked it
        starts = range(0, len(names), BATCH)
        return np.concatenate([self._space.rows(names[start : start + BATCH]) for start in starts])

    def _become(self, state: StateArrays) -> None:
        self._space = self._open_space(state)
        self._state = dict(state)
        self._description = EmbedderDescription(
            name=self._name,
            modality="text",
            dim=DIM,
            licence=LICENCE,
            fingerprint=self._fingerprint(state),
            batch_size=BATCH,
        )

    def _fingerprint(self, state: StateArrays) -> str:
        digest = hashlib.sha256(f"{self._name} {self._version} {DIM}".encode())
        digest.update(tokeniser_fingerprint().encode())
        for key, array in sorted(state.items()):
            digest.update(f"{key} {array.dtype} {array.shape}".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def _unfitted(self) -> UsageError:
        return UsageError(f"{self._name} has not learnt from a catalogue yet")


def distinct_names(sample: Sequence[NamePair]) -> list[str]:
    """Return the names of a sample in both languages, each once."""
    return list(dict.fromkeys(name for pair in sample for name in (pair.de, pair.en) if name))

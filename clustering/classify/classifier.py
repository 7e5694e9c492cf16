"""Which cluster a new image, a name or both belong to, how surely, and which parts say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.arrays import FloatVector, RgbImage
from catalog.errors import UsageError
from catalog.name_queries import embed_names
from clustering.classify.confidence import UNLEARNT, Confidence, learn_confidences
from clustering.classify.votes import Votes, votes_of
from clustering.contract import NOISE
from clustering.runs import run_store
from clustering.runs.reviewed_run import ReviewedRun
from segmentation.pictures import embed_pictures

if TYPE_CHECKING:
    from catalog.opened import OpenedCatalog

SHOWN = 5
"""Neighbours that are returned."""
_MODEL = "confidence"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A part that is near; ``cluster`` is None for noise."""

    part_number: str
    name_de: str | None
    name_en: str | None
    similarity: float
    cluster: int | None


@dataclass(frozen=True, slots=True)
class Classification:
    """``cluster`` is None for an outlier; ``score`` is the calibrated probability in 0..1.

    An outlier is farther from its nearest part than nearly all parts are (``confidence``), or lies
    among noise.
    """

    run: str
    cluster: int | None
    label_de: str
    label_en: str
    score: float
    outlier: bool
    neighbours: tuple[Neighbour, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values, the label by language."""
        values = asdict(self)
        label = {"de": values.pop("label_de"), "en": values.pop("label_en")}
        return {**values, "label": label}


class Classifier:
    """Classifies by one run of a catalogue. Keep it for many queries."""

    def __init__(self, catalog: OpenedCatalog, run: str | None = None) -> None:
        """Use the active run, or the one of that id or name; UsageError where there is none."""
        _ = catalog.manifest
        self._catalog = catalog
        self._store = catalog.store
        self.run = ReviewedRun.find(self._store, run)

    def classify(
        self, image: str | Path | bytes | RgbImage | None = None, name: str | None = None
    ) -> Classification:
        """Return the cluster of an image (path, URL, bytes, pixels), a name, or both.

        Raises UsageError for a query that holds nothing the catalogue can compare, and what reading
        an image raises (ImageRejected, FetchFailed).
        """
        vectors = {**self._image_vector(image), **self._name_vectors(name)}
        if not vectors:
            raise UsageError("nothing to classify: give an image, a --name, or both")
        (votes,) = votes_of(self._store, [vectors], self.run.cluster_of)
        kinds = {"image" if vector == "image" else "name" for vector in vectors}
        return self._decided(votes, "both" if len(kinds) == 2 else kinds.pop())

    def _decided(self, votes: Votes, mode: str) -> Classification:
        confidence = self._confidence.get(mode, UNLEARNT)
        winner = next((cluster for cluster, _ in votes.ranked()), NOISE)
        profile = self.run.profiles.get(winner)
        is_outlier = profile is None or votes.nearest < confidence.least_nearest
        return Classification(
            run=self.run.run_id,
            cluster=None if is_outlier or profile is None else winner,
            label_de=profile.label_de if profile and not is_outlier else "Ausreißer",
            label_en=profile.label_en if profile and not is_outlier else "outlier",
            score=round(0.0 if is_outlier else confidence(votes), 4),
            outlier=is_outlier,
            neighbours=self._neighbours(votes),
        )

    def _neighbours(self, votes: Votes) -> tuple[Neighbour, ...]:
        fields = ["part_number", "name_de", "name_en"]
        return tuple(
            Neighbour(
                str(record.payload["part_number"]),
                record.payload.get("name_de"),
                record.payload.get("name_en"),
                round(votes.similarity[record.id], 4),
                _unless_noise(self.run.cluster_of.get(record.id, NOISE)),
            )
            for record in self._store.get(votes.voters()[:SHOWN], with_payload=fields)
        )

    # -- what is asked ------------------------------------------------------------------------

    def _image_vector(self, image: str | Path | bytes | RgbImage | None) -> dict[str, FloatVector]:
        if image is None:
            return {}
        if self._catalog.image_embedder is None:
            raise UsageError(f"catalogue {self._catalog.name!r} holds no images: give a --name")
        (vector,) = embed_pictures(self._catalog, [image])
        return {"image": vector} if vector.any() else {}

    def _name_vectors(self, name: str | None) -> dict[str, FloatVector]:
        text = (name or "").strip()
        if not text:
            return {}
        embedder = self._catalog.text_embedder
        if embedder is None:
            raise UsageError(f"catalogue {self._catalog.name!r} holds no names: give an image")
        (vector,) = embed_names(embedder, [text])
        return {"name_de": vector, "name_en": vector} if vector.any() else {}

    # -- what the run knows -------------------------------------------------------------------

    @cached_property
    def _confidence(self) -> Mapping[str, Confidence]:
        """What was learnt the first time somebody classified by this run."""
        model = run_store.load_model(self._store, self.run.run_id, _MODEL)
        if model is not None:
            return {mode: Confidence.from_array(values) for mode, values in model.items()}
        confidences = learn_confidences(self._store, self.run.cluster_of)
        arrays = {mode: confidence.to_array() for mode, confidence in confidences.items()}
        run_store.save_model(self._store, self.run.run_id, _MODEL, arrays)
        return confidences


def _unless_noise(cluster: int) -> int | None:
    return None if cluster == NOISE else cluster

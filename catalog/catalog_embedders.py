"""The embedders of one catalogue: chosen, fitted once, remembered, and checked ever after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.arrays import StateArrays
from catalog.embedding.contract import Embedder, Fittable, Modality
from catalog.embedding.registry import image_embedder, profile, text_embedder
from catalog.errors import ModelNotFound, StoreError
from catalog.packed_arrays import unpack_arrays
from catalog.store.manifest import EmbedderRecord, Manifest

if TYPE_CHECKING:
    from catalog.settings import Settings
    from catalog.store.contract import ArtefactSource

NO_MODEL = "none"
DEFAULT_PROFILE = "builtin"


def chosen_name(settings: Settings, modality: Modality, former: Manifest | None) -> str:
    """Return the embedder's name that the settings ask for; ``none`` is a choice.

    Without a choice it is that of the former generation, or of the default profile.
    """
    setting = settings.image_model if modality == "image" else settings.text_model
    if setting:
        return portable_name(setting)
    if former is not None and settings.profile is None:
        record = former.embedders.get(modality)
        return record.name if record else NO_MODEL
    model_profile = profile(settings.profile or DEFAULT_PROFILE)
    return model_profile.image_model if modality == "image" else model_profile.text_model


def portable_name(name: str) -> str:
    """Return the name with a local folder made absolute, so that it works from anywhere."""
    kind, colon, model_name = name.partition(":")
    if colon and kind != "builtin" and Path(model_name).is_dir():
        return f"{kind}:{Path(model_name).resolve()}"
    return name


def create(name: str, modality: Modality) -> Embedder[Any]:
    """Return the embedder of that name, not fitted yet."""
    return image_embedder(name) if modality == "image" else text_embedder(name)


def fit(embedder: Embedder[Any], sample: Callable[[int], Sequence[Any]]) -> StateArrays | None:
    """Fit the embedder if it learns at all; ``sample`` is asked for at most so many items."""
    if not isinstance(embedder, Fittable):
        return None
    embedder.fit(sample(embedder.sample_size))
    return embedder.state()


def record_of(embedder: Embedder[Any], name: str, preparation: str = "") -> EmbedderRecord:
    """Return what the manifest keeps of an embedder."""
    description = embedder.description
    return EmbedderRecord(
        name=name,
        fingerprint=description.fingerprint,
        dim=description.dim,
        licence=description.licence,
        preparation=preparation,
    )


def state_name(modality: Modality, generation: int) -> str:
    """Return the name of the artefact that keeps what an embedder learnt."""
    return f"embedder-{modality}-g{generation}.npz"


def read_learnt(store: ArtefactSource, name: str, learner: str, settings: Settings) -> StateArrays:
    """Return what was learnt when the catalogue was created, kept as the artefact ``name``.

    ``learner`` is for messages: StoreError where the artefact is missing or damaged.
    """
    what = f"what {learner} of catalogue {settings.catalog!r} learnt"
    advice = f"restore a backup, or run {settings.command('rebuild')}"
    content = store.read_artefact(name)
    if content is None:
        raise StoreError(f"{what} is missing from {store.location}: {advice}")
    return unpack_arrays(content, what, advice)


def load(
    manifest: Manifest, store: ArtefactSource, settings: Settings, modality: Modality
) -> Embedder[Any] | None:
    """Return the embedder that the catalogue was built with, ready to embed.

    A model that the settings name explicitly is used if it has the same fingerprint, else it is
    refused (FingerprintMismatch). None where the catalogue has no such embedder.
    """
    built_with = manifest.embedders.get(modality)
    if built_with is None:
        return None
    setting = settings.image_model if modality == "image" else settings.text_model
    name = portable_name(setting) if setting else built_with.name
    embedder = _create_known(name, modality, manifest.catalog)
    if isinstance(embedder, Fittable):
        _load_state(embedder, store, manifest, modality, settings, is_same=name == built_with.name)
    record = replace(record_of(embedder, name), preparation=built_with.preparation)
    manifest.check(modality, record, settings)
    return embedder


def _load_state(
    embedder: Fittable[Any],
    store: ArtefactSource,
    manifest: Manifest,
    modality: Modality,
    settings: Settings,
    *,
    is_same: bool,
) -> None:
    if not is_same:
        embedder.fit(())  # only for the fingerprint that the refusal names
        return
    name = state_name(modality, manifest.generation)
    embedder.load_state(read_learnt(store, name, f"the {modality} embedder", settings))


def _create_known(name: str, modality: Modality, catalog: str) -> Embedder[Any]:
    try:
        return create(name, modality)
    except ModelNotFound as error:
        raise ModelNotFound(
            f"catalogue {catalog!r} needs its {modality} model {name}: {error}; if it has moved, "
            f"give --{modality}-model"
        ) from error

"""How one catalogue cuts its photos: chosen, fitted once, remembered, and checked ever after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from catalog.arrays import RgbImage
from catalog.catalog_embedders import (
    DEFAULT_PROFILE,
    portable_name,
    read_learnt,
)
from catalog.embedding.registry import PROFILES
from catalog.errors import UsageError
from catalog.packed_arrays import pack_arrays
from catalog.settings import Settings
from catalog.store.contract import ArtefactSource
from catalog.store.manifest import Manifest, SegmentationRecord
from segmentation.by_text.phrases import part_phrases
from segmentation.contract import Prompts, Segmenter
from segmentation.cutter import CUT_VERSION, Cutter, Needs, SegmentUse
from segmentation.mask_cache import MaskCache
from segmentation.registry import reads_prompts, segmenter
from segmentation.triage import SAMPLE_SIZE, TRIAGE_VERSION, Triage

MASKS = "masks"


@dataclass(frozen=True, slots=True)
class ChosenCutting:
    """How a catalogue that is to be created cuts its photos, and what the triage learnt."""

    record: SegmentationRecord
    cutter: Cutter
    triage: bytes | None

    def artefacts(self, generation: int) -> dict[str, bytes]:
        """Return what is kept beside the points of a generation: what the triage learnt, if any."""
        return {} if self.triage is None else {triage_name(generation): self.triage}


def choose_cutting(
    settings: Settings, former: Manifest | None, sample: Callable[[int], Iterable[RgbImage]]
) -> ChosenCutting | None:
    """Return how the settings, else the former generation, want photos cut; None for full photos.

    ``sample`` is asked for at most so many photos, only where the triage has to learn which need it.
    """
    segmenter_name = default_segmenter(settings) if former is None else settings.segmenter
    record = _wanted(settings, former.segmentation if former else None, segmenter_name)
    if record is None:
        return None
    if reads_prompts(record.segmenter):
        part_phrases(record.part)  # a wrong one is a wrong call, before anything is built
    built_segmenter = _segmenter(record)
    record = replace(record, fingerprint=_fingerprint(built_segmenter))
    if record.mode == "all":
        return ChosenCutting(record, _cutter(record, built_segmenter, settings), None)
    triage = Triage.fit(sample(SAMPLE_SIZE))
    cutter = _cutter(record, built_segmenter, settings, triage)
    return ChosenCutting(record, cutter, pack_arrays(triage.state()))


def load_cutter(manifest: Manifest, store: ArtefactSource, settings: Settings) -> Cutter | None:
    """Return what cuts photos as the catalogue was built; None where it has full photos.

    Raises FingerprintMismatch where the settings ask for something else, or the segmenter has
    become another one.
    """
    built_with = manifest.segmentation
    record = _wanted(settings, built_with, settings.segmenter)
    if record is None or built_with is None:
        manifest.check_segmentation(record, settings)
        return None
    built_segmenter = _segmenter(record)
    manifest.check_segmentation(
        replace(record, fingerprint=_fingerprint(built_segmenter)), settings
    )
    if record.mode == "all":
        return _cutter(record, built_segmenter, settings)
    state = read_learnt(store, triage_name(manifest.generation), "the triage", settings)
    return _cutter(record, built_segmenter, settings, Triage.from_state(state))


def triage_name(generation: int) -> str:
    """Return the name of the artefact that keeps what the triage learnt."""
    return f"triage-g{generation}.npz"


def _wanted(
    settings: Settings, former: SegmentationRecord | None, segmenter_name: str
) -> SegmentationRecord | None:
    """Return what is given, else what was, else the defaults; its fingerprint is the former's.

    ``segmenter_name`` is the segmenter where there was none, or where one is given.
    """
    set_fields = settings.model_fields_set
    was_none = former is None
    name = segmenter_name if "segmenter" in set_fields or former is None else former.segmenter
    mode = settings.segment if "segment" in set_fields or former is None else former.mode
    if name == "none" or mode == "none":
        _refuse_without_segmenter(settings, mode)
        return None
    base = former or SegmentationRecord("", "", "", "", "", "")

    def pick(setting: str, before: str) -> str:
        value = getattr(settings, setting)
        return before if not was_none and setting not in set_fields else str(value or "")

    return SegmentationRecord(
        segmenter=portable_name(name),
        fingerprint=base.fingerprint,
        mode=mode,
        use=pick("segment_use", base.use),
        part=pick("segment_prompt", base.part),
        remove=pick("segment_remove", base.remove),
        detector=_portable_model(pick("segmenter_detector", base.detector)),
        mask_model=_portable_model(pick("segmenter_mask_model", base.mask_model)),
    )


def default_segmenter(settings: Settings) -> str:
    """Return the segmenter of a new catalogue: the one named, or ``grounded-sam`` for who has models.

    That is who names its models, or asks for photos to be cut beside a profile of models.
    """
    set_fields = settings.model_fields_set
    if "segmenter" in set_fields:
        return settings.segmenter
    has_its_models = {"segmenter_detector", "segmenter_mask_model"} & set_fields
    is_asked = {"segment", "segment_use"} & set_fields and settings.profile in _OF_MODELS
    return "grounded-sam" if has_its_models or is_asked else settings.segmenter


_OF_MODELS = PROFILES.keys() - {DEFAULT_PROFILE}


def _refuse_without_segmenter(settings: Settings, mode: str) -> None:
    """Nothing would be cut and nobody would notice: raise UsageError, unless that is what is asked."""
    set_fields = settings.model_fields_set
    cutting_fields = {"segment", "segment_use"} & set_fields
    if cutting_fields and "segmenter" not in set_fields and mode != "none":
        options = " ".join(
            f"--{name.replace('_', '-')} {getattr(settings, name)}"
            for name in sorted(cutting_fields)
        )
        raise UsageError(f"{options} needs a segmenter: add --segmenter silhouette, or another one")


def _portable_model(name: str) -> str:
    return str(Path(name).resolve()) if name and Path(name).is_dir() else name


def _segmenter(record: SegmentationRecord) -> Segmenter:
    built_segmenter = segmenter(
        record.segmenter,
        detector=record.detector or None,
        mask_model=record.mask_model or None,
    )
    assert built_segmenter is not None  # noqa: S101  # none was settled before
    return built_segmenter


def _fingerprint(built_segmenter: Segmenter) -> str:
    covered = json.dumps([built_segmenter.fingerprint, CUT_VERSION, TRIAGE_VERSION])
    return hashlib.blake2b(covered.encode(), digest_size=20).hexdigest()


def _cutter(
    record: SegmentationRecord,
    built_segmenter: Segmenter,
    settings: Settings,
    needs: Needs | None = None,
) -> Cutter:
    return Cutter(
        segmenter=built_segmenter,
        prompts=Prompts(record.part, record.remove),
        use=cast("SegmentUse", record.use),
        needs=needs,
        cache=MaskCache(settings.work_folder / MASKS),
    )

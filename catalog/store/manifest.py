"""The manifest: what a catalogue was built with, so that nothing else is ever mixed into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from catalog.errors import FingerprintMismatch, UsageError

if TYPE_CHECKING:
    from catalog.settings import Settings

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class EmbedderRecord:
    """One embedder as the catalogue remembers it; ``preparation`` is what is done before it."""

    name: str
    fingerprint: str
    dim: int
    licence: str
    preparation: str = ""


@dataclass(frozen=True, slots=True)
class SegmentationRecord:
    """How parts are cut out of photos before they are embedded, as the catalogue remembers it.

    ``fingerprint`` changes whenever the same photo would give another picture: it covers the
    segmenter, the mask checks, the crop and the triage. ``mode`` is ``auto`` or ``all``, ``use``
    is ``crop``, ``full`` or ``both``; ``part`` and ``remove`` are the prompts; ``detector`` and
    ``mask_model`` the models given to the segmenter, empty for its own.
    """

    segmenter: str
    fingerprint: str
    mode: str
    use: str
    part: str
    remove: str
    detector: str = ""
    mask_model: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a catalogue was built with. ``embedders`` has the keys ``image`` and ``text``.

    Without ``segmentation`` views are embedded as full photos.

    ``terms`` is the fingerprint of what makes terms of names, empty where an earlier version wrote it.
    ``image_roots`` are the folders that views came from, to show them again; ``identity`` is drawn
    anew for each catalogue created, so that a ledger is never matched with another one.
    """

    catalog: str
    embedders: Mapping[str, EmbedderRecord] = field(default_factory=dict)
    segmentation: SegmentationRecord | None = None
    terms: str = ""
    generation: int = 1
    active_run: str | None = None
    image_roots: tuple[str, ...] = ()
    identity: str = field(default_factory=lambda: uuid4().hex)
    schema_version: int = SCHEMA_VERSION

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Manifest:
        """Read plain values; another schema version is refused, unknown fields are ignored."""
        version = values.get("schema_version")
        if version != SCHEMA_VERSION:
            raise UsageError(
                f"this catalogue has schema version {version}; this partscope reads "
                f"{SCHEMA_VERSION}: use the partscope that wrote it, or `partscope rebuild`"
            )
        embedders = {
            key: EmbedderRecord(**_known(EmbedderRecord, record))
            for key, record in values["embedders"].items()
        }
        cutting = values.get("segmentation")
        converted = {
            "embedders": embedders,
            "segmentation": cutting and SegmentationRecord(**_known(SegmentationRecord, cutting)),
            "image_roots": tuple(values.get("image_roots", ())),
        }
        return cls(**{**_known(cls, values), **converted})

    def check(self, modality: str, record: EmbedderRecord, settings: Settings) -> None:
        """Refuse an embedder that is not the one the catalogue was built with."""
        built_with = self.embedders.get(modality)
        if built_with is None or _same_space(built_with, record):
            return
        raise FingerprintMismatch(
            f"catalogue {self.catalog!r} was built with the {modality} embedder "
            f"{_describe(built_with)}; given: {_describe(record)}. Use the former, or change over "
            f"with: {settings.command('rebuild', f'--{modality}-model', record.name)}"
        )

    def check_terms(self, fingerprint: str, settings: Settings) -> None:
        """Refuse to mix terms made by other word lists than the catalogue's own."""
        if self.terms in ("", fingerprint):
            return
        raise FingerprintMismatch(
            f"the words of catalogue {self.catalog!r} were made by another version's word lists; "
            f"bring them up to date with: {settings.command('rebuild')}"
        )

    def check_segmentation(self, record: SegmentationRecord | None, settings: Settings) -> None:
        """Refuse to cut photos in another way than the catalogue was built with."""
        if self.segmentation is None or record is None:
            is_same = self.segmentation is record
        else:
            # The names are only where a model was loaded from.
            without_names = dict.fromkeys(("segmenter", "detector", "mask_model"), "")
            is_same = replace(self.segmentation, **without_names) == replace(
                record, **without_names
            )
        if is_same:
            return
        raise FingerprintMismatch(
            f"catalogue {self.catalog!r} was built with the segmenter "
            f"{_describe_cutting(self.segmentation)}; given: {_describe_cutting(record)}. Leave it "
            f"out, or change over with: {settings.command('rebuild', *_cutting_options(record))}"
        )

    def with_image_root(self, root: str) -> Manifest:
        """Return the same manifest with one more folder that views came from."""
        return replace(self, image_roots=(*self.image_roots, root))

    def with_generation(self, generation: int) -> Manifest:
        """Return the same manifest for another generation."""
        return replace(self, generation=generation)


def _same_space(record: EmbedderRecord, other_record: EmbedderRecord) -> bool:
    # The name is only where the model was loaded from: a moved folder is still the same model.
    return replace(record, name="") == replace(other_record, name="")


def _known(
    kind: type[Manifest | EmbedderRecord | SegmentationRecord], values: Mapping[str, Any]
) -> dict[str, Any]:
    names = {dataclass_field.name for dataclass_field in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def _describe(record: EmbedderRecord) -> str:
    preparation = f", {record.preparation}" if record.preparation else ""
    return f"{record.name} ({record.fingerprint[:12]}, {record.dim} d{preparation})"


def _describe_cutting(record: SegmentationRecord | None) -> str:
    if record is None:
        return "none"
    prompts = f"{record.part!r} without {record.remove!r}"
    return f"{record.segmenter} ({record.fingerprint[:12]}, {record.mode}, {record.use}, {prompts})"


def _cutting_options(record: SegmentationRecord | None) -> Sequence[str]:
    if record is None:
        return ("--segmenter", "none")
    options = ("--segmenter", record.segmenter, "--segment", record.mode)
    return (*options, "--segment-use", record.use)

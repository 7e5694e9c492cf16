"""Settings: from the call, then ``PARTSCOPE_...``, then ``partscope.toml``, then the defaults here."""

from __future__ import annotations

import shlex
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from catalog.errors import UnknownName, UsageError
from catalog.fetching.urls import is_url
from catalog.store.index_state import INDEX_FROM

DEFAULT_STORE = "./partscope-data"


class Settings(BaseSettings):
    """Every option of partscope. Sizes are bytes, times seconds, image sides pixels."""

    model_config = SettingsConfigDict(
        env_prefix="PARTSCOPE_", toml_file="partscope.toml", frozen=True, extra="forbid"
    )

    store: str = DEFAULT_STORE
    """A folder (Qdrant Edge inside this process) or the URL of a Qdrant server."""
    catalog: str = Field("parts", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    work_dir: Path | None = None
    """Where ledger and reports live; the store's folder, or ./partscope-data beside a server."""
    api_key: str | None = Field(None, repr=False)
    """Of a Qdrant server."""

    profile: str | None = None
    """A named set of models; a new catalogue without any choice uses ``builtin``."""
    image_model: str | None = None
    text_model: str | None = None
    segmenter: str = "none"
    segmenter_detector: str | None = None
    """Hub id or folder of the model that finds what the prompts name; None is the segmenter's own."""
    segmenter_mask_model: str | None = None
    """Hub id or folder of the model that turns boxes into masks; None is the segmenter's own."""
    segment: Literal["auto", "all", "none"] = "auto"
    """Which photos are cut: those the triage finds to need it, all, or none."""
    segment_use: Literal["crop", "full", "both"] = "crop"
    """What of a cut photo is embedded; ``both`` makes it two rows of ``views``."""
    segment_prompt: str = "mechanical part ."
    """What the part is called, phrases apart by dots."""
    segment_remove: str = "ruler . measuring tape . hand . label ."
    """What is taken away from the part's mask; empty takes nothing away."""
    preparation: str | None = None
    """Image preparation steps in order, e.g. ``clahe,pad``; see catalog.images.preparation."""

    index_from: int = Field(INDEX_FROM, ge=1)
    """So many parts outside the index have it built; in a folder."""
    index_threshold: int | None = Field(None, ge=1)
    """Kilobytes of one vector in a segment from which a server builds an index.

    None leaves what the collection has; after the bulk load that is the engine's default.
    """
    index_patience: float = Field(30.0, ge=0)
    """Seconds that ingest, rebuild, restore and optimize wait for a server's index."""

    batch_size: int = Field(256, ge=1, le=4096)
    """Points an upsert."""
    decode_workers: int = Field(0, ge=0, le=64)
    """Threads that decode images, and as many that cut parts out of them.

    0 is one less than the machine's cores for decoding, at least 1, and all of them for cutting.
    """
    max_failures: int = Field(0, ge=0)
    """More failed rows than this make the exit code 1."""
    max_pixels: int = Field(50_000_000, ge=1)
    """A larger image is refused from its header."""
    max_image_bytes: int = Field(64 * 1024 * 1024, ge=1)
    max_page_bytes: int = Field(256 * 1024 * 1024, ge=1)
    """Of one page of a JSON table."""
    fetch_timeout: float = Field(20.0, gt=0)
    """Seconds for one whole download."""
    fetch_retries: int = Field(2, ge=0, le=10)
    allow_private_urls: bool = False
    """Let image and table URLs point into private networks; off, since tables are outside data."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: call, environment, partscope.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def is_server(self) -> bool:
        """Whether the store is a Qdrant server."""
        return is_url(self.store)

    @property
    def work_folder(self) -> Path:
        """The folder of this catalogue's ledger and reports."""
        base = self.work_dir or Path(DEFAULT_STORE if self.is_server else self.store)
        return base / self.catalog

    def without_key(self) -> Settings:
        """Return the settings as they may travel to other processes."""
        return self.model_copy(update={"api_key": None}) if self.api_key else self

    def command(self, verb: str, *options: str) -> str:
        """Return a call of ``partscope`` on this catalogue, to be pasted into a shell."""
        store = () if self.store == DEFAULT_STORE else ("--store", self.store)
        return f"partscope {verb} {shlex.join(['--catalog', self.catalog, *options, *store])}"


def load_settings(**values: Any) -> Settings:
    """Return the settings; what was given as None counts as not given."""
    try:
        return Settings(**{name: value for name, value in values.items() if value is not None})
    except TOMLDecodeError as error:
        raise UsageError(f"partscope.toml cannot be read: {error}") from error
    except ValidationError as error:
        first_error = error.errors()[0]
        name = ".".join(map(str, first_error["loc"]))
        if first_error["type"] == "extra_forbidden":
            raise UnknownName("setting", name, Settings.model_fields) from None
        raise UsageError(
            f"setting {name!r}: {first_error['msg']}; got {first_error.get('input')!r}"
        ) from None

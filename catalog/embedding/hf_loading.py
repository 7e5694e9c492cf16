"""Load models and processors of transformers from a folder: quietly, offline, never half."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catalog.errors import ModelNotFound


def load_pretrained(name: str, folder: Path, class_name: str, **options: Any) -> Any:
    """Return ``transformers.<class_name>.from_pretrained(folder)``; nothing is fetched.

    Raises ModelNotFound, one line that begins with ``name``, when it cannot be loaded.
    """
    import transformers

    load = getattr(transformers, class_name).from_pretrained
    try:
        with _quiet():
            return load(str(folder), local_files_only=True, **options)
    except Exception as error:  # each layer below raises its own kinds
        raise unusable(name, f"cannot be loaded by {class_name}", error) from None


def unusable(name: str, what: str, error: Exception) -> ModelNotFound:
    """Return the error that says what is wrong with a model and why, in one line."""
    reason = " ".join(str(error).split())[:300]
    return ModelNotFound(f"{name} {what}: {reason}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers' table of unused heads and its progress bars off the screen."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()

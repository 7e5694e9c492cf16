"""Fixtures that many tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A test's first example pays for caches and imports, and machines are shared: how fast things are
# is for benchmarks/.
settings.register_profile("partscope", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("partscope")

# Tests run side by side, one a core: libraries must not start a thread a core each on top of that.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of the labelled sets and models, or skip."""
    default = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("PARTSCOPE_SHARED", default))
    if not (folder / "data").is_dir():
        pytest.skip(f"no labelled sets at {folder}; set PARTSCOPE_SHARED to their folder")
    return folder

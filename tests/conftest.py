"""What several rooms' tests share: where the development data is, when it is there."""

from __future__ import annotations

import inspect
import os
from pathlib import Path

import httpx
import pytest

from tests.support.databases import (  # noqa: F401  (fixtures: every store test runs on SQLite and PostgreSQL)
    bare_database,
    bare_postgres,
    database,
    other_database,
    postgres,
    postgres_template,
    sqlite_template,
    store,
)

# The processes that tests start would compile the program anew, each of them, where this is set.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# httpx gives up after five seconds, and a busy machine may need them for the first page of a new server.
_patience = inspect.signature(httpx.get).parameters["timeout"].default
_patience.connect = _patience.read = _patience.write = _patience.pool = 60.0

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents beside the project; a stranger's machine has none."""
    if not (SHARED / "seeds" / "truth.json").is_file():
        pytest.skip("the development data (../shared) is not beside this checkout")
    return SHARED

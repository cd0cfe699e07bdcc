"""A real Redis for the tests: the same private server that `gongbao up` starts, in a folder of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.redis.server import EmbeddedRedis


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A fresh, empty server; `redis_server.url` is its address."""
    with EmbeddedRedis(tmp_path / "queue") as server:
        yield server

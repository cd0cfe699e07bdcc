"""A fresh catalogue is not polled in a burst; a handful of sources is looked at at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.sources.load import enabled, load_sources
from ingest.sources.spec import Source
from ingest.store import overview
from ingest.store.db import Store
from ingest.watch.schedule import MANY
from ingest.web.client import Fetcher
from ingest.web.pace import LocalPace
from ingest.web.session import Web
from tests.support.site_server import stored

NOW = datetime(2026, 1, 20, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with stored(tmp_path, seeded=False) as store:
        yield store


def due(store: Store, sources: Mapping[str, Source], *, spread: bool, now: datetime = NOW) -> list[datetime]:
    async def watch() -> None:
        async with Web(Fetcher(user_agent="test"), pace=LocalPace(0), robots=None) as web:
            Poller(Pipeline(store, None, sources, now=lambda: now), web).watch(spread=spread)

    asyncio.run(watch())
    with store.read() as tx:
        return sorted(one.next_poll_at for row in overview.source_rows(tx) for one in row.lists)


def test_the_first_looks_at_a_catalogue_are_spread(store: Store) -> None:
    known = load_sources()
    watched = {slug: known[slug] for slug in enabled(known)}
    assert len(watched) > MANY
    looks = due(store, watched, spread=True)
    assert looks[0] == NOW
    assert timedelta(minutes=13) < looks[-1] - NOW < timedelta(minutes=15)
    assert len(set(looks)) == len(watched)
    # A poller that starts again later leaves them as they are.
    assert due(store, watched, spread=True, now=NOW + timedelta(minutes=5)) == looks


def test_once_looks_at_once(store: Store) -> None:
    known = load_sources()
    assert set(due(store, {slug: known[slug] for slug in enabled(known)}, spread=False)) == {NOW}

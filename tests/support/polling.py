"""A poller and a worker by hand, at a time that the test chooses. Not a test file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.settings import Settings
from ingest.sources.spec import Source
from ingest.store import extraction, settlement
from ingest.store.db import Store
from ingest.web.pace import LocalPace
from ingest.web.session import Web
from workers import jobs
from workers.context import Context


def polled(
    store: Store,
    clock: Callable[[], datetime],
    sources: Sequence[Source],
    steps: Callable[[Poller], Awaitable[Any]],
    **how: Any,
) -> Any:
    """Run `steps` with a poller of these sources."""

    async def go() -> Any:
        pipeline = Pipeline(store, None, {s.slug: s for s in sources}, now=clock, chance=lambda: 0.5)
        async with Web.from_settings(_settings(), pace=LocalPace(0.0)) as web:
            return await steps(Poller(pipeline, web, **how))

    return asyncio.run(go())


@cache
def _settings() -> Settings:
    return Settings(allow_hosts=("127.0.0.1",), host_delay=0)


def work(store: Store, context: Context, until: datetime) -> None:
    """Do what waits at that time, as a worker's sweep finds it."""
    with store.read() as tx:
        waiting = extraction.waiting(tx, until, timedelta(0))
    jobs.extract_all(store, context, waiting)
    with store.read() as tx:
        unsettled = settlement.unsettled(tx, until, timedelta(0))
    jobs.settle_all(store, context, unsettled)


def portal_of_yubei(base: str, lists: Sequence[str] = ("/list/",), **more: Any) -> Source:
    """The source of a portal at `base`, with `lists` of it."""
    return Source.model_validate(
        {
            "slug": "yubei",
            "name": "渝北区人民政府",
            "kind": "portal",
            "region": "500112",
            "home": f"{base}/",
            "delay": 0,
            "lists": [base + path for path in lists],
        }
        | more
    )

"""From an event's commit to the webhook at its receiver, while 1,000 events wait for an endpoint that hangs.

`make bench-latency`. Real parts: SQLite, the embedded Redis, the sender, loopback. Once woken by Redis
and once without it, when the sender only looks at the database twice a second. That the order holds is a test
(tests/test_send_many.py); here are the milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import redis.asyncio
import structlog

from alerts.delivery.send import run
from ingest.model import Filter
from ingest.queue import EVENTS_CHANNEL, queue_url
from ingest.redis.server import EmbeddedRedis
from ingest.settings import Settings
from ingest.store.db import Store
from tests.support.receiver import Receiver, hang
from tests.support.subscribers import report_event, settings_for, subscribe, tell


async def measured(settings: Settings, store: Store, events: int, backlog: int, nudge: bool) -> list[float]:
    """Milliseconds of each of `events`, told one after the other; `nudge`: through Redis, as workers do."""
    times = []
    client = redis.asyncio.Redis.from_url(queue_url(settings)) if nudge else None
    async with Receiver(hang) as dead, Receiver() as good:
        subscribe(store, dead.url, "sub_dead", at=datetime.now(UTC))
        only = Filter(types=("report.revised",))
        subscribe(store, good.url, "sub_good", only, at=datetime.now(UTC))
        tell(store, *(report_event(n, datetime.now(UTC)) for n in range(backlog)))
        stop = asyncio.Event()
        task = asyncio.create_task(run(settings, store, stop))
        await dead.arrived(1)
        for n in range(events):
            started = perf_counter()
            tell(store, report_event(backlog + n, datetime.now(UTC), "report.revised"))
            if client is not None:
                await client.publish(EVENTS_CHANNEL, "1")
            await good.arrived(n + 1)
            times.append((perf_counter() - started) * 1000)
            # The next one finds a sender that rests, at some point of its second.
            await asyncio.sleep(random.uniform(0.2, 1.2))
        stop.set()
        dead.over.set()
        await task
    if client is not None:
        await client.aclose()
    return times


def told(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    median, late = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)]
    return f"{name:<28} {median:8.0f} ms median {late:8.0f} ms p95 {ordered[-1]:8.0f} ms at most"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20)
    parser.add_argument("--backlog", type=int, default=1000)
    asked = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for name, with_redis in (("woken by Redis", True), ("without Redis", False)):
        with tempfile.TemporaryDirectory(prefix="gongbao-latency-") as folder:
            settings = settings_for(Path(folder), deadline=600)
            store = Store.open(settings.database)
            store.migrate()
            with EmbeddedRedis(Path(folder)) if with_redis else nullcontext():
                times = asyncio.run(measured(settings, store, asked.events, asked.backlog, with_redis))
            store.close()
        print(told(name, times), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

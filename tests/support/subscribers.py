"""What the tests of fan-out and sender share: a clock of their own, events, a sender to drive by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.delivery.attempt import http_client
from alerts.delivery.send import Sender
from ingest.model import Delivery, Event, Filter, Subscription
from ingest.settings import Settings
from ingest.store import outbox, subscriptions
from ingest.store.db import Store

START = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
ALL = Filter(types=("*",), headline_only=False)


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


def settings_for(tmp_path: Path, deadline: float = 10.0, concurrency: int = 100) -> Settings:
    return Settings(
        data_dir=tmp_path,
        allow_hosts=("127.0.0.1",),
        webhook_deadline=deadline,
        webhook_concurrency=concurrency,
    )


def report_event(n: int, at: datetime = START, type_: str = "report.published") -> Event:
    """A small event; `n` makes it another one."""
    data = {
        "report": {
            "key": f"work_report/500112/{n}",
            "name": f"渝北区 2026 政府工作报告（第{n}号）",
            "title": f"渝北区政府工作报告（第{n}号）",
            "kind": "work_report",
            "year": 2026,
            "region": {"code": "500112", "name": "渝北区", "path": ["重庆市", "渝北区"]},
        },
        "url": f"https://example.gov.cn/{n}",
        "targets": [],
        "targets_total": 0,
    }
    return Event(f"evt_{n:032x}", type_, f"work_report/500112/{n}", at, data)


def tell(store: Store, *events: Event) -> None:
    with store.begin() as tx:
        outbox.append(tx, events)


def subscribe(store: Store, url: str, id: str = "sub_1", filter: Filter = ALL, at: datetime = START) -> str:
    with store.begin() as tx:
        subscriptions.add(tx, Subscription(id, url, SECRET, filter, at))
    return id


def standing(store: Store, id: str = "sub_1") -> Subscription:
    """The subscription as it is now."""
    with store.read() as tx:
        found = subscriptions.get(tx, id)
    assert found is not None
    return found


def deliveries(store: Store, id: str | None = None) -> list[Delivery]:
    """All of them, or those of one subscription; oldest first."""
    with store.read() as tx:
        return subscriptions.deliveries(tx, id, limit=10_000)[::-1]


@asynccontextmanager
async def sender(settings: Settings, store: Store, clock: Clock, owner: str = "a") -> AsyncIterator[Sender]:
    """A sender whose rounds the test makes; no jitter."""
    async with http_client(settings) as client:
        made = Sender(settings, store, client, clock, dice=lambda: 0.0, owner=owner)
        try:
            yield made
        finally:
            await made.finish()
            made.close()


async def once(sender: Sender) -> None:
    """All that is due now: look, and look again for as long as that starts something."""
    await sender.look()
    while sender._under_way or sender._asking:
        await sender.finish()
        await sender.look()

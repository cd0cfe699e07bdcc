"""No statement of the road reads a large table from end to end, by the plan of either database.

The road is that of a few pages on a small store, where PostgreSQL is told to take an index wherever there is
one. Not of it is what is done once an hour and looks at everything: pruning (store/retention.py, and of
deliveries), and the fingerprints of an earlier form. How long things take at size, the benchmarks say.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from ingest.poll import Poller
from ingest.settings import Settings
from ingest.store import backlog, leases, source_checks
from ingest.store import tables as t
from ingest.store.db import Store
from tests.bench.house import make_documents
from tests.support.polling import polled, portal_of_yubei, work
from tests.support.receiver import Receiver, status
from tests.support.subscribers import Clock, once, sender, settings_for, subscribe
from tests.support.web_server import WebServer
from workers.context import Context
from workers.main import requeue
from workers.targets.extract import extract

pytestmark = pytest.mark.both_databases

# As many as there are sources, lists, subscriptions, processes and decisions of the operator.
SMALL = {
    "api_tokens", "checks", "decisions", "heartbeats", "lists", "mail_requests", "operator_sessions",
    "saved_feeds", "sources", "subscriptions", "websub_pings",
}  # fmt: skip
LARGE = {*t.metadata.tables} - SMALL
# Gone through in order, the first that nobody holds ends it; and those of the few rows that it is made for.
IN_ORDER = re.compile(
    r"USING (COVERING )?INDEX ix_(pages_next_fetch_at|pages_source_listed_by_error|versions_id)\b"
)
SCAN = {"sqlite": re.compile(r"^SCAN (\w+)"), "postgresql": re.compile(r"\bSeq Scan on (\w+)")}
Said = dict[str, Any]  # statement -> parameters


@contextmanager
def heard(store: Store) -> Iterator[Said]:
    """All that is said to the database."""
    said: Said = {}

    def hear(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        several = isinstance(parameters, list)
        said.setdefault(statement, parameters[0] if several else parameters)

    event.listen(store._engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(store._engine, "before_cursor_execute", hear)


def scans(store: Store, said: Said) -> list[str]:
    """Where one of these reads a large table whole."""
    found = []
    with store.begin() as tx:
        sqlite = tx.dialect.name == "sqlite"
        if not sqlite:
            tx.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in said.items():
            asks = statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
            if not asks or (sqlite and "sqlite_master" in statement):
                continue
            explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
            plan = [str(row[-1]) for row in tx.exec_driver_sql(explain + statement, parameters)]
            for line in plan:
                scan = SCAN[tx.dialect.name].search(line)
                if scan and re.sub(r"_\d+$", "", scan[1]) in LARGE and not IN_ORDER.search(line):
                    found.append(f"{line.strip()}: {statement}")
    return found


class _Queue:
    def enqueue(self, _job: str, ids: list[int]) -> int:
        return len(ids)


def live(store: Store, folder: Path) -> None:
    """Pages are found, read, changed, taken down and told of; and what is done beside it."""
    clock = Clock()
    made = make_documents(4)
    context = Context(Settings(), extract)
    with WebServer() as site:
        source = portal_of_yubei(site.url("").rstrip("/"))

        def show(*paths: str) -> None:
            rows = "".join(f'<li><a href="{path}">2026年政府工作报告{path}</a></li>' for path in paths)
            site.page("/list/", f'<html><body><ul class="news">{rows}</ul></body></html>')

        def look(days: int = 8) -> None:
            clock.advance(days=days)
            polled(store, clock, [source], lambda poller: poller.once())
            work(store, context, clock.now + timedelta(days=3650))

        paths = [document.path for document in made]
        for path, document in zip(paths, made, strict=True):
            site.page(path, document.html)
        show(*paths[:3])
        look()
        site.page(paths[1], made[0].html)
        site.page(paths[0], made[0].html.replace(b"2026", b"2025", 40))
        show(*paths)
        look()
        site.page(paths[2], b"not here", status=404)
        for _ in range(3):
            look()
        polled(store, clock, [source], beside)
    asyncio.run(tell(store, clock, folder))
    requeue(store, _Queue(), timedelta(0))  # type: ignore[arg-type]
    with store.read() as tx:
        backlog.backlog(tx, clock.now, timedelta(minutes=1))
        source_checks.fill_shares(tx)  # what the first page says of sources


async def beside(poller: Poller) -> None:
    """What a poller asks and does around its sources."""
    poller._due(frozenset({"busy"}), 9)
    poller._take(["yubei"])
    poller._till_due()
    poller._chores.mend_clock(thorough=True)
    poller._chores._say_what_is_late()


async def tell(store: Store, clock: Clock, folder: Path) -> None:
    async with Receiver(status(500), status(204)) as receiver:
        subscribe(store, receiver.url)
        async with sender(settings_for(folder), store, clock) as it:
            await once(it)
            clock.advance(hours=1)
            await once(it)
            await it.beat()


@pytest.mark.parametrize("crowd", [leases.CROWD, 0], ids=["few-due", "many-due"])
def test_no_statement_of_the_road_reads_a_large_table_whole(
    store: Store, tmp_path: Path, crowd: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "CROWD", crowd)
    with heard(store) as said:
        live(store, tmp_path)
    assert len(said) > 100, "the road is that of a page from its list to its webhook"
    assert scans(store, said) == []


@pytest.mark.parametrize(
    "statement", ["SELECT * FROM pages WHERE title = 'x'", "UPDATE versions SET title = 'x'"]
)
def test_one_that_does_is_noticed(store: Store, statement: str) -> None:
    assert len(scans(store, {statement: ()})) == 1

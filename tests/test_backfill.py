"""Sources are filled at the same time, what a killed poller held is waited for, how far it is is said."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from ingest.backfill import Walked, backfill, fill
from ingest.poll import Poller
from ingest.process import console
from ingest.sources.spec import Source
from ingest.store import leases
from ingest.store.db import Store
from tests.support.polling import polled, portal_of_yubei
from tests.support.service import PATIENCE
from tests.support.web_server import WebServer, Wire

YEARS = range(2020, 2026)


def article(year: int) -> bytes:
    said = "".join(f"<p>{year}年要办好第{n}件实事，把安排好的事情一件一件落到实处。</p>" for n in range(9))
    return f"<html><body><h1>渝北区{year}年政府工作报告</h1><div>{said}</div></body></html>".encode()


def put_up(site: WebServer, meet: Callable[[], object] = lambda: None) -> None:
    """A list of two pages; `meet` is called before the first page of it is answered, and the first report."""

    def answer(body: bytes, first: bool) -> Callable[[Wire], None]:
        def script(wire: Wire) -> None:
            if first:
                meet()
            wire.answer(body)

        return script

    for number, years in enumerate((YEARS[3:], YEARS[:3])):
        rows = "".join(f'<li><a href="/a/{y}.html">{y}年政府工作报告</a></li>' for y in reversed(years))
        page = f"<ul class=news>{rows}</ul><script>createPageHTML(2, 0, 'index', 'html');</script>".encode()
        site.script("/list/" if number == 0 else "/list/index_1.html", answer(page, number == 0))
    for year in YEARS:
        site.script(f"/a/{year}.html", answer(article(year), year == YEARS[-1]))


def filled(
    store: Store, *sources: Source, **how: object
) -> tuple[Counter[str], list[Walked], list[tuple[int, int]]]:
    walked: list[Walked] = []
    counted: list[tuple[int, int]] = []

    async def steps(poller: Poller) -> Counter[str]:
        return await fill(poller, 9, walked.append, lambda done, of: counted.append((done, of)))

    return polled(store, lambda: datetime.now(UTC), sources, steps, **how), walked, counted


def test_sources_are_filled_at_the_same_time(store: Store) -> None:
    meeting = threading.Barrier(2, timeout=PATIENCE)  # breaks where one is asked while the other is not
    with ExitStack() as stack:
        sites = [stack.enter_context(WebServer()) for _ in range(2)]
        for site in sites:
            put_up(site, meeting.wait)
        sources = [portal_of_yubei(site.url("").rstrip("/"), slug=f"s{n}") for n, site in enumerate(sites)]
        outcomes, walked, counted = filled(store, *sources)
        for site in sites:
            assert sorted(site.paths()) == sorted(
                ["/list/", "/list/", "/list/index_1.html", *(f"/a/{year}.html" for year in YEARS)]
            )
    assert not meeting.broken
    assert outcomes.total() == 2 * len(YEARS)
    assert sum(one.new for one in walked) == 2 * len(YEARS)
    assert counted[-1] == (12, 12)


@pytest.mark.both_databases
def test_what_a_killed_poller_held_is_waited_for(store: Store) -> None:
    with WebServer() as site:
        put_up(site)
        source = portal_of_yubei(site.url("").rstrip("/"))

        async def killed(poller: Poller) -> None:
            await asyncio.to_thread(poller.watch)
            assert all([step.fine async for step in backfill(poller, source, 9)])
            with store.begin() as tx:
                leases.lease_pages(tx, "killed", datetime.now(UTC), timedelta(seconds=2), 4)

        polled(store, lambda: datetime.now(UTC), [source], killed)
        outcomes, _, counted = filled(store, source)
    assert outcomes == {"NewVersion": len(YEARS)}
    assert counted[-1] == (6, 6)
    with store.read() as tx:
        assert leases.pages_due(tx, source.slug, datetime.now(UTC)) == (0, None)


def test_it_is_said_where_a_list_goes_on_by_a_form_that_is_not_followed(store: Store) -> None:
    with WebServer() as site:
        put_up(site)
        rows = "".join(f'<li><a href="/a/{y}.html">{y}年政府工作报告</a></li>' for y in YEARS)
        more = "<form method=post><a href=\"javascript:__doPostBack('p','2')\">下一页</a></form>"
        site.page("/list/", f"<ul class=news>{rows}</ul>{more}")
        _, walked, _ = filled(store, portal_of_yubei(site.url("").rstrip("/")))
    assert [(one.number, one.items, one.fine) for one in walked] == [(1, len(YEARS), True), (2, 0, True)]
    assert walked[1].why is not None
    assert "POST" in walked[1].why


def test_it_is_said_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "SAID_EVERY", 0.0)
    with capture_logs() as logged, console.counting_on("filling") as count:
        count(3, 8)
    assert [(one["event"], one["done"], one["of"]) for one in logged] == [("filling", 3, 8)]
    assert logged[0]["rate"].endswith("/s")

    terminal = Console(file=StringIO(), force_terminal=True)
    monkeypatch.setattr(console, "err", lambda: terminal)
    with capture_logs() as logged, console.counting_on("filling") as count:
        count(3, 8)
        count(7, 9)
    assert "7/9" in terminal.file.getvalue()  # type: ignore[attr-defined]
    assert not logged

"""When pollers look, told from the web server's own log: alone under a clock of the test's own, several real
processes on one database, one that is killed, a thousand lists where nothing happens."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import delete, event, select, update

from ingest import poll
from ingest.exchange import Fetched
from ingest.model import Page, WatchedList
from ingest.poll import LEASE, LONGEST_SLEEP, Poller
from ingest.redis.server import EmbeddedRedis
from ingest.source_health import source_row
from ingest.sources import framed
from ingest.sources.spec import Source
from ingest.store import leases, overview, switches, tables, watchlist
from ingest.store.db import Store
from tests.support.polling import polled
from tests.support.service import Gongbao, until
from tests.support.web_server import WebServer, Wire

NOW = datetime(2025, 6, 10, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TEXT = "全年实现地区生产总值增长百分之五左右，一般公共预算收入稳步提高，城乡居民收入与经济增长同步。"


@dataclass(slots=True)
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Site:
    """A site of one list, whose lines and article are changed by the test."""

    server: WebServer
    items: int = 1
    text: str = TEXT
    published: str = "2025-06-10"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hold: Callable[[str], None] = lambda _path: None  # called before the answer to a path

    def __post_init__(self) -> None:
        self.server.script("/list/", self._list)
        for number in range(1, 10):
            self.server.script(f"/t20250610_{number}.html", self._article)

    def _list(self, wire: Wire) -> None:
        self.hold(wire.seen.path)
        if self.status != 200:
            wire.answer(b"", self.status, self.headers)
        else:
            conditional(wire, list_page(self.items))

    def _article(self, wire: Wire) -> None:
        self.hold(wire.seen.path)
        conditional(wire, article(wire.seen.path, self.text, self.published))

    def source(self, slug: str = "county", **more: Any) -> Source:
        return a_source(slug, [self.server.url("/list/")], **more)

    def asked(self) -> list[str]:
        """What was asked since the last time that this was called."""
        paths = self.server.paths()
        self.server.seen.clear()
        return sorted(paths)


def conditional(wire: Wire, body: str) -> None:
    etag = f'"{hash(body)}"'
    if wire.seen.headers.get("if-none-match") == etag:
        wire.answer(b"", 304, {"ETag": etag})
    else:
        wire.answer(body.encode(), 200, {"ETag": etag})


def list_page(items: int) -> str:
    lines = "".join(
        f'<li><a href="/t20250610_{number}.html">某县人民政府工作报告{number}</a><span>2025-06-10</span></li>'
        for number in range(1, items + 1)
    )
    return f"<html><body><ul class='news'>{lines}</ul></body></html>"


def article(path: str, text: str, published: str) -> str:
    paragraphs = "".join(f"<p>{path} {number}：{text}</p>" for number in range(12))
    return (
        f"<html><head><title>某县人民政府工作报告</title><meta name='PubDate' content='{published}'></head>"
        f"<body><h1>某县人民政府工作报告</h1><div class='TRS_Editor'>{paragraphs}</div></body></html>"
    )


def a_source(slug: str, urls: list[str], **more: Any) -> Source:
    return Source.model_validate(
        {
            "slug": slug,
            "name": "某县人民政府",
            "kind": "portal",
            "home": urls[0],
            "delay": 0,
            "lists": [{"url": url} for url in urls],
            "list": {"item": "ul.news li", "date": "span"},
            **more,
        }
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with WebServer() as server:
        yield Site(server)


@pytest.fixture
def one_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite alone, where the database makes no difference."""
    path = tmp_path / "one.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = Store.open(f"sqlite:///{path}")
    yield store
    store.close()


def once(store: Store, clock: Clock, *sources: Source) -> None:
    polled(store, clock, list(sources), lambda poller: poller.once())


def the_list(store: Store, slug: str = "county") -> WatchedList:
    with store.read() as tx:
        [row] = [row for row in overview.source_rows(tx) if row.slug == slug]
    return row.lists[0]


def the_page(store: Store, site: Site, number: int = 1) -> Page:
    with store.read() as tx:
        page = watchlist.page_of(tx, "county", site.server.url(f"/t20250610_{number}.html"))
    assert page is not None
    return page


# --- lists -----------------------------------------------------------------------------------


def test_a_list_finds_its_own_rhythm(site: Site, one_store: Store) -> None:
    clock, source = Clock(), site.source()

    async def steps(poller: Poller) -> None:
        async def wait_after_looking() -> timedelta:
            await poller.once()
            due = the_list(one_store).next_poll_at
            waited, clock.now = due - clock.now, due
            return waited

        assert await wait_after_looking() == 3 * HOUR  # nothing known: as if it changed daily
        assert await wait_after_looking() == 3 * HOUR
        site.items = 2
        assert await wait_after_looking() == 6 * HOUR / 8  # the first change, six hours after the first look
        assert the_list(one_store).change_gap == 6 * HOUR
        for site.items in range(3, 10):
            fast = await wait_after_looking()
        assert fast == 15 * MINUTE
        quiet = [await wait_after_looking() for _ in range(60)]
        assert quiet == sorted(quiet)
        assert quiet[-1] == 24 * HOUR

    polled(one_store, clock, [source], steps)
    assert the_list(one_store).last_changed_at < clock.now - 8 * DAY  # type: ignore[operator]


def test_a_list_with_the_same_bytes_is_read_once_till_its_file_says_otherwise(
    site: Site, one_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(fetched: Fetched, *how: Any) -> Any:
        read.append(fetched.url)
        return real(fetched, *how)

    real = framed.read_answer
    monkeypatch.setattr(framed, "read_answer", reading)
    site.server.page("/list/", list_page(1))  # it knows no condition
    clock = Clock()

    def look(**more: Any) -> int:
        read.clear()
        once(one_store, clock, site.source(interval="15m", **more))
        clock.now += 20 * MINUTE
        assert (the_list(one_store).items, the_list(one_store).failures) == (1, 0)
        return len(read)

    assert [look(), look(), look()] == [1, 0, 0]
    assert [look(name="某县"), look(name="某县")] == [1, 0]
    site.server.page("/list/", list_page(1) + "<!-- -->")
    assert [look(name="某县"), look(name="某县")] == [1, 0]
    clock.now += DAY
    assert look(name="某县") == 1  # once a day in any case


def test_a_list_in_season(site: Site, one_store: Store) -> None:
    clock = Clock(datetime(2026, 1, 20, 4, 0, tzinfo=UTC))
    once(one_store, clock, site.source())
    assert the_list(one_store).next_poll_at == clock.now + 15 * MINUTE


def test_a_fixed_interval_stays(site: Site, one_store: Store) -> None:
    clock, source = Clock(), site.source(interval="2s")
    for site.items in (1, 2, 2, 3):
        once(one_store, clock, source)
        assert the_list(one_store).next_poll_at == clock.now + timedelta(seconds=2)
        clock.now += timedelta(seconds=2)


def test_a_list_that_fails_is_left_alone_longer_each_time(site: Site, one_store: Store) -> None:
    clock, source, waits = Clock(), site.source(), []
    site.status = 404
    for _ in range(14):
        once(one_store, clock, source)
        due = the_list(one_store).next_poll_at
        waits.append((due - clock.now) / MINUTE)
        clock.now = due
    assert waits == [15, 15, 15, 15, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440]
    assert len(site.asked()) == 14
    site.status = 200
    once(one_store, clock, source)
    assert the_list(one_store).failures == 0


def test_what_a_host_asks_for_holds_for_the_list(site: Site, one_store: Store) -> None:
    clock = Clock()
    site.status, site.headers = 429, {"Retry-After": "7200"}
    once(one_store, clock, site.source())
    assert the_list(one_store).next_poll_at == clock.now + timedelta(seconds=7230)  # half a minute late
    once(one_store, clock, site.source())
    assert site.asked() == ["/list/"]


# --- pages -----------------------------------------------------------------------------------


def test_a_page_is_looked_at_again_by_its_age(site: Site, one_store: Store) -> None:
    clock, source, ages = Clock(), site.source(interval="700d"), []
    clock.now = datetime(2025, 6, 10, 16, 0, tzinfo=UTC)  # the end of the day in Beijing
    start = clock.now
    for _ in range(8):
        once(one_store, clock, source)
        ages.append((the_page(one_store, site).next_fetch_at - start) / HOUR)
        clock.now = the_page(one_store, site).next_fetch_at
    assert ages == [1, 6, 24, 72, 168, 720, 2184, 4368]
    assert site.asked() == ["/list/", *["/t20250610_1.html"] * 8]
    site.text = TEXT.replace("百分之五", "百分之六")
    once(one_store, clock, source)
    assert the_page(one_store, site).news_at == clock.now
    assert the_page(one_store, site).next_fetch_at == clock.now + HOUR  # new again


def test_an_old_page_found_today_is_left_alone(site: Site, one_store: Store) -> None:
    clock = Clock()
    site.published = "2012-01-05"
    once(one_store, clock, site.source())
    assert the_page(one_store, site).next_fetch_at == clock.now + 91 * DAY


def test_a_page_taken_down_is_asked_again_soon_and_then_rarely(site: Site, one_store: Store) -> None:
    clock, source = Clock(), site.source(interval="700d")
    once(one_store, clock, source)
    path = "/t20250610_1.html"
    site.server.page(path, "", status=404)

    def look() -> timedelta:
        clock.now = the_page(one_store, site).next_fetch_at
        once(one_store, clock, source)
        return the_page(one_store, site).next_fetch_at - clock.now

    assert look() == 15 * MINUTE
    assert the_page(one_store, site).gone_at is None
    assert look() == 15 * MINUTE
    assert the_page(one_store, site).gone_at == clock.now
    assert [look() for _ in range(4)] == [45 * MINUTE, 5 * HOUR, 18 * HOUR, 48 * HOUR]
    site.server.script(path, site._article)
    look()
    assert the_page(one_store, site).gone_at is None


def test_a_fixed_recheck_stays(site: Site, one_store: Store) -> None:
    clock, source = Clock(), site.source(interval="700d", recheck="3s")
    for _ in range(4):
        once(one_store, clock, source)
        assert the_page(one_store, site).next_fetch_at == clock.now + timedelta(seconds=3)
        clock.now += timedelta(seconds=3)
    assert len(site.asked()) == 5


# --- a host that we keep away from -----------------------------------------------------------


def test_keeping_away_from_a_host_is_no_failure(site: Site, one_store: Store) -> None:
    """One list hears of the Retry-After; the other is not asked, and nothing is held against it."""
    clock = Clock()
    site.server.page("/busy/", "", status=503, headers={"Retry-After": "7200"})
    source = a_source("county", [site.server.url("/busy/"), site.server.url("/list/")])
    once(one_store, clock, source)
    busy, other = the_list_of(one_store, "county")
    assert (busy.failures, other.failures, other.last_error, other.last_polled_at) == (1, 0, None, None)
    for watched in (busy, other):
        assert timedelta(seconds=7195) < watched.next_poll_at - NOW <= timedelta(seconds=7260)
    assert site.asked() == ["/busy/"]


def test_outside_the_visiting_hours_nothing_is_asked(site: Site, one_store: Store) -> None:
    start = datetime.now(UTC) + 6 * HOUR
    site.server.page("/robots.txt", f"User-agent: *\nVisit-time: {start:%H%M}-{start + HOUR:%H%M}\n")
    clock = Clock(datetime.now(UTC))
    once(one_store, clock, site.source())
    watched = the_list(one_store)
    assert (watched.failures, watched.last_polled_at) == (0, None)
    assert abs(watched.next_poll_at - start) < 2 * MINUTE
    assert site.asked() == []


@pytest.mark.parametrize(("slowest", "wait"), [("24h", 29 * HOUR), ("30d", 36 * DAY + HOUR)])
def test_a_list_registered_while_the_clock_was_ahead_waits_no_longer_than_it_may(
    site: Site, one_store: Store, slowest: str, wait: timedelta
) -> None:
    async def watch(poller: Poller) -> None:
        poller.watch()

    clock, source = Clock(), site.source(slowest=slowest)
    for ahead, asked in ((wait - 2 * HOUR, []), (wait, ["/list/", "/t20250610_1.html"])):
        with one_store.begin() as tx:  # as if never seen
            tx.execute(delete(tables.lists))
        clock.now = NOW + ahead
        polled(one_store, clock, [source], watch)
        clock.now = NOW
        once(one_store, clock, source)
        assert site.asked() == asked


# --- which sources ---------------------------------------------------------------------------


def test_a_poller_of_some_sources_leaves_the_others_watched(site: Site, one_store: Store) -> None:
    clock, other = Clock(), a_source("other", [site.server.url("/elsewhere/")])

    async def watch(poller: Poller) -> float:
        poller.watch()
        return poller._till_due()

    polled(one_store, clock, [other, site.source()], watch)
    # What is due belongs to somebody else: nobody runs in circles for it.
    clock.now += HOUR
    polled(one_store, clock, [site.source()], lambda poller: poller.once(), complete=False)
    assert polled(one_store, clock, [site.source()], watch, complete=False) == LONGEST_SLEEP
    assert [one.url for one in the_list_of(one_store, "other")] == [site.server.url("/elsewhere/")]
    assert site.asked() == ["/list/", "/t20250610_1.html"]
    polled(one_store, clock, [site.source()], watch)
    assert the_list_of(one_store, "other") == ()


@pytest.mark.parametrize("crowd", [leases.CROWD, 0], ids=["few-due", "many-due"])
def test_nobody_runs_in_circles_for_what_only_another_catalogue_has(
    site: Site, one_store: Store, monkeypatch: pytest.MonkeyPatch, crowd: int
) -> None:
    monkeypatch.setattr(leases, "CROWD", crowd)
    clock, other = Clock(), a_source("other", [site.server.url("/elsewhere/")])

    async def rounds(poller: Poller) -> None:
        await poller.once()
        with one_store.begin() as tx:  # by a newer poller, which has been stopped
            watchlist.sync_sources(tx, [source_row(other)], clock.now, complete=False)
        assert poller._due(frozenset(), 9) == []
        assert poller._till_due() == LONGEST_SLEEP

    polled(one_store, clock, [site.source()], rounds)


def test_what_the_operator_switches_is_watched_or_not(site: Site, one_store: Store) -> None:
    clock, ours = Clock(), site.source()
    other = a_source("other", [site.server.url("/elsewhere/")])

    def switch(source: Source, is_on: bool) -> None:
        with one_store.begin() as tx:
            switches.switch(tx, source_row(source), is_on=is_on, by_file=source is ours)

    async def rounds(poller: Poller) -> None:
        switch(ours, False)
        await poller.once()
        assert site.asked() == []
        switch(ours, True)  # as its file says
        switch(other, True)
        await poller.once()
        assert {"/list/", "/elsewhere/"} <= set(site.asked())
        switch(other, False)
        await poller.once()
        assert the_list_of(one_store, "other") == ()
        assert poller._due(frozenset(), 9) == []
        with one_store.begin() as tx:
            assert switches.look_now(tx, ours.slug, clock.now) == 1
            assert switches.look_now(tx, "other", clock.now) == 0
        assert poller._due(frozenset(), 9) == [ours.slug]

    polled(one_store, clock, [ours], rounds, catalogue={"other": other, ours.slug: ours})


def test_sources_are_told_of_in_the_order_in_which_they_are_named(site: Site, one_store: Store) -> None:
    numbers = range(1, 6)
    sources = [
        a_source(f"s{7 - n}", [site.server.url(f"/{n}/{page}/") for page in range(n)]) for n in numbers
    ]
    rounds = polled(one_store, Clock(), sources, lambda poller: poller.once())
    assert [one.lists for one in rounds if one.lists] == list(numbers)


def the_list_of(store: Store, slug: str) -> tuple[WatchedList, ...]:
    with store.read() as tx:
        [row] = [row for row in overview.source_rows(tx) if row.slug == slug]
    return row.lists


def test_a_poller_waits_for_the_end_of_anothers_lease(site: Site, one_store: Store) -> None:
    clock = Clock()

    async def wait(poller: Poller) -> tuple[list[str], float]:
        poller.watch()
        with one_store.begin() as tx:
            leases.lease_lists(tx, "another", clock.now, timedelta(seconds=20), 9)
        return poller._due(frozenset(), 9), poller._till_due()

    assert polled(one_store, clock, [site.source()], wait) == ([], 20.0)
    clock.now += timedelta(seconds=21)
    once(one_store, clock, site.source())
    assert site.asked() == ["/list/", "/t20250610_1.html"]


# --- leases ----------------------------------------------------------------------------------


def test_a_long_look_renews_its_leases(site: Site, one_store: Store) -> None:
    release = threading.Event()

    def hold(_path: str) -> None:
        release.wait(30)

    site.hold = hold

    async def steps(poller: Poller) -> None:
        poller.watch()
        looking = asyncio.create_task(poller.serve("county"))
        first = None
        while (until := leased_until(one_store)) is None or until == (first := first or until):
            await asyncio.wait({looking}, timeout=0.02)
        with one_store.begin() as tx:
            assert leases.lease_lists(tx, "another", until - MINUTE / 600, LEASE, 9) == []
        release.set()
        assert (await looking).lists == 1

    polled(one_store, lambda: datetime.now(UTC), [site.source()], steps, lease=timedelta(seconds=0.5))
    assert leased_until(one_store) is None


def leased_until(store: Store) -> datetime | None:
    with store.read() as tx:
        found: datetime | None = tx.scalar(select(tables.lists.c.lease_until))
    return found


@pytest.mark.both_databases
def test_renewing_and_giving_back_touch_only_what_is_still_ours(site: Site, store: Store) -> None:
    clock = Clock()

    async def watch(poller: Poller) -> None:
        poller.watch()

    polled(store, clock, [site.source()], watch)
    with store.begin() as tx:
        [watched] = leases.lease_lists(tx, "slow", NOW, MINUTE, 9)
        late = NOW + 2 * MINUTE
        assert len(leases.lease_lists(tx, "other", late, LEASE, 9)) == 1
        leases.renew(tx, "slow", late + DAY, list_ids=[watched.id], page_ids=[])
        leases.release(tx, "slow", list_ids=[watched.id], page_ids=[])
        assert leases.soonest(tx) == late + LEASE
        leases.renew(tx, "other", late + HOUR, list_ids=[watched.id], page_ids=[])
        assert leases.soonest(tx) == late + HOUR
        leases.release(tx, "other", list_ids=[watched.id], page_ids=[])
        assert leases.soonest(tx) == NOW


def test_a_stopped_poller_gives_back_what_it_did_not_do(
    site: Site, one_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "STOP_GRACE", 0.05)
    asked, release = threading.Event(), threading.Event()

    def hold(_path: str) -> None:
        asked.set()
        release.wait(30)

    site.hold = hold

    async def steps(poller: Poller) -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(poller.run(stop))
        assert await asyncio.to_thread(asked.wait, 30)
        assert leased_until(one_store) is not None
        stop.set()
        await running

    clock = Clock()
    polled(one_store, clock, [site.source()], steps)
    release.set()
    assert leased_until(one_store) is None
    site.asked()
    once(one_store, clock, site.source())  # at the same moment: nobody waits for a lease
    assert site.asked() == ["/list/", "/t20250610_1.html"]


KILLED = """slug = "county"
name = "某县人民政府"
kind = "portal"
home = "{url}"
delay = 0
[[lists]]
url = "{url}"
[list]
item = "ul.news li"
date = "span"
"""


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("mid", "written"), [("/list/", 0), ("/t20250610_2.html", 0), ("/t20250610_2.html", 1)]
)
def test_a_poller_killed_in_mid_look_is_replaced_when_its_leases_run_out(
    site: Site, store: Store, database: str, tmp_path: Path, mid: str, written: int
) -> None:
    """`written`: copies that it is waited for. A page that was read waits a moment for the next, so that both
    are written together; not for one that does not come."""
    site.items = 3
    asked, release = threading.Event(), threading.Event()

    def hold(path: str) -> None:
        if path == mid and not release.is_set():
            asked.set()
            release.wait(60)

    site.hold = hold
    gongbao = command(tmp_path, database, KILLED.format(url=site.server.url("/list/")))
    with gongbao.forked("poll") as process:
        assert asked.wait(60), gongbao.log()
        until(lambda: copies_in(store) >= written)
        process.kill()
        process.wait(60)
    release.set()
    before = site.asked()
    assert before.count(mid) == 1
    left = before.count("/t20250610_1.html") - copies_in(store)  # read, and not written
    assert 0 <= left <= 1 - written
    clock = Clock(datetime.now(UTC))
    once(store, clock, site.source())
    assert site.asked() == []  # the leases of the dead still hold
    clock.now += LEASE
    once(store, clock, site.source())
    after = Counter(site.asked())
    assert after[mid] == 1
    with store.read() as tx:
        counts = overview.counts(tx)
    assert (counts.pages, counts.copies, counts.problems) == (3, 3, 0)
    pages = [path for path in before + list(after.elements()) if path != mid]
    assert sum(Counter(pages).values()) == len(set(pages)) + left, "more was done again than the killed look"


def copies_in(store: Store) -> int:
    with store.read() as tx:
        return overview.counts(tx).copies


def command(folder: Path, database: str, *sources: str, agent: str = "gongbao-test/1") -> Gongbao:
    """The command with these sources on this database."""
    where = folder / agent.replace("/", "-")
    (where / "sources").mkdir(parents=True)
    for text in sources:
        slug = text.split('"')[1]
        (where / "sources" / f"{slug}.toml").write_text(text, encoding="utf-8")
    return Gongbao(
        where,
        {
            "GONGBAO_DATABASE_URL": database,
            "GONGBAO_SOURCES_DIR": str(where / "sources"),
            "GONGBAO_ALLOW_HOSTS": "127.0.0.1",
            "GONGBAO_HOST_DELAY": "0",
            "GONGBAO_USER_AGENT": agent,
        },
    )


SHARED_OUT = """slug = "source{number}"
name = "来源{number}"
kind = "portal"
home = "{base}"
delay = 0
interval = "30d"
{lists}
[list]
item = "ul.news li"
date = "span"
"""


@pytest.mark.both_databases
def test_two_processes_share_the_lists_each_is_asked_once_when_due(
    site: Site, store: Store, database: str, tmp_path: Path
) -> None:
    agents, both = set(), threading.Event()

    def meet(wire: Wire) -> None:
        """Nobody gets further before both have come."""
        agents.add(wire.seen.headers["user-agent"])
        if len(agents) == 2:
            both.set()
        both.wait(60)
        wire.answer(b"", 404)

    site.server.script("/robots.txt", meet)
    lists = [f"/{source}/{number}/" for source in range(3) for number in range(24)]
    for path in lists:
        site.server.script(path, lambda wire: conditional(wire, list_page(1)))
    sources = [
        SHARED_OUT.format(
            number=source,
            base=site.server.url("/"),
            lists="".join(
                f'[[lists]]\nurl = "{site.server.url(path)}"\n' for path in lists[source * 24 :][:24]
            ),
        )
        for source in range(3)
    ]
    pollers = [command(tmp_path, database, *sources, agent=agent) for agent in ("one/1", "two/1")]

    def poll_both() -> None:
        with ExitStack() as stack:
            running = [stack.enter_context(poller.forked("poll", "--once")) for poller in pollers]
            assert [process.wait(90) for process in running] == [0, 0], [p.log() for p in pollers]

    article_path = "/t20250610_1.html"
    for round_ in range(2):
        agents.clear()
        both.clear()
        poll_both()
        by_agent = Counter(s.headers["user-agent"] for s in site.server.seen if s.path in set(lists))
        assert len(by_agent) == 2, "one did all the work: nothing was tested"
        asked = Counter(site.asked())
        assert asked.pop(article_path, 0) == (3 if round_ == 0 else 0)  # once for each source
        assert asked == dict.fromkeys(lists, 1)
        with store.begin() as tx:
            tx.execute(update(tables.lists).values(next_poll_at=NOW))  # due a second time


def test_the_command_keeps_its_pace_in_redis(
    site: Site,
    sqlite_template: Path,
    tmp_path: Path,
    redis_server: EmbeddedRedis,
) -> None:
    database = f"sqlite:///{tmp_path / 'one.db'}"
    (tmp_path / "one.db").write_bytes(sqlite_template.read_bytes())
    gongbao = command(tmp_path, database, KILLED.format(url=site.server.url("/list/")))
    gongbao.settings = {**gongbao.settings, "GONGBAO_REDIS_URL": redis_server.url}
    gongbao("poll", "--once")
    assert site.asked() == ["/list/", "/t20250610_1.html"]
    with redis.Redis.from_url(redis_server.url, decode_responses=True) as client:
        assert client.keys("gongbao:pace:*") == [f"gongbao:pace:{site.server.host}"]


# --- steady state ----------------------------------------------------------------------------

LISTS, HOSTS = 20, 5
FLAT = 12 * 2**20  # bytes that the process may grow by over a round of a thousand lists


@pytest.mark.parametrize("number_of_sources", [10, pytest.param(50, marks=pytest.mark.long)])
def test_unchanged_lists_cost_a_304_each_and_nothing_else(one_store: Store, number_of_sources: int) -> None:
    clock = Clock()
    body = list_page(1)
    statuses: Counter[int] = Counter()

    def listing(wire: Wire) -> None:
        known = wire.seen.headers.get("if-none-match") == '"1"'
        statuses[304 if known else 200] += 1
        wire.answer(b"" if known else body.encode(), 304 if known else 200, {"ETag": '"1"'})

    with ExitStack() as stack:
        servers = [stack.enter_context(WebServer()) for _ in range(HOSTS)]
        sources, expected = [], []
        for number in range(number_of_sources):
            server = servers[number % HOSTS]
            paths = [f"/s{number}/l{n}/" for n in range(LISTS)]
            for path in paths:
                server.script(path, listing)
            server.page("/t20250610_1.html", article("/a", TEXT, "2012-01-05"), headers={"ETag": '"a"'})
            sources.append(a_source(f"s{number}", [server.url(path) for path in paths], interval="15m"))
            expected += paths

        def asked() -> list[str]:
            return sorted(seen.path for server in servers for seen in server.seen)

        def count(*_: object) -> None:
            statements[-1] += 1

        async def rounds(poller: Poller) -> list[int]:
            sizes = []
            event.listen(one_store._engine, "before_cursor_execute", count)
            for _ in range(2):
                statements.append(0)
                statuses.clear()
                for server in servers:
                    server.seen.clear()
                sums.append(poll.summarise(await poller.once()))
                seen.append(asked())
                told.append(dict(statuses))
                clock.now += 20 * MINUTE
                gc.collect()
                sizes.append(resident())
            return sizes

        sums: list[dict[str, int]] = []
        seen: list[list[str]] = []
        told: list[dict[int, int]] = []
        statements: list[int] = []
        sizes = polled(one_store, clock, sources, rounds)

    lists = number_of_sources * LISTS
    assert told == [{200: lists}, {304: lists}]
    pages = ["/t20250610_1.html"] * number_of_sources
    assert seen == [sorted([*expected, *pages, *["/robots.txt"] * HOSTS]), sorted(expected)]
    assert sums[1] == {}
    assert statements[1] <= 4 * lists  # above 5, were none of them written down together; most are
    with one_store.read() as tx:
        counts = overview.counts(tx)
    assert (counts.events, counts.problems) == (0, 0)
    assert sizes[1] - sizes[0] < FLAT, sizes


def resident() -> int:
    """Bytes of this process in memory, by Linux."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

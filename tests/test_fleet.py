"""Many of each role, as processes of their own, on PostgreSQL and one Redis, while some of them are killed.

Two pollers, three workers, two senders and a web server watch sites that publish while the test runs. A
worker is killed in mid-job, Redis is away for a while, a sender is killed with an answer outstanding. Nothing
is lost, nothing is done twice, and what comes twice has the same id and the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook
from test_road import free_port

from ingest.demo.layouts import Entry, bracket_article, bracket_list, repost_article, repost_list
from ingest.model import Event, Filter, Kind
from ingest.redis.server import EmbeddedRedis
from ingest.store import figures, outbox, overview, presence
from ingest.store import tables as t
from ingest.store.db import Store
from tests.support.databases import postgres_copy
from tests.support.forked import Forked, gongbao, start
from tests.support.service import Gongbao, until
from tests.support.web_server import WebServer, Wire
from tests.support.world_texts import Text, counties, make_text

FLEET = {"poll": 2, "work": 3, "send": 2, "serve": 1}
PORTALS, YEARS = 4, (2024, 2025, 2026)
INTERVAL = 3.0  # seconds between two looks at a list
DEADLINE = 3.0  # seconds for one webhook attempt; its lease is 15 more
PATIENCE = 120.0
OFFICIAL = ("report.published", "report.confirmed")  # one of them for each report of a portal


# --- the sites -------------------------------------------------------------------------------


@dataclass
class Site:
    """`shown`: how many of its texts its list shows by now, the oldest first."""

    slug: str
    server: WebServer
    texts: list[Text]
    portal: bool
    shown: int = 1

    def path(self, number: int) -> str:
        text = self.texts[number]
        return f"/zwgk/t{text.put_up:%Y%m%d}_{1000 + number}.html"

    def open(self) -> None:
        self.server.page("/robots.txt", "", status=404)
        self.server.script("/zwgk/", self._list)
        for number, text in enumerate(self.texts):
            self.server.page(self.path(number), self._article(number, text))

    def _list(self, wire: Wire) -> None:
        entries = [
            Entry(self.path(n), text.title, f"{text.put_up:%Y-%m-%d}")
            for n, text in reversed(list(enumerate(self.texts[: self.shown])))
        ]
        page = (bracket_list if self.portal else repost_list)("某地", entries).encode()
        etag = f'"{hashlib.sha256(page).hexdigest()[:16]}"'
        if wire.seen.headers.get("if-none-match") == etag:
            wire.answer(b"", 304, {"ETag": etag})
        else:
            wire.answer(page, 200, {"ETag": etag})

    def _article(self, number: int, text: Text) -> str:
        if not self.portal:
            return repost_article("县域报告网", text.title, self.path(number), text.body)
        index, issuer = text.header.index_number or "", text.header.issuer or ""
        return bracket_article(
            text.region.name, text.title, f"{text.put_up:%Y-%m-%d}", index, issuer, text.body
        )

    def source(self) -> str:
        region = f'region = "{self.texts[0].region.code}"\n' if self.portal else ""
        layout = 'item = "ul.tab-item li"\ndate = "span"' if self.portal else 'item = "ul.list li"'
        return (
            f'slug = "{self.slug}"\nname = "{self.slug}"\nkind = "{"portal" if self.portal else "repost"}"\n'
            f'home = "{self.server.url("/")}"\n{region}'
            f'delay = 0\ninterval = "{INTERVAL:.0f}s"\nrecheck = "1d"\n'
            f'[[lists]]\nurl = "{self.server.url("/zwgk/")}"\n'
            f"[list]\n{layout}\nurl_pattern = '/t\\d+_\\d+\\.html$'\n[expect]\noverdue = false\n"
        )


def country(stack: ExitStack) -> list[Site]:
    """Portals of one county each, and a site that reposts the first report of each."""
    rng = random.Random(2026)
    portals = []
    for number, region in enumerate(counties(rng, PORTALS)):
        texts = [
            make_text(rng, region, kind, y) for y in YEARS for kind in (Kind.WORK_REPORT, Kind.PLAN_REPORT)
        ]
        portals.append(Site(f"portal{number}", stack.enter_context(WebServer()), texts, True))
    copies = [site.texts[0] for site in portals]
    return [*portals, Site("repost", stack.enter_context(WebServer()), copies, False)]


# --- the receiver ----------------------------------------------------------------------------


@dataclass
class Received:
    """`hold` set: the next request gets no answer until `go`, and `held` says that it is there."""

    url: str = ""
    bodies: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    headers: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    held: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    held_id: str = ""

    def take(self, headers: dict[str, str], body: bytes) -> None:
        id_ = headers["webhook-id"]
        with self.lock:
            self.bodies[id_].append(body)
            self.headers.append((headers, body))
            holding = self.hold.is_set()
            if holding:
                self.hold.clear()
                self.held_id = id_
        if holding:
            self.held.set()
            self.go.wait(PATIENCE)

    def verify(self, secret: str) -> None:
        """Each is signed with it, when it was sent; `Webhook.verify` would want that to be just now."""
        for headers, body in self.headers:
            sent = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
            assert (
                Webhook(secret).sign(headers["webhook-id"], sent, body.decode())
                == headers["webhook-signature"]
            )


@contextmanager
def receiving() -> Iterator[Received]:
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                self.close_connection = True
                return  # the sender was killed in mid-request
            received.take({name.lower(): value for name, value in self.headers.items()}, body)
            try:
                self.send_response(204)
                self.end_headers()
            except OSError:
                self.close_connection = True  # the sender was killed

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    received.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield received
    finally:
        received.go.set()
        server.shutdown()
        server.server_close()


# --- the fleet -------------------------------------------------------------------------------


@dataclass
class Fleet:
    gongbao: Gongbao
    store: Store
    redis: EmbeddedRedis
    sites: list[Site]
    received: Received
    secret: str = ""
    running: dict[str, list[Forked]] = field(default_factory=lambda: defaultdict(list))
    killed: set[int] = field(default_factory=set)

    def start(self, role: str) -> None:
        log = self.gongbao.folder / f"{role}{len(self.running[role])}.log"
        environment = self.gongbao.environment
        self.running[role].append(start(gongbao, role, environment=environment, out=log, err=log))

    def kill(self, process: Forked) -> None:
        """With all that it has started; nobody starts it again."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.killed.add(process.pid)

    def stop(self) -> dict[str, list[int]]:
        """The exit codes of those that were not killed."""
        alive = {role: [p for p in ps if p.pid not in self.killed] for role, ps in self.running.items()}
        for process in [p for ps in alive.values() for p in ps]:
            process.terminate()
        try:
            return {role: [p.wait(PATIENCE) for p in ps] for role, ps in alive.items()}
        finally:
            for process in [p for ps in alive.values() for p in ps if p.poll() is None]:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    @property
    def portals(self) -> list[Site]:
        return [site for site in self.sites if site.portal]

    def publish(self, upto: int) -> None:
        for site in self.sites:
            site.shown = min(upto, len(site.texts))

    def told(self, *types: str) -> Counter[str]:
        """The subjects of these events, and how often each came."""
        return Counter(event.subject for event in self.events() if event.type in types)

    def count(self, column: Any, *where: Any) -> int:
        with self.store.read() as tx:
            return int(tx.execute(select(func.count()).select_from(column.table).where(*where)).scalar_one())

    def events(self) -> list[Event]:
        with self.store.read() as tx:
            everything = Filter(types=("*",), headline_only=False, backfill=True)
            return outbox.events(tx, everything, newest_first=False, limit=100_000)

    def looks(self, site: Site) -> list[float]:
        """When the list of a site was asked for."""
        return [seen.started for seen in site.server.seen if seen.path == "/zwgk/"]

    def logs(self) -> str:
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}"
            for path in sorted(self.gongbao.folder.glob("*.log"))
        )


def wait(look: Callable[[], Any]) -> Any:
    return until(look, PATIENCE, pause=0.02)


def is_told(event: Event) -> bool:
    return event.type.startswith(("report.", "target."))


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, postgres: Any, postgres_template: str) -> Iterator[Fleet]:
    """A fleet after all that can happen to it, still running."""
    folder = tmp_path_factory.mktemp("fleet")
    with ExitStack() as stack:
        database = stack.enter_context(postgres_copy(postgres, postgres_template))
        redis = stack.enter_context(EmbeddedRedis(folder / "queue"))
        received = stack.enter_context(receiving())
        sites = country(stack)
        (folder / "sources").mkdir()
        for site in sites:
            site.open()
            (folder / "sources" / f"{site.slug}.toml").write_text(site.source(), encoding="utf-8")
        settings = {
            "GONGBAO_DATABASE_URL": database,
            "GONGBAO_REDIS_URL": redis.url,
            "GONGBAO_SOURCES_DIR": str(folder / "sources"),
            "GONGBAO_ALLOW_HOSTS": "127.0.0.1",
            "GONGBAO_WEB_PORT": str(free_port()),
            "GONGBAO_SWEEP_INTERVAL": "1",
            "GONGBAO_REQUEUE_AFTER": "4",
            "GONGBAO_WEBHOOK_DEADLINE": str(DEADLINE),
        }
        command = Gongbao(folder, settings)
        store = Store.open(database)
        stack.callback(store.close)
        made = Fleet(command, store, redis, sites, received)
        types = ("--type", "report.*", "--type", "target.*")
        # Before anything is told: a subscription is not sent what happened before it.
        added = command("webhooks", "add", received.url, "--all-targets", "--backfill", *types)
        made.secret = added.stdout.split("secret")[1].strip()
        try:
            for role, number in FLEET.items():
                for _ in range(number):
                    made.start(role)
            live_through(made)
            yield made
        except AssertionError:
            print(made.logs())
            raise
        finally:
            received.go.set()
            codes = made.stop()
        assert {code for role in codes.values() for code in role} == {0}, (codes, made.logs())


def live_through(fleet: Fleet) -> None:
    roles = {role: n for role, n in FLEET.items() if role != "serve"}
    wait(lambda: Counter(b.role for b in _beats(fleet)) & Counter(roles) == Counter(roles))
    # The first reports; a worker is killed with all that it has in hand.
    fleet.publish(3)
    fleet.kill(wait(lambda: next(filter(_has_horse, fleet.running["work"]), None)))
    wait(lambda: fleet.count(t.versions.c.id, t.versions.c.extracted_at.is_not(None)) >= PORTALS)
    # More, while Redis is away.
    fleet.redis.stop()
    before = fleet.count(t.versions.c.id)
    fleet.publish(5)
    wait(lambda: fleet.count(t.versions.c.id) > before)
    fleet.redis.start()
    # The rest; a sender is killed while it waits for an answer.
    fleet.received.hold.set()
    fleet.publish(len(fleet.sites[0].texts))
    assert fleet.received.held.wait(PATIENCE), "a request is held"
    fleet.kill(wait(lambda: _sender_of(fleet, fleet.received.held_id)))
    fleet.received.go.set()
    texts = sum(len(site.texts) for site in fleet.portals)
    wait(lambda: fleet.told(*OFFICIAL).total() >= texts and _at_rest(fleet))


def _beats(fleet: Fleet) -> list[presence.Beat]:
    with fleet.store.read() as tx:
        return presence.beats(tx)


def _has_horse(worker: Forked) -> bool:
    return bool(Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split())


def _sender_of(fleet: Fleet, event_id: str) -> Forked | None:
    """The process that holds the lease of the delivery."""
    with fleet.store.read() as tx:
        owner = tx.scalar(select(t.deliveries.c.lease_owner).where(t.deliveries.c.event_id == event_id)) or ""
    return next((p for p in fleet.running["send"] if str(p.pid) in owner.split(":")), None)


def _at_rest(fleet: Fleet) -> bool:
    """Nothing is to be extracted, settled, fanned out or delivered: at one moment, in one snapshot. What
    moves on between two looks would be seen by neither."""
    to_do = ((t.events.c.id, t.events.c.fanned_out_at), (t.pages.c.id, t.pages.c.last_fetched_at))
    with fleet.store.read() as tx:
        counts = overview.counts(tx)
        waiting = [tx.scalar(select(func.count(id_)).where(done.is_(None))) for id_, done in to_do]
    return not (counts.waiting + counts.unsettled + counts.deliveries.get("due", 0) or any(waiting))


# --- what holds ------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="looks for work-horses in /proc")
def test_nothing_is_lost_and_nothing_done_twice(fleet: Fleet) -> None:
    events = fleet.events()
    texts = {_key(text): text for site in fleet.portals for text in site.texts}
    # A repost may be looked at before the portal; the portal then confirms it.
    assert fleet.told("report.published", "report.provisional") == Counter(texts.keys()), "every report once"
    assert fleet.told(*OFFICIAL) == Counter(texts.keys())

    # Every target that was written into the texts is there, and told once.
    with fleet.store.read() as tx:
        for key, text in texts.items():
            [version_id] = tx.scalars(
                select(t.versions.c.id)
                .join(t.reports, t.reports.c.id == t.versions.c.report_id)
                .where(t.reports.c.key == key)
            )
            found = Counter(
                (f.indicator, f.comparator, f.low, f.high) for f in figures.targets_of(tx, version_id)
            )
            assert [row for row in text.targets if found[row] != 1] == [], key
            told = [e for e in events if e.type == "target.published" and e.subject.startswith(f"{key} ")]
            assert len({e.id for e in told}) == len(told) <= found.total()

    # At the receiver: the events that it asked for, each under one id; a repeat has the same bytes.
    fleet.received.verify(fleet.secret)
    assert fleet.received.bodies.keys() == {e.id for e in events if is_told(e)}
    assert {id_ for id_, bodies in fleet.received.bodies.items() if len(set(bodies)) > 1} == set()
    repeated = {id_ for id_, bodies in fleet.received.bodies.items() if len(bodies) > 1}
    assert fleet.received.held_id in repeated, "its sender was killed, another took it over"
    with fleet.store.read() as tx:
        assert overview.counts(tx).deliveries == {"done": len(fleet.received.bodies)}
        assert overview.counts(tx).dead == 0


def test_no_page_is_asked_for_twice_and_no_list_before_its_time(fleet: Fleet) -> None:
    for site in fleet.sites:
        asked = Counter(seen.path for seen in site.server.seen)
        articles = {path: n for path, n in asked.items() if path not in ("/zwgk/", "/robots.txt")}
        assert articles == {site.path(n): 1 for n in range(len(site.texts))}, site.slug
        looks = fleet.looks(site)
        gaps = [after - before for before, after in pairwise(looks)]
        assert min(gaps) > INTERVAL * 0.75, site.slug  # the interval has a jitter of a fifth


def test_the_feed_of_the_web_server_has_the_same_events(fleet: Fleet) -> None:
    fleet.gongbao.ready()
    address = f"{fleet.gongbao.base}/feed.atom?type=report.*&type=target.*&headline=false&backfill=true"
    entries = feedparser.parse(httpx.get(address, trust_env=False).content).entries
    ids = [entry.id.rsplit(":", 1)[-1] for entry in entries]
    newest = [e.id for e in fleet.events() if is_told(e)][-len(ids) :]
    assert len(ids) >= 100
    assert sorted(ids) == sorted(newest)


def test_a_second_look_at_the_unchanged_world_tells_nothing(fleet: Fleet) -> None:
    before = {e.id for e in fleet.events()}
    looks = {site.slug: len(fleet.looks(site)) for site in fleet.sites}
    wait(lambda: all(len(fleet.looks(site)) > looks[site.slug] for site in fleet.sites))
    wait(lambda: _at_rest(fleet))
    assert {e.id for e in fleet.events()} == before


def _key(text: Text) -> str:
    return f"{text.kind.value}/{text.region.key}/{text.year}"

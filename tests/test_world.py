"""A country of sites crawled whole, twice: every document found and read right, no request out of turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from protego import Protego
from sqlalchemy import select, update

from ingest.archive.archive import Archive
from ingest.keeping import Outcome
from ingest.model import Event, Filter, Header, Kind, Version
from ingest.settings import Settings
from ingest.sources.families import FAMILIES
from ingest.store import documents, figures, outbox, tables
from ingest.store.db import Store
from tests.support.world import GAP, Site, World
from tests.support.world_plans import PLANS
from workers import jobs
from workers.context import Context
from workers.targets.extract import extract as extract_targets

NAMES = [plan.name for plan in PLANS]
READ = [plan.name for plan in PLANS if "wall" not in plan.quirks]
DAY = timedelta(days=1)


@dataclass
class Crawled:
    """The world after it was crawled; `again` is what a further crawl of the same world did."""

    world: World
    store: Store
    outcomes: list[Outcome]
    log: dict[str, list[tuple[str, float, float | None]]]
    events: list[Event]
    again: list[Outcome]
    events_again: list[Event]
    requests_again: dict[str, list[str]]

    def site(self, name: str) -> Site:
        return self.world.sites[name]

    def shown(self, name: str) -> dict[str, Version]:
        """What each page of a site shows, by its path."""
        p, c = tables.pages.c, tables.copies.c
        query = (
            select(p.url, c.version_id)
            .join(tables.copies, c.page_id == p.id)
            .where(p.source == name, c.ended_at.is_(None))
        )
        found: dict[str, Version] = {}
        with self.store.read() as tx:
            for url, version_id in tx.execute(query):
                parts = urlsplit(url)
                version = documents.version(tx, version_id)
                assert version is not None
                path = parts.path + (f"?{parts.query}" if parts.query else "")
                assert path not in found, f"{url} shows two versions"
                found[path] = version
        return found


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("world")
    (folder / "world.db").write_bytes(sqlite_template.read_bytes())
    store = Store.open(f"sqlite:///{folder / 'world.db'}")
    context = Context(Settings(database_url=f"sqlite:///{folder / 'world.db'}"), extract_targets)

    def extract() -> None:
        with store.read() as tx:
            waiting = tx.scalars(select(tables.versions.c.id).where(tables.versions.c.extracted_at.is_(None)))
            ids = list(waiting)
        jobs.extract_all(store, context, ids)

    def settle_all() -> None:
        with store.read() as tx:
            reports = list(tx.scalars(select(tables.reports.c.id)))
        jobs.settle_all(store, context, reports)

    def events() -> list[Event]:
        with store.read() as tx:
            return outbox.events(
                tx, Filter(headline_only=False, backfill=True), newest_first=False, limit=100_000
            )

    def all_due(world: World) -> None:
        world.clock.now += DAY
        with store.begin() as tx:
            tx.execute(update(tables.pages).values(next_fetch_at=world.clock.now))
            tx.execute(update(tables.lists).values(next_poll_at=world.clock.now))

    with World() as world, Archive(folder / "warc") as archive:
        outcomes = world.crawl(store, archive)
        log = {
            name: [(one.path, one.started, one.answered) for one in site.server.seen]
            for name, site in world.sites.items()
        }
        world.clock.now += DAY
        outcomes += world.crawl(store, archive)  # what asked us to come back
        extract()
        told = events()
        world.forget_requests()
        all_due(world)
        again = world.crawl(store, archive)
        extract()
        settle_all()
        yield Crawled(world, store, outcomes, log, told, again, events(), world.requests())
    store.close()


def test_the_world_is_large_and_has_every_family() -> None:
    assert len(PLANS) >= 30
    """Those that a family knows by addresses alone have their sites in portals.py."""
    by_address = {"columns", "idfolder", "lonsun", "openness", "pc"}
    assert {plan.family for plan in PLANS} | by_address == set(FAMILIES)


@pytest.mark.parametrize("name", READ)
def test_every_article_is_found_once(crawled: Crawled, name: str) -> None:
    shown = crawled.shown(name)
    assert sorted(shown) == sorted(entry.path for entry in crawled.site(name).entries)


@pytest.mark.parametrize("name", READ)
def test_every_text_is_read_whole_and_nothing_else(crawled: Crawled, name: str) -> None:
    shown = crawled.shown(name)
    for entry in crawled.site(name).entries:
        assert shown[entry.path].body == entry.text.body, entry.path


@pytest.mark.parametrize("name", READ)
def test_every_header_field_is_right(crawled: Crawled, name: str) -> None:
    site, shown = crawled.site(name), crawled.shown(name)
    for entry in site.entries:
        said = {name: value for name in site.shown if (value := getattr(entry.text.header, name)) is not None}
        assert shown[entry.path].header == Header(**said)


@pytest.mark.parametrize("name", READ)
def test_every_report_is_the_right_one(crawled: Crawled, name: str) -> None:
    shown = crawled.shown(name)
    for entry in crawled.site(name).entries:
        identity, text = shown[entry.path].identity, entry.text
        assert identity.kind is text.kind, text.title
        assert shown[entry.path].title == text.title
        if text.kind is not Kind.NOTICE:
            assert identity.region == text.region, text.title
            assert identity.year == text.year, text.title


@pytest.mark.parametrize("name", READ)
def test_every_target_is_found(crawled: Crawled, name: str) -> None:
    shown = crawled.shown(name)
    for entry in crawled.site(name).entries:
        with crawled.store.read() as tx:
            found = figures.targets_of(tx, shown[entry.path].id)
        rows = Counter((f.indicator, f.comparator, f.low, f.high) for f in found)
        missing = [row for row in entry.text.targets if rows[row] != 1]
        assert not missing, (entry.text.title, rows)
        assert not [f.quote for f in found if "通办" in f.sentence or "无废" in f.sentence]


@pytest.mark.parametrize("name", NAMES)
def test_no_request_that_robots_or_pace_forbid(crawled: Crawled, name: str) -> None:
    site, log = crawled.site(name), crawled.log[name]
    assert log[0][0] == "/robots.txt"
    robots = Protego.parse(site.robots)
    assert all(robots.can_fetch(path, "gongbao") for path, _, _ in log)
    gap = max(GAP, robots.crawl_delay("gongbao") or 0.0)
    for (_, _, answered), (path, started, _) in pairwise(log):
        assert answered is not None
        assert started - answered >= gap, f"{path} came {started - answered:.3f} s after the one before"


@pytest.mark.parametrize("name", [n for n in READ if n != "busy"])
def test_every_page_is_asked_for_once(crawled: Crawled, name: str) -> None:
    asked = Counter(path for path, _, _ in crawled.log[name])
    for entry in crawled.site(name).entries:
        assert [asked[path] for path in (entry.path, *entry.pages)] == [1] * (1 + len(entry.pages))


def test_a_host_that_asks_for_time_gets_it(crawled: Crawled) -> None:
    log = crawled.log["busy"]
    first = crawled.site("busy").entries[0].path
    refused = next(n for n, (path, _, _) in enumerate(log) if path == first)
    before = log[refused][2]
    assert before is not None
    assert all(started - before >= 1.0 for _, started, _ in log[refused + 1 :])


def test_a_wall_is_no_empty_success(crawled: Crawled) -> None:
    assert crawled.shown("wall") == {}
    with crawled.store.read() as tx:
        query = select(tables.lists.c.last_error).where(tables.lists.c.source == "wall")
        assert (tx.scalar(query) or "").startswith("Blocked")


def test_what_is_disallowed_is_known_and_left_alone(crawled: Crawled) -> None:
    [secret] = {one.outcome for one in crawled.outcomes if "/secret/" in one.url}
    assert secret == "Blocked"


def test_every_report_is_told_once(crawled: Crawled) -> None:
    told = Counter(
        event.subject for event in crawled.events if event.type in ("report.published", "report.provisional")
    )
    reports = {
        f"{e.text.kind.value}/{e.text.region.code}/{e.text.year}"
        for name in READ
        for e in crawled.site(name).entries
        if e.text.kind is not Kind.NOTICE
    }
    assert told == dict.fromkeys(reports, 1)


def test_a_second_crawl_tells_nothing(crawled: Crawled) -> None:
    assert {one.outcome for one in crawled.again} <= {"NotModified", "Unchanged", "SameVersion", "Blocked"}
    new = crawled.events_again[len(crawled.events) :]
    assert [event.type for event in new if event.data.get("source") != "wall"] == []
    for name in READ:
        entries = crawled.site(name).entries
        assert {e.path for e in entries} <= set(crawled.requests_again[name])

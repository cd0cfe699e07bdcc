"""The country of sites for days on end, while its servers do all that real ones do: no source stops, nothing
false is told, and what is true is told once."""

# ruff: noqa: E501  (markup as the sites print it)

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ingest.archive.archive import Archive
from ingest.model import Event, Filter, Kind
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.settings import Settings
from ingest.store import outbox, tables
from ingest.store.db import Store
from ingest.web.pace import LocalPace
from ingest.web.session import Web
from tests.support.misbehaviour import (
    ALL_GONE,
    ARTICLE_FAULTS,
    LIST_FAULTS,
    SLOW_LINES,
    Fault,
    behave,
    misbehave,
)
from tests.support.world import GAP, SPLIT, YEAR, Site, World
from tests.support.world_lists import Entry
from tests.support.world_plans import PLANS, Plan
from tests.support.world_texts import Text, make_text
from workers import jobs
from workers.context import Context
from workers.targets.extract import extract

STEP = timedelta(hours=6)  # between two looks at a list; a page is looked at every other time
DAY = timedelta(days=1)
LOOKS = DAY // STEP  # a day
HOME = "<html><body><ul><li><a href='/zwgk/'>政务公开</a></li><li><a href='/hd/'>互动交流</a></li></ul></body></html>"
SHORT = (
    "trs-gbk",
    "trs-pages",
    "zwxl-files",
    "gkmlpt",
    "rss",
    "discuz-x",
    "repost",
    "own-json",
)


class Bag:
    """Faults in a random order, each used once before any is used again."""

    def __init__(self, faults: Sequence[Fault], rng: random.Random) -> None:
        self._faults, self._rng = tuple(faults), rng
        self._left: list[Fault] = []

    def draw(self, plan: Plan, *, calm: bool = False) -> Fault:
        """One that fits; `calm`: one that does not cost a look."""
        while True:
            for fault in self._left:
                if fault.fits(plan) and (fault.lasts or not calm):
                    self._left.remove(fault)
                    return fault
            self._left += self._rng.sample(self._faults, len(self._faults))


@dataclass
class Life:
    """What happened, and what should have."""

    published: set[str] = field(default_factory=set)
    corrected: set[str] = field(default_factory=set)
    taken_down: set[str] = field(default_factory=set)
    used: Counter[str] = field(default_factory=Counter)
    events: list[Event] = field(default_factory=list)
    unread: dict[str, list[str]] = field(default_factory=dict)  # paths that nothing is known of, by site
    dark: str = ""  # the source whose articles could not be had for days
    broken: list[str] = field(default_factory=list)  # sources, in the end

    def told(self, *types: str) -> Counter[str]:
        return Counter(event.subject for event in self.events if event.type in types)


@dataclass
class Days:
    world: World
    store: Store
    settings: Settings
    rng: random.Random
    life: Life = field(default_factory=Life)
    _used_again: Site | None = None  # the site whose news gets the address of a notice
    _spoilt: dict[tuple[str, str], int] = field(default_factory=dict)  # the day on which a look was lost

    def live(self, days: int, archive: Archive) -> Life:
        lists, articles = Bag(LIST_FAULTS, self.rng), Bag(ARTICLE_FAULTS, self.rng)
        sites = [site for site in self.world.sites.values() if "wall" not in site.plan.quirks]
        for site in sites:
            for path in ("/", "/404.html", "/login"):
                site.server.page(path, HOME)
            self.write_slow_lines(site)
            site.source = site.source.model_copy(update={"interval": STEP, "recheck": 2 * STEP})
            self.life.published |= {subject(entry) for entry in site.entries} - {""}
        self.world.crawl(self.store, archive)
        self.look(archive)  # and what asked us to come back
        news = {site.plan.name: self.rng.randrange(days) for site in sites}
        steady = [site for site in sites if not site.plan.quirks & {*SPLIT, "attachment", "decorated"}]
        changed = self.rng.sample(steady, max(2, len(steady) // 5))
        busy = self.rng.choice([site for site in steady if site.plan.form == "ul" and len(site.lists) == 1])
        self._used_again = self.rng.choice([s for s in steady if s not in changed and s is not busy])
        dark = self.rng.choice([site for site in steady if site not in (*changed, busy)])
        # The clock is in another year for one look, and an hour ahead for two.
        leap, early = self.rng.sample(range(1, LOOKS * days, 2), 2)
        for day in range(days):
            for site in sites:
                self.behave(site)
                if news[site.plan.name] == day:
                    self.put_up(site)
            if day == days // 2:
                for number, site in enumerate(changed):
                    (self.correct if number % 2 else self.take_down)(site)
                self.burst(busy)
            for site in sites:
                self.spoil(site, day, lists, articles)
            if day == days - 1:
                self.darken(dark)
                self.life.dark = dark.plan.name
            for number in range(LOOKS * day, LOOKS * (day + 1)):
                hours = 24 * 3650 if number == leap else number in (early, early + 1)
                self.look(archive, ahead=timedelta(hours=hours))
        for last in ((site for site in sites if site is not dark), (dark,)):
            for site in last:
                self.behave(site)
            for _ in range(2 * LOOKS):
                self.look(archive)
        self.life.events = self.events()
        self.life.unread = {site.plan.name: left for site in sites if (left := self.unread(site))}
        with self.store.read() as tx:
            query = select(tables.sources.c.slug).where(tables.sources.c.broken_at.is_not(None))
            self.life.broken = [slug for slug in tx.scalars(query) if slug != "wall"]
        return self.life

    # --- what sites do ---

    def put_up(self, site: Site) -> None:
        strange = site.plan.family in ("repost", "discuz")
        kind, year = (Kind.WORK_REPORT, YEAR - 2) if strange else (Kind.PLAN_REPORT, YEAR)
        text = make_text(self.world.rng, site.entries[0].text.region, kind, year)
        again = site is self._used_again
        entry = self.use_again(site, text) if again else self.world.put_up(site, text)
        self.life.published.add(subject(entry))

    def write_slow_lines(self, site: Site) -> None:
        """Among the lines of its documents."""
        for entry in list(site.entries):
            lines, line = entry.text.lines, self.rng.choice(SLOW_LINES)
            middle = len(lines) // 2
            self.world.correct(
                site, entry, replace(entry.text, lines=(*lines[:middle], line, *lines[middle:]))
            )
        self.world.list_anew(site)

    def use_again(self, site: Site, text: Text) -> Entry:
        """The address of a notice shows another document from now on."""
        place = next(n for n, entry in enumerate(site.entries) if entry.text.kind is Kind.NOTICE)
        self.world.correct(site, site.entries[place], text)
        self.world.list_anew(site)
        return site.entries[place]

    def darken(self, site: Site) -> None:
        """Nothing that its list shows can be had any more; the list is well."""
        behave(site.server, site.lists[0])
        for entry in site.entries:
            misbehave(site.server, entry.path, ALL_GONE, site.plan, self.rng)

    def burst(self, site: Site) -> None:
        """More at once than two pages of the list hold."""
        for number in range(1, 26):
            text = make_text(self.world.rng, site.entries[0].text.region, Kind.NOTICE, YEAR)
            title = text.title.replace("春季植树", f"第{number}号事项")
            put_up = text.put_up + timedelta(days=20)
            header = replace(text.header, title=title, published_on=put_up)
            self.world.put_up(site, replace(text, title=title, put_up=put_up, header=header))

    def correct(self, site: Site) -> None:
        entry = next(e for e in site.entries if e.text.kind is Kind.WORK_REPORT and e.text.year == YEAR)
        lines = [
            line.replace("城镇调查失业率控制在5.5%以内", "城镇调查失业率控制在5.2%以内")
            for line in entry.text.lines
        ]
        assert lines != list(entry.text.lines)
        self.world.correct(site, entry, replace(entry.text, lines=tuple(lines)))
        self.life.corrected.add(subject(entry))

    def take_down(self, site: Site) -> None:
        entry = next(e for e in site.entries if e.text.kind is Kind.WORK_REPORT and e.text.year == YEAR)
        self.world.take_down(site, entry)
        self.life.taken_down.add(subject(entry))

    def behave(self, site: Site) -> None:
        for path in (*site.lists, *(entry.path for entry in site.entries)):
            behave(site.server, path)

    def spoil(self, site: Site, day: int, lists: Bag, articles: Bag) -> None:
        for path, bag in ((site.lists[0], lists), *((entry.path, articles) for entry in site.entries)):
            if self.rng.random() < 0.3:
                continue
            # An address that fails at two looks in a row is gone for all that anybody can tell.
            place = (site.plan.name, path)
            fault = bag.draw(site.plan, calm=day - self._spoilt.get(place, -9) < 2)
            if not fault.lasts:
                self._spoilt[place] = day
            misbehave(site.server, path, fault, site.plan, self.rng)
            self.life.used[fault.name] += 1

    # --- what we do ---

    def look(self, archive: Archive, ahead: timedelta = timedelta()) -> None:
        self.world.clock.now += STEP + timedelta(minutes=1) + ahead

        async def go() -> None:
            pipeline = Pipeline(
                self.store, None, self.world.sources, now=self.world.clock, chance=lambda: 0.5
            )
            async with Web.from_settings(self.settings, archive, pace=LocalPace(GAP)) as web:
                await Poller(pipeline, web).once()

        asyncio.run(go())
        context = Context(self.settings, extract)
        with self.store.read() as tx:
            versions = tables.versions.c
            waiting = list(tx.scalars(select(versions.id).where(versions.extracted_at.is_(None))))
        jobs.extract_all(self.store, context, waiting)
        with self.store.read() as tx:
            reports = tables.reports.c
            unsettled = list(tx.scalars(select(reports.id).where(reports.unsettled_since.is_not(None))))
        jobs.settle_all(self.store, context, unsettled)
        self.world.clock.now -= ahead

    def events(self) -> list[Event]:
        with self.store.read() as tx:
            return outbox.events(
                tx, Filter(headline_only=False, backfill=True), newest_first=False, limit=100_000
            )

    def unread(self, site: Site) -> list[str]:
        """What stands on the site and is not shown by its page in the store."""
        p, c = tables.pages.c, tables.copies.c
        query = (
            select(p.url)
            .join(tables.copies, c.page_id == p.id)
            .where(p.source == site.plan.name, c.ended_at.is_(None))
        )
        with self.store.read() as tx:
            shown = {url.removeprefix(site.server.url("")) for url in tx.scalars(query)}
        return [entry.path for entry in site.entries if entry.path not in shown]


def subject(entry: Entry) -> str:
    """Of a report that is told; "" of a notice."""
    text = entry.text
    return "" if text.kind is Kind.NOTICE else f"{text.kind.value}/{text.region.code}/{text.year}"


def lives(plans: Sequence[Plan], days: int, seed: int, folder: Path, template: Path) -> Life:
    database = folder / "world.db"
    database.write_bytes(template.read_bytes())
    address = f"sqlite:///{database}"
    settings = Settings(database_url=address, allow_hosts=("127.0.0.1",), host_delay=GAP)
    store = Store.open(address)
    try:
        with World(seed, plans) as world, Archive(folder / "warc") as archive:
            return Days(world, store, settings, random.Random(seed)).live(days, archive)
    finally:
        store.close()


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((SHORT, 2, 1), id="two-days"),
        pytest.param((None, 10, 7), id="ten-days", marks=[pytest.mark.long, pytest.mark.timeout(7200)]),
    ],
)
def life(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Life:
    names, days, seed = request.param
    plans = [plan for plan in PLANS if names is None or plan.name in names]
    return lives(plans, days, seed, tmp_path_factory.mktemp("days"), sqlite_template)


def test_every_fault_was_there(life: Life, request: pytest.FixtureRequest) -> None:
    assert len(life.used) > 15
    if "ten-days" in request.node.name:
        assert life.used.keys() == {fault.name for fault in (*LIST_FAULTS, *ARTICLE_FAULTS)}


def test_no_source_stops(life: Life) -> None:
    assert (life.unread, life.broken) == ({}, [])


def test_what_is_published_is_told_once(life: Life) -> None:
    told = life.told("report.published", "report.provisional")
    assert told == dict.fromkeys(life.published, 1)


def test_what_changes_is_told_once_and_nothing_else(life: Life) -> None:
    assert life.told("report.withdrawn") == dict.fromkeys(life.taken_down, 1)
    assert life.told("report.revised") == dict.fromkeys(life.corrected, 1)
    assert life.told("report.contradicted") == {}
    figures = {f"{report}#urban_unemployment.share": 1 for report in life.corrected}
    assert life.told("target.revised") == figures
    assert life.told("target.withdrawn") == {}


def test_what_breaks_recovers(life: Life) -> None:
    broken, recovered = life.told("source.broken"), life.told("source.recovered")
    assert {slug: n for slug, n in broken.items() if slug != "wall"} == recovered
    assert recovered[life.dark] >= 1

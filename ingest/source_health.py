"""Write down how a source fares: what was known -> watch/health.py -> store, and the events that follow.

Each function that writes works in the caller's transaction and gives back the events to append at its end.
When a list is looked at is poll.py; the road of a page is pipeline.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from ingest.china_time import china_day
from ingest.errors import Failure, ShapeChanged
from ingest.events import EventType, make_event, overdue_data, source_data
from ingest.identity.column import is_another_column
from ingest.model import Article, Event, Kind, ListItem, Page, Region
from ingest.regions.gazetteer import region_by_code
from ingest.sources.spec import Source
from ingest.store import source_checks, watchlist
from ingest.store.source_checks import PAGES
from ingest.watch import health
from ingest.watch.health import Check, Failing, Remark, Trouble
from ingest.watch.schedule import last_news
from ingest.watch.season import Due, overdue, when_due, year_due

WATCHED = timedelta(days=1)  # a source must have been watched so long before its report can be late


@dataclass(frozen=True, slots=True)
class Checked:
    """`sound`: nothing is wrong with what was looked at."""

    sound: bool
    events: tuple[Event, ...]


def source_row(source: Source) -> watchlist.SourceRow:
    """What the store keeps of a source file."""
    return watchlist.SourceRow(
        slug=source.slug,
        name=source.name,
        kind=source.kind,
        official=source.official,
        home=source.home,
        list_urls=tuple(watched.url for watched in source.lists),
        region=source.region,
    )


# --- lists -----------------------------------------------------------------------------------


def list_read(
    tx: Connection, source: Source, url: str, items: Sequence[ListItem] | None, now: datetime
) -> Checked:
    """A list came; `items` None: not modified since it was last as it should be.

    Of a list that is not sound the validators must not be kept: a later 304 would look like a good one.
    """
    check = source_checks.load(tx, source.slug, url)
    if items is None:
        return _conclude(tx, source, url, url, check, None, now)
    today = china_day(now)
    trouble = health.judge_items(source.expected, check, items, today)
    if trouble is None and check.good_at is not None:
        before = source_checks.named_until(tx, source.slug, url, check.good_at)
        trouble = health.judge_another(check, items) if is_another_column(items, before) else None
    kept = check if trouble else health.remember(check, items, today)
    return _conclude(tx, source, url, url, kept, trouble, now)


def list_failed(tx: Connection, source: Source, url: str, exc: Failure, now: datetime) -> Checked:
    """A list could not be had or read."""
    check = source_checks.load(tx, source.slug, url)
    trouble = health.judge_error(exc, check)
    if trouble is None:
        return Checked(False, ())
    return _conclude(tx, source, url, url, check, trouble, now)


# --- pages -----------------------------------------------------------------------------------


def pages_read(
    tx: Connection, source: Source, came: Iterable[tuple[Page, Article]], now: datetime
) -> Checked:
    """Pages of a source were read for the first time, or their bytes are others than before."""
    read = []
    for page, article in came:
        published = article.published_at or article.header.published_on
        read.append((page.id, filled(article), last_news(page.first_seen_at, published)))
    source_checks.fill(tx, source.slug, read, now)
    return _pages_judged(tx, source, now)


def page_failed(tx: Connection, source: Source, page: Page, exc: Failure, now: datetime) -> Checked:
    """A page could not be had or read, which the store knows already. One that came and has lost its shape
    has no field filled."""
    if isinstance(exc, ShapeChanged):
        source_checks.fill(tx, source.slug, [(page.id, (), page.news_at or page.first_seen_at)], now)
    return _pages_judged(tx, source, now)


def page_well_again(tx: Connection, source: Source, now: datetime) -> Checked:
    """A page that had failed is as it was."""
    return _pages_judged(tx, source, now)


def filled(article: Article) -> frozenset[str]:
    """Those of health.FIELDS that an article has."""
    header = article.header
    has = {
        "title": article.title,
        "published_on": article.published_at or header.published_on,
        "index_number": header.index_number,
        "issuer": header.issuer,
        "body": len(article.body) >= health.BODY_FILLED,
    }
    return frozenset(name for name in health.FIELDS if has[name])


def _pages_judged(tx: Connection, source: Source, now: datetime) -> Checked:
    fills, fail = source_checks.newest_pages(tx, source.slug)
    failing = source_checks.failing(tx, source.slug) if fail else Failing(0)
    trouble = health.judge_fills(source.expected, fills)
    well = trouble is None and not failing.internal and not failing.all_of_them
    if well and source_checks.still_good(tx, [(source.slug, PAGES)], now):
        return Checked(True, ())
    checks = source_checks.of_source(tx, source.slug)
    lists = [check for subject, check in checks.items() if subject != PAGES]
    trouble = health.judge_failing(failing, lists) or trouble
    return _conclude(tx, source, PAGES, source.home, checks.get(PAGES, Check()), trouble, now)


# --- the source as a whole -------------------------------------------------------------------


def _conclude(
    tx: Connection,
    source: Source,
    subject: str,
    url: str,
    check: Check,
    trouble: Trouble | None,
    now: datetime,
) -> Checked:
    """Write the check down, and say so where the source as a whole breaks or recovers by it."""
    was_broken = source_checks.hold(tx, source.slug)
    after = health.after_good(check, now) if trouble is None else health.after_bad(check, trouble, now)
    source_checks.save(tx, source.slug, subject, after)
    if not was_broken and after.broken_at is None:
        return Checked(trouble is None, ())
    checks = source_checks.of_source(tx, source.slug)
    match health.remark(was_broken, tuple(checks.values())):
        case Remark.BROKEN if trouble is not None:
            reason = {"cause": trouble.cause.value, "found": trouble.found, "url": url}
            watchlist.source_broken(tx, source.slug, now, reason)
            data = source_data(
                source.slug,
                source.name,
                source.official,
                url,
                cause=trouble.cause.value,
                expected=trouble.expected,
                found=trouble.found,
                since=after.since,
            )
            return Checked(False, (_event(EventType.SOURCE_BROKEN, source, now, data),))
        case Remark.RECOVERED:
            watchlist.source_recovered(tx, source.slug)
            data = source_data(source.slug, source.name, source.official, url)
            return Checked(trouble is None, (_event(EventType.SOURCE_RECOVERED, source, now, data),))
        case _:
            return Checked(trouble is None, ())


def _event(type_: EventType, source: Source, now: datetime, data: Mapping[str, object]) -> Event:
    # The moment stands for the version: each time that a source breaks is a happening of its own.
    return make_event(type_, source.slug, now.isoformat(), now, data)


# --- reports that are due --------------------------------------------------------------------


def overdue_reports(tx: Connection, sources: Mapping[str, Source], now: datetime) -> list[Event]:
    """The work reports of this season that are late, of the regions whose portals are watched.

    Asked as often as one likes: the event of a region and year has one id. A portal that has not been watched
    for a day, that has pages waiting to be read for the first time, or that is broken, does not count:
    what it shows is not known.
    """
    year = year_due(now)
    portals = _portals(sources)
    seen = source_checks.years_seen(tx, portals, Kind.WORK_REPORT, year)
    events = []
    for code, theirs in sorted(portals.items()):
        region = region_by_code(code)
        source = next((one for one in theirs if _sees(tx, one, now)), None)
        if code in seen or region is None or source is None:
            continue
        history = source_checks.past_reports(tx, code, Kind.WORK_REPORT, year)
        if overdue(now, code, history, seen=False):
            events.append(_overdue_event(source, region, when_due(code, year, history), now))
    return events


def _portals(sources: Mapping[str, Source]) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for _, source in sorted(sources.items()):
        if source.official and source.region and source.expect.overdue:
            found.setdefault(source.region, []).append(source)
    return found


def _sees(tx: Connection, source: Source, now: datetime) -> bool:
    checks = source_checks.of_source(tx, source.slug).values()
    since = source_checks.watched_since(tx, source.slug)
    whole = since is not None and now - since >= WATCHED
    return whole and all(check.good_at is not None and check.trouble is None for check in checks)


def _overdue_event(source: Source, region: Region, due: Due, now: datetime) -> Event:
    key = f"{Kind.WORK_REPORT.value}/{region.key}/{due.year}"
    data = overdue_data(
        key=key,
        kind=Kind.WORK_REPORT,
        year=due.year,
        region=region,
        source=source_data(source.slug, source.name, source.official, source.lists[0].url),
        expected_on=due.on,
        late_after=due.late_after,
        last_year_on=due.last_year_on,
    )
    return make_event(EventType.REPORT_OVERDUE, key, str(due.year), now, data)

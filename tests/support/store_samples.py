"""Small worlds for the store's tests: sources, pages, readings, figures, all of our own making."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from ingest.compare.fingerprint import content_hash
from ingest.events import EventType, make_event, region_json
from ingest.identity.decide import NewVersion, decide
from ingest.model import (
    Article,
    Capture,
    Comparator,
    Event,
    Figure,
    Header,
    Identity,
    Kind,
    ListItem,
    Measure,
    Page,
    Reading,
    Relation,
    Resolve,
    SourceKind,
    Subscription,
)
from ingest.model import Filter as EventFilter
from ingest.regions.gazetteer import region_by_code
from ingest.store import watchlist
from ingest.store.documents import Applied
from tests.support import deciding

NOW = datetime(2024, 1, 20, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEVER = NOW + timedelta(days=3650)

PORTAL = watchlist.SourceRow(
    "portal",
    "沙坪坝区人民政府",
    SourceKind.PORTAL,
    True,
    "https://portal.example/",
    ("https://portal.example/list/",),
)
REPOST = watchlist.SourceRow(
    "repost", "转载网", SourceKind.REPOST, False, "https://repost.example/", ("https://repost.example/list/",)
)


def watch(tx: Connection, *more: watchlist.SourceRow) -> None:
    watchlist.sync_sources(tx, [PORTAL, REPOST, *more], NOW)


def a_page(tx: Connection, source: str = "portal", name: str = "1", now: datetime = NOW) -> Page:
    """A page that a list of the source shows, leased by nobody."""
    url = f"https://{source}.example/{name}.html"
    watchlist.see_items(tx, source, [ListItem(url, f"标题{name}")], now)
    page = watchlist.page_of(tx, source, url)
    assert page is not None
    return page


def a_reading(
    text: str = "各位代表：今年地区生产总值增长6%左右。",
    *,
    code: str = "500106",
    year: int = 2024,
    kind: Kind = Kind.WORK_REPORT,
    title: str = "沙坪坝区2024年政府工作报告",
) -> Reading:
    return Reading(
        Article(
            title=title,
            body=text,
            header=Header(index_number="00912/2024-1", issuer="区政府办", written_on=date(2024, 1, 15)),
            published_at=date(2024, 1, 18),
        ),
        Identity(
            kind=kind,
            year=year,
            region=region_by_code(code),
            meeting="第十九届人民代表大会第四次会议",
            delivered_on=date(2024, 1, 10),
            speaker="某某",
            report_key=f"{kind.value}/{code}/{year}",
            title=title,
        ),
        content_hash(text),
    )


def a_figure(indicator: str = "gdp", low: float = 6.0, *, start: int = 8, headline: bool = True) -> Figure:
    return Figure(
        indicator=indicator,
        label={"gdp": "地区生产总值"}.get(indicator, indicator),
        year=2024,
        measure=Measure.GROWTH,
        comparator=Comparator.ABOUT,
        low=low,
        high=low,
        unit="%",
        resolve=Resolve.AIM,
        headline=headline,
        quote=f"增长{low}%左右",
        start=start,
        end=start + 6,
        sentence=f"今年地区生产总值增长{low}%左右。",
    )


def a_capture(sha256: str = "a" * 64, now: datetime = NOW) -> Capture:
    return Capture(now, 200, sha256, 2048, "gongbao-1.warc.gz", 0)


def an_event(
    subject: str,
    type_: EventType = EventType.REPORT_PUBLISHED,
    *,
    code: str | None = "500106",
    kind: str = "work_report",
    indicator: str | None = None,
    headline: bool = True,
    official: bool = True,
    report_id: int | None = None,
) -> Event:
    data: dict[str, object] = {
        "source": {"slug": "portal", "name": "门户", "official": official},
        "url": "https://portal.example/1.html",
    }
    if code is not None:
        data["report"] = {
            "key": subject,
            "name": "报告",
            "title": "报告",
            "kind": kind,
            "year": 2024,
            "region": region_json(region_by_code(code)),
        }
    if indicator is not None:
        data["target"] = {"indicator": indicator, "headline": headline}
    return make_event(type_, subject, "sha256:0", NOW, data, report_id=report_id)


def a_subscription(id: str, filter: EventFilter = EventFilter()) -> Subscription:
    return Subscription(id, f"https://{id}.example/hook", "whsec_c2VjcmV0", filter, NOW)


def show(
    tx: Connection, page: Page, reading: Reading, *, sha256: str = "a" * 64, now: datetime = NOW
) -> Applied:
    """What pipeline.py does with a page that was read, in one transaction."""
    known = deciding.known(tx, page, reading)
    decision = decide(known, sha256, reading)
    deciding.had(tx, page.id, a_capture(sha256, now), NEVER)
    return deciding.apply(tx, page, decision, reading, official=page.source == "portal", now=now)


def a_report(tx: Connection, page: Page, reading: Reading, relation: Relation = Relation.SAME) -> Applied:
    """A first version, whatever identity would say."""
    return deciding.apply(
        tx, page, NewVersion(None, relation), reading, official=page.source == "portal", now=NOW
    )

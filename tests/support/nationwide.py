"""A store with the reports of many regions over many years, put in row by row. Not a test file.

Regions are real divisions; every figure is made up, from a seed, and so that a target leans on what was
reached the year before. Texts are short, their figures where they say. It is for what grows with the number
of reports: pages, lists, dumps.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, select, text

from ingest.events import EventType, figure_json, make_event, report_data
from ingest.filters import indicators_of
from ingest.model import (
    Comparator,
    Copy,
    Direction,
    Event,
    Figure,
    Header,
    Identity,
    Kind,
    Measure,
    Region,
    Relation,
    Report,
    SourceKind,
    Version,
)
from ingest.regions.gazetteer import divisions
from ingest.store import rows, search, watchlist
from ingest.store import tables as t
from ingest.store.db import Store
from ingest.store.watchlist import SourceRow

_AT_ONCE = 500  # reports
_FILLER = "我们坚持稳中求进工作总基调，统筹推进各项工作，办成了一批群众关心的实事。"


class _Promise(NamedTuple):
    indicator: str
    label: str
    middle: float  # of the country
    comparator: Comparator
    after: str  # the figure


_PROMISES = (
    _Promise("gdp", "地区生产总值", 6.0, Comparator.ABOUT, "左右"),
    _Promise("industrial_value_added", "规模以上工业增加值", 7.0, Comparator.AT_LEAST, "以上"),
    _Promise("fixed_asset_investment", "固定资产投资", 8.0, Comparator.EXACT, ""),
    _Promise("retail_sales", "社会消费品零售总额", 6.5, Comparator.ABOUT, "左右"),
    _Promise("general_budget_revenue", "一般公共预算收入", 4.0, Comparator.AT_LEAST, "以上"),
    _Promise("resident_income", "居民人均可支配收入", 6.0, Comparator.EXACT, ""),
    _Promise("urban_income", "城镇居民人均可支配收入", 5.5, Comparator.EXACT, ""),
    _Promise("rural_income", "农村居民人均可支配收入", 7.0, Comparator.EXACT, ""),
)


def regions(count: int) -> tuple[Region, ...]:
    """Provinces, cities and counties, those above first."""
    day = date(2026, 1, 1)
    every = [region for level in ("province", "city", "county") for region in divisions(level, day)]
    return tuple(every[:count])


def fill(store: Store, count: int, years: Sequence[int], *, filler: int = 8) -> int:
    """Put in the work reports of `count` regions in these years, with their events; how many there are."""
    places = regions(count)
    with store.begin() as tx:
        slugs = _sources(tx, places)
    made = _reports(places, years)
    total = 0
    while batch := [one for _, one in zip(range(_AT_ONCE), made, strict=False)]:
        with store.begin() as tx:
            _put(tx, batch, slugs, filler)
        total += len(batch)
    with store.begin() as tx:
        tx.execute(text("ANALYZE"))
    return total


@dataclass(frozen=True, slots=True)
class _Made:
    region: Region
    year: int
    targets: tuple[tuple[_Promise, float], ...]
    outcomes: tuple[tuple[_Promise, float], ...]  # of the year before


def _reports(places: Sequence[Region], years: Sequence[int]) -> Iterator[_Made]:
    reached: dict[tuple[str, str], float] = {}
    for year in years:
        for region in places:
            dice = random.Random(f"{region.code}/{year}")
            drift = 0.15 * (years[0] - year)
            past, promised = [], []
            for promise in _PROMISES:
                key = (region.key, promise.indicator)
                before = reached.get(key, promise.middle + dice.uniform(-1, 1))
                past.append((promise, round(before, 1)))
                aim = round(2 * (0.5 * promise.middle + drift + 0.5 * before + dice.uniform(-0.4, 0.4))) / 2
                promised.append((promise, aim))
                reached[key] = aim + dice.uniform(-1.2, 1.0)
            yield _Made(region, year, tuple(promised), tuple(past))


def _sources(tx: Connection, places: Sequence[Region]) -> dict[str, str]:
    """A portal for each province; {code of a region: slug}."""
    made = {
        code: SourceRow(
            f"portal-{code}", f"门户{code}", SourceKind.PORTAL, True, f"https://p{code}.example.cn/",
            (f"https://p{code}.example.cn/gzbg/",),
        )
        for code in sorted({f"{(region.code or '')[:2]}0000" for region in places})
    }  # fmt: skip
    for row in made.values():
        watchlist.ensure_source(tx, row)
    return {region.code or "": made[f"{(region.code or '')[:2]}0000"].slug for region in places}


def _put(tx: Connection, batch: Sequence[_Made], slugs: dict[str, str], filler: int) -> None:
    rows_of: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("pages", "reports", "versions", "copies", "targets", "outcomes", "events")
    }
    base = (tx.scalar(select(func.max(t.reports.c.id))) or 0) + 1
    for id_, made in enumerate(batch, base):
        _rows(rows_of, id_, made, slugs[made.region.code or ""], filler)
    for name, records in rows_of.items():
        table: Table = t.metadata.tables[name]
        tx.execute(table.insert(), records)
    told = select(t.events).where(t.events.c.report_id >= base)
    about = [
        {"indicator": indicator, "type": event.type, "sequence": event.sequence}
        for event in (rows.read(Event, row) for row in tx.execute(told).mappings())
        for indicator in indicators_of(event)
    ]
    tx.execute(t.event_indicators.insert(), about)
    search.refresh(tx, [record["id"] for record in rows_of["reports"]])


def _rows(out: dict[str, list[dict[str, Any]]], id_: int, made: _Made, slug: str, filler: int) -> None:
    """One report, shown by one page; all have the same number."""
    region, year = made.region, made.year
    at = datetime(year, 1, 10, 2, tzinfo=UTC) + timedelta(minutes=id_ % 60_000)
    title = f"{region.name}{year}年政府工作报告"
    body = f"{title}\n各位代表：\n一、{year - 1}年工作回顾\n" + (_FILLER * 5 + "\n") * filler
    outcomes, body = _said(f"过去一年，{region.name}", made.outcomes, body, year - 1, headline=False)
    body += f"二、{year}年工作安排\n"
    targets, body = _said("今年经济社会发展的主要预期目标是：", made.targets, body, year, headline=True)
    content_hash = f"sha256:{hashlib.sha256(body.encode()).hexdigest()}"
    key = f"work_report/{region.key}/{year}"
    url = f"https://{slug}.example.cn/gzbg/{year}/{region.code}.html"
    report = Report(id_, key, Kind.WORK_REPORT, region, year, title, at, id_, False, None, at)
    identity = Identity(Kind.WORK_REPORT, year, region, report_key=key, title=title)
    header = Header(issuer=f"{region.name}人民政府", published_on=at.date())
    copy = Copy(id_, id_, id_, slug, slug, True, url, Relation.SAME, at, at, None)
    version = Version(
        id=id_, content_hash=content_hash, report_id=id_, title=title, body=body, header=header,
        identity=identity, first_seen_at=at, extracted_at=at, extractor="made/1", attempts=1, dead_at=None,
        dead_reason=None,
    )  # fmt: skip
    out["pages"].append(
        {"id": id_, "source": slug, "url": url, "title": title, "first_seen_at": at, "next_fetch_at": at,
         "last_fetched_at": at}
    )  # fmt: skip
    out["reports"].append(
        {"id": id_, "key": key, "kind": Kind.WORK_REPORT.value, **rows.region_columns(region), "year": year,
         "title": title, "first_seen_at": at, "announced_version_id": id_, "announced_at": at}
    )  # fmt: skip
    out["versions"].append(
        {"id": id_, "content_hash": content_hash, "report_id": id_, "title": title, "body": body,
         "header": rows.plain(header), "identity": rows.plain(identity), "relation": Relation.SAME.value,
         "first_seen_at": at, "extracted_at": at, "extractor": "made/1"}
    )  # fmt: skip
    out["copies"].append(
        {"id": id_, "page_id": id_, "version_id": id_, "relation": Relation.SAME.value,
         "header": rows.plain(header), "title": title, "first_seen_at": at, "last_seen_at": at}
    )  # fmt: skip
    for name, figures in (("targets", targets), ("outcomes", outcomes)):
        out[name] += [{"version_id": id_, **rows.figure_columns(figure)} for figure in figures]
    data = report_data(report, version, copy, targets)
    ids = {"report_id": id_, "version_id": id_}
    told = [make_event(EventType.REPORT_PUBLISHED, key, content_hash, at, data, **ids)]
    for number, figure in enumerate(targets[:2]):
        more = {**report_data(report, version, copy), "target": figure_json(figure), "previous": None}
        told.append(make_event(EventType.TARGET_PUBLISHED, f"{key}#{number}", content_hash, at, more, **ids))
    out["events"] += [
        {name: value for name, value in rows.columns(event).items() if name != "sequence"}
        | {"fanned_out_at": at}
        for event in told
    ]


def _said(
    opening: str, figures: Sequence[tuple[_Promise, float]], body: str, year: int, *, headline: bool
) -> tuple[tuple[Figure, ...], str]:
    """The figures of a sentence that is put behind the body, and the body with it."""
    quotes = [
        f"{promise.label}增长{value:g}%{promise.after if headline else ''}" for promise, value in figures
    ]
    sentence = opening + "，".join(quotes) + "。"
    made = []
    for (promise, value), quote in zip(figures, quotes, strict=True):
        comparator = promise.comparator if headline else Comparator.EXACT
        start = len(body) + sentence.index(quote)
        made.append(
            Figure(
                promise.indicator, promise.label, year, Measure.GROWTH, comparator, value,
                None if comparator is Comparator.AT_LEAST else value, "%", None, headline, quote, start,
                start + len(quote), sentence, direction=Direction.UP,
            )
        )  # fmt: skip
    return tuple(made), body + sentence + "\n"

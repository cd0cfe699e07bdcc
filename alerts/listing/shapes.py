"""The objects that the API and the command give as JSON: their fields, each with an example. Pure.

How they are filled is records.py; what is asked of the API, and its pages of objects, web/api/schemas.py. A
field is added, never renamed: these are a contract. The examples tell of one report, so that a reader can
follow a key from one answer to the next.
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, Field

from ingest.identity.doubts import Doubt
from ingest.model import Comparator, Direction, Kind, Measure, Period, Resolve
from ingest.outcome import Verdict

_HASH = "sha256:9f2b6c1d0e8a47355b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778"
_PAGE = "https://www.example.gov.cn/zwgk/202601/t20260120_1.html"
_SEEN = "2026-01-20T01:00:03.120000Z"
_LATER = "2026-01-20T01:15:03.000000Z"


def like(example: object) -> Any:
    """A field with its example. One without has null, or is made of those of its own fields."""
    return Field(examples=[example])


def example_of(shape: type[BaseModel]) -> dict[str, Any]:
    """An object of this shape, made of the examples of its fields."""
    return {field.alias or name: _example(field) for name, field in shape.model_fields.items()}


def _example(field: Any) -> Any:
    if field.examples:
        return field.examples[0]
    inner = [field.annotation, *get_args(field.annotation)]
    shape = next((one for one in inner if isinstance(one, type) and issubclass(one, BaseModel)), None)
    if shape is None:
        return None
    return [example_of(shape)] if field.annotation == list[shape] else example_of(shape)  # type: ignore[valid-type]


# --- reports and their figures -----------------------------------------------------------------


class Region(BaseModel):
    code: str | None = like("500151")
    name: str = like("铜梁区")
    path: list[str] = like(["重庆市", "铜梁区"])


class ReportRef(BaseModel):
    """`name` is the same everywhere; `title` is what the page called it, null where it called it nothing."""

    key: str = like("work_report/500151/2026")
    name: str = like("铜梁区 2026 政府工作报告")
    title: str | None = like("重庆市铜梁区人民政府工作报告")
    kind: Kind = like("work_report")
    year: int | None = like(2026)
    region: Region | None


class NamedReport(ReportRef):
    """`name_en`: as `name`, in English, with where the region lies."""

    name_en: str = like("Tongliang District, Chongqing 2026 government work report")


class SourceRef(BaseModel):
    slug: str = like("cq-tongliang")
    name: str = like("铜梁区人民政府")
    official: bool = like(True)


class VersionRef(BaseModel):
    content_hash: str = like(_HASH)
    chars: int = like(12480)


class Span(BaseModel):
    """Over which years a figure is measured; `to` is its year."""

    kind: Period = like("year")
    first: int | None = Field(alias="from", examples=[2026])
    to: int | None = like(2026)


class Owner(BaseModel):
    """Whose figure it is, where it is another's; `code` is null for a zone."""

    name: str = like("塔城地区")
    code: str | None = like("654200")


class Figure(BaseModel):
    """A target or outcome, as `gongbao extract --json` prints it, with its sentence."""

    indicator: str = like("gdp")
    label: str = like("地区生产总值")
    year: int | None = like(2026)
    period: Span
    measure: Measure | None = like("growth")
    comparator: Comparator = like("about")
    low: float | None = like(6.0)
    high: float | None = like(6.0)
    unit: str | None = like("%")
    direction: Direction | None = like("up")
    base: str | None = Field(examples=[None])
    owner: Owner | None = Field(examples=[None])
    resolve: Resolve | None
    headline: bool = like(True)
    quote: str = like("地区生产总值增长6%左右")
    start: int = like(512)
    end: int = like(524)
    sentence: str = like("今年经济社会发展的主要预期目标是：地区生产总值增长6%左右。")
    flags: list[str] = Field([], examples=[[]])
    confidence: float | None = Field(
        None,
        examples=[0.87],
        description="of a figure that was read from a scan (flag ocr): that of OCR, 0 to 1",
    )


class LabelledFigure(Figure):
    """`label_en` is null for what is outside the vocabulary (`other`)."""

    label_en: str | None = like("GDP")


class ReportFigure(LabelledFigure):
    """`content_hash`: of the text of the report in which it stands, and `start` and `end` count."""

    content_hash: str = like(_HASH)


class _Shown(BaseModel):
    """Where a report or a figure can be seen: the page to name for it, and whose that is."""

    url: str | None = like(_PAGE)
    source: SourceRef | None


class _Seen(_Shown, NamedReport):
    first_seen_at: str = like(_SEEN)
    provisional: bool = like(False)
    withdrawn_at: str | None
    doubts: list[Doubt] = Field(
        [], examples=[[]], description="why nobody is told of it: not clear which report it is"
    )


class Report(_Seen):
    state: str = like("extracted")
    chars: int | None = like(12480)
    copies: int = like(2)
    targets: int = like(48)
    headline: list[LabelledFigure]


class Passage(BaseModel):
    """The sentence that answers, or of a long one what stands around, cut before or behind. `start` and `end`
    count in the text of the report, and so do the pairs of `marks`: where what was asked for stands."""

    text: str = like("大力发展低空经济，建成飞行服务站三座。")
    start: int = like(3120)
    end: int = like(3139)
    marks: list[list[int]] = like([[3124, 3128]])
    cut_before: bool = like(False)
    cut_behind: bool = like(False)


class Hit(_Seen):
    """`content_hash`: of the text of the report in which the passage stands, and `start` and `end` count.
    `passage` is null where only the name, the title, the place or the speaker has what was asked for."""

    content_hash: str = like(_HASH)
    passage: Passage | None


class SuggestedRegion(BaseModel):
    """A division to ask for: by its code, or by the name that stands for it alone."""

    code: str | None = like("500151")
    name: str = like("铜梁区")
    name_en: str | None = like("Tongliang District")
    path: list[str] = like(["重庆市", "铜梁区"])


class SuggestedIndicator(BaseModel):
    id: str = like("gdp")
    label: str = like("地区生产总值")
    label_en: str = like("GDP")


class Target(ReportFigure, _Shown):
    report: NamedReport


class Said(LabelledFigure):
    """What a later report says of the year of a target; `report` is its key."""

    report: str = like("work_report/500151/2027")


class Outcome(BaseModel):
    """`verdict`, and why: `cause` for programs, `reason` for people. `said` is what the latest report says of
    the year, `earlier` what one before it said differently."""

    verdict: Verdict = like("met")
    cause: str = like("floor")
    reason: str = like("at least 5.7% was promised")
    reason_zh: str = like("承诺至少5.7%")
    said: Said | None = like(
        {
            **example_of(Said),
            "comparator": "exact",
            "low": 6.2,
            "high": 6.2,
            "headline": False,
            "quote": "地区生产总值增长6.2%",
            "start": 133,
            "end": 145,
            "sentence": "2026年，地区生产总值增长6.2%。",
        }
    )
    earlier: Said | None = Field(examples=[None])


class JudgedTarget(Target):
    outcome: Outcome


class Event(BaseModel):
    """`data` is documented in ingest/events.py."""

    sequence: int = like(18)
    id: str = like("evt_3f0c0f0f4b6c4e0d8f0a1b2c3d4e5f60")
    type: str = like("target.published")
    subject: str = like("work_report/500151/2026 gdp")
    occurred_at: str = like("2026-01-20T01:00:04.010000Z")
    data: dict[str, Any] = like(
        {
            "report": example_of(ReportRef),
            "version": example_of(VersionRef),
            **example_of(_Shown),
            "target": {**example_of(Figure), "label_en": "GDP"},
            "previous": None,
        }
    )


class Copy(BaseModel):
    """`content_hash`: of the text that the page shows, or showed."""

    url: str = like("https://reposts.example.org/baogao/cq/3181.html")
    content_hash: str = like(_HASH)
    source: SourceRef = like({"slug": "reposts", "name": "某转载站", "official": False})
    relation: str = like("truncated")
    first_seen_at: str = like("2026-01-20T04:12:40.000000Z")
    last_seen_at: str = like("2026-01-25T04:12:40.000000Z")
    ended_at: str | None
    evidence: str | None = like("https://gongbao.example.org/evidence/73")  # the archived bytes


class Version(VersionRef):
    header: dict[str, str | None] = like(
        {
            "index_number": "11500151/2026-00007",
            "issuer": "铜梁区人民政府",
            "published_on": "2026-01-20",
        }
    )
    meeting: str | None = like("铜梁区第三届人民代表大会第六次会议")
    speaker: str | None = like("张三")
    delivered_on: str | None = like("2026-01-15")
    first_seen_at: str = like(_SEEN)
    extracted_at: str | None = like("2026-01-20T01:00:04.000000Z")
    extractor: str | None = like("targets/12")
    dead_reason: str | None
    ocr: bool = Field(False, examples=[False], description="read from a scan")


class ReportDetail(_Seen):
    moved_to: str | None
    version: Version | None
    copies: list[Copy]
    targets: list[ReportFigure]
    outcomes: list[ReportFigure] = like([])
    events: list[Event]


# --- sources -----------------------------------------------------------------------------------


class Check(BaseModel):
    """`state`: healthy, unknown (never looked at), or what is wrong (docs/sources.md)."""

    state: str = like("healthy")
    since: str | None
    expected: str | None
    found: str | None
    last_success_at: str | None = like(_SEEN)


class WatchedList(Check):
    url: str = like("https://www.example.gov.cn/zwgk/zfgzbg/")
    items: int | None = like(20)
    last_polled_at: str | None = like(_SEEN)
    next_poll_at: str = like(_LATER)
    failures: int = like(0)
    last_error: str | None
    warning: str | None


class Indicator(BaseModel):
    """`measure`: what a bare percentage of it means; `units`: those of a level; `core`: one of those that the
    主要预期目标 paragraph is known by."""

    id: str = like("gdp")
    label: str = like("地区生产总值")
    label_en: str = like("GDP")
    measure: str = like("growth")
    core: bool = like(True)
    units: list[str] = like(["元"])


class KnownRegion(BaseModel):
    """A region that has a report or is watched. `level`: nation, province, city, county; null for a zone or
    a town. `years`: those whose work report is known; `reports`: how many of every kind there are;
    `sources`: the slugs of those that watch it."""

    code: str | None = like("500151")
    name: str = like("铜梁区")
    name_en: str | None = like("Tongliang District")
    path: list[str] = like(["重庆市", "铜梁区"])
    level: str | None = like("county")
    parent: str | None = like("500000")
    years: list[int] = like([2026, 2025])
    reports: int = like(3)
    sources: list[str] = like(["cq-tongliang"])


class Source(BaseModel):
    """`state` as in Check, or "broken" where the cause is not known; `fills`: shares from 0 to 1."""

    slug: str = like("cq-tongliang")
    name: str = like("铜梁区人民政府")
    kind: str = like("portal")
    official: bool = like(True)
    home: str = like("https://www.example.gov.cn/")
    state: str = like("healthy")
    broken_at: str | None
    broken_reason: str | None
    last_polled_at: str | None = like(_SEEN)
    last_success_at: str | None = like(_SEEN)
    next_poll_at: str | None = like(_LATER)
    pages: int = like(20)
    gone: int = like(0)
    problems: int = like(0)
    fills: dict[str, float] = like({"title": 1.0, "published_on": 1.0, "index_number": 0.95})
    articles: Check
    lists: list[WatchedList]


# --- subscriptions -----------------------------------------------------------------------------


class Filter(BaseModel):
    types: list[str] = like([])
    regions: list[str] = like(["500000"])
    kinds: list[str] = like(["work_report"])
    indicators: list[str] = like(["gdp"])
    headline_only: bool = like(True)
    official_only: bool = like(False)
    backfill: bool = like(False)


class Subscription(BaseModel):
    """Without its secret, which is shown once, when it is made."""

    id: str = like("sub_5d1f0a7c2b9e4f63")
    url: str = like("https://hooks.example.org/gongbao")
    filter: Filter
    created_at: str = like("2026-01-01T08:00:00.000000Z")
    failing_since: str | None
    disabled_at: str | None
    disabled_reason: str | None
    paused_at: str | None
    mode: str = like("standard")
    channel: str = like("webhook")
    language: str = like("zh")
    previous_secret_until: str | None
    rhythm: str = like("at_once")
    bounces: int = like(0)
    bounced_at: str | None


class SavedFeed(BaseModel):
    id: str = like("chongqing")
    name: str = like("重庆")
    url: str = like("https://gongbao.example.org/feeds/chongqing.atom")
    filter: Filter
    created_at: str = like("2026-01-01T08:00:00.000000Z")


class Delivery(BaseModel):
    id: int = like(4711)
    event_id: str = like("evt_3f0c0f0f4b6c4e0d8f0a1b2c3d4e5f60")
    event_type: str = like("report.published")
    subscription_id: str = like("sub_5d1f0a7c2b9e4f63")
    state: str = like("done")
    attempts: int = like(1)
    next_attempt_at: str | None
    created_at: str = like("2026-01-20T01:00:04.020000Z")
    done_at: str | None = like("2026-01-20T01:00:04.160000Z")
    last_status: int | None = like(204)
    last_error: str | None


class Attempt(BaseModel):
    at: str = like("2026-01-20T01:00:04.040000Z")
    status: int | None = like(204)
    error: str | None
    seconds: float = like(0.12)


class DeliveryDetail(Delivery):
    """`tried`: every attempt, oldest first, those before a replay too."""

    tried: list[Attempt]

"""The nouns that every room shares. Pure: no I/O, no clock.

Tables are store/tables.py; what an event carries is events.py; errors are errors.py.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

# --- closed sets -----------------------------------------------------------------------------


class Kind(StrEnum):
    """What a document is."""

    WORK_REPORT = "work_report"  # 政府工作报告
    PLAN_REPORT = "plan_report"  # 国民经济和社会发展计划…报告
    BUDGET_REPORT = "budget_report"  # 预算执行情况…报告
    FIVE_YEAR_PLAN = "five_year_plan"  # 五年规划纲要
    NOTICE = "notice"  # 通知, 决定 …
    NEWS = "news"  # 新闻: about a report, not the report
    OTHER = "other"


class SourceKind(StrEnum):
    """What a site is; only a portal is official."""

    PORTAL = "portal"  # 政府门户网站
    REPOST = "repost"  # a site that copies from portals
    FORUM = "forum"
    LOCAL = "local"  # files given to `gongbao import`


class Relation(StrEnum):
    """How a version stands to the leading version of its report."""

    SAME = "same"
    TRUNCATED = "truncated"
    PART = "part"
    COMPILATION = "compilation"
    REVISION = "revision"
    RESTATED = "restated"
    DRAFT = "draft"
    MASKED = "masked"


class Comparator(StrEnum):
    """How the figure binds. The last six stand without a figure of their own."""

    EXACT = "exact"
    ABOUT = "about"  # 左右
    AT_LEAST = "at_least"  # 以上, 不低于
    MORE_THAN = "more_than"  # 超过, 突破, 高于
    AT_MOST = "at_most"  # 以内, 不超过
    LESS_THAN = "less_than"  # 低于
    RANGE = "range"  # 5%—6%
    IN_STEP_WITH = "in_step_with"  # 与经济增长同步
    FASTER_THAN = "faster_than"  # 高于经济增速
    SAME_AS = "same_as"  # 与全国一致
    POSITIVE = "positive"  # 正增长
    FLAT = "flat"  # 持平
    FULFIL = "fulfil"  # 完成上级下达任务


class Measure(StrEnum):
    GROWTH = "growth"  # 增长…%
    LEVEL = "level"  # 达到… / …万人
    SHARE = "share"  # 占比, 率
    CHANGE = "change"  # 下降, 提高 n 个百分点


class Period(StrEnum):
    """Over which time a figure is measured; the year (the last one) stands beside it."""

    YEAR = "year"  # in one year
    AVERAGE = "average"  # 年均: on average in each of several years
    SUM = "sum"  # 累计: over several years together
    BY_END = "by_end"  # 到2025年: at the end of a year some years ahead, or since a year further back


class Direction(StrEnum):
    """Which way a figure above nought goes."""

    UP = "up"
    DOWN = "down"


class Resolve(StrEnum):
    AIM = "aim"  # 力争
    ENSURE = "ensure"  # 确保


class DeliveryState(StrEnum):
    DUE = "due"
    DONE = "done"
    DEAD = "dead"


class Channel(StrEnum):
    """What a subscription is; the address of an Apprise channel or a mailbox is its secret."""

    WEBHOOK = "webhook"
    APPRISE = "apprise"
    MAIL = "mail"


class Rhythm(StrEnum):
    """How often a mailbox is written to; days and weeks are those of China."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class ContentMode(StrEnum):
    """How the body of a webhook is dressed."""

    STANDARD = "standard"  # Standard Webhooks: {"type", "timestamp", "id", "sequence", "data"}
    CLOUDEVENTS = "cloudevents"  # CloudEvents 1.0, structured mode; signed all the same


# --- what is read from a page ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    """The header block of a government page; a blank or placeholder value is None."""

    index_number: str | None = None  # 索引号
    document_number: str | None = None  # 发文字号, 文号
    issuer: str | None = None  # 发布机构, 发文机关
    subject_class: str | None = None  # 主题分类
    info_class: str | None = None  # 信息分类名称
    genre_class: str | None = None  # 体裁分类
    validity: str | None = None  # 有效性
    written_on: date | None = None  # 成文日期, 生成日期
    published_on: date | None = None  # 发布日期, 公开日期
    title: str | None = None  # 名称, 标题
    keywords: str | None = None  # 主题词


@dataclass(frozen=True, slots=True)
class ListItem:
    """One line of a list page; `url` is absolute and canonical. `header`: what the line says of it."""

    url: str
    title: str
    published_on: date | None = None
    header: Header = Header()


@dataclass(frozen=True, slots=True)
class ListLayout:
    """Where a list page keeps its items (CSS selectors; None means: the family knows)."""

    item: str | None = None
    link: str = "a"
    date: str | None = None
    url_pattern: str | None = None  # regular expression an item's URL must match
    likely: str | None = None  # regular expression that most items' URLs match: looked at first


@dataclass(frozen=True, slots=True)
class ArticleLayout:
    """Where an article page keeps its parts (CSS selectors; None means: the generic reader finds it)."""

    title: str | None = None
    body: str | None = None
    header: str | None = None
    drop: tuple[str, ...] = ()
    body_hint: str | None = None  # the family's; unlike `body`, a page may be without it


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says, before anybody asks which report it is.

    `body` is the main text: lines separated by "\\n", no furniture, header block cut away. All
    offsets anywhere count characters of `body`. `metas` are the `<meta name=…>` tags, names as printed.
    """

    title: str | None
    body: str
    header: Header = Header()
    metas: Mapping[str, str] = field(default_factory=dict)
    published_at: datetime | date | None = None  # when the page was put up, not the report's day
    origin: str | None = None  # 来源


@dataclass(frozen=True, slots=True)
class Region:
    """A division of GB/T 2260, or a development zone inside one (`code` None).

    `path` runs from the province down to the region itself: ("重庆市", "沙坪坝区"). `parent_code` is the
    code of the division that holds it (for a zone: the one it lies in).
    """

    code: str | None
    name: str
    path: tuple[str, ...] = ()
    parent_code: str | None = None

    @property
    def key(self) -> str:
        return self.code or f"{self.parent_code or ''}+{self.name}"


@dataclass(frozen=True, slots=True)
class ReportedRegion:
    """A region, how many reports of every kind it has, and the years of its work reports, latest first."""

    region: Region
    reports: int
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Which report a document is. `year` is the year that its targets are for, not the page's date."""

    kind: Kind
    year: int | None = None
    region: Region | None = None
    meeting: str | None = None  # 重庆市渝北区第十九届人民代表大会第三次会议
    delivered_on: date | None = None
    speaker: str | None = None
    report_key: str = ""  # "work_report/500106/2024"; see identity/
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the store keeps of a text: the hashes of its sentences worth telling apart, each once, in order,
    and how many letters each stands for."""

    hashes: tuple[int, ...]
    weights: tuple[int, ...]

    def pack(self) -> tuple[bytes, bytes]:
        """Eight bytes a hash, two a weight, little end first."""
        hashes, weights = array("q", self.hashes), array("H", self.weights)
        return _little(hashes).tobytes(), _little(weights).tobytes()

    @classmethod
    def unpack(cls, hashes: bytes, weights: bytes) -> Fingerprint:
        return cls(*map(tuple, unpacked(hashes, weights)))


def unpacked(hashes: bytes, weights: bytes) -> tuple[array[int], array[int]]:
    """The hashes and weights that `Fingerprint.pack` packed."""
    packed_hashes, packed_weights = array("q"), array("H")
    packed_hashes.frombytes(hashes)
    packed_weights.frombytes(weights)
    return _little(packed_hashes), _little(packed_weights)


def _little(values: array[int]) -> array[int]:
    if sys.byteorder == "big":
        values.byteswap()
    return values


@dataclass(frozen=True, slots=True)
class Recognised:
    """That a text was read from pictures of it: by which engine, and how sure that was of each character of
    the body, a byte each, 0 to 100."""

    engine: str
    confidence: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SearchTokens:
    """What a text is found by, as it is sent from one process to another: its letters, and its pairs of
    letters, eight bytes each (search/tokens.py)."""

    letters: str
    pairs: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """A document read whole: the article, its identity, its content hash ("sha256:…"), and where that was
    taken along, its fingerprint, whether it holds several reports, and what it is found by. `recognised`: of
    a scan that was read by OCR."""

    article: Article
    identity: Identity
    content_hash: str
    fingerprint: Fingerprint | None = None
    recognised: Recognised | None = None
    compilation: bool | None = field(default=None, compare=False)
    tokens: SearchTokens | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a figure is that a report gives for somebody else: a place inside it, a zone (`code` None)."""

    name: str
    code: str | None = None


PRELIMINARY = "estimate"  # a flag


LEFT_OUT = ("剔除", "扣除", "不含", "不包括")
"""What the `base` of a figure begins with that says what it is without: 剔除房地产投资."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A target or an outcome: a number with its sentence.

    `year` is the last year of its `period`, `first_year` the first one of an average or a sum, where known.
    `direction` is that of a change: 下降0.3个百分点 is 0.3, down. A growth is always up: a fall of what
    should grow is below nought. `base`: what it is measured from, as printed, where that is not the year
    before (5.55亿元, 2020年, 2020年价), or what it is without. `owner` is None for the region of the report;
    another's is never headline.

    `low` and `high` are in `unit` with multipliers folded in (3万人 is 30000 人; 1.2万亿元 is 1.2e12 元).
    `exact` and `about` have low == high; a one-sided bound leaves the other None. `start`:`end` is the
    place of `quote` in the body; `sentence` is the whole sentence around it. `flags` are reasons for doubt
    (docs/extract.md); a figure without one is certain. `confidence`, 0 to 1, is that of OCR, None of a text
    that was typed.
    """

    indicator: str
    label: str
    year: int | None
    measure: Measure | None
    comparator: Comparator
    low: float | None
    high: float | None
    unit: str | None
    resolve: Resolve | None
    headline: bool
    quote: str
    start: int
    end: int
    sentence: str = ""
    flags: tuple[str, ...] = ()
    period: Period = Period.YEAR
    first_year: int | None = None
    direction: Direction | None = None
    base: str | None = None
    owner: Owner | None = None
    confidence: float | None = None

    @property
    def doubted(self) -> bool:
        """Whether more is said against it than that its report itself is not sure yet (预计)."""
        return any(flag != PRELIMINARY for flag in self.flags)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extractor read out of one body."""

    targets: tuple[Figure, ...]
    outcomes: tuple[Figure, ...]
    extractor: str  # name and version, stored with the version


# --- what the store keeps --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WatchedList:
    """A list page of a source, with its validators and when it is due."""

    id: int
    source: str
    url: str
    etag: str | None
    last_modified: str | None
    last_polled_at: datetime | None
    next_poll_at: datetime
    failures: int
    last_error: str | None
    items: int | None  # how many items the last success had
    last_changed_at: datetime | None = None
    change_gap: timedelta | None = None  # mean time between two changes; see watch/schedule.py
    deep_at: datetime | None = None  # when the pages behind the first were looked at; see walk.py
    remembered: tuple[str, ...] | None = None  # marks of what stood there
    owed: int | None = None  # how many pages the next look must see
    warning: str | None = None  # what is amiss with a list that was read all the same
    read_as: str | None = None  # a mark of what was read last, and how; see walk.py


@dataclass(frozen=True, slots=True)
class Page:
    """One URL of one source. `error` is the code of the last failure (`TooLarge`), None after a success."""

    id: int
    source: str
    url: str
    title: str | None
    etag: str | None
    last_modified: str | None
    first_seen_at: datetime
    last_fetched_at: datetime | None
    next_fetch_at: datetime
    failures: int
    error: str | None
    error_message: str | None
    gone_at: datetime | None
    body_sha256: str | None  # of the bytes of the last successful capture
    missing: int = 0  # looks in a row at which it was not there
    missing_since: datetime | None = None  # the first of these
    news_at: datetime | None = None  # when it was put up, or last said something new
    listed: Header = Header()  # what its list said of its header
    listed_by: int | None = None  # the list that showed it first
    furniture: Mapping[str, int] = field(default_factory=dict)  # compare/changing_lines.py


@dataclass(frozen=True, slots=True)
class Capture:
    """One fetch of a page: what came, and where the archive keeps it. `url` is where it led in the end."""

    fetched_at: datetime
    status: int
    sha256: str
    size: int
    warc_file: str | None = None
    warc_offset: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One distinct main text. `extracted_at` None means: still on the to-do list. `ocr`: read from a scan."""

    id: int
    content_hash: str
    report_id: int
    title: str | None
    body: str
    header: Header
    identity: Identity
    first_seen_at: datetime
    extracted_at: datetime | None
    extractor: str | None
    attempts: int
    dead_at: datetime | None
    dead_reason: str | None
    trace_id: str | None = None  # of the fetch that brought it
    ocr: bool = False
    beside: bool = False  # it speaks for its report beside the announced one (store/articles.py)


@dataclass(frozen=True, slots=True)
class Copy:
    """This page showed this version from `first_seen_at` till `ended_at` (None: still does); between, it
    showed another till it came back to this one, which it last left at `left_at`.

    `newest_year`: the page was seen at the first look at its list, which named reports up to this year then
    (0: its lines do not say); None: it came later.
    """

    id: int
    page_id: int
    version_id: int
    source: str
    source_name: str
    official: bool
    url: str
    relation: Relation
    first_seen_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    left_at: datetime | None = None
    newest_year: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The work itself: 沙坪坝区 + 2024 + government work report.

    `announced_version_id` is the version that subscribers were last told of; `provisional` is True
    while they know it from reposts only. `flips_with` is the version that it was told to take turns with.
    """

    id: int
    key: str
    kind: Kind
    region: Region | None
    year: int | None
    title: str | None  # what the page called it; its name is identity/names.py's
    first_seen_at: datetime
    announced_version_id: int | None
    provisional: bool
    withdrawn_at: datetime | None
    announced_at: datetime | None = None  # when `announced_version_id` and `provisional` were last written
    flips_with: int | None = None
    unsettled_by: str | None = None  # trace id of the fetch since which it is to be settled


@dataclass(frozen=True, slots=True)
class Event:
    """Something a subscriber may want to know; append-only. `sequence` is given by the store on insert.

    `data` is plain JSON (events.py says of what shape) and never changes after it is written.
    """

    id: str
    type: str
    subject: str
    occurred_at: datetime
    data: Mapping[str, Any]
    report_id: int | None = None
    version_id: int | None = None
    sequence: int = 0
    trace_id: str | None = None  # of the fetch that it follows from; no part of what is told


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events a subscription or a feed wants; an empty field lets all through.

    `regions` are GB/T 2260 codes; a province or city stands for all below it. `backfill`: also what a first
    look at a source found to be history.
    """

    types: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    headline_only: bool = True
    official_only: bool = False
    backfill: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook endpoint with its filter and secret.

    Secrets are as the store keeps them: sealed, to be opened by delivery/vault.py only. The previous one
    signs too until `previous_secret_until`. While paused, deliveries are made and wait.
    """

    id: str
    url: str
    secret: str = field(repr=False)
    filter: Filter
    created_at: datetime
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    failing_since: datetime | None = None
    previous_secret: str | None = field(default=None, repr=False)
    previous_secret_until: datetime | None = None
    paused_at: datetime | None = None
    mode: ContentMode = ContentMode.STANDARD
    channel: Channel = Channel.WEBHOOK
    language: str = "zh"  # of the messages of a channel
    rhythm: Rhythm = Rhythm.AT_ONCE
    bounces: int = 0  # days on which a mailbox was refused for good; `bounced_at`: the last of them
    bounced_at: datetime | None = None
    after_sequence: int = (
        0  # what happened up to this event was no news to it: clocks may differ, this does not
    )


@dataclass(frozen=True, slots=True)
class MailRequest:
    """That somebody asks for e-mail. Nothing comes of it before the owner of the address confirms it, by
    an e-mail that is due at `next_attempt_at`.

    `secret` is sealed: the address, and the token of the link in the e-mail. `id` is made of that token.
    """

    id: str
    secret: str = field(repr=False)
    address_digest: str
    filter: Filter
    language: str
    rhythm: Rhythm
    asked_at: datetime
    attempts: int = 0
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    confirmed_at: datetime | None = None
    subscription_id: str | None = None  # what was made of it; it goes with that


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event to one subscription."""

    id: int
    event_id: str
    subscription_id: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    last_status: int | None
    last_error: str | None
    done_at: datetime | None
    event_type: str | None = None  # where the event itself is not read along


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery: what came back, after how many seconds."""

    at: datetime
    status: int | None
    error: str | None
    seconds: float

"""How a source fares: what may be expected of it, what is wrong with what came, when that is said. Pure.

What is looked at is a list, or the pages of a source taken together. Loading, saving and events are
checkup.py; which reports are late is season.py.

**When a trouble is said.** Peers complain of both, of silence for weeks and of an alarm for every hiccup. So:

| trouble | said |
|---|---|
| the page came whole and is wrong: layout_changed, empty_list, block_page, cookie_wall, robots | at once |
| too_few_items, dates_back, certificate, tls, gone, refused_address, bad_answer | second look |
| dns | third look in a row, an hour after the first |
| unreachable (5xx, connection, timeout) | third look in a row, a day after the first |
| fields_missing | at once, but only five articles or more are evidence at all |

One look without trouble ends it. Who is in trouble again within a day of that is on probation: it must last
an hour, then two, four … up to a day, and three looks, before it is said again. So a source that flaps rings
once, and one that dies for good is still told of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from ingest.errors import (
    Blocked,
    EmptyList,
    FetchError,
    Gone,
    HostUnavailable,
    ParseError,
    RefusedAddress,
    ShapeChanged,
    TimedOut,
)
from ingest.model import ListItem, SourceKind


class Cause(StrEnum):
    """Why a source is broken."""

    LAYOUT_CHANGED = "layout_changed"
    EMPTY_LIST = "empty_list"
    TOO_FEW_ITEMS = "too_few_items"
    DATES_BACK = "dates_back"
    FIELDS_MISSING = "fields_missing"
    BLOCK_PAGE = "block_page"
    COOKIE_WALL = "cookie_wall"  # 412, 521, or a page that only sets a cookie by script
    CERTIFICATE = "certificate"
    TLS = "tls"  # no handshake: too old, or cut off
    DNS = "dns"
    UNREACHABLE = "unreachable"
    ROBOTS = "robots"
    GONE = "gone"  # 404, 410 for the list itself
    REFUSED_ADDRESS = "refused_address"
    BAD_ANSWER = "bad_answer"  # no proper HTTP, too large, no page at all


class Remark(StrEnum):
    """What a look at the whole of a source calls for."""

    BROKEN = "broken"
    RECOVERED = "recovered"


FIELDS = ("title", "published_on", "index_number", "issuer", "body")
"""What is counted of an article. `body` is filled when it has 200 characters."""

BODY_FILLED = 200  # characters

# --- what may be expected --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expect:
    """What a source is held to. `items`: at least so many in a list; None: not a few all of a sudden.

    `forward`: the newest date of a list does not move back; `fields`: filled in most articles; `drift`: no
    field that used to be filled stays empty.
    """

    items: int | None = None
    forward: bool = True
    fields: tuple[str, ...] = ("title",)
    drift: bool = True


def expect_of(
    kind: SourceKind,
    *,
    items: int | None = None,
    dates: str | None = None,
    fields: Sequence[str] | None = None,
    drift: bool = True,
) -> Expect:
    """What the source file says, else what goes without saying for its kind.

    A board's threads come in the order of their last answer, and a repost prints what dates it likes.
    """
    usual = {
        SourceKind.PORTAL: Expect(forward=True, fields=("title", "published_on")),
        SourceKind.REPOST: Expect(forward=True, fields=("title",)),
        SourceKind.FORUM: Expect(forward=False, fields=("title",)),
        SourceKind.LOCAL: Expect(forward=False, fields=(), drift=False),
    }[kind]
    return Expect(
        items=items,
        forward=usual.forward if dates is None else dates == "forward",
        fields=usual.fields if fields is None else tuple(fields),
        drift=usual.drift and drift,
    )


# --- what is wrong ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, for people: what was expected and what came."""

    cause: Cause
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Check:
    """What is known of one list, or of the pages of a source together.

    `trouble`, `since` and `looks` are of the looks without a good one between them; `broken_at`: since when
    it is said. `items` and `dates` (newest first) are of the last list that was as it should be.
    """

    trouble: Trouble | None = None
    since: datetime | None = None
    looks: int = 0
    broken_at: datetime | None = None
    recovered_at: datetime | None = None  # or when the last unsaid trouble ended while on probation
    flaps: int = 0  # how often it was said again during probation, without a quiet day between
    first_at: datetime | None = None
    good_at: datetime | None = None
    items: int | None = None
    dates: tuple[date, ...] = ()

    @property
    def state(self) -> str:
        """ "healthy", a cause while it is said to be broken, "unknown" before the first good look."""
        if self.broken_at is not None and self.trouble is not None:
            return self.trouble.cause.value
        return "healthy" if self.good_at is not None else "unknown"


DROP_FROM = 8  # items; fewer come and go
DROP_TO = 0.25  # of what there was
NEWEST = 3  # as many newest items may not vanish at once; one or two may have been taken down
AHEAD = timedelta(days=1)  # a date later than tomorrow is a slip of the site's


def judge_items(expect: Expect, check: Check, items: Sequence[ListItem], today: date) -> Trouble | None:
    """What is wrong with the items of a list that could be read; `check` is what was known before."""
    before = f"，上次 {check.items} 条" if check.items else ""
    if not items:
        least = expect.items or 1
        return Trouble(Cause.EMPTY_LIST, f"至少 {least} 条{before}", "0 条")
    if expect.items is not None and len(items) < expect.items:
        return Trouble(Cause.TOO_FEW_ITEMS, f"至少 {expect.items} 条{before}", f"{len(items)} 条")
    if (
        expect.items is None
        and check.items is not None
        and check.items >= DROP_FROM
        and len(items) < check.items * DROP_TO
    ):
        return Trouble(Cause.TOO_FEW_ITEMS, f"约 {check.items} 条，如上次", f"{len(items)} 条")
    now = newest_dates(items, today)
    if expect.forward and now and check.dates and now[0] < (floor := check.dates[-1]):
        return Trouble(Cause.DATES_BACK, f"最新一条不早于 {floor:%Y-%m-%d}", f"最新一条是 {now[0]:%Y-%m-%d}")
    return None


def newest_dates(items: Sequence[ListItem], today: date) -> tuple[date, ...]:
    """The newest dates that a list prints, newest first, at most `NEWEST`, none of the future."""
    dates = [item.published_on for item in items if item.published_on is not None]
    return tuple(sorted((day for day in dates if day <= today + AHEAD), reverse=True)[:NEWEST])


def judge_error(exc: FetchError | ParseError, check: Check) -> Trouble | None:
    """What is wrong with a list that could not be had or read; None when nobody was asked."""
    expected = f"列表页，上次 {check.items} 条" if check.items else "读得出条目的列表页"
    said = _found(exc)
    return None if said is None else Trouble(said[0], expected, said[1])


def _found(exc: FetchError | ParseError) -> tuple[Cause, str] | None:
    match exc:
        case EmptyList():
            return Cause.EMPTY_LIST, "0 条"
        case ShapeChanged():
            return Cause.LAYOUT_CHANGED, "网页结构变了，读不出条目"
        case Blocked(by="robots"):
            return Cause.ROBOTS, "robots.txt 不准访问"
        case Blocked(by="cookie_wall"):
            return Cause.COOKIE_WALL, f"要求运行脚本、带 cookie 的防护{_in_brackets(exc.detail)}"
        case Blocked():
            return Cause.BLOCK_PAGE, f"拦截页{_in_brackets(exc.detail)}"
        case HostUnavailable(cause="waiting"):
            return None
        case HostUnavailable(cause="dns"):
            return Cause.DNS, f"域名解析不到{_in_brackets(exc.detail)}"
        case HostUnavailable(cause="certificate"):
            return Cause.CERTIFICATE, f"证书无效{_in_brackets(exc.detail)}"
        case HostUnavailable(cause="tls"):
            return Cause.TLS, f"TLS 握手失败{_in_brackets(exc.detail)}"
        case HostUnavailable():
            return Cause.UNREACHABLE, f"连不上{_in_brackets(exc.detail)}"
        case TimedOut():
            return Cause.UNREACHABLE, "超时"
        case Gone():
            return Cause.GONE, "网页不在了（404 或 410）"
        case RefusedAddress():
            return Cause.REFUSED_ADDRESS, "指向不该访问的地址"
        case _:  # BadAnswer, TooLarge, NotADocument, Undecodable, and whatever else is no page
            return Cause.BAD_ANSWER, f"不是网页的应答（{exc.code}）"


def _in_brackets(detail: str) -> str:
    return f"（{detail[:120]}）" if detail else ""


# --- the pages of a source -------------------------------------------------------------------

RECENT = 7  # articles, the newest
LEAST = 5  # articles that are evidence
FILLED_BEFORE, FILLED_NOW = 0.8, 0.3
FILLED_EXPECTED = 0.5
BACK_AGAIN = 3  # articles read last that all have a field: then it is not missing any more
_LABELS: Mapping[str, str] = {
    "title": "标题",
    "published_on": "发布日期",
    "index_number": "索引号",
    "issuer": "发布机构",
    "body": "正文",
}


@dataclass(frozen=True, slots=True)
class Fill:
    """Which of `FIELDS` one article has, and when its present bytes were read."""

    filled: frozenset[str]
    read_at: datetime


def share(articles: Sequence[Fill], name: str) -> float:
    """The share of articles that have a field; 0.0 of none."""
    return sum(name in article.filled for article in articles) / len(articles) if articles else 0.0


def judge_fills(expect: Expect, newest: Sequence[Fill]) -> Trouble | None:
    """What is missing in the articles of a source; `newest`: by the day when put up, newest first.

    The order is not that of reading: pages of 2008 that a first crawl reads last never had a header block.
    A field is missing when `RECENT` articles rarely have it and it is expected or their elders mostly had it.
    """
    recent, past = newest[:RECENT], newest[RECENT:]
    if len(recent) < LEAST:
        return None
    latest = sorted(newest, key=lambda article: article.read_at, reverse=True)[:BACK_AGAIN]
    wanted, found = [], []
    for name in FIELDS:
        has, had = share(recent, name), share(past, name)
        if all(name in article.filled for article in latest):
            continue
        if name in expect.fields and has < FILLED_EXPECTED:
            wanted.append(f"{_LABELS[name]} {max(had, FILLED_EXPECTED):.0%} 以上")
        elif expect.drift and len(past) >= LEAST and had >= FILLED_BEFORE and has <= FILLED_NOW:
            wanted.append(f"{_LABELS[name]} {had:.0%}，如以往")
        else:
            continue
        found.append(f"{_LABELS[name]} {has:.0%}")
    if not found:
        return None
    return Trouble(Cause.FIELDS_MISSING, "、".join(wanted), f"最近 {len(recent)} 篇：{'、'.join(found)}")


# --- when it is said -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Patience:
    """How many looks in a row, and how long after the first of them."""

    looks: int
    lasting: timedelta = timedelta(0)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_ONCE, SECOND_LOOK = Patience(1), Patience(2)
PATIENCE: Mapping[Cause, Patience] = {
    Cause.LAYOUT_CHANGED: AT_ONCE,
    Cause.EMPTY_LIST: AT_ONCE,
    Cause.BLOCK_PAGE: AT_ONCE,
    Cause.COOKIE_WALL: AT_ONCE,
    Cause.ROBOTS: AT_ONCE,
    Cause.FIELDS_MISSING: AT_ONCE,
    Cause.TOO_FEW_ITEMS: SECOND_LOOK,
    Cause.DATES_BACK: SECOND_LOOK,
    Cause.CERTIFICATE: SECOND_LOOK,
    Cause.TLS: SECOND_LOOK,
    Cause.GONE: SECOND_LOOK,
    Cause.REFUSED_ADDRESS: SECOND_LOOK,
    Cause.BAD_ANSWER: SECOND_LOOK,
    Cause.DNS: Patience(3, HOUR),
    Cause.UNREACHABLE: Patience(3, DAY),
}
PROBATION = DAY


def after_good(check: Check, now: datetime) -> Check:
    """The check after a look without trouble."""
    # During probation every trouble that ends, said or not, begins it anew.
    ended = check.broken_at is not None or (check.since is not None and _tried(check, check.since))
    return replace(
        check,
        trouble=None,
        since=None,
        looks=0,
        broken_at=None,
        recovered_at=now if ended else check.recovered_at,
        first_at=check.first_at or now,
        good_at=now,
    )


def after_bad(check: Check, trouble: Trouble, now: datetime) -> Check:
    """The check after a look that found trouble."""
    since, looks = check.since or now, check.looks + 1
    broken_at, flaps = check.broken_at, check.flaps
    if broken_at is None:
        tried = _tried(check, since)
        flaps = flaps if tried else 0
        needed = _on_probation(PATIENCE[trouble.cause], flaps) if tried else PATIENCE[trouble.cause]
        if looks >= needed.looks and now - since >= needed.lasting:
            broken_at, flaps = now, flaps + tried
    return replace(
        check,
        trouble=trouble,
        since=since,
        looks=looks,
        broken_at=broken_at,
        flaps=flaps,
        first_at=check.first_at or now,
    )


def _tried(check: Check, since: datetime) -> bool:
    """Whether a trouble that begins at `since` falls into probation."""
    return check.recovered_at is not None and since - check.recovered_at < PROBATION


def _on_probation(usual: Patience, flaps: int) -> Patience:
    return Patience(max(usual.looks, 3), max(usual.lasting, min(HOUR * 2 ** min(flaps, 5), DAY)))


def remember(check: Check, items: Sequence[ListItem], today: date) -> Check:
    """What to hold the next list against: this one, which was as it should be."""
    return replace(check, items=len(items), dates=newest_dates(items, today) or check.dates)


def remark(was_broken: bool, checks: Sequence[Check]) -> Remark | None:
    """What to say of a source, given all its lists and its pages: each change of the whole once."""
    broken = any(check.broken_at is not None for check in checks)
    if broken == was_broken:
        return None
    return Remark.BROKEN if broken else Remark.RECOVERED

"""How a source fares: what may be expected of it, what is wrong with what came, when that is said. Pure.

What is looked at is a list, or the pages of a source taken together. Loading, saving and events are
source_health.py; which reports are late is season.py.

**When a trouble is said.** Peers complain of both, of silence for weeks and of an alarm for every hiccup. So:

| trouble | said |
|---|---|
| the page came whole and is wrong: layout_changed, empty_list, block_page, cookie_wall, robots | at once |
| too_few_items, dates_back, certificate, tls, gone, refused_address, bad_answer | second look |
| dns, internal_error | third look in a row, an hour after the first |
| articles | third look in a row, six hours after the first; of three articles or more, each failed twice |
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

from typing_extensions import TypedDict  # pydantic (store/rows.py) wants this one before Python 3.12

from ingest.errors import (
    Blocked,
    EmptyList,
    Failure,
    Gone,
    HostUnavailable,
    RefusedAddress,
    ShapeChanged,
    TimedOut,
    UnexpectedError,
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
    COOKIE_WALL = "cookie_wall"  # 202, 412, 521, or a page that only sets a cookie by script
    CERTIFICATE = "certificate"
    TLS = "tls"  # no handshake: too old, or cut off
    DNS = "dns"
    UNREACHABLE = "unreachable"
    ROBOTS = "robots"
    GONE = "gone"  # 404, 410 for the list itself, or another column in its place
    REFUSED_ADDRESS = "refused_address"
    BAD_ANSWER = "bad_answer"  # no proper HTTP, too large, no page at all
    ARTICLES = "articles"  # the list is well, and none of its newest articles can be had
    INTERNAL = "internal_error"  # a fault of ours stops a list or an article


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


class FieldFacts(TypedDict):
    """The share of articles that are expected to have a field; `before`: because they used to have it."""

    share: float
    before: bool


class Expected(TypedDict, total=False):
    """What was expected, plain values; nothing: a list that can be read. Its words: alerts/words."""

    least: int  # items
    about: int  # items
    last: int  # items, the last time
    newest: str  # date of the newest item, at least
    articles: int  # that can be read
    fields: dict[str, FieldFacts]


class Found(TypedDict, total=False):
    """What came instead, plain values; nothing: what the cause says."""

    items: int
    newest: str  # date of the newest item
    detail: str  # what the other side said, or what kind of answer it was
    timed_out: bool
    articles: int  # as many were looked at; without `fields`: as many cannot be had or read
    fields: dict[str, float]  # share of them that have each


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong: what was expected and what came."""

    cause: Cause
    expected: Expected
    found: Found


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
    came: Found = {"items": len(items)}
    if not items:
        return Trouble(Cause.EMPTY_LIST, {"least": expect.items or 1, **_last(check)}, came)
    if expect.items is not None and len(items) < expect.items:
        return Trouble(Cause.TOO_FEW_ITEMS, {"least": expect.items, **_last(check)}, came)
    if (
        expect.items is None
        and check.items is not None
        and check.items >= DROP_FROM
        and len(items) < check.items * DROP_TO
    ):
        return Trouble(Cause.TOO_FEW_ITEMS, {"about": check.items}, came)
    now = newest_dates(items, today)
    # A day that is still to come was taken down by a clock that was ahead.
    if expect.forward and now and check.dates and now[0] < (floor := check.dates[-1]) <= today + AHEAD:
        return Trouble(Cause.DATES_BACK, {"newest": floor.isoformat()}, {"newest": now[0].isoformat()})
    return None


def _last(check: Check) -> Expected:
    return {"last": check.items} if check.items else {}


def newest_dates(items: Sequence[ListItem], today: date) -> tuple[date, ...]:
    """The newest dates that a list prints, newest first, at most `NEWEST`, none of the future."""
    dates = [item.published_on for item in items if item.published_on is not None]
    return tuple(sorted((day for day in dates if day <= today + AHEAD), reverse=True)[:NEWEST])


def judge_another(check: Check, items: Sequence[ListItem]) -> Trouble:
    """What is wrong with a list in whose place stands another one (identity/column.py)."""
    return Trouble(Cause.GONE, _last(check), _detail(items[0].title))


def judge_error(exc: Failure, check: Check) -> Trouble | None:
    """What is wrong with a list that could not be had or read; None when nobody was asked."""
    came = _found(exc)
    return None if came is None else Trouble(came[0], _last(check), came[1])


def _found(exc: Failure) -> tuple[Cause, Found] | None:
    match exc:
        case EmptyList():
            return Cause.EMPTY_LIST, {"items": 0}
        case ShapeChanged():
            return Cause.LAYOUT_CHANGED, {}
        case Blocked(by="robots"):
            return Cause.ROBOTS, {}
        case Blocked(by="cookie_wall"):
            return Cause.COOKIE_WALL, _detail(exc.detail)
        case Blocked():
            return Cause.BLOCK_PAGE, _detail(exc.detail)
        case HostUnavailable(cause="waiting"):
            return None
        case HostUnavailable(cause="dns" | "certificate" | "tls" as cause):
            return Cause(cause), _detail(exc.detail)
        case HostUnavailable():
            return Cause.UNREACHABLE, _detail(exc.detail)
        case TimedOut():
            return Cause.UNREACHABLE, {"timed_out": True}
        case Gone():
            return Cause.GONE, {}
        case RefusedAddress():
            return Cause.REFUSED_ADDRESS, {}
        case UnexpectedError():
            return Cause.INTERNAL, _detail(exc.name)
        case _:  # BadAnswer, TooLarge, NotADocument, Undecodable, and whatever else is no page
            return Cause.BAD_ANSWER, _detail(exc.code)


def _detail(said: str) -> Found:
    return {"detail": said[:120]} if said else {}


# --- the pages of a source -------------------------------------------------------------------

RECENT = 7  # articles, the newest
LEAST = 5  # articles that are evidence
FILLED_BEFORE, FILLED_NOW = 0.8, 0.3
FILLED_EXPECTED = 0.5
BACK_AGAIN = 3  # articles read last that all have a field: then it is not missing any more


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
    wanted: dict[str, FieldFacts] = {}
    came: dict[str, float] = {}
    for name in FIELDS:
        has, had = share(recent, name), share(past, name)
        if all(name in article.filled for article in latest):
            continue
        if name in expect.fields and has < FILLED_EXPECTED:
            wanted[name] = {"share": max(had, FILLED_EXPECTED), "before": False}
        elif expect.drift and len(past) >= LEAST and had >= FILLED_BEFORE and has <= FILLED_NOW:
            wanted[name] = {"share": had, "before": True}
        else:
            continue
        came[name] = has
    if not came:
        return None
    return Trouble(Cause.FIELDS_MISSING, {"fields": wanted}, {"articles": len(recent), "fields": came})


NEWEST_PAGES = 7
LEAST_FAILING = 3  # articles; of fewer nothing follows for the source


@dataclass(frozen=True, slots=True)
class Failing:
    """The newest pages of a list (at most `NEWEST_PAGES`). `errors`: what is wrong with those that failed
    twice in a row or more; `internal`: how many pages of the source, new or old, a fault of ours keeps from
    being read."""

    newest: int
    errors: tuple[str, ...] = ()
    internal: int = 0

    @property
    def all_of_them(self) -> bool:
        return self.newest >= LEAST_FAILING and len(self.errors) >= self.newest


def judge_failing(failing: Failing, lists: Sequence[Check]) -> Trouble | None:
    """What is wrong with a source whose articles cannot be had; where its lists cannot be had either, that is
    said of them."""
    if failing.internal:
        return Trouble(Cause.INTERNAL, {"articles": failing.internal}, {"articles": failing.internal})
    if not failing.all_of_them:
        return None
    if lists and all(check.trouble is not None for check in lists):
        return None
    came: Found = {"articles": failing.newest, "detail": ", ".join(sorted(set(failing.errors)))}
    return Trouble(Cause.ARTICLES, {"articles": failing.newest}, came)


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
    Cause.INTERNAL: Patience(3, HOUR),
    Cause.ARTICLES: Patience(3, 6 * HOUR),
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

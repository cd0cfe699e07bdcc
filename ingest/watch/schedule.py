"""When to look again: at a list by how often it changes, at a page by how old its last news is. Pure.

Who may look, and at most how often one host is asked, is poll.py and web/pace.py; what is written down of
a list's rhythm is store/watchlist.py. `now` and `chance` (a number from 0 to 1) come in from outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ingest.china_time import CHINA, china_day

SEASON = frozenset({1, 2, 3})  # January to March: people's congresses meet, reports appear (两会)
FASTER_IN_SEASON = 12  # the columns that matter most change once a year, and then

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
MANY = 16  # sources: more than that are not looked at all at once for the first time
LOOKS_PER_CHANGE = 8  # so that news waits a sixteenth of the time between changes, on the mean
FIRST_GUESS = timedelta(days=1)  # between changes, for a list of which nothing is known
WEIGHT = 0.3  # of the newest gap in the mean
DATED = 10  # how many of the newest dates of a list say how often it changes

JITTER = 0.2  # a wait is 0.8 to 1.2 times what it should be, so that nothing falls into step
BACK_OFF_FIRST = timedelta(minutes=1)
BACK_OFF_MOST = timedelta(hours=24)
LATE = timedelta(minutes=1)  # after the end of a Retry-After, at most

# How old a page's last news is when it is looked at again.
RUNGS = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 3 * 24, 7 * 24, 30 * 24, 91 * 24))
QUARTER = RUNGS[-1]
UNENDING = timedelta(hours=1)  # after the first reading that had to be ended
PUT_ASIDE_AFTER = 3  # of those in a row
ASIDE = timedelta(days=30)  # then the page waits for what may help: other bytes, another version of ours
WHOLE = timedelta(days=3)  # between two looks at a page that do not ask whether it has changed
CONFIRM_GONE = timedelta(minutes=15)  # between the first 404 and the second: many a site is down for minutes


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest wait between two looks at a list. Equal: a fixed interval."""

    shortest: timedelta = SHORTEST
    longest: timedelta = LONGEST

    def __post_init__(self) -> None:
        if not timedelta(0) < self.shortest <= self.longest:
            raise ValueError(f"bounds of an interval: {self.shortest} to {self.longest}")

    @property
    def fixed(self) -> bool:
        return self.shortest == self.longest


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a list changes: the mean time between two changes, and when the last one was seen.

    `gap` None: not known yet; `changed_at` None: never looked at.
    """

    gap: timedelta | None = None
    changed_at: datetime | None = None


def in_season(now: datetime) -> bool:
    """Whether people's congresses meet now, by the calendar of Beijing."""
    return now.astimezone(CHINA).month in SEASON


def observe(rhythm: Rhythm, changed: bool, now: datetime, dates: Iterable[date | None] = ()) -> Rhythm:
    """The rhythm after one more look. `changed`: something was new; `dates`: those that the list prints.

    The mean is exponentially weighted: a new gap counts `WEIGHT`, all before it the rest. The first look
    measures no gap (everything is new to us), so the printed dates are asked instead.
    """
    if rhythm.changed_at is None:
        return Rhythm(gap_between(dates), now)
    if not changed:
        return rhythm
    gap = max(now - rhythm.changed_at, timedelta(0))
    mean = gap if rhythm.gap is None else rhythm.gap + WEIGHT * (gap - rhythm.gap)
    return Rhythm(mean, now)


def gap_between(dates: Iterable[date | None]) -> timedelta | None:
    """The mean time between the newest dates of a list; None when fewer than two are printed."""
    newest = sorted((day for day in dates if day is not None), reverse=True)[:DATED]
    if len(newest) < 2:
        return None
    return timedelta(days=(newest[0] - newest[-1]).days / (len(newest) - 1))


def next_poll(rhythm: Rhythm, bounds: Bounds, now: datetime, *, season: bool, chance: float) -> datetime:
    """When to look at a list again after a look that went well.

    A gap that is still open counts as soon as it is longer than the mean: a list that falls silent is
    left alone more and more. In season all waits are shorter, never shorter than `bounds.shortest`.
    """
    if bounds.fixed:
        return now + _jittered(bounds.shortest, chance)
    gap = rhythm.gap if rhythm.gap is not None else FIRST_GUESS
    if rhythm.changed_at is not None:
        gap = max(gap, now - rhythm.changed_at)
    longest = longest_wait(bounds, season=season)
    wait = min(gap / LOOKS_PER_CHANGE, bounds.longest)
    wait = _clamped(wait / FASTER_IN_SEASON if season else wait, bounds.shortest, longest)
    return now + _clamped(_jittered(wait, chance), bounds.shortest, longest)


def longest_wait(bounds: Bounds, *, season: bool) -> timedelta:
    """The longest wait between two looks at a list that answers well."""
    return max(bounds.longest / FASTER_IN_SEASON, bounds.shortest) if season else bounds.longest


def farthest(bounds: Bounds) -> timedelta:
    """No look at a list is put off for longer, whatever it or its host answered."""
    return max(bounds.longest, BACK_OFF_MOST) * (1 + JITTER) + LATE


def next_try(
    failures: int,
    retry_after: float | None,
    now: datetime,
    *,
    chance: float,
    least: timedelta = timedelta(0),
    most: timedelta = BACK_OFF_MOST,
) -> datetime:
    """When to try again after `failures` in a row: 1 min, doubled each time, from `least` to `most`.

    Never before `retry_after` (seconds; what the host asked for, a day counts at most) is over.
    """
    doubled = min(BACK_OFF_FIRST * int(2 ** min(max(failures - 1, 0), 12)), BACK_OFF_MOST)
    again = now + _jittered(max(min(doubled, most), least), chance)
    if retry_after is None:
        return again
    asked = min(timedelta(seconds=retry_after), BACK_OFF_MOST)
    return max(again, now + asked + min(asked * JITTER, LATE) * chance)


def after_waiting(retry_after: float | None, now: datetime, *, chance: float) -> datetime:
    """When to come back to a host that we keep away from for `retry_after` seconds; that is no failure."""
    return next_try(1, retry_after, now, chance=chance)


def next_look(
    changed_at: datetime, now: datetime, *, chance: float, recheck: timedelta | None = None
) -> datetime:
    """When to look at a known page again: 1 h, 6 h, 1 d, 3 d, 1 w, 1 month after its last news (when it was
    published, changed or taken down), then quarterly. `recheck` fixes the wait instead.
    """
    if recheck is not None:
        return now + _jittered(recheck, chance)
    age = max(now - changed_at, timedelta(0))
    # A rung just ahead was meant for this very look: jitter made it come early.
    rung = next((rung for rung in RUNGS if rung >= age * 1.5), age + QUARTER)
    return now + _jittered(rung - age, chance)


def asks_whole(first_seen_at: datetime, last_fetched_at: datetime | None, now: datetime) -> bool:
    """Whether a look at a page asks for it without a condition: some servers answer every one with 304."""
    if last_fetched_at is None:
        return True
    return (now - first_seen_at) // WHOLE > (last_fetched_at - first_seen_at) // WHOLE


def next_unread(
    changed_at: datetime, failures: int, now: datetime, *, chance: float, recheck: timedelta | None = None
) -> datetime:
    """When to look again at a page that came and could not be read: it will not get better by itself."""
    look = next_look(changed_at, now, chance=chance, recheck=recheck)
    return max(look, next_try(failures, None, now, chance=chance))


def next_unending(failures: int, now: datetime, *, chance: float) -> datetime:
    """When to read again what stopped its reader `failures` times: later each time, then put aside."""
    if failures >= PUT_ASIDE_AFTER:
        return now + _jittered(ASIDE, chance)
    return now + _jittered(UNENDING * 2 ** (failures - 1), chance)


def next_missing(
    gone_at: datetime | None,
    looks: int,
    failures: int,
    now: datetime,
    *,
    chance: float,
    recheck: timedelta | None = None,
) -> datetime:
    """When to look again at a page that answered 404 or 410 at `looks` looks in a row: soon, to be sure, and
    later each time while it is not believed (watch/vanished.py); once it is gone as at any other page."""
    if gone_at is None:
        first = min(CONFIRM_GONE, recheck or CONFIRM_GONE)
        return now + _jittered(min(first * 2 ** min(max(looks - 2, 0), 12), BACK_OFF_MOST), chance)
    return next_unread(gone_at, failures, now, chance=chance, recheck=recheck)


def last_news(now: datetime, published: datetime | date | None) -> datetime:
    """From when on the looks at a page are counted that we see for the first time.

    A page that was put up years ago has settled; one without a date, or with one in the future, counts as
    new. A bare date is the end of that day in Beijing.
    """
    if published is None:
        return now
    if not isinstance(published, datetime):
        if published >= china_day(now):
            return now
        published = datetime(published.year, published.month, published.day, tzinfo=CHINA) + timedelta(days=1)
    elif published.tzinfo is None:
        published = published.replace(tzinfo=CHINA)
    return min(published, now)


def _jittered(wait: timedelta, chance: float) -> timedelta:
    return wait * (1 - JITTER + 2 * JITTER * chance)


def _clamped(wait: timedelta, shortest: timedelta, longest: timedelta) -> timedelta:
    return min(max(wait, shortest), longest)

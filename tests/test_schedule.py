"""When to look again: tables under a clock and a chance of the test's own, and a simulated year."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.china_time import CHINA
from ingest.errors import ConfigError
from ingest.sources.load import load_source
from ingest.watch.schedule import (
    LONGEST,
    SHORTEST,
    Bounds,
    Rhythm,
    gap_between,
    in_season,
    last_news,
    longest_wait,
    next_look,
    next_missing,
    next_poll,
    next_try,
    next_unread,
    observe,
)

NOW = datetime(2025, 6, 10, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MIDDLE = 0.5  # the chance that leaves a wait as it is
ADAPTIVE = Bounds()


def waits(gap: timedelta | None, silent_for: timedelta = timedelta(0), *, season: bool = False) -> timedelta:
    rhythm = Rhythm(gap, NOW - silent_for)
    return next_poll(rhythm, ADAPTIVE, NOW, season=season, chance=MIDDLE) - NOW


# --- lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "silent_for", "season", "wait"),
    [
        (None, 0 * HOUR, False, 3 * HOUR),  # nothing known: as if it changed daily
        (None, 0 * HOUR, True, 15 * MINUTE),
        (10 * MINUTE, 0 * HOUR, False, 15 * MINUTE),  # never faster than the shortest
        (4 * HOUR, 0 * HOUR, False, 30 * MINUTE),
        (4 * HOUR, 24 * HOUR, False, 3 * HOUR),  # an open gap counts when it is longer
        (4 * HOUR, 300 * DAY, False, 24 * HOUR),
        (4 * HOUR, 300 * DAY, True, 2 * HOUR),  # a column that changes once a year, in the season
        (2 * DAY, 0 * HOUR, False, 6 * HOUR),
        (2 * DAY, 0 * HOUR, True, 30 * MINUTE),
        (30 * DAY, 0 * HOUR, False, 24 * HOUR),
    ],
)
def test_the_wait_follows_the_time_between_changes(
    gap: timedelta | None, silent_for: timedelta, season: bool, wait: timedelta
) -> None:
    assert waits(gap, silent_for, season=season) == wait


@given(
    gap=st.none() | st.timedeltas(timedelta(0), 4000 * DAY),
    silent_for=st.none() | st.timedeltas(-DAY, 4000 * DAY),
    season=st.booleans(),
    chance=st.floats(0, 1),
)
def test_an_adaptive_wait_never_leaves_its_bounds(
    gap: timedelta | None, silent_for: timedelta | None, season: bool, chance: float
) -> None:
    rhythm = Rhythm(gap, None if silent_for is None else NOW - silent_for)
    wait = next_poll(rhythm, ADAPTIVE, NOW, season=season, chance=chance) - NOW
    assert SHORTEST <= wait <= longest_wait(ADAPTIVE, season=season) <= LONGEST


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 1.6), (0.5, 2.0), (1.0, 2.4)])
@pytest.mark.parametrize("season", [False, True])
def test_a_fixed_interval_is_exact_except_for_the_jitter(chance: float, wait: float, season: bool) -> None:
    fixed = Bounds(timedelta(seconds=2), timedelta(seconds=2))
    busy = Rhythm(MINUTE, NOW)
    assert next_poll(busy, fixed, NOW, season=season, chance=chance) == NOW + timedelta(seconds=wait)


def test_bounds_are_a_positive_span() -> None:
    for shortest, longest in ((HOUR, MINUTE), (timedelta(0), HOUR), (-HOUR, HOUR)):
        with pytest.raises(ValueError, match="bounds"):
            Bounds(shortest, longest)


@pytest.mark.parametrize(
    ("at", "season"),
    [
        ("2024-12-31T15:59:59+00:00", False),
        ("2024-12-31T16:00:00+00:00", True),  # New Year in Beijing
        ("2025-03-31T15:59:59+00:00", True),
        ("2025-03-31T16:00:00+00:00", False),
    ],
)
def test_the_season_is_that_of_beijing(at: str, season: bool) -> None:
    assert in_season(datetime.fromisoformat(at)) is season


def test_the_first_look_measures_nothing_but_reads_the_dates() -> None:
    assert observe(Rhythm(), True, NOW) == Rhythm(None, NOW)
    weekly = [date(2025, 6, 1) - n * 7 * DAY for n in range(20)]
    assert observe(Rhythm(), True, NOW, weekly) == Rhythm(7 * DAY, NOW)
    assert observe(Rhythm(None, NOW), True, NOW + 3 * HOUR, weekly) == Rhythm(3 * HOUR, NOW + 3 * HOUR)


@pytest.mark.parametrize(
    ("days", "gap"),
    [
        ([], None),
        ([None, None], None),
        ([date(2025, 1, 1)], None),
        ([date(2025, 1, 1), None, date(2025, 1, 3)], 2 * DAY),
        ([date(2025, 1, 1)] * 5, timedelta(0)),  # all put up in one day
        ([date(2025, 1, 20), date(2024, 1, 20), date(2023, 1, 20)], 365.5 * DAY),
    ],
)
def test_what_printed_dates_say(days: list[date | None], gap: timedelta | None) -> None:
    assert gap_between(days) == gap


def test_a_look_without_news_leaves_the_mean_alone() -> None:
    rhythm = Rhythm(4 * HOUR, NOW)
    assert observe(rhythm, False, NOW + DAY) == rhythm
    later = observe(rhythm, True, NOW + 24 * HOUR)
    assert later == Rhythm(10 * HOUR, NOW + 24 * HOUR)  # 4 + 0.3 * (24 - 4)
    assert observe(later, True, NOW) == Rhythm(7 * HOUR, NOW)  # a clock set back is a gap of nothing


@pytest.mark.parametrize(
    ("every", "most_looks_a_day", "mean_delay"),
    [
        (20 * MINUTE, 96, 20 * MINUTE),
        (6 * HOUR, 60, HOUR),
        (7 * DAY, 8, 24 * HOUR),
        (400 * DAY, 2, 24 * HOUR),
    ],
)
def test_a_simulated_year(every: timedelta, most_looks_a_day: float, mean_delay: timedelta) -> None:
    """News of a busy list is seen soon, and a quiet list is asked rarely."""
    draw = random.Random(20250610)
    start = now = datetime(2025, 4, 1, tzinfo=UTC)
    changes, rhythm, looks, late = [now], Rhythm(), 0, []
    while now < start + 270 * DAY:  # the season left out
        fresh = [at for at in changes if at <= now]
        rhythm = observe(rhythm, bool(fresh), now)
        late += [now - at for at in fresh]
        changes = [at for at in changes if at > now]
        upcoming = next_poll(rhythm, ADAPTIVE, now, season=in_season(now), chance=draw.random())
        at = max(changes, default=now)
        while at < upcoming:
            at += timedelta(seconds=draw.expovariate(1 / every.total_seconds()))
            changes.append(at)
        now, looks = upcoming, looks + 1
    assert looks / 270 <= most_looks_a_day
    assert sum(late, timedelta(0)) / len(late) <= mean_delay


# --- failures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, 1), (2, 2), (3, 4), (10, 512), (11, 1024), (12, 1440), (10_000, 1440)]
)
def test_failures_in_a_row_double_the_wait_up_to_a_day(failures: int, minutes: int) -> None:
    assert next_try(failures, None, NOW, chance=MIDDLE) == NOW + minutes * MINUTE


@pytest.mark.parametrize(
    ("failures", "retry_after", "how", "wait"),
    [
        (1, 30.0, {}, MINUTE),
        (1, 600.0, {}, 10.5 * MINUTE),  # at most a minute late
        (1, 10.0**9, {}, DAY + 0.5 * MINUTE),
        (1, None, {"least": 15 * MINUTE}, 15 * MINUTE),
        (9, None, {"most": 2 * HOUR}, 2 * HOUR),
        (9, 86400.0, {"most": 2 * HOUR}, DAY + 0.5 * MINUTE),  # what the host asks for goes before all
        (1, None, {"least": 3 * HOUR, "most": 2 * HOUR}, 3 * HOUR),
    ],
)
def test_what_a_host_asked_for_is_kept(
    failures: int, retry_after: float | None, how: dict[str, timedelta], wait: timedelta
) -> None:
    assert next_try(failures, retry_after, NOW, chance=MIDDLE, **how) == NOW + wait


@given(
    failures=st.integers(0, 100),
    retry_after=st.floats(0, 86400),
    chance=st.floats(0, 1),
)
def test_chance_never_shortens_a_retry_after(failures: int, retry_after: float, chance: float) -> None:
    again = next_try(failures, retry_after, NOW, chance=chance)
    assert again >= NOW + timedelta(seconds=retry_after)


# --- pages -----------------------------------------------------------------------------------


def looks(ages: int, chance: float) -> list[float]:
    """How old the news is at the first looks, in hours."""
    at, seen = NOW, []
    for _ in range(ages):
        at = next_look(NOW, at, chance=chance)
        seen.append(round((at - NOW) / HOUR, 1))
    return seen


def test_a_page_is_looked_at_often_at_first_and_rarely_later() -> None:
    assert looks(9, MIDDLE) == [1, 6, 24, 72, 168, 720, 2184, 4368, 6552]


@pytest.mark.parametrize("chance", [0.0, 0.1, 0.3, 0.7, 0.9, 1.0])
def test_jitter_neither_skips_nor_doubles_a_look(chance: float) -> None:
    for seen, meant in zip(looks(8, chance), looks(8, MIDDLE), strict=True):
        assert 0.79 <= seen / meant <= 1.21


def test_a_page_that_changed_is_new_again() -> None:
    assert next_look(NOW - 40 * DAY, NOW, chance=MIDDLE) == NOW + 51 * DAY
    assert next_look(NOW, NOW, chance=MIDDLE) == NOW + HOUR


@pytest.mark.parametrize("age", [0 * DAY, DAY, 1000 * DAY])
def test_a_fixed_recheck_minds_no_age(age: timedelta) -> None:
    assert next_look(NOW - age, NOW, chance=MIDDLE, recheck=3 * MINUTE) == NOW + 3 * MINUTE


@pytest.mark.parametrize(
    ("published", "since"),
    [
        (None, NOW),
        (date(2012, 1, 5), datetime(2012, 1, 6, tzinfo=CHINA)),
        (date(2025, 6, 10), NOW),  # today, in Beijing: not over yet
        (date(2031, 1, 1), NOW),
        (datetime(2025, 6, 10, 9, 30, tzinfo=CHINA), datetime(2025, 6, 10, 1, 30, tzinfo=UTC)),
        (datetime.fromisoformat("2025-06-10T09:30"), datetime(2025, 6, 10, 1, 30, tzinfo=UTC)),
    ],
)
def test_how_old_a_page_is_that_we_see_first(published: date | None, since: datetime) -> None:
    assert last_news(NOW, published) == since


def test_an_old_page_found_today_is_left_alone() -> None:
    since = last_news(NOW, date(2012, 1, 5))
    assert next_look(since, NOW, chance=MIDDLE) == NOW + 91 * DAY


def test_a_page_that_cannot_be_read_will_not_get_better_soon() -> None:
    assert next_unread(NOW, 1, NOW, chance=MIDDLE) == NOW + HOUR
    assert next_unread(NOW - 365 * DAY, 1, NOW, chance=MIDDLE) == NOW + 91 * DAY
    assert next_unread(NOW, 5, NOW, chance=MIDDLE, recheck=3 * MINUTE) == NOW + 16 * MINUTE


def test_a_missing_page_is_asked_again_before_anybody_says_it_is_gone() -> None:
    assert next_missing(None, 1, 1, NOW, chance=MIDDLE) == NOW + 15 * MINUTE
    assert next_missing(None, 1, 1, NOW, chance=MIDDLE, recheck=3 * MINUTE) == NOW + 3 * MINUTE
    assert next_missing(None, 1, 1, NOW, chance=MIDDLE, recheck=DAY) == NOW + 15 * MINUTE
    assert next_missing(None, 3, 9, NOW, chance=MIDDLE) == NOW + 30 * MINUTE, "not believed yet"
    assert next_missing(None, 99, 99, NOW, chance=MIDDLE) == NOW + DAY
    assert next_missing(NOW, 2, 2, NOW, chance=MIDDLE) == NOW + HOUR
    assert next_missing(NOW - 30 * DAY, 9, 9, NOW, chance=MIDDLE) == NOW + 61 * DAY


# --- what a source file says -----------------------------------------------------------------

SOURCE = """slug = "county"
name = "某县人民政府"
kind = "portal"
home = "https://www.county.test/"
{source}

[[lists]]
url = "https://www.county.test/a/"
{first}

[[lists]]
url = "https://gz.county.test/b/"
"""


def spec(tmp_path: Path, source: str = "", first: str = "") -> Path:
    path = tmp_path / "county.toml"
    path.write_text(SOURCE.format(source=source, first=first), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("source", "first", "bounds_a", "bounds_b"),
    [
        ("", "", ADAPTIVE, ADAPTIVE),
        ('interval = "2h"', "", Bounds(2 * HOUR, 2 * HOUR), Bounds(2 * HOUR, 2 * HOUR)),
        ('slowest = "2h"', "", Bounds(SHORTEST, 2 * HOUR), Bounds(SHORTEST, 2 * HOUR)),
        ('interval = "1h"\nslowest = "7d"', "", Bounds(HOUR, 7 * DAY), Bounds(HOUR, 7 * DAY)),
        ('slowest = "7d"', 'interval = "1m"', Bounds(MINUTE, MINUTE), Bounds(SHORTEST, 7 * DAY)),
        ('interval = "2h"', 'slowest = "6h"', Bounds(SHORTEST, 6 * HOUR), Bounds(2 * HOUR, 2 * HOUR)),
    ],
)
def test_interval_fixes_and_slowest_frees(
    tmp_path: Path, source: str, first: str, bounds_a: Bounds, bounds_b: Bounds
) -> None:
    read = load_source(spec(tmp_path, source, first))
    assert read.bounds_of("https://www.county.test/a/") == bounds_a
    assert read.bounds_of("https://gz.county.test/b/") == bounds_b
    assert read.recheck is None
    with pytest.raises(KeyError):
        read.bounds_of("https://www.county.test/elsewhere/")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('interval = "2h"\nslowest = "1h"', "slowest"),
        ('slowest = "5m"', "slowest"),
        ('interval = "0s"', "interval: a duration is more than nothing"),
        ('recheck = "0h"', "recheck: a duration is more than nothing"),
        ('interval = "often"', 'interval: .*"15m"'),
        ('tls = "off"', "tls: .*'legacy'"),
    ],
)
def test_a_source_file_that_makes_no_sense_names_the_key(tmp_path: Path, source: str, says: str) -> None:
    with pytest.raises(ConfigError, match=rf"county\.toml: .*{says}"):
        load_source(spec(tmp_path, source))


def test_old_tls_is_for_the_hosts_that_the_file_names(tmp_path: Path) -> None:
    assert load_source(spec(tmp_path)).legacy_hosts == frozenset()
    legacy = load_source(spec(tmp_path, 'tls = "legacy"'))
    assert legacy.legacy_hosts == {"www.county.test", "gz.county.test"}

"""When a work report is due: by a government's own past, else by the season of its level."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ingest.watch.season import (
    Level,
    Past,
    Standing,
    level_of,
    overdue,
    same_day,
    season,
    standing,
    when_due,
    year_due,
)

CITY = "510100"
COUNTY = "500106"
PROVINCE = "330000"


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T04:00:00").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "level"),
    [("500000", Level.PROVINCE), (PROVINCE, Level.PROVINCE), (CITY, Level.CITY), (COUNTY, Level.COUNTY)],
)
def test_levels(code: str, level: Level) -> None:
    assert level_of(code) is level


@pytest.mark.parametrize("code", ["", "5001", "50010x", "5001060"])
def test_what_is_no_code(code: str) -> None:
    with pytest.raises(ValueError, match="GB/T 2260"):
        level_of(code)


@pytest.mark.parametrize(
    ("level", "year", "first", "last"),
    [
        (Level.PROVINCE, 2026, date(2026, 1, 10), date(2026, 2, 10)),
        (Level.CITY, 2026, date(2025, 12, 1), date(2026, 2, 28)),
        (Level.COUNTY, 2024, date(2023, 12, 1), date(2024, 2, 29)),
    ],
)
def test_seasons(level: Level, year: int, first: date, last: date) -> None:
    assert season(level, year) == (first, last)


@pytest.mark.parametrize(
    ("now", "year"),
    [
        ("2026-01-01T00:00:00+08:00", 2026),
        ("2025-12-31T23:59:59+08:00", 2026),
        ("2025-12-01T00:30:00+08:00", 2026),
        ("2025-11-30T23:30:00+08:00", 2025),
        ("2025-11-30T16:30:00+00:00", 2026),  # already December in Beijing
    ],
)
def test_which_year_is_due(now: str, year: int) -> None:
    assert year_due(datetime.fromisoformat(now)) == year


# (past days, expected on, late after, last year's day)
@pytest.mark.parametrize(
    ("code", "past", "on", "late_after", "last"),
    [
        (COUNTY, [], "2026-02-28", "2026-03-14", None),
        (CITY, [], "2026-02-28", "2026-03-14", None),
        (PROVINCE, [], "2026-02-10", "2026-02-24", None),
        (COUNTY, ["2025-01-10"], "2026-01-10", "2026-01-31", "2025-01-10"),
        (COUNTY, ["2023-01-06", "2024-01-16", "2025-01-10"], "2026-01-10", "2026-01-30", "2025-01-10"),
        # The year before is missing: the others still count.
        (COUNTY, ["2023-01-06", "2024-01-16"], "2026-01-11", "2026-01-30", None),
        # In December of the year before, as many counties do.
        (COUNTY, ["2023-12-20/2024", "2024-12-26/2025"], "2025-12-23", "2026-01-09", "2024-12-26"),
        # More than five years ago counts no more.
        (COUNTY, ["2019-03-30", "2025-01-10"], "2026-01-10", "2026-01-31", "2025-01-10"),
        # A day in autumn is when somebody put it up again, not when the congress met.
        (COUNTY, ["2024-10-30", "2025-01-10"], "2026-01-10", "2026-01-31", "2025-01-10"),
    ],
)
def test_expected(code: str, past: list[str], on: str, late_after: str, last: str | None) -> None:
    history = [_past(day) for day in past]
    due = when_due(code, 2026, history)
    assert (due.year, due.on.isoformat(), due.late_after.isoformat()) == (2026, on, late_after)
    assert due.last_year_on == (date.fromisoformat(last) if last else None)


def _past(text: str) -> Past:
    day, _, year = text.partition("/")
    on = date.fromisoformat(day)
    return Past(int(year) if year else on.year, on)


@pytest.mark.parametrize(
    ("now", "code", "past", "seen", "late"),
    [
        ("2026-03-14", COUNTY, [], False, False),  # the last day of grace
        ("2026-03-15", COUNTY, [], False, True),
        ("2026-03-15", COUNTY, [], True, False),
        ("2026-02-25", PROVINCE, [], False, True),
        ("2026-02-25", COUNTY, [], False, False),
        ("2026-02-01", COUNTY, ["2025-01-10"], False, True),
        ("2026-01-31", COUNTY, ["2025-01-10"], False, False),
        ("2025-12-20", COUNTY, ["2024-11-25/2025"], False, True),  # the report of 2026, late in 2025
        ("2025-12-10", COUNTY, [], False, False),
        ("2026-06-30", COUNTY, [], False, True),
        ("2026-07-01", COUNTY, [], False, False),  # nobody is late any more
        ("2026-11-22", COUNTY, ["2025-01-10"], False, False),
    ],
)
def test_overdue(now: str, code: str, past: list[str], seen: bool, late: bool) -> None:
    assert overdue(at(now), code, [_past(day) for day in past], seen) is late


@pytest.mark.parametrize(
    ("today", "last", "where"),
    [
        ("2025-11-30", "2025-01-12", Standing.AHEAD),
        ("2025-12-01", "2025-01-12", Standing.DUE),
        ("2026-01-12", "2025-01-12", Standing.DUE),
        ("2026-01-13", "2025-01-12", Standing.LATE),
        ("2025-12-21", "2024-12-20", Standing.LATE),  # that of 2025 came in December
        ("2026-03-14", None, Standing.DUE),
        ("2026-03-15", None, Standing.LATE),
        ("2026-07-01", "2025-01-12", Standing.UNSEEN),
    ],
)
def test_where_a_report_stands_beside_last_year(today: str, last: str | None, where: Standing) -> None:
    last_on = date.fromisoformat(last) if last else None
    on = date.fromisoformat(today)
    assert standing(COUNTY, 2026, on, seen=False, last_year_on=last_on) is where
    assert standing(COUNTY, 2026, on, seen=True, last_year_on=last_on) is Standing.REPORTED


def test_the_day_of_last_year() -> None:
    assert same_day(date(2024, 2, 29)) == date(2025, 3, 1)
    assert same_day(date(2024, 12, 20)) == date(2025, 12, 20)

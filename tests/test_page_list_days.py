"""The days that lists print, in every form seen."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ingest.page.dates import list_day

# 9 in the morning of 20 January 2026 in Beijing, and half past midnight there.
MORNING = datetime(2026, 1, 20, 1, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 1, 19, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-7-5", date(2024, 7, 5)),
        ("2024年2月4日", date(2024, 2, 4)),
        ("[2024-02-04]", date(2024, 2, 4)),
        ("2024/2/4 10:30", date(2024, 2, 4)),
        ("２０２４．０２．０４", date(2024, 2, 4)),
        ("20240204", date(2024, 2, 4)),
        ("24-02-05", date(2024, 2, 5)),
        ("(25-1-5)", date(2025, 1, 5)),
        ("05 2024-02", date(2024, 2, 5)),
        ("5日 2024年2月", date(2024, 2, 5)),
        # a year that is not printed
        ("01-19", date(2026, 1, 19)),
        ("[02-05]", date(2025, 2, 5)),
        ("12/31", date(2025, 12, 31)),
        ("2月5日", date(2025, 2, 5)),
        ("01-21", date(2026, 1, 21)),  # the site's clock is ahead
        ("01-22", date(2025, 1, 22)),
        ("02-29", date(2024, 2, 29)),
        ("01-19 08:12", date(2026, 1, 19)),
        # counted from now
        ("刚刚", date(2026, 1, 20)),
        ("5分钟前", date(2026, 1, 20)),
        ("3 小时前", date(2026, 1, 20)),
        ("10 小时前", date(2026, 1, 19)),
        ("3\xa0天前", date(2026, 1, 17)),
        ("2周前", date(2026, 1, 6)),
        ("昨天 16:53", date(2026, 1, 19)),
        ("前天\xa008:00", date(2026, 1, 18)),
        ("半小时前", date(2026, 1, 20)),
        ("发表于 昨天 16:53", date(2026, 1, 19)),
        # no day
        ("浏览 3-12 次", None),
        ("第02-05号", date(2025, 2, 5)),
        ("13-45", None),
        ("10:30", None),
        ("5.1%", None),
        ("02-05-99", None),
        ("", None),
        (None, None),
    ],
)
def test_list_day(text: str | None, expected: date | None) -> None:
    assert list_day(text, MORNING) == expected


def test_without_a_clock_only_whole_dates_are_days() -> None:
    assert [list_day(text) for text in ("3 小时前", "昨天", "02-05", "2024-02-05")] == [
        None,
        None,
        None,
        date(2024, 2, 5),
    ]


def test_the_day_is_that_of_china() -> None:
    assert list_day("今天", MIDNIGHT) == date(2026, 1, 20)
    assert list_day("1小时前", MIDNIGHT) == date(2026, 1, 19)
    assert list_day("01-20", MIDNIGHT) == date(2026, 1, 20)


@pytest.mark.parametrize(
    ("near", "expected"),
    [
        (date(2023, 2, 8), date(2023, 2, 8)),
        (date(2022, 12, 30), date(2023, 2, 8)),
        (date(2023, 1, 1), date(2023, 2, 8)),
    ],
)
def test_the_address_says_the_year(near: date, expected: date) -> None:
    assert list_day("02-08", MORNING, near) == expected
    assert list_day("02-08", None, near) == expected

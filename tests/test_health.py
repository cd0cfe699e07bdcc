"""What is wrong with what came, and when it is said: tables, no clock, no store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.words.health import expected_text, found_text
from ingest import errors as e
from ingest.model import ListItem, ListLayout, SourceKind
from ingest.page.vacancy import is_vacant
from ingest.sources.items import read_list_text
from ingest.sources.spec import Source
from ingest.watch.health import (
    FIELDS,
    Cause,
    Check,
    Expect,
    Fill,
    Remark,
    Trouble,
    after_bad,
    after_good,
    expect_of,
    judge_error,
    judge_fills,
    judge_items,
    remark,
    remember,
)

NOW = datetime(2026, 1, 20, 4, 0, tzinfo=UTC)
TODAY = date(2026, 1, 20)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


THREE = (date(2026, 1, 9), date(2026, 1, 8), date(2026, 1, 5))


def items(*days: str | None, more: int = 0) -> list[ListItem]:
    dated = [None if day is None else date.fromisoformat(day) for day in days] + [None] * more
    return [ListItem(f"https://x.example/{n}.html", f"第{n}号通知", day) for n, day in enumerate(dated)]


# --- lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expect", "before", "now", "cause"),
    [
        (Expect(), Check(), items("2026-01-02"), None),
        (Expect(), Check(), [], Cause.EMPTY_LIST),
        (Expect(items=5), Check(), items(more=5), None),
        (Expect(items=5), Check(), items(more=4), Cause.TOO_FEW_ITEMS),
        # Nothing said: not a few all of a sudden.
        (Expect(), Check(items=20), items(more=4), Cause.TOO_FEW_ITEMS),
        (Expect(), Check(items=20), items(more=5), None),
        (Expect(), Check(items=7), items(more=1), None),
        (Expect(items=1), Check(items=20), items(more=1), None),  # said, so it is right
        # Dates move forward.
        (Expect(), Check(dates=(date(2026, 1, 9),)), items("2026-01-09"), None),
        (Expect(), Check(dates=(date(2026, 1, 9),)), items("2026-01-08"), Cause.DATES_BACK),
        (Expect(), Check(dates=(date(2026, 1, 9),)), items(None), None),  # no dates at all is not back
        # The newest two were taken down; three at once are not.
        (Expect(), Check(dates=THREE), items("2026-01-05"), None),
        (Expect(), Check(dates=THREE), items("2026-01-04", "2025-12-30"), Cause.DATES_BACK),
        (Expect(forward=False), Check(dates=(date(2026, 1, 9),)), items("2024-01-08"), None),
    ],
)  # fmt: skip
def test_items(expect: Expect, before: Check, now: list[ListItem], cause: Cause | None) -> None:
    trouble = judge_items(expect, before, now, TODAY)
    assert (trouble.cause if trouble else None) == cause


def test_what_a_clock_ahead_read_is_nothing_to_hold_a_list_against() -> None:
    before = Check(items=1, dates=(date(2036, 1, 20),))  # of a list that prints no years
    assert judge_items(Expect(), before, items("2026-01-20"), date(2036, 2, 1)) is not None
    assert judge_items(Expect(), before, items("2026-01-20"), date(2026, 2, 1)) is None


def test_what_is_remembered_of_a_sound_list() -> None:
    check = remember(
        Check(), items("2026-01-02", "2026-01-09", None, "2099-01-01", "2026-01-05", "2025-12-31"), TODAY
    )
    assert check.items == 6
    assert check.dates == (date(2026, 1, 9), date(2026, 1, 5), date(2026, 1, 2))  # none of the future
    assert remember(check, items(None), TODAY).dates == check.dates


def test_what_was_expected_and_what_came() -> None:
    trouble = judge_items(Expect(items=5), Check(items=20), items(more=2), TODAY)
    assert trouble == Trouble(Cause.TOO_FEW_ITEMS, {"least": 5, "last": 20}, {"items": 2})
    assert expected_text(trouble.expected) == "至少 5 条，上次 20 条"
    assert found_text(trouble.cause, trouble.found) == "2 条"


@pytest.mark.parametrize(
    ("error", "cause", "found"),
    [
        (e.EmptyList("…"), Cause.EMPTY_LIST, "0 条"),
        (e.ShapeChanged("…"), Cause.LAYOUT_CHANGED, "网页结构变了"),
        (e.Blocked("…", detail="知道创宇云防御"), Cause.BLOCK_PAGE, "拦截页（知道创宇云防御）"),
        (e.Blocked("…", detail="HTTP 403"), Cause.BLOCK_PAGE, "HTTP 403"),
        (e.Blocked("…", by="cookie_wall", detail="HTTP 412"), Cause.COOKIE_WALL, "HTTP 412"),
        (e.Blocked("…", by="robots"), Cause.ROBOTS, "robots.txt"),
        (e.HostUnavailable("…", cause="certificate", detail="has expired"), Cause.CERTIFICATE, "expired"),
        (e.HostUnavailable("…", cause="tls", detail="DH_KEY_TOO_SMALL"), Cause.TLS, "DH_KEY_TOO_SMALL"),
        (e.HostUnavailable("…", cause="dns", detail="x.example"), Cause.DNS, "x.example"),
        (e.HostUnavailable("…", cause="status", detail="HTTP 503"), Cause.UNREACHABLE, "HTTP 503"),
        (e.HostUnavailable("…"), Cause.UNREACHABLE, "连不上"),
        (e.TimedOut("…"), Cause.UNREACHABLE, "超时"),
        (e.Gone("…"), Cause.GONE, "404"),
        (e.RefusedAddress("…"), Cause.REFUSED_ADDRESS, "地址"),
        (e.BadAnswer("…"), Cause.BAD_ANSWER, "BadAnswer"),
        (e.TooLarge("…"), Cause.BAD_ANSWER, "TooLarge"),
        (e.NotADocument("…"), Cause.BAD_ANSWER, "NotADocument"),
        (e.Undecodable("…"), Cause.BAD_ANSWER, "Undecodable"),
    ],
)  # fmt: skip
def test_errors(error: e.FetchError | e.ParseError, cause: Cause, found: str) -> None:
    trouble = judge_error(error, Check(items=20))
    assert trouble is not None
    assert trouble.cause is cause
    assert found in found_text(cause, trouble.found)
    assert "20" in expected_text(trouble.expected)


def test_waiting_for_a_host_says_nothing_of_it() -> None:
    assert judge_error(e.HostUnavailable("…", cause="waiting"), Check()) is None


@pytest.mark.parametrize(
    ("kind", "said", "expected"),
    [
        (SourceKind.PORTAL, {}, Expect(None, True, ("title", "published_on"), True)),
        (SourceKind.REPOST, {}, Expect(None, True, ("title",), True)),
        (SourceKind.FORUM, {}, Expect(None, False, ("title",), True)),
        (SourceKind.FORUM, {"dates": "forward"}, Expect(None, True, ("title",), True)),
        (SourceKind.PORTAL, {"dates": "any", "items": 3}, Expect(3, False, ("title", "published_on"), True)),
        (SourceKind.PORTAL, {"fields": ("issuer",), "drift": False}, Expect(None, True, ("issuer",), False)),
        (SourceKind.PORTAL, {"fields": ()}, Expect(None, True, (), True)),
    ],
)
def test_what_goes_without_saying(kind: SourceKind, said: dict[str, object], expected: Expect) -> None:
    assert expect_of(kind, **said) == expected  # type: ignore[arg-type]


# --- empty, or another layout ----------------------------------------------------------------

MENU = '<a href="/a">首页</a><a href="/b">公开</a><a href="/c">办事</a>'


@pytest.mark.parametrize(
    ("page", "item", "vacant"),
    [
        ("<p>暂无数据</p>", None, True),
        (f"<body>{MENU}<p>共 0 条</p></body>", "ul.news li", True),
        ("<ul class='news'></ul>", "ul.news li", True),
        ("<ul class='news'></ul>", "ul.news > li", True),
        ("<ul class='news'></ul>", None, True),
        (f"<body>{MENU}<table><tbody></tbody></table></body>", None, True),
        (f"<body>{MENU}</body>", None, True),
        ('{"data": {"list": [], "total": 0}}', None, True),
        ("[]", None, True),
        ('<rss version="2.0"><channel><title>x</title></channel></rss>', None, True),
        # Something is there, in another shape.
        (f"<body>{MENU}<div class='card'>某县工作报告</div></body>", "ul.news li", False),
        ("<ul class='news'><li>没有链接</li></ul>", "ul.news li", False),
        (f"<body>{MENU}<div>2026-01-02 甲</div><div>2026-01-03 乙</div></body>", None, False),
        (f"<body>{MENU}<p>某县2026年政府工作报告</p><p>某县2025年政府工作报告</p></body>", None, False),
        ("<div id='app'></div><script src='/a.js'></script>", None, False),
        (f"<body>{MENU}<div id='app'></div><script src='/a.js'></script></body>", None, False),
        ('{"data": {"rows": [{"t": 1}], "total": 1}}', None, False),
        ("", None, False),
    ],
)  # fmt: skip
def test_vacant(page: str, item: str | None, vacant: bool) -> None:
    assert is_vacant(page, ListLayout(item=item)) is vacant


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("<h2>404</h2><p>抱歉，您访问的页面不存在或已被删除！</p>", e.Replaced),
        ("<p>没有找到符合条件的信息！</p>", e.EmptyList),
        ("<div id='app'></div>", e.ShapeChanged),
    ],
)
def test_what_stands_in_place_of_a_list(said: str, error: type[e.GongbaoError]) -> None:
    url = "http://www.example.gov.cn/zwgk/zfgzbg/"
    source = Source.model_validate({"slug": "a", "name": "a", "kind": "portal", "lists": [url]})
    with pytest.raises(e.GongbaoError) as raised:
        read_list_text(f"<body>{MENU}{said}</body>", url, source)
    assert type(raised.value) is error


# --- the pages of a source -------------------------------------------------------------------


def fills(*rows: str) -> list[Fill]:
    """Newest first; each row has the first letters of the fields that an article has. Read oldest first."""
    letters = {name[0]: name for name in FIELDS if name != "issuer"}
    return [
        Fill(frozenset(letters[letter] for letter in row), NOW - n * MINUTE) for n, row in enumerate(rows)
    ]


PORTAL = expect_of(SourceKind.PORTAL)


@pytest.mark.parametrize(
    ("expect", "newest", "missing"),
    [
        (PORTAL, [], None),
        (PORTAL, ["tpb"] * 7, None),
        (PORTAL, ["b"] * 4, None),  # too few to know
        (PORTAL, ["b"] * 5, "标题 0%、发布日期 0%"),
        (PORTAL, ["tb"] * 5, "发布日期 0%"),
        (Expect(fields=("title",)), ["tb"] * 5, None),
        (PORTAL, ["tb"] * 4 + ["tpb"] * 3, "发布日期 43%"),
        (PORTAL, ["tb"] * 3 + ["tpb"] * 4, None),
        # Drift: what used to be filled.
        (PORTAL, ["tpb"] * 5 + ["tpib"] * 10, "索引号 29%"),
        (PORTAL, ["tpb"] * 4 + ["tpib"] * 10, None),
        (PORTAL, ["tpb"] * 7 + ["tpib"] * 8 + ["tpb"] * 2, "索引号 0%"),  # 80 % had it
        (PORTAL, ["tpb"] * 7 + ["tpib"] * 7 + ["tpb"] * 3, None),  # it came and went before
        (PORTAL, ["tp"] * 7 + ["tpb"] * 10, "正文 0%"),
        (Expect(drift=False), ["tpb"] * 7 + ["tpib"] * 10, None),
        # It is back: three in a row have it.
        (PORTAL, ["tpib"] * 3 + ["tpb"] * 6 + ["tpib"] * 10, None),
        (PORTAL, ["tpb"] * 7 + ["tpib"] * 4, None),  # too little past to compare with
    ],
)  # fmt: skip
def test_fills(expect: Expect, newest: list[str], missing: str | None) -> None:
    trouble = judge_fills(expect, fills(*newest))
    if missing is None:
        assert trouble is None
    else:
        assert trouble is not None
        assert trouble.cause is Cause.FIELDS_MISSING
        assert found_text(trouble.cause, trouble.found).endswith(missing)


def test_old_pages_read_last_are_no_drift() -> None:
    """A first crawl reads the archive last; its pages of 2008 have no header block."""
    new = [Fill(frozenset(FIELDS), NOW - 10 * MINUTE)] * 10
    old = [Fill(frozenset({"title", "published_on", "body"}), NOW)] * 10
    assert judge_fills(PORTAL, [*new, *old]) is None


# --- when it is said -------------------------------------------------------------------------

AT_ONCE = (
    Cause.LAYOUT_CHANGED,
    Cause.EMPTY_LIST,
    Cause.BLOCK_PAGE,
    Cause.COOKIE_WALL,
    Cause.ROBOTS,
    Cause.FIELDS_MISSING,
)
SLOW = (Cause.DNS, Cause.UNREACHABLE, Cause.ARTICLES, Cause.INTERNAL)


def looks(check: Check, cause: Cause, *times: timedelta) -> list[bool]:
    """Bad looks at these times after NOW: whether it is said to be broken after each."""
    said = []
    for after in times:
        check = after_bad(check, Trouble(cause, {}, {}), NOW + after)
        said.append(check.broken_at is not None)
    return said


@pytest.mark.parametrize("cause", list(Cause))
def test_patience(cause: Cause) -> None:
    at_once, second = cause in AT_ONCE, cause not in SLOW
    assert looks(Check(), cause, 0 * HOUR, 15 * MINUTE) == [at_once, second]


@pytest.mark.parametrize(
    ("cause", "times", "said"),
    [
        (Cause.DNS, [0 * HOUR, HOUR], [False, False]),
        (Cause.DNS, [0 * HOUR, MINUTE, 2 * MINUTE, HOUR], [False, False, False, True]),
        (Cause.UNREACHABLE, [0 * HOUR, HOUR, 12 * HOUR, 23 * HOUR, DAY], [False, False, False, False, True]),
        (Cause.UNREACHABLE, [0 * HOUR, 2 * DAY], [False, False]),  # two looks may both have been unlucky
    ],
)
def test_lasting_troubles(cause: Cause, times: list[timedelta], said: list[bool]) -> None:
    assert looks(Check(), cause, *times) == said


def test_one_good_look_ends_it() -> None:
    bad = after_bad(Check(), Trouble(Cause.EMPTY_LIST, {}, {}), NOW)
    assert (bad.state, bad.since, bad.looks) == ("empty_list", NOW, 1)
    good = after_good(bad, NOW + HOUR)
    assert (good.state, good.trouble, good.broken_at, good.looks) == ("healthy", None, None, 0)
    assert (good.recovered_at, good.good_at) == (NOW + HOUR, NOW + HOUR)


def test_a_doubt_between_good_looks_is_never_said() -> None:
    check = Check()
    for n in range(10):
        check = after_bad(check, Trouble(Cause.TOO_FEW_ITEMS, {}, {}), NOW + n * HOUR)
        assert check.broken_at is None
        check = after_good(check, NOW + n * HOUR + MINUTE)


def test_a_source_that_flaps_rings_once() -> None:
    check, rung = Check(good_at=NOW), 0
    for n in range(96):  # a day of looks every 15 minutes, each other one bad
        now = NOW + n * 15 * MINUTE
        before = check.broken_at
        trouble = Trouble(Cause.LAYOUT_CHANGED, {}, {})
        check = after_bad(check, trouble, now) if n % 2 else after_good(check, now)
        rung += before is None and check.broken_at is not None
    assert rung == 1


def test_slow_flaps_ring_ever_more_rarely() -> None:
    """Bad for three hours, good for one, for three days: eighteen times bad."""
    check, rung = Check(good_at=NOW), 0
    for n in range(3 * 96):
        now = NOW + n * 15 * MINUTE
        before = check.broken_at
        bad = n % 16 < 12
        check = after_bad(check, Trouble(Cause.EMPTY_LIST, {}, {}), now) if bad else after_good(check, now)
        rung += before is None and check.broken_at is not None
    assert rung == 3  # at once, after an hour, after two; four hours it never lasts


def test_after_a_quiet_day_all_is_as_before() -> None:
    check = after_bad(Check(), Trouble(Cause.LAYOUT_CHANGED, {}, {}), NOW)
    check = after_good(check, NOW + HOUR)
    again = looks(check, Cause.LAYOUT_CHANGED, 2 * HOUR, 2 * HOUR + 59 * MINUTE, 3 * HOUR)
    assert again == [False, False, True]
    assert looks(check, Cause.LAYOUT_CHANGED, HOUR + DAY) == [True]


@pytest.mark.parametrize(
    ("was_broken", "broken", "said"),
    [
        (False, [], None),
        (False, [False, False], None),
        (False, [False, True], Remark.BROKEN),
        (True, [True, True], None),
        (True, [False, True], None),
        (True, [False, False], Remark.RECOVERED),
        (True, [], Remark.RECOVERED),  # the list that broke is not watched any more
    ],
)
def test_the_source_as_a_whole(was_broken: bool, broken: list[bool], said: Remark | None) -> None:
    assert remark(was_broken, [Check(broken_at=NOW if one else None) for one in broken]) is said

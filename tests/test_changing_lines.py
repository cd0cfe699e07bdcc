"""Lines that change by themselves and that no rule names: what a page did before tells, over real sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ingest.compare.changing_lines import LEARNT, hold_still, shape_of
from ingest.store.db import Store
from tests.support.growth import Work, grows_with_size_only
from tests.support.watched_report import LINES, PATH, Site, report
from tests.support.web_server import WebServer

TEXT = "各位代表：现在，我向大会报告工作。\n{}\n今年的主要预期目标是：地区生产总值增长6%左右。"

# --- the decision ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "first", "second"),
    [
        ("本文热度 17 度", "本文热度 18 度", False, True),
        ("转载：999", "转载：1,000", False, True),
        ("已转载9990回", "已转载1.1万回", False, True),
        ("Hits today: 9", "Hits today: 12", False, True),
        ("距国庆节还有 200 天", "距国庆节还有 199 天", False, True),
        ("（今日第 3 位）", "（今日第 4 位）", False, True),
        ("Tuesday 3 PM", "Wednesday 10 AM", False, True),
        ("服务器时间 10:02:33", "服务器时间 10:05:01", True, True),
        ("2026-01-20 09:15", "2026-01-21 10:16", True, True),
        ("2026年1月20日 星期二", "2026年1月21日 星期三", True, True),
        ("17 次", "18 次", True, True),
        ("地区生产总值增长6%", "地区生产总值增长7%", False, False),
        ("粮食产量 50 万吨", "粮食产量 51 万吨", False, False),
        ("城镇新增就业 1200 人", "城镇新增就业 1300 人", False, False),
        ("社区食堂 12 家", "社区食堂 13 家", False, False),
        ("承办活动3次，来宾120人", "承办活动4次，来宾130人", False, False),
        ("会议时间：2026年1月20日 9:00", "会议时间：2026年1月21日 9:00", False, False),
        ("本文热度 17 度", "本文温度 17 度", False, False),
    ],
)
def test_what_is_held_still(one: str, other: str, first: bool, second: bool) -> None:
    """At its first change, and at its second in a row."""
    held = hold_still(TEXT.format(one), TEXT.format(other), {})
    assert (held.body == TEXT.format(one)) is first
    held = hold_still(TEXT.format(one), TEXT.format(other), held.changes)
    assert (held.body == TEXT.format(one)) is second


def test_a_line_that_stood_still_in_between_is_not_known() -> None:
    one, other = TEXT.format("本文热度 17 度"), TEXT.format("本文热度 18 度")
    changes = hold_still(one, other, {}).changes
    assert changes == {"本文热度 # 度": 1}
    assert hold_still(other, other, changes).changes == {}


def test_what_changes_beside_other_words_is_not_learnt() -> None:
    one, other = TEXT.format("本文热度 17 度"), TEXT.format("本文热度 18 度").replace("6%", "7%")
    held = hold_still(one, other, {"本文热度 # 度": 1})
    assert (held.body, held.changes) == (other, {})


def test_a_known_line_is_held_still_beside_a_real_change() -> None:
    one, other = TEXT.format("本文热度 17 度"), TEXT.format("本文热度 18 度").replace("6%", "7%")
    held = hold_still(one, other, {"本文热度 # 度": LEARNT})
    assert held.body == one.replace("6%", "7%")
    more = hold_still(one, "开头多了一行。\n" + other, {"本文热度 # 度": LEARNT})
    assert more.body == "开头多了一行。\n" + held.body


def test_many_lines_at_once_are_a_text_that_was_gone_over() -> None:
    rows = [f"第{name}样 {{}} 分" for name in "甲乙丙丁戊"]
    one, other = (TEXT.format("\n".join(rows)).format(*[value] * 5) for value in (1, 2))
    changes: dict[str, int] = {shape: 1 for row in rows if (shape := shape_of(row.format(1)))}
    assert len(changes) == 5
    assert hold_still(one, other, changes).body == other


def test_a_bare_number_among_others_is_a_cell_of_a_table() -> None:
    one, other = TEXT.format("17\n1200"), TEXT.format("17\n1300")
    assert hold_still(one, other, {"#": LEARNT}).body == other


# --- places ----------------------------------------------------------------------------------

GREETING = "今天是2026年1月{}日 10:0{}:33，欢迎您的访问，祝您工作顺利。"
MOTTOES = (
    "凝心聚力谋发展，奋楫扬帆谱新篇。",
    "弘扬时代新风，共建美好家园。",
    "人民城市人民建，人民城市为人民。",
)


def stands(*lines: str) -> list[bool]:
    """At each look behind the first, whether the line is held still."""
    shown, changes, still = TEXT.format(lines[0]), {}, []
    for line in lines[1:]:
        held = hold_still(shown, TEXT.format(line), changes)
        still.append(held.body == shown)
        shown, changes = held.body, dict(held.changes)
    return still


def test_a_place_whose_text_is_another_at_every_look_is_held_still_from_the_third() -> None:
    assert stands(*(GREETING.format(n, n) for n in range(1, 7))) == [False, False, True, True, True]
    drawn = (
        "关于印发{0}号文件的通知\n关于做好防汛工作的通知\n转发{1}号文件",
        "关于植树的通知\n转发{0}号文件\n转发{1}号文件",
    )
    assert stands(*(drawn[n % 2].format(n, n * 7) for n in range(6))) == [False, False, True, True, True]


def test_a_place_that_goes_back_and_forth_is_not_learnt() -> None:
    assert stands(MOTTOES[0], MOTTOES[1], MOTTOES[0], MOTTOES[1], MOTTOES[0]) == [False] * 4


def test_what_is_put_right_twice_is_told() -> None:
    assert stands(*MOTTOES) == [False, False]
    assert stands(MOTTOES[0], MOTTOES[1], MOTTOES[1], MOTTOES[2], "为人民服务，向人民报告。") == [
        False,
        True,
        False,
        False,
    ]


def test_what_may_be_of_the_report_is_told_at_every_look() -> None:
    assert stands(*(f"今年要办成{n}件实事，让群众满意。" for n in range(1, 7))) == [False] * 5
    assert stands(*(f"城镇新增就业{n}千人，居民收入稳步增长。" for n in range(1, 7))) == [False] * 5


def test_a_real_change_is_told_beside_a_known_place() -> None:
    text = "{}\n各位代表：现在，我向大会报告工作。\n今年的主要预期目标是：地区生产总值增长6%左右。"
    shown, changes = text.format(GREETING.format(1, 1)), {}
    for n in range(2, 6):
        held = hold_still(shown, text.format(GREETING.format(n, n)), changes)
        shown, changes = held.body, dict(held.changes)
    held = hold_still(shown, text.format(GREETING.format(7, 7)).replace("6%", "7%"), changes)
    assert held.body == shown.replace("6%", "7%")


def test_two_texts_of_any_shape_are_compared_in_linear_time() -> None:
    def work_on(size: int) -> Work:
        before, after = "\n".join(["甲", "乙"] * size), "\n".join(["乙", "丙", "甲"] * size)
        return lambda: hold_still(before, after, {"@x": 3})

    grows_with_size_only(work_on, 20_000)


# --- the road --------------------------------------------------------------------------------


@pytest.fixture
def site(store: Store) -> Iterator[Site]:
    with WebServer() as server:
        yield Site(store, server)


def looks(site: Site, lines: list[str], line: Callable[[int], str], numbers: range) -> list[str]:
    """What is told while the page shows `line` with another number at each look."""
    told: list[str] = []
    for n in numbers:
        site.server.page(PATH, report([*lines[:5], *line(n).split("\n"), *lines[5:]]))
        site.look()
        told += site.told()
    return [event for event in told if event != "report.overdue"]  # ten looks may take a year


def clock(n: int) -> str:
    return f"服务器时间 10:{n:02}:33"


def heat(n: int) -> str:
    return f"本文热度 {17 + n} 度"


def both(n: int) -> str:
    return f"{heat(n)}\n已转载{990 + 7 * n:,}回"


@pytest.mark.parametrize(("line", "revised"), [(clock, 0), (heat, 1), (both, 1)])
def test_a_line_that_changes_at_every_look_is_told_once_at_most(
    site: Site, line: Callable[[int], str], revised: int
) -> None:
    told = looks(site, LINES, line, range(10))
    assert told == ["report.published", *["target.published"] * 6, *["report.revised"] * revised]
    other = [text.replace("地区生产总值增长6%", "地区生产总值增长7%") for text in LINES]
    told = looks(site, other, line, range(10, 13))
    assert told == ["report.revised", "target.revised"], "a figure of the text is told, the line is not"


def test_a_figure_that_changes_at_every_look_is_told_each_time(site: Site) -> None:
    told = looks(site, LINES, lambda n: f"固定资产投资增长{8 + n}%以上", range(5))
    assert told.count("report.revised") == 4

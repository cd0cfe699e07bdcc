"""What `gongbao extract` prints for people."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from alerts.cli.document import show_document
from alerts.cli.document_html import document_html
from alerts.words.chinese import DOUBTS
from ingest.reading import ReadingHints, read_document
from workers.document_json import document_json
from workers.targets import candidates
from workers.targets.extract import extract

TEXT = """北碚区2024年政府工作报告
——2024年1月18日在北碚区第十九届人民代表大会第四次会议上
各位代表：
现在，我代表区人民政府，向大会报告工作。
二、2024年工作安排
今年主要预期目标是：地区生产总值增长6%左右。
一、加快建设产业园区。
我们将新增高新技术企业30家。
"""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    reading = read_document(TEXT.encode(), "x.txt", ReadingHints(least=0))
    who = reading.identity
    found = extract(reading.article.body, year=who.year, kind=who.kind, region=who.region)
    return document_json("x.txt", reading, found, body=False)


def printed(document: dict[str, Any]) -> list[str]:
    out = io.StringIO()
    show_document(document, Console(width=160, file=out, color_system=None))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_what_is_known_comes_first_then_its_figures(document: dict[str, Any]) -> None:
    lines = printed(document)
    assert lines[0] == "北碚区2024年政府工作报告"
    assert lines[1].startswith("政府工作报告　重庆市／北碚区　2024年　2024-01-18")
    assert [line for line in lines if line.startswith("●")] == [
        line for line in lines if "地区生产总值增长6%左右" in line
    ]
    assert "上年完成：无" in lines


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("政府工作报告[/bold]", "政府工作报告[/bold]"),
        ("政府[red]工作报告[附件]", "政府[red]工作报告[附件]"),
        ("政府工作报告\x1b[31m\u202e", "政府工作报告[31m"),
    ],
)
def test_a_title_is_neither_markup_nor_an_order_to_the_terminal(
    document: dict[str, Any], title: str, shown: str
) -> None:
    assert printed(document | {"title": title})[0] == shown


MEANT = """北碚区2021年政府工作报告
——2021年1月18日在北碚区第十九届人民代表大会第四次会议上
一、2020年工作回顾
农村居民人均可支配收入达到15607元，预计地区生产总值完成100.4亿元。
二、“十四五”时期主要目标
地区生产总值年均增长7%左右。
三、2021年工作安排
今年主要预期目标是：地区生产总值增长6%，城镇登记失业率下降0.3个百分点。
"""


def test_year_period_and_doubts_stand_with_a_figure() -> None:
    reading = read_document(MEANT.encode(), "x.txt", ReadingHints(least=0))
    who = reading.identity
    found = extract(reading.article.body, year=who.year, kind=who.kind, region=who.region)
    shown = [line.split() for line in printed(document_json("x.txt", reading, found))]
    assert ["地区生产总值", "2025", "年均", "2021—2025年年均7%左右", "地区生产总值年均增长7%左右"] in shown
    assert ["●", "地区生产总值", "2021", "当年", "6%", "地区生产总值增长6%"] in shown
    assert [cells[-1] for cells in shown if "100.4亿元" in cells] == ["预计数"]
    assert [cells[3] for cells in shown if "农村居民人均可支配收入" in cells] == ["15607元"]
    html = document_html(reading, found)
    for words in ("政府工作报告　重庆市／北碚区　2021年", "<td>100.4亿元</td>", "<td>15607元</td>"):
        assert words in html
    assert "work_report" not in html


def test_every_flag_has_words() -> None:
    known = {value for name, value in vars(candidates).items() if name.isupper() and isinstance(value, str)}
    assert set(DOUBTS) == known

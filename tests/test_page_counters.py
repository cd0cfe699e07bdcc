"""Lines that change by themselves, in the article's own box: two looks at one page are one text."""

from __future__ import annotations

import pytest

from ingest.reading import read_document

TEXT = (
    "各位代表：现在，我代表县人民政府，向大会报告工作，请予审议。",
    "过去一年，全县地区生产总值增长5.8%，城镇新增就业1.2万人，粮食产量稳定在50万吨以上。",
    "今年的主要预期目标是：地区生产总值增长6%左右，固定资产投资增长8%以上。",
)
LINES = {
    "seen": ("已有 1024 人浏览", "已有 1025 人浏览"),
    "liked": ("点赞 12", "点赞 13"),
    "kept": ("收藏 3", "收藏 4"),
    "liked and kept": ("点赞 1000　收藏 142", "点赞 1037　收藏 148"),
    "seen, liked and kept": ("阅读：88次 | 点赞 7 | 收藏（3）", "阅读：91次 | 点赞 8 | 收藏（4）"),
    "today": ("今天是2026年1月20日 星期二", "今天是2026年1月21日 星期三"),
    "visitor": ("您是第 88 位访客", "您是第 89 位访客"),
    "renewed": ("更新时间：2026-01-20 09:15【打印本页】", "更新时间：2026-01-21 10:01【打印本页】"),
    "made": ("Processed in 0.1 second(s)", "Processed in 0.2 second(s)"),
    "all": ("网站累计访问量：1234567", "网站累计访问量：1234599"),
    "moon": ("农历乙巳年腊月初二", "农历乙巳年腊月初三"),
    "weather": ("天气：多云 3℃~8℃", "天气：小雨 2℃~6℃"),
}


def _hash(line: str, place: int) -> str:
    rows = [*TEXT[:place], line, *TEXT[place:]]
    inside = "".join(f"<p>{row}</p>" for row in rows)
    head = "<title>某县2026年政府工作报告</title>"
    page = f"<html><head>{head}</head><body><div class='TRS_Editor'>{inside}</div></body></html>"
    return read_document(page.encode(), "http://county.example/1.html").content_hash


@pytest.mark.parametrize("place", range(len(TEXT) + 1))
@pytest.mark.parametrize("kind", LINES)
def test_a_line_that_changes_by_itself_makes_no_new_text(kind: str, place: int) -> None:
    one, other = LINES[kind]
    assert _hash(one, place) == _hash(other, place)


def test_a_figure_of_the_text_makes_one() -> None:
    assert _hash("粮食产量 50万吨", 2) != _hash("粮食产量 51万吨", 2)
    assert _hash("接待游客 1024万人次", 2) != _hash("接待游客 1025万人次", 2)
    assert _hash("点赞 12　收藏 142 件文物", 2) != _hash("点赞 12　收藏 143 件文物", 2)

"""Plain text as a reader sees it: the shapes of the seeds in our own words, then the seeds themselves."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest

from ingest.china_time import CHINA
from ingest.model import Header
from ingest.page.text import read_text

FIRST = "我代表县人民政府报告工作，请各位审议，也请列席的同志把没说到的地方指出来，一条一条记下。"
SECOND = "今年要把县城到高安的公路修到头，把三所卫生院的床位添够，把说过的话一件件办完，年底再来对账。"
LONG = SECOND * 6

REPOST = f"""导航菜单

(某省)某县人民政府工作报告(2025年1月16日)

  某县人民政府工作报告

  ——2025年1月16日在某县第三届人民代表大会第五次会议上

  某县人民政府县长程远帆

  各位代表:

  {FIRST}

  {LONG}

  (一)把路修完

  {SECOND}

本文仅代表作者观点,不代表本站立场。 凡注明为本站原创作品的,未经许可,不得转载。

本文地址:/baogao/xn/10236.html

留言与评论(共有 条评论)
验证码:"""


def test_repost() -> None:
    article = read_text(REPOST)
    assert article.title == "(某省)某县人民政府工作报告(2025年1月16日)"
    assert article.body.split("\n") == [
        "——2025年1月16日在某县第三届人民代表大会第五次会议上",
        "某县人民政府县长程远帆",
        "各位代表:",
        FIRST,
        LONG,
        "(一)把路修完",
        SECOND,
    ]
    assert article.header == Header()


def test_portal_with_its_block_twice_and_an_attachment() -> None:
    article = read_text(
        "[ 索引号 ] | 1150/2025-7 | [ 发文字号 ] | 无 |\n[ 发布机构 ] | 某区办公室 | [ 有效性 ] | |\n"
        "[ 索引号 ] | 1150/2025-7 |\n[ 发布机构 ] | 某区办公室 |\n[ 成文日期 ] | 2025-02-08 |\n"
        f"一、去年的工作\n{LONG}\n（一）修路\n{SECOND}\n某区2025年工作报告.docx"
    )
    assert article.title is None
    assert article.body == f"一、去年的工作\n{LONG}\n（一）修路\n{SECOND}"
    assert article.header == Header(
        index_number="1150/2025-7", issuer="某区办公室", written_on=date(2025, 2, 8)
    )


def test_title_of_the_block_is_the_title() -> None:
    article = read_text(
        f"索引号: 1/2025-7 发布机构: 某区\n名称: 关于某区计划的报告\n关于某区计划的报告\n各位代表:\n{LONG}"
    )
    assert article.title == "关于某区计划的报告"
    assert article.body == f"各位代表:\n{LONG}"


def test_thread_saved_as_text() -> None:
    article = read_text(
        f"""设为首页收藏本站
查看: 744|回复: 1

[某省] 2025年某县政府工作报告

[复制链接]
  • TA的每日心情
    开心
    2万

    主题
    积分
    172463
    发表于 2025-2-5 21:02:51 | 显示全部楼层 |阅读模式
    本帖最后由 u7 于 2025-2-5 21:04 编辑

    2025年某县政府工作报告
    各位代表：
    {LONG}
    名词解释
    三件事：{SECOND}
    回复
    举报
    过路人
    12
    主题
    发表于 2025-2-6 08:00:00 | 显示全部楼层
    谢谢分享，正在找这一份，找了很久了，帮了大忙，顺便问一句有没有去年的。
    您需要登录后才可以回帖 登录 | 立即注册

    本版积分规则
    Powered by Discuz! X3.4"""
    )
    assert article.title == "2025年某县政府工作报告"
    assert article.body == f"各位代表：\n{LONG}\n名词解释\n三件事：{SECOND}"
    assert article.published_at == datetime(2025, 2, 5, 21, 2, 51, tzinfo=CHINA)


def test_page_dump_with_menus_summary_and_side_bar() -> None:
    article = read_text(
        f"首页\n政务公开\n工作报告\n某县2025年政府工作报告\n"
        "时间：2025-04-02????\t\t作者：某网????\t\t来源：某县政府网????\t\t阅读：\n296\n评论：\n0\n内容摘要：\n"
        f"政 府 工 作 报 告2025年1月16日在某县会议上{FIRST}\n"
        "政 府 工 作 报 告\n2025年1月16日在某县第三届人民代表大会上\n"
        f"各位代表：\n{FIRST}\n{LONG}\n分享到：\nQQ空间\n上一篇：\n某县公告\n相关文章\n03-30\n{SECOND}\n标签云\n政府"
    )
    assert article.title == "某县2025年政府工作报告"
    assert article.body == f"2025年1月16日在某县第三届人民代表大会上\n各位代表：\n{FIRST}\n{LONG}"
    assert article.published_at == date(2025, 4, 2)
    assert article.origin == "某县政府网"


def test_real_text_is_kept_whole() -> None:
    """Short last lines, lists with 主办单位, a slogan: none of it is furniture."""
    lines = [
        LONG,
        "附件",
        "一、实施供水工程",
        f"年度目标：{SECOND}",
        "主办单位：县水利局，各乡镇",
        "修路！架桥！一起干！",
    ]
    assert read_text("\n".join(lines)).body.split("\n") == lines


def test_html_given_as_text() -> None:
    article = read_text(
        f"<div><span>索引号：</span><span>YP-9</span><span>发布机构：</span><span>某区</span></div><p>{LONG}</p>"
    )
    assert article.header == Header(index_number="YP-9", issuer="某区")
    assert article.body == LONG


def test_header_alone_and_nothing_at_all() -> None:
    assert read_text("索引号: 1/2025-7\n发布机构: 某区").body == ""
    assert read_text("").body == ""
    assert read_text("\x00\ud800 \n").body == ""


# --- real texts ------------------------------------------------------------------------------


SEEDS = {
    "000_ec633ae46d183a67.txt": ("(重庆市)重庆市沙坪坝区人民政府工作报告(2024年1月10日)", None),
    "001_9bf9900164892d57.txt": (
        "关于重庆市沙坪坝区2024年国民经济和社会发展计划执行情况及2025年计划草案的报告",
        date(2025, 2, 25),
    ),
    "002_785fa83fd76b06f8.txt": (None, date(2024, 3, 1)),
    "003_645bf88276c0a9aa.txt": ("(重庆市)重庆市渝北区人民政府工作报告(2023年2月8日)", None),
    "004_161c44b6b5891905.txt": (
        "2024年重庆市南岸区政府工作报告",
        datetime(2024, 7, 5, 21, 2, 51, tzinfo=CHINA),
    ),
}
FURNITURE = re.compile(
    "导航菜单|本文仅代表|本文地址|留言与评论|验证码|索引号|发布机构|[.]docx|LV[.]10|显示全部楼层|本帖最后由|回帖|Powered|客服"
)


@pytest.mark.parametrize("name", SEEDS)
def test_seed(shared: Path, name: str) -> None:
    seeds = shared / "seeds"
    truth = json.loads((seeds / "truth.json").read_text(encoding="utf-8"))[name]
    text = (seeds / name).read_text(encoding="utf-8")
    article = read_text(text)
    header = {key: value for key, value in dataclasses.asdict(article.header).items() if value is not None}
    assert {key: str(value) for key, value in header.items()} == {
        key: value for key, value in truth["header"].items() if value is not None
    }
    assert (article.title, article.published_at) == SEEDS[name]
    assert FURNITURE.findall(article.body) == []
    told = truth["headline_targets"] + truth["outcomes"] + truth.get("some_commitments", [])
    assert [figure["quote"] for figure in told if figure["quote"] not in article.body] == []
    assert len(article.body) > 0.85 * len(text)


def test_reports_lose_nothing_but_furniture(shared: Path) -> None:
    """Of every quoted target the sentence is still there, on 97 texts with all kinds of noise around them."""
    with (shared / "data" / "targets.csv").open(encoding="utf-8") as rows:
        quotes = [(row["file"], row["quote"]) for row in csv.DictReader(rows)]
    bodies: dict[str, tuple[str, str]] = {}
    lost = []
    for name, quote in quotes:
        path = shared / "data" / "reports" / name
        if name not in bodies:
            text = path.read_text(encoding="utf-8")
            bodies[name] = (text, read_text(text).body)
        text, body = bodies[name]
        if quote in text and quote not in body:
            lost.append((name, quote))
    assert len(bodies) > 50
    assert lost == []


def test_line_of_date_and_source_without_a_label_is_no_text() -> None:
    article = read_text(
        "某市人民政府办公室关于印发办法的通知\n2019-05-30     来源:某科 字号:[   ]\n各县人民政府：\n"
        "办法已经会议审议通过，现印发给你们，请认真遵照执行，并把做的事一件件记下来。"
    )
    assert article.body.startswith("各县人民政府：")
    assert article.published_at == date(2019, 5, 30)
    assert article.origin == "某科"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\u2028"])
def test_what_stands_above_a_table_of_contents_is_of_the_text(end: str) -> None:
    head = ["政府工作报告", "——2026年1月8日在某县第十届人民代表大会第六次会议上", "某县人民政府县长 李某"]
    text = ["各位代表：", "现在，我代表县人民政府报告工作，请予审议，也请列席的同志提出意见，一条一条记下。"]
    contents = ["目　录", "一、2025年工作回顾", "二、2026年工作安排"]
    article = read_text(end.join((*head, *contents, *text)))
    assert article.title == head[0]
    assert article.body.split("\n") == [*head[1:], *text]


def test_a_report_in_notes_keeps_its_head() -> None:
    notes = [f"第{n}项任务完成{n}00万元" for n in range(1, 20)]
    text = "\n".join(
        [
            "某县2026年政府工作报告",
            "一、2025年工作回顾",
            *notes,
            "二、2026年工作安排",
            "今年，我们要坚持稳中求进，扎实做好各项工作，全力完成全年目标任务。",
        ]
    )
    assert read_text(text).body.startswith("一、2025年工作回顾\n第1项任务完成100万元\n")


def test_a_menu_below_the_title_of_a_page_is_none_of_its_text() -> None:
    menu = [f"某某栏目之{n}" for n in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未"]
    text = "\n".join(
        [
            "某县2026年政府工作报告",
            *menu,
            "2025年地区生产总值增长6%",
            "今年，我们要坚持稳中求进，扎实做好各项工作，全力完成全年目标任务。",
        ]
    )
    assert "栏目之甲" not in read_text(text).body


TABLE_A_CELL_A_LINE = """指标
单位
2025年预计
2026年目标
地区生产总值
亿元
431.2
5%左右
一般公共预算收入
亿元
27.5
28.6"""


@pytest.mark.parametrize(
    "above", ["", "二、主要目标\n2026年，全区将围绕高质量发展，努力实现下列各项主要目标。\n"]
)
def test_a_table_a_cell_a_line_keeps_its_figures(above: str) -> None:
    article = read_text(f"某某新区2026年国民经济和社会发展计划主要目标\n{above}{TABLE_A_CELL_A_LINE}")
    assert article.body.endswith(TABLE_A_CELL_A_LINE)


def test_numbers_below_a_text_are_those_of_its_pages() -> None:
    text = "2026年，全区将围绕高质量发展，努力实现各项主要目标，为全市发展大局作出新的更大贡献。" * 8
    article = read_text(f"某某区2026年政府工作报告\n指标\n{text}\n1\n2\n3")
    assert article.body.endswith(text)


@pytest.mark.parametrize("below", ["浏览次数：\n1024", "点赞\n12\n收藏\n3", "上一页\n1\n2\n3\n下一页"])
def test_counters_below_a_table_a_cell_a_line_are_no_cells_of_it(below: str) -> None:
    above = "2026年，全区将围绕高质量发展，努力实现下列各项主要目标。"
    text = f"某某新区2026年国民经济和社会发展计划主要目标\n{above}\n{TABLE_A_CELL_A_LINE}"
    assert read_text(f"{text}\n{below}").body.endswith(TABLE_A_CELL_A_LINE)

"""Header blocks in every layout that was seen; the values are made up, the layouts are not."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.model import Header
from ingest.page.header import find_header
from ingest.page.lines import as_cells, lines_of, parse_html
from ingest.page.text import read_text


def fields(text: str) -> dict[str, Any]:
    header = find_header(text.splitlines()).header
    return {name: value for name, value in dataclasses.asdict(header).items() if value is not None}


def of_html(html: str) -> dict[str, Any]:
    body = parse_html(html).body
    return fields("\n".join(as_cells(line) for line in lines_of(body.html if body else "")))


DAY = date(2024, 3, 5)

TEXTS = [
    # cells apart by bars; a blank value's cell is gone, and the next label stands in its place
    (
        "索引号: | 00112233X/2024-00007 | 信息分类名称: | 规划/计划 | ||\n"
        "发布机构: | 生成日期: | 2024-03-05 | 发布日期: | 2024-03-05 |\n"
        "名称: | 关于某某的报告 | ||||\n文号: | 主题词: |",
        {
            "index_number": "00112233X/2024-00007",
            "info_class": "规划/计划",
            "written_on": DAY,
            "published_on": DAY,
            "title": "关于某某的报告",
        },
    ),
    # brackets, twice printed (for the computer, for the telephone), a placeholder
    (
        "[ 索引号 ] | 1150/2024-1 | [ 发文字号 ] | 无 |\n[ 发布机构 ] | 某区办公室 | [ 有效性 ] | |\n"
        "[ 索引号 ] | 1150/2024-1 |\n[ 发文字号 ] | 无 |\n[ 发布机构 ] | 某区办公室 |",
        {"index_number": "1150/2024-1", "issuer": "某区办公室"},
    ),
    # one label a line, the value below it, none where it is blank
    (
        "[ 索引号 ]\n1150/2024-1\n[ 发文字号 ]\n[ 主题分类 ]\n农业;林业\n[ 成文日期 ]\n2024-03-05\n某某通知",
        {"index_number": "1150/2024-1", "subject_class": "农业;林业", "written_on": DAY},
    ),
    # several pairs a line, labels padded with spaces of both widths
    (
        "索 引 号: 00112233X/2024-00007 信息分类名称: 规划\n名　　称: 某区关于印发某某规则的通知\n"
        "文\xa0\xa0号: 某府发 〔2024〕 7号 主 题 词: 行政事务",
        {
            "index_number": "00112233X/2024-00007",
            "info_class": "规划",
            "title": "某区关于印发某某规则的通知",
            "document_number": "某府发 〔2024〕 7号",
            "keywords": "行政事务",
        },
    ),
    # no colons at all
    (
        "索 引 号 主题分类 综合政务 \\ 其他\n发布机构 某区政府 文  号 某政发〔2024〕62号\n"
        "成文日期 2024-03-05",
        {
            "subject_class": "综合政务 \\ 其他",
            "issuer": "某区政府",
            "document_number": "某政发〔2024〕62号",
            "written_on": DAY,
        },
    ),
    # no colons, values below, the first value runs straight on into the next label
    (
        "标题\n某县关于印发办法的通知发文机关\n某县政府办公室\n发文字号\n某政发〔2024〕1号\n索引号\n1137/2024-51\n有效性\n有效",
        {
            "title": "某县关于印发办法的通知",
            "issuer": "某县政府办公室",
            "document_number": "某政发〔2024〕1号",
            "index_number": "1137/2024-51",
            "validity": "有效",
        },
    ),
    # values beside their labels: the title that follows a blank last label is not its value
    (
        "索  引  号 1137/2021-1 公开方式 主动公开\n发布机构 某县发展和改革局 组配分类 发展计划\n"
        "有效性\n某县2021年计划",
        {"index_number": "1137/2021-1", "issuer": "某县发展和改革局"},
    ),
    # bullets; a label that is no field of ours ends the value before it
    (
        "- 索 引 号:dq/2024-16\n- 发文机构:某行署 公文种类 :其他\n- 名 称:某办法\n"
        "- 发文日期:2024-03-05 17:45",
        {"index_number": "dq/2024-16", "issuer": "某行署", "title": "某办法", "written_on": DAY},
    ),
    # a dump that lost the first half of padded labels
    (
        "号: abc-/2024-013 信息分类: 政府文件\n发布机构: 某市政府办 称: 某市关于某某的通知\n"
        "号: 某政发〔2024〕1号 性: 有效",
        {
            "index_number": "abc-/2024-013",
            "info_class": "政府文件",
            "issuer": "某市政府办",
            "title": "某市关于某某的通知",
            "document_number": "某政发〔2024〕1号",
            "validity": "有效",
        },
    ),
    # a cell broken over lines; placeholders null, ———, —  —
    (
        "索引号:1153/2017-1 | 公开目录:应急 | 发布机构:某州办公室 |\n"
        "主题词:null | 发布日期:2024年03月05日 | 文 号:——— |\n标 题:\n某州应急预案\n|\n有效性:—  — |",
        {"index_number": "1153/2017-1", "issuer": "某州办公室", "published_on": DAY, "title": "某州应急预案"},
    ),
    # traditional characters, readings in brackets
    (
        "標題: | 關於某某的解讀 | ||\n索引號: | 1137/2022-5 | 文號: | |\n"
        "發(fā)文日期: | 2024-03-05 | 發(fā)布機構: | 某縣政府辦公室 |",
        {
            "title": "關於某某的解讀",
            "index_number": "1137/2022-5",
            "written_on": DAY,
            "issuer": "某縣政府辦公室",
        },
    ),
    # spans without a space between them; a better label wins, wherever it stands
    (
        "索引号：YP-2024-9发文机关：某区政府发文日期：2024-03-09成文日期：2024-03-05",
        {"index_number": "YP-2024-9", "issuer": "某区政府", "written_on": DAY},
    ),
    # an info line is no block
    ("某县召开会议\n发布时间:2024-03-05 17:12 来源:某县政府 浏览次数: 5", {}),
    # a number inside 内容概述 is not the document's; running text ends the search
    (
        "索引号: 1137/2024-5 发布机构: 某县政府\n内容概述: 根据某文件（文号：旧政发〔1999〕1号）制定\n"
        + "会议指出，要把每一件事办好，把每一笔账算清。" * 5
        + "\n文号: 假政发〔2000〕2号",
        {"index_number": "1137/2024-5", "issuer": "某县政府"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_text_layouts(text: str, expected: dict[str, Any]) -> None:
    assert fields(text) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<dl><dt>文号</dt><dd>某政〔2024〕9号</dd><dt>发布单位：</dt><dd>某省政府</dd><dt>公开方式</dt><dd>主动公开</dd></dl>",
            {"document_number": "某政〔2024〕9号", "issuer": "某省政府"},
        ),
        (
            "<table><tr><th>发文字号：</th><td>某府〔2024〕3号</td></tr>"
            "<tr><th> 制发机关 : </th><td>某省政府</td></tr></table>",
            {"document_number": "某府〔2024〕3号", "issuer": "某省政府"},
        ),
        (
            "<div><span>索引号：</span><span> YP-9 </span><span>发文机关：</span><span>某区政府</span></div>",
            {"index_number": "YP-9", "issuer": "某区政府"},
        ),
        (
            "<ul><li><b>索 引 号：</b>1137/2024-5</li><li><b>文号：</b></li>"
            "<li><b>发布机构：</b>某县政府</li></ul>",
            {"index_number": "1137/2024-5", "issuer": "某县政府"},
        ),
        (
            "<table><!--<tr><td>索引号：</td><td>1111/1999-1</td></tr>--><tr><td><p>索引号：</p></td><td><p>1137/2024-5</p></td>"
            "<td>文件编号</td><td><!--W-->—&nbsp;&nbsp;—<!--W--></td><td>发布机构</td><td><!--F-->某区政府办<!--F--></td></tr></table>",
            {"index_number": "1137/2024-5", "issuer": "某区政府办"},
        ),
        (
            "<table><tr><td>索　引　号</td><td>：</td><td>1137/2024-5</td></tr>"
            "<tr><td>文　　号</td><td>：</td><td>无</td></tr>"
            "<tr><td>发布机构</td><td> : </td><td>某县政府</td></tr></table>",
            {"index_number": "1137/2024-5", "issuer": "某县政府"},
        ),
        (
            "<table><tr><td><strong>索 引 号：</strong></td><td><strong>主题分类：</strong></td></tr>"
            "<tr><td><strong>文&nbsp;&nbsp;号：</strong></td><td><strong>发布机构：</strong></td></tr></table>",
            {},
        ),
    ],
)
def test_html_layouts(html: str, expected: dict[str, Any]) -> None:
    assert of_html(html) == expected


def test_block_knows_its_lines() -> None:
    lines = ["某区政府", "索引号: 1137/2024-5", "发布机构: 某区政府办 来源: 某科", "关于某某的通知"]
    block = find_header(lines)
    assert block.lines == {1, 2}
    assert block.others["来源"] == "某科"


# --- real blocks -----------------------------------------------------------------------------


FIELDS_OF = {
    "index_number": "索引号 信息索引号 统一登记号",
    "document_number": "文号 发文字号 发文文号 文件编号 备注/文号",
    "issuer": "发布机构 发文机关 发文机构 制发机关 发布单位",
    "subject_class": "主题分类",
    "info_class": "信息分类名称 信息分类",
    "genre_class": "体裁分类",
    "validity": "有效性 效力状态 效力状况",
    "written_on": "成文日期 成文时间 生成日期 公文生成日期 发文日期",
    "published_on": "发布日期 发布时间 公开日期 公布日期",
    "title": "名称 标题 文件标题 文件名称 信息名称",
    "keywords": "主题词",
}


def test_real_blocks(shared: Path) -> None:
    """At least 98 in 100 of the transcribed fields, and next to nothing that is not there."""
    labels = {label: name for name, printed in FIELDS_OF.items() for label in printed.split()}
    right = wrong = 0
    for line in (shared / "data" / "headers.jsonl").read_text(encoding="utf-8").splitlines():
        block = json.loads(line)
        got = dataclasses.asdict(read_text(block["raw"]).header)
        want: dict[str, str] = {}
        for label, value in block["fields"].items():
            plain = "".join(unicodedata.normalize("NFKC", value).split())
            if (name := labels.get(label)) and plain.strip("-—–_/|无") not in ("", "null", "未知"):
                want.setdefault(name, plain)
        for name in FIELDS_OF:
            value = got[name]
            if value is None and name not in want:
                continue
            plain = "".join(unicodedata.normalize("NFKC", str(value)).split())
            if name.endswith("_on") and name in want and value is not None:
                digits = f"{value.year}-{value.month:02}-{value.day:02}"
                plain, want[name] = digits, want[name].replace("年", "-").replace("月", "-")[:10]
            if plain == want.get(name):
                right += 1
            else:
                wrong += 1
    assert right / (right + wrong) >= 0.98, (right, wrong)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["|索引号|发文字号|成文日期", "|X/2026-1|某府发〔2026〕1号|2026-01-12"],
         Header(index_number="X/2026-1", document_number="某府发〔2026〕1号", written_on=date(2026, 1, 12))),
        (["索引号 | 文号 | 发布机构", "X/2026-1 | | 某县人民政府", "各位代表："],
         Header(index_number="X/2026-1", issuer="某县人民政府")),
        (["|标题|文号|发文日期", "|甲的报告|甲〔2026〕1号|2026-01-12", "|乙的报告|乙〔2026〕2号|2026-01-13"],
         Header()),  # a list of documents, no block
    ],
)  # fmt: skip
def test_labels_as_heads_of_columns(lines: list[str], expected: Header) -> None:
    assert find_header(lines).header == expected


def test_the_line_of_when_and_where_from_is_no_part_of_the_block() -> None:
    found = find_header(
        [
            "索引号：X/2026-1 发布机构：某县人民政府",
            "来源：某县政府办 发布时间：2026-01-12 浏览次数：35 【字体：",
        ]
    )
    assert found.header == Header(index_number="X/2026-1", issuer="某县人民政府")
    assert found.others["发布时间"] == "2026-01-12"


def test_what_is_left_of_a_label_counts_beside_a_whole_one() -> None:
    found = find_header(
        ["号：|X1/2026-00001", "发布机构：|某县人民政府", "称：|某县2026年政府工作报告"]
    ).header
    assert found == Header(
        index_number="X1/2026-00001", issuer="某县人民政府", title="某县2026年政府工作报告"
    )
    assert find_header(["号：X1/2026-00001", "称：某县2026年政府工作报告"]).header == Header()


def test_labels_that_the_header_has_no_place_for_belong_to_the_block() -> None:
    block = [
        "制定机关：某县人民政府",
        "发文字号：某政〔2026〕1号",
        "公布日期：2026.01.15",
        "时效性：现行有效",
        "效力位阶：地方工作文件",
    ]
    found = find_header([*block, "报告人：某县县长", "各位代表："])
    assert found.lines == frozenset(range(len(block)))

"""Lines that only a style sets apart."""

from __future__ import annotations

import pytest

from ingest.page.parsed import parse_page
from ingest.page.reader import read_page

URL = "http://county.example/1.html"
LINES = [
    "各位代表：",
    "现在，我代表县人民政府，向大会报告工作，请予审议，并请列席会议的同志提出意见。",
    "一、去年的工作",
    "全县地区生产总值增长5.8%，城镇新增就业1.2万人，粮食产量稳定在50万吨以上，北坡的渠已经修通。",
    "二、今年的工作",
    "主要预期目标是：地区生产总值增长6%左右，固定资产投资增长8%以上，把三所卫生院的床位添够。",
]
INDENTED = [f"　　{line}" for line in LINES]
WIDTH = 27


def cut(line: str) -> list[str]:
    return [line[start : start + WIDTH] for start in range(0, len(line), WIDTH)]


def body(text: str) -> list[str]:
    page = f"<html><body><h1>某县2026年政府工作报告</h1>{text}</body></html>"
    return read_page(parse_page(page, URL)).body.split("\n")


def spans(lines: list[str], style: str = "display:block") -> str:
    return "".join(f'<span style="{style}">{line}</span>' for line in lines)


@pytest.mark.parametrize("box", ["<div {}>%s</div>", "<div id='zoom'><section {}>%s</section></div>"])
@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES),
        "\r\n".join(INDENTED),
        "\n\n".join(INDENTED),
        "\n".join(f"<b>{line[:4]}</b>{line[4:]}" for line in LINES),
        "\n".join(f'<span style="white-space:pre">\t</span>{line}' for line in LINES),
        "\n".join("\n".join(cut(line)) for line in INDENTED),  # the lines of a printed page
    ],
)
@pytest.mark.parametrize(
    "kept", ["white-space:pre-wrap", "color:red; white-space: pre-line", "white-space: pre;"]
)
def test_line_breaks_that_are_shown_end_lines(kept: str, text: str, box: str) -> None:
    assert body(box.format(f"style='{kept}'") % text) == LINES


def test_line_breaks_that_are_not_shown_end_none() -> None:
    broken = "<p>{}</p>".format("</p><p>".join("\n".join(cut(line)) for line in LINES))
    for style in ("white-space:normal", "white-space:nowrap"):
        assert body(f"<div style='white-space:pre-wrap'><div style='{style}'>{broken}</div></div>") == LINES


def test_the_lines_of_a_cell_stay_in_their_row() -> None:
    rows = "<tr><td style='white-space:pre-wrap'>粮食\n产量</td><td>50</td><td>52</td></tr>"
    assert body(f"<div id='zoom'><p>{LINES[1]}</p><table>{rows}</table></div>") == [
        LINES[1],
        "粮食产量 50 52",
    ]
    whole = "\n".join(LINES * 3)
    assert body(f"<table><tr><td style='white-space:pre-wrap'>{whole}</td></tr></table>") == LINES * 3


@pytest.mark.parametrize("style", ["display:block", "text-indent: 2em; display: block;"])
def test_a_span_that_is_a_block_is_a_line(style: str) -> None:
    assert body(f"<div>{spans(LINES, style)}</div>") == LINES
    assert body(f"<div>{spans(LINES[:-1], style)}{LINES[-1]}</div>") == LINES
    assert body(f"<div><span style='{style}'>{spans(LINES, style)}</span></div>") == LINES


def test_spans_that_are_the_lines_of_a_printed_page_are_joined() -> None:
    assert body(f"<div>{spans([piece for line in INDENTED for piece in cut(line)])}</div>") == LINES

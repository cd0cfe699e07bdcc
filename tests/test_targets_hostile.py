"""No text, however hostile, breaks the reading or makes it slower than linear."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.model import Kind
from tests.support.growth import Work, grows_with_size_only
from workers.targets.extract import extract

PIECES = (
    *(
        "地区生产总值",
        "城乡居民人均可支配收入",
        "规上工业增加值",
        "PM2.5",
        "高新技术企业",
        "某",
        "项目",
        "经开区",
    ),
    *(
        "增长",
        "下降",
        "达到",
        "完成",
        "任务",
        "目标",
        "分别",
        "均",
        "力争",
        "确保",
        "新增",
        "占",
        "比",
        "由",
        "基础上",
    ),
    *("、", "，", "；", "：", "。", "\n", "（", "）", "和", "左右", "以上", "不低于", "[3]", "_M_M_", "一、"),
    *("6%", "5%—6%", "3万人", "1.2万亿元", "百分之六", "2023年", "2024年", "2030年", "去年", "今年", "年均"),
    *("十四五", "五年来", "全省", "全市", "与经济增长同步", "高于", "全国平均水平", "保持正增长", "持平"),
    *(
        "主要预期目标是：",
        "二、2024年工作安排",
        "今后五年的奋斗目标是：",
        "会议决定批准",
        "杭州市：",
        "宁波市\n",
    ),
    *("翻番", "翻两番", "1.5倍", "是2018年的", "累计", "惠及", "在减税的情况下", "全疆", "只增不减", "由"),
    *(
        "指标 单位 2023年完成 2024年计划\n",
        "地区生产总值 亿元 812 870\n",
        "指标名称\n",
        "单位\n",
        "2024年计划\n",
    ),
)


@settings(max_examples=300, deadline=None)
@example(["主要预期目标是：指标 2023年完成 2024年计划\n", "地区生产总值"], None)
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from([None, 2024, 2025]))
def test_any_mixture_of_words_gives_quotes_that_stand_in_the_body(
    pieces: list[str], year: int | None
) -> None:
    body = "".join(pieces)
    extraction = extract(body, year=year, kind=Kind.WORK_REPORT)
    for figure in (*extraction.targets, *extraction.outcomes):
        assert 0 <= figure.start < figure.end <= len(body)
        assert body[figure.start : figure.end] == figure.quote
        assert len(figure.label) <= 30
        assert figure.low is None or figure.high is None or figure.low <= figure.high
    assert not any(figure.headline for figure in extraction.outcomes)
    assert extract(body, year=year, kind=Kind.WORK_REPORT) == extraction


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_at_all(body: str) -> None:
    extract(body, year=2024, kind=Kind.OTHER)


SEEDS = (
    "地区生产总值、",
    "地区生产总值和",
    "完成",
    "完成节能减排",
    "增长",
    "增长6%、",
    "地区生产总值增长6%，",
    "地区生产总值增长6%。",
    "今年主要预期目标是：地区生产总值增长6%。",
    "今年主要预期目标是：\n",
    "目标为是",
    "持续明显保持",
    "保持基本",
    "1",
    "1,",
    "一万亿",
    "百分之",
    " ",
    "\n",
    "\n　",
    "（",
    "（甲",
    "[",
    "全国",
    "高于全国",
    "与某",
    "力争达到6%、",
    "2023年",
    "一、",
    "某",
    "某\n",
    "新增5家高新技术企业、",
    "高新技术企业新增5家、",
    "指标 单位 2024年计划\n",
    "指标\n单位\n2024年计划\n",
    "指标 单位 2024年计划\n地区生产总值 % 6\n",
    "地区生产总值 812 870\n",
    "8 ",
    "1 2\n",
    "在减税",
    "在减税的情况下",
    "是2018年的",
    "翻一番",
    "预计增长6%、",
    "分别增长5%、",
    "会议听取报告。",
    "会议听取",
    "杭州市\n",
    "杭州市：",
    "经开区实现",
    "开发区营业收入、",
    "序号\n",
    "年份\n",
)


def reading(body: str) -> Work:
    def work() -> None:
        extraction = extract(body, year=2024, kind=Kind.WORK_REPORT)
        for figure in (*extraction.targets, *extraction.outcomes):
            # What a figure carries has a bound of its own, else many figures in one sentence carry too much.
            assert len(figure.quote) <= 2 * 160
            assert len(figure.sentence) <= 3 * 400

    return work


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("start", ["", "二、2024年工作安排\n今年主要预期目标是：地区生产总值"])
def test_a_text_of_one_thing_is_read_in_linear_time(start: str, seed: str) -> None:
    extract("地区生产总值增长6%", year=2024, kind=Kind.WORK_REPORT)  # compiles the vocabulary, once
    grows_with_size_only(lambda n: reading(start + seed * (n // len(seed))), 32_000)

"""How figures, reports and times are said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from alerts.words import chinese
from alerts.words.chinese import (
    figure_text,
    local_time,
    number_text,
    place_and_year,
    short_label,
)
from ingest.events import EventType
from ingest.identity.names import KIND_NAMES, report_name
from ingest.model import Comparator, DeliveryState, Kind, Measure, Relation, Resolve, SourceKind


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (6.0, "%", "6%"),
        (5.25, "%", "5.25%"),
        (0.1 + 0.2, "%", "0.30000000000000004%"),
        (0.5, "百分点", "0.5个百分点"),
        (6.8, "‰", "6.8‰"),
        (310.0, "天", "310天"),
        (30000.0, "人", "3万人"),
        (9999.0, "人", "9999人"),
        (12345.0, "人", "12345人"),
        (15607.0, "元", "15607元"),
        (15600.0, "元", "1.56万元"),
        (1.00425e10, "元", "100.425亿元"),
        (1.23456e12, "元", "12345.6亿元"),
        (1.2e12, "元", "1.2万亿元"),
        (3.05e9, "元", "30.5亿元"),
        (20000.0, "%", "20000%"),
        (100.0, None, "100"),
        (-1.5, "%", "-1.5%"),
        (0.0, "%", "0%"),
        (float("inf"), "元", "inf元"),
    ],
)
def test_number_text(value: float, unit: str | None, text: str) -> None:
    assert number_text(value, unit) == text


def figure(comparator: str, low: float | None, high: float | None, **more: Any) -> dict[str, Any]:
    return {"comparator": comparator, "low": low, "high": high, "unit": "%", "measure": "growth"} | more


AVERAGE = {"kind": "average", "from": 2021, "to": 2025}
SUM, BY_END = AVERAGE | {"kind": "sum"}, AVERAGE | {"kind": "by_end", "from": None}


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (figure("exact", 6.0, 6.0), "6%"),
        (figure("about", 6.0, 6.0), "6%左右"),
        (figure("at_least", 8.0, None), "8%以上"),
        (figure("more_than", 8.0, None), "超过8%"),
        (figure("at_most", None, 4.5), "4.5%以内"),
        (figure("less_than", None, 5.5), "低于5.5%"),
        (figure("range", 5.0, 6.0), "5%—6%"),
        (figure("range", 30000.0, 50000.0, unit="人"), "3万人—5万人"),
        (figure("at_least", 30000.0, None, unit="人", measure="level"), "3万人以上"),
        (figure("exact", 3.0, 3.0, measure="change", direction="down"), "下降3%"),
        (figure("range", 2.0, 3.0, measure="change", direction="down"), "下降2%—3%"),
        (figure("about", 1.0, 1.0, measure="change", unit="百分点", direction="up"), "提高1个百分点左右"),
        (
            figure("exact", 50.0, 50.0, measure="change", unit="家", direction="up", quote="新增50家"),
            "新增50家",
        ),
        (figure("exact", 5.0, 5.0, measure="change", unit="家", direction="up"), "增加5家"),
        (figure("about", 7.0, 7.0, period=AVERAGE), "2021—2025年年均7%左右"),
        (figure("about", 7.0, 7.0, period=AVERAGE | {"from": None}), "到2025年年均7%左右"),
        (
            figure("exact", 13.5, 13.5, measure="change", direction="down", period=SUM),
            "2021—2025年累计下降13.5%",
        ),
        (figure("at_least", 1e11, None, unit="元", measure="level", period=BY_END), "到2025年1000亿元以上"),
        (
            figure("exact", 2.0, 2.0, unit="倍", measure="level", period=BY_END, base="2020年"),
            "到2025年2倍（基数2020年）",
        ),
        (figure("exact", 8.1, 8.1, base="5.55亿元"), "8.1%（基数5.55亿元）"),
        (figure("exact", 1e11, 1e11, unit="元", measure="level", base="2020年价"), "1000亿元（2020年价）"),
        (figure("exact", 7.0, 7.0, base="8%"), "7%（此前8%）"),
        (figure("exact", 8.0, 8.0, base="剔除房地产投资"), "8%（剔除房地产投资）"),
        (
            figure("in_step_with", None, None, quote="居民收入增长与经济增长基本同步"),
            "与经济增长基本同步",
        ),
        (figure("faster_than", None, None, quote="居民收入增速高于经济增速"), "高于经济增速"),
        (figure("same_as", None, None, quote="CPI涨幅与全国保持一致"), "与全国保持一致"),
        (
            figure("same_as", None, None, quote="人均生产总值达到全省平均水平", period=BY_END),
            "到2025年达到全省平均水平",
        ),
        (figure("positive", None, None, quote="外贸进出口保持正增长"), "正增长"),
        (figure("flat", None, None, quote="规模与上年持平"), "与上年持平"),
        (figure("flat", None, None, quote="保持平稳"), "持平"),
        (figure("fulfil", None, None, quote="空气质量、节能减排完成年度目标任务"), "完成年度目标任务"),
        (figure("fulfil", None, None, quote=""), "完成任务"),
        (figure("exact", None, None, quote="取得新进展"), "取得新进展"),
    ],
)
def test_figure_text(one: dict[str, Any], text: str) -> None:
    assert figure_text(one) == text


@pytest.mark.parametrize("comparator", list(Comparator))
def test_every_comparator_has_words(comparator: Comparator) -> None:
    assert figure_text(figure(comparator.value, 1.0, 1.0, quote="与上年一致"))


def test_an_unknown_comparator_is_said_aloud() -> None:
    with pytest.raises(ValueError, match="no words for the comparator 'roughly'"):
        figure_text(figure("roughly", 1.0, 1.0))


@pytest.mark.parametrize(
    ("names", "members"),
    [
        (KIND_NAMES, Kind),
        (chinese.EVENTS, EventType),
        (chinese.RELATIONS, Relation),
        (chinese.SOURCE_KINDS, SourceKind),
        (chinese.MEASURES, Measure),
        (chinese.RESOLVES, Resolve),
        (chinese.DELIVERY_STATES, DeliveryState),
    ],
)
def test_every_member_of_a_closed_set_has_a_name(names: dict[str, str], members: Any) -> None:
    assert set(names) == {m.value for m in members}


def test_names_of_reports() -> None:
    region = {"code": "500112", "name": "渝北区"}
    report = {"title": "政府工作报告全文", "kind": "work_report", "year": 2026, "region": region}
    assert report_name(report) == "渝北区 2026 政府工作报告"
    gulou = {"code": "320302", "name": "鼓楼区", "path": ["江苏省", "徐州市", "鼓楼区"]}
    assert report_name(report | {"region": gulou}) == "徐州市鼓楼区 2026 政府工作报告", "there are four"
    assert place_and_year(report) == "渝北区 2026"
    assert report_name(report | {"year": None}) == "渝北区 政府工作报告"
    assert report_name(report | {"region": None}) == "政府工作报告全文"
    assert place_and_year(report | {"region": None}) == "政府工作报告全文"
    assert report_name(report | {"kind": "news"}) == "政府工作报告全文"
    assert report_name(report | {"kind": "other", "key": "doc/1", "title": "doc/1"}) == "渝北区 2026 其他文件"
    assert report_name({"kind": "notice", "key": "doc/1", "title": "doc/1"}) == "通知公告"
    assert report_name({}) == "文件"


def test_short_labels() -> None:
    assert short_label({"indicator": "gdp", "label": "地区生产总值"}) == "GDP"
    assert short_label({"indicator": "other", "label": "新建公园"}) == "新建公园"


def test_times_are_said_in_beijing_time() -> None:
    at = datetime(2026, 1, 11, 16, 30, 5, tzinfo=UTC)
    assert local_time(at) == "2026-01-12 00:30"
    assert local_time(at, seconds=True) == "2026-01-12 00:30:05"
    assert local_time(None) == "—"

"""How nouns and figures are said in Chinese, shared by feeds, pages and terminal. Pure.

What a feed entry says as a whole is entry_body.py; tables for the terminal are listing/lists.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from ingest.china_time import CHINA
from ingest.identity.names import report_name
from ingest.model import LEFT_OUT
from ingest.roles import Role

EVENTS: Mapping[str, str] = {
    "report.published": "发布",
    "report.provisional": "待确认",
    "report.confirmed": "官方确认",
    "report.completed": "补全",
    "report.contradicted": "官方不符",
    "report.revised": "修订",
    "report.withdrawn": "撤下",
    "report.overdue": "逾期未见",
    "target.published": "目标",
    "target.revised": "目标修订",
    "target.withdrawn": "目标删去",
    "copy.appeared": "另见",
    "source.broken": "来源异常",
    "source.recovered": "来源恢复",
    "endpoint.disabled": "端点停用",
    "operator.merged": "人工合并",
    "operator.split": "人工拆分",
    "operator.undone": "人工撤销",
}

RELATIONS: Mapping[str, str] = {
    "same": "全文相同",
    "truncated": "节录",
    "part": "分页",
    "compilation": "汇编",
    "revision": "文字修订",
    "restated": "数字有别",
    "draft": "征求意见稿",
    "masked": "数字隐去",
}

SOURCE_KINDS: Mapping[str, str] = {
    "portal": "政府门户",
    "repost": "转载网站",
    "forum": "论坛",
    "local": "本地文件",
}

FIELDS: Mapping[str, str] = {
    "title": "标题",
    "published_on": "日期",
    "index_number": "索引号",
    "issuer": "机构",
    "body": "正文",
}

MEASURES: Mapping[str, str] = {"growth": "增速", "level": "总量", "share": "比重", "change": "变化"}

PERIODS: Mapping[str, str] = {"year": "当年", "average": "年均", "sum": "累计", "by_end": "期末"}

# Reasons to doubt a figure (docs/extract.md).
DOUBTS: Mapping[str, str] = {
    "implausible": "数值离奇",
    "shared_qualifier": "限定词或为共用",
    "points": "百分点或为百分比",
    "other_base": "基期并非上年",
    "estimate": "预计数",
    "unannounced": "未见目标字样",
    "table": "读自表格",
    "no_year": "年份不明",
    "ocr": "识读自扫描件",
}

RESOLVES: Mapping[str, str] = {"aim": "力争", "ensure": "确保"}

VERDICTS: Mapping[str, str] = {
    "met": "完成",
    "missed": "未完成",
    "restated": "前后不一",
    "not_comparable": "不可比",
    "unknown": "不详",
}

DELIVERY_STATES: Mapping[str, str] = {"due": "待送", "done": "已送达", "dead": "已放弃"}

# What a subscription is told by.
CHANNELS: Mapping[str, str] = {"webhook": "webhook", "apprise": "消息", "mail": "邮件"}
RHYTHMS: Mapping[str, str] = {"at_once": "随时", "daily": "每日", "weekly": "每周"}

LEVELS: Mapping[str, str] = {"province": "省级", "city": "地级", "county": "县级"}

ROLES: Mapping[str, str] = {
    Role.POLL: "轮询",
    Role.WORK: "抽取",
    Role.OCR: "识读扫描件",
    Role.SEND: "投递",
    Role.SERVE: "网页",
}

# What an economist writes when there is little room. By indicator id (ingest/indicators/indicators.toml).
SHORT_LABELS: Mapping[str, str] = {
    "gdp": "GDP",
    "gdp_primary": "一产",
    "gdp_secondary": "二产",
    "gdp_tertiary": "三产",
    "industrial_value_added": "规上工业增加值",
    "fixed_asset_investment": "固定资产投资",
    "industrial_investment": "工业投资",
    "retail_sales": "社零",
    "general_budget_revenue": "一般公共预算收入",
    "resident_income": "居民收入",
    "urban_income": "城镇居民收入",
    "rural_income": "农村居民收入",
    "cpi": "CPI",
    "urban_unemployment": "调查失业率",
    "registered_unemployment": "登记失业率",
    "new_urban_jobs": "城镇新增就业",
    "trade": "进出口",
    "exports": "出口",
    "foreign_investment": "实际使用外资",
    "rd_intensity": "研发强度",
    "energy_intensity": "单位GDP能耗",
    "energy_conservation": "节能减排",
    "grain_output": "粮食产量",
    "pm25": "PM2.5",
}

# Units that are a rate: 10000 of them are never 1万.
RATES = frozenset({"%", "‰", "百分点", "个百分点"})
_SCALES = ((12, "万亿", 4), (8, "亿", 4), (4, "万", 2))  # power of ten, word, decimals that it is used with

_WORDLESS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "in_step_with": (re.compile(r"[与和同跟][^，。；、]{1,20}?(?:基本)?同步"), "同步"),
    "faster_than": (re.compile(r"(?:高于|快于|超过|领先)[^，。；、]{1,20}"), "更快"),
    "same_as": (
        re.compile(
            r"[与和同跟][^，。；、]{1,20}?(?:一致|持平|同步)|达到[^，。；、]{1,12}?平均(?:水平|增速|增幅)"
        ),
        "一致",
    ),
    "positive": (re.compile(r"正增长"), "正增长"),
    "flat": (re.compile(r"[与和同跟][^，。；、]{1,20}?持平"), "持平"),
    "fulfil": (re.compile(r"(?:全面)?完成[^，。；、]{1,20}"), "完成任务"),
}
_NEW = re.compile(r"新增|净增")


def number_text(value: float, unit: str | None) -> str:
    """A value with its unit, scaled as people write it: (30000, "人") -> "3万人", (6.0, "%") -> "6%".

    15607元 stays 15607元: nobody writes 1.5607万元.
    """
    if not math.isfinite(value):
        return f"{value}{unit or ''}"
    exact = Decimal(repr(float(value)))
    scale = ""
    if unit not in RATES:
        for power, word, decimals in _SCALES:
            scaled = exact.scaleb(-power)
            if abs(scaled) >= 1 and scaled == round(scaled, decimals):
                exact, scale = scaled, word
                break
    digits = format(exact.normalize(), "f")
    suffix = "个百分点" if unit == "百分点" else unit or ""
    return f"{digits}{scale}{suffix}"


def _between(low: float, high: float, unit: str | None) -> str:
    return f"{number_text(low, unit)}—{number_text(high, unit)}"


def figure_text(figure: Mapping[str, Any]) -> str:
    """A figure (events.figure_json) in Chinese: "6%左右", "310天以上", "下降3%", "与经济增长同步".

    With its time where that is not one year, and its base: "2021—2025年年均7%左右", "2倍（基数2020年）".
    """
    base = figure.get("base")
    return period_text(figure) + _value_text(figure) + (f"（{_base_text(base)}）" if base else "")


def period_text(figure: Mapping[str, Any]) -> str:
    """年均, 累计 or 到2025年, with its years; "" for one year."""
    period = figure.get("period") or {}
    first, last = period.get("from"), period.get("to")
    years = f"{first}—{last}年" if first and last else f"到{last}年" if last else ""
    match period.get("kind"):
        case "average":
            return f"{years}年均"
        case "sum":
            return f"{years}累计"
        case "by_end":
            return years
        case _:
            return ""


def _base_text(base: str) -> str:
    if "价" in base or base.startswith(LEFT_OUT):
        return base
    return f"{'此前' if base.endswith(tuple(RATES)) else '基数'}{base}"


def _value_text(figure: Mapping[str, Any]) -> str:
    comparator = str(figure.get("comparator") or "")
    quote = str(figure.get("quote") or "")
    if comparator in _WORDLESS:
        pattern, fallback = _WORDLESS[comparator]
        match = pattern.search(quote)
        return match.group() if match else fallback

    low, high, unit = figure.get("low"), figure.get("high"), figure.get("unit")
    direction = ""
    if figure.get("measure") == "change":
        if figure.get("direction") == "down":
            direction = "下降"
        elif _NEW.search(quote):
            direction = "新增"
        elif figure.get("direction") == "up":
            direction = "提高" if unit in RATES else "增加"
    bound = low if low is not None else high
    if bound is None:
        return quote or "—"
    if low is not None and high is not None and low != high:
        return direction + _between(min(low, high), max(low, high), unit)
    text = number_text(bound, unit)
    match comparator:
        case "about":
            text = f"{text}左右"
        case "at_least":
            text = f"{text}以上"
        case "more_than":
            return f"{direction}超过{text}"
        case "at_most":
            text = f"{text}以内"
        case "less_than":
            return f"{direction}低于{text}"
        case "exact" | "range":
            pass
        case _:
            raise ValueError(f"wording: no words for the comparator {comparator!r} of {quote!r}")
    return direction + text


def label(figure: Mapping[str, Any]) -> str:
    """With whose it is, if another's than the report's: 开发区地区生产总值."""
    return owner_text(figure) + str(figure.get("label") or "")


def owner_text(figure: Mapping[str, Any]) -> str:
    """ "" for the region of the report."""
    return str((figure.get("owner") or {}).get("name") or "")


def short_label(figure: Mapping[str, Any]) -> str:
    """GDP for 地区生产总值: the label where there is little room."""
    short = SHORT_LABELS.get(str(figure.get("indicator")))
    return owner_text(figure) + short if short else label(figure)


_SAME = (
    *("comparator", "low", "high", "unit", "measure", "year"),
    *("period", "direction", "base", "owner"),
)


def same_figure(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Do two figures of one indicator promise the same? Sentence and place may differ."""
    if one is None or other is None:
        return one is other
    return all(one.get(k) == other.get(k) for k in _SAME)


_UNCLEAR: Mapping[str, str] = {"kind": "文种", "region": "地区", "year": "年份"}


def unclear_text(doubts: Sequence[str]) -> str:
    """`归属不明：地区、年份`; "" of what is clear."""
    return f"归属不明：{'、'.join(_UNCLEAR[doubt] for doubt in doubts)}" if doubts else ""


def place_and_year(report: Mapping[str, Any]) -> str:
    """`沙坪坝区 2026`: what a target stands under; the report's name where either is missing."""
    region, year = report.get("region"), report.get("year")
    return f"{region['name']} {year}" if region and year else report_name(report)


def local_time(at: datetime | None, *, seconds: bool = False) -> str:
    """Beijing time, `2026-01-12 10:32`; an em dash for None."""
    if at is None:
        return "—"
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")

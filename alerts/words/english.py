"""How nouns and figures are said in English, for feeds with `?lang=en` and for channels. Pure.

Titles are titles.py, the body of an entry content.py.

Names of places and titles stay as they are printed. The English label of an indicator is in the event
(`label_en`, put there by workers/changes.py); an event from before has the Chinese one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from alerts.words import chinese

KINDS: Mapping[str, str] = {
    "work_report": "government work report",
    "plan_report": "economic and social development plan report",
    "budget_report": "budget report",
    "five_year_plan": "five-year plan",
    "notice": "notice",
    "news": "news",
    "other": "document",
}

EVENTS: Mapping[str, str] = {
    "report.published": "published",
    "report.provisional": "provisional",
    "report.confirmed": "confirmed",
    "report.contradicted": "contradicted",
    "report.revised": "revised",
    "report.withdrawn": "withdrawn",
    "report.overdue": "overdue",
    "target.published": "target",
    "target.revised": "target revised",
    "target.withdrawn": "target withdrawn",
    "copy.appeared": "copy",
    "source.broken": "source broken",
    "source.recovered": "source recovered",
    "endpoint.disabled": "endpoint disabled",
    "operator.merged": "merged",
    "operator.split": "split",
    "operator.undone": "undone",
}

# What is wrong with a source (ingest/watch/health.py).
CAUSES: Mapping[str, str] = {
    "broken": "broken",
    "layout_changed": "the layout changed",
    "empty_list": "the list is empty",
    "too_few_items": "too few items",
    "dates_back": "the dates went back",
    "fields_missing": "fields are missing",
    "block_page": "a firewall blocks us",
    "cookie_wall": "it wants a browser",
    "certificate": "the certificate is not valid",
    "tls": "no TLS connection",
    "dns": "the name does not resolve",
    "unreachable": "it does not answer",
    "robots": "robots.txt forbids it",
    "gone": "the list is gone",
    "refused_address": "its address is not public",
    "bad_answer": "the answer is no page",
}
_HEALTH = tuple(
    (re.compile(pattern), english)
    for pattern, english in (
        (r"至少 (\d+) 条", r"at least \1 items"),
        (r"约 (\d+) 条，如上次", r"about \1 items, as last time"),
        (r"，上次 (\d+) 条", r", last time \1"),
        (r"^(\d+) 条$", r"\1 items"),
        (r"\b1 items", "1 item"),
        (r"读得出条目的列表页", "a list page with items"),
        (r"列表页", "a list page"),
        (r"最新一条不早于 ", "the newest item not before "),
        (r"最新一条是 ", "the newest item of "),
        (r"网页结构变了，读不出条目", "another layout, no items could be read"),
        (r"robots\.txt 不准访问", "robots.txt forbids it"),
        (r"要求运行脚本、带 cookie 的防护", "a wall of scripts and cookies"),
        (r"拦截页", "a block page"),
        (r"域名解析不到", "the name does not resolve"),
        (r"证书无效", "a certificate that is not valid"),
        (r"TLS 握手失败", "no TLS connection"),
        (r"连不上", "no answer"),
        (r"超时", "no answer in time"),
        (r"网页不在了（404 或 410）", "no page (404 or 410)"),
        (r"指向不该访问的地址", "an address that is not public"),
        (r"不是网页的应答", "an answer that is no page"),
        (r"最近 (\d+) 篇：", r"in the last \1 articles: "),
        (r"(\d+%) 以上", r"at least \1"),
        (r"，如以往", ", as before"),
        (r"发布日期", "date"),
        (r"标题", "title"),
        (r"索引号", "index number"),
        (r"发布机构", "issuer"),
        (r"正文", "text"),
        (r"、", ", "),
        (r"（", " ("),
        (r"）", ")"),
    )
)

RESOLVES: Mapping[str, str] = {"aim": "aiming at ", "ensure": "ensuring "}

# Units after folding (workers/targets); what is not here is printed as it is.
_UNITS: Mapping[str, str] = {
    "%": "%",
    "‰": "‰",
    "百分点": " pp",
    "个百分点": " pp",
    "元": " yuan",
    "美元": " US dollars",
    "人": " people",
    "人次": " visits",
    "家": " firms",
    "户": " households",
    "个": "",
    "项": " items",
    "套": " homes",
    "天": " days",
    "亩": " mu",
    "吨": " tonnes",
    "公斤": " kg",
    "公里": " km",
    "平方米": " m²",
    "平方公里": " km²",
    "立方米": " m³",
    "千瓦": " kW",
    "千瓦时": " kWh",
}
_SCALES = ((12, " trillion"), (9, " billion"), (6, " million"))
_RATES = frozenset({"%", "‰", "百分点", "个百分点"})

_WORDLESS: Mapping[str, str] = {
    "in_step_with": "in step with",
    "faster_than": "faster than",
    "same_as": "the same as",
    "positive": "positive growth",
    "flat": "flat",
    "fulfil": "as assigned from above",
}


def number_text(value: float, unit: str | None) -> str:
    """(30000, "人") -> "30,000 people", (1.2e12, "元") -> "1.2 trillion yuan", (6.0, "%") -> "6%"."""
    exact, scale = Decimal(repr(float(value))), ""
    if not exact.is_finite():
        return f"{value}{unit or ''}"
    if unit not in _RATES:
        for power, word in _SCALES:
            if abs(exact) >= Decimal(10) ** power:
                exact, scale = exact.scaleb(-power), word
                break
    shown = f"{exact.normalize():,f}"
    return f"{shown}{scale}{_UNITS.get(unit or '', f' {unit}' if unit else '')}"


def figure_text(figure: Mapping[str, Any]) -> str:
    """A figure in English: "about 6%", "at least 310 days", "in step with 经济增长"."""
    comparator = str(figure.get("comparator") or "")
    if comparator in _WORDLESS:
        with_what = chinese.figure_text(figure)  # the quote says with what, in Chinese
        word = _WORDLESS[comparator]
        return f"{word} ({with_what})" if comparator not in ("positive", "flat", "fulfil") else word
    low, high, unit = figure.get("low"), figure.get("high"), figure.get("unit")
    direction = ""
    if figure.get("measure") == "change":
        said = chinese.figure_text(figure)
        if said.startswith("下降"):
            direction = "down "
            low, high = (abs(x) if x is not None else None for x in (low, high))
        elif said.startswith(("提高", "增加", "新增")):
            direction = "up "
    bound = low if low is not None else high
    if bound is None:
        return str(figure.get("quote") or "—")
    if low is not None and high is not None and low != high:
        ends = sorted((low, high))
        return f"{direction}{number_text(ends[0], unit)} to {number_text(ends[1], unit)}"
    text = number_text(bound, unit)
    match comparator:
        case "about":
            return f"{direction}about {text}"
        case "at_least":
            return f"{direction}at least {text}"
        case "more_than":
            return f"{direction}more than {text}"
        case "at_most":
            return f"{direction}at most {text}"
        case "less_than":
            return f"{direction}less than {text}"
        case "exact" | "range":
            return f"{direction}{text}"
        case _:
            raise ValueError(
                f"english: no words for the comparator {comparator!r} of {figure.get('quote')!r}"
            )


def label(figure: Mapping[str, Any]) -> str:
    return str(figure.get("label_en") or figure.get("label") or "target")


def report_name(report: Mapping[str, Any]) -> str:
    """`沙坪坝区 2026 government work report`; the printed title where kind or region do not make a name."""
    kind, year, region = report.get("kind"), report.get("year"), report.get("region")
    title = report.get("title")
    if title and title != report.get("key") and (not region or kind in (None, "other", "notice", "news")):
        return str(title)
    place = region.get("name") if region else None
    return " ".join(str(p) for p in (place, year, KINDS.get(str(kind), "document")) if p)


def place_and_year(report: Mapping[str, Any]) -> str:
    """`沙坪坝区 2026`: what a target stands under; the report's name where either is missing."""
    region, year = report.get("region"), report.get("year")
    return f"{region['name']} {year}" if region and year else report_name(report)


def health_text(said: str) -> str:
    """What was expected of a source, or found there (ingest/watch/health.py), in English."""
    for pattern, english in _HEALTH:
        said = pattern.sub(english, said)
    return said

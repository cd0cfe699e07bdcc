"""How nouns and figures are said in English, for feeds with `?lang=en` and for channels. Pure.

Titles are titles.py, the body of an entry entry_body.py.

Names of places without a code, titles and quotes stay as they are printed. The English label of an indicator
is in the event (`label_en`, put there by workers/changes.py), or that of today.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from alerts.words import chinese
from ingest.identity import names
from ingest.indicators.vocabulary import english_label
from ingest.model import LEFT_OUT
from ingest.regions.english import english_name, english_path
from ingest.roles import Role

KIND_NAMES: Mapping[str, str] = {
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
    "report.completed": "completed",
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

RELATIONS: Mapping[str, str] = {
    "same": "the same text",
    "truncated": "excerpt",
    "part": "one part",
    "compilation": "collection",
    "revision": "other words",
    "restated": "other figures",
    "draft": "draft for comment",
    "masked": "figures left out",
}

SOURCE_KINDS: Mapping[str, str] = {
    "portal": "government portal",
    "repost": "site that reposts",
    "forum": "forum",
    "local": "local file",
}

FIELDS: Mapping[str, str] = {
    "title": "title",
    "published_on": "date",
    "index_number": "index number",
    "issuer": "issuer",
    "body": "text",
}

MEASURES: Mapping[str, str] = {"growth": "growth", "level": "level", "share": "share", "change": "change"}

# Reasons to doubt a figure (docs/extract.md).
DOUBTS: Mapping[str, str] = {
    "implausible": "implausible value",
    "shared_qualifier": "qualifier may belong to several figures",
    "points": "percentage points may be percent",
    "other_base": "base is not the year before",
    "estimate": "estimate",
    "unannounced": "not announced as a target",
    "table": "read from a table",
    "no_year": "year not known",
    "ocr": "read from a scan by OCR",
}

DELIVERY_STATES: Mapping[str, str] = {"due": "due", "done": "delivered", "dead": "given up"}

CHANNELS: Mapping[str, str] = {"webhook": "webhook", "apprise": "message", "mail": "e-mail"}

RHYTHMS: Mapping[str, str] = {"at_once": "at once", "daily": "daily", "weekly": "weekly"}

LEVELS: Mapping[str, str] = {"province": "province", "city": "prefecture", "county": "county"}

ROLES: Mapping[str, str] = {
    Role.POLL: "poller",
    Role.WORK: "worker",
    Role.OCR: "reader of scans",
    Role.SEND: "sender",
    Role.SERVE: "web",
}

RESOLVES: Mapping[str, str] = {"aim": "aiming for ", "ensure": "ensuring "}

VERDICTS: Mapping[str, str] = {
    "met": "met",
    "missed": "missed",
    "restated": "restated",
    "not_comparable": "not comparable",
    "unknown": "unknown",
}

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
    "所": "",
    "条": "",
    "张": "",
    "只": "",
    "名": " people",
    "项": " items",
    "件": " items",
    "套": " homes",
    "辆": " vehicles",
    "台": " units",
    "头": " head",
    "羽": " head",
    "株": " plants",
    "岁": " years",
    "倍": " times",
    "天": " days",
    "亩": " mu",
    "公顷": " ha",
    "吨": " tonnes",
    "吨标准煤": " tonnes of coal equivalent",
    "斤": " jin",
    "公斤": " kg",
    "元/人": " yuan a person",
    "微克/立方米": " µg/m³",
    "公里": " km",
    "平方米": " m²",
    "平方公里": " km²",
    "立方米": " m³",
    "千瓦": " kW",
    "千瓦时": " kWh",
}
_SCALES = ((12, " trillion"), (9, " billion"), (6, " million"))

_AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)([十百千万亿]*)(\D*)")
_TIMES: Mapping[str, int] = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_OF_A_YEAR = re.compile(r"(\d{4})年(底|末|年底|年末)?(?:(可比|不变)?(价)格?)?")
_BASES: Mapping[str, str] = {
    **dict.fromkeys(("上年", "去年"), "the year before"),
    **dict.fromkeys(("不变价", "不变价格", "可比价", "可比价格"), "constant prices"),
    **dict.fromkeys(("现价", "当年价", "当年价格"), "current prices"),
}

_WORDLESS: Mapping[str, str] = {
    "in_step_with": "in step with",
    "faster_than": "faster than",
    "same_as": "the same as",
    "positive": "positive growth",
    "flat": "flat",
    "fulfil": "as assigned from above",
}
_ECONOMY = ("经济增长", "经济发展", "经济增速")


def number_text(value: float, unit: str | None) -> str:
    """(30000, "人") -> "30,000 people", (1.2e12, "元") -> "1.2 trillion yuan", (6.0, "%") -> "6%"."""
    exact, scale = Decimal(repr(float(value))), ""
    if not exact.is_finite():
        return f"{value}{unit or ''}"
    if unit not in chinese.RATES:
        for power, word in _SCALES:
            if abs(exact) >= Decimal(10) ** power:
                exact, scale = exact.scaleb(-power), word
                break
    shown = f"{exact.normalize():,f}"
    return f"{shown}{scale}{_UNITS.get(unit or '', f' {unit}' if unit else '')}"


def figure_text(figure: Mapping[str, Any]) -> str:
    """A figure in English: "about 6%", "at least 310 days", "in step with economic growth".

    With its time where that is not one year, and its base: "about 7% a year on average, 2021–2025", "down 18%
    by the end of 2025 (from 2020)".
    """
    base = figure.get("base")
    text = _value_text(figure) + _period_text(figure)
    return f"{text} ({_from(base)})" if base else text


def _from(base: str) -> str:
    if left_out := next(filter(base.startswith, LEFT_OUT), None):
        return f"excluding {base.removeprefix(left_out)}"
    return f"{'at' if '价' in base else 'from'} {_base_text(base)}"


def _base_text(base: str) -> str:
    """5.55亿元 -> "555 million yuan", 2020年不变价 -> "constant 2020 prices"; else as it is printed."""
    if year := _OF_A_YEAR.fullmatch(base):
        prices = " prices" if year[4] else ""
        return f"{'the end of ' if year[2] else ''}{'constant ' if year[3] else ''}{year[1]}{prices}"
    if (amount := _AMOUNT.fullmatch(base)) and (not amount[3] or amount[3] in _UNITS):
        times = 10 ** sum(_TIMES[one] for one in amount[2])
        return number_text(float(amount[1].replace(",", "")) * times, amount[3] or None)
    return _BASES.get(base, base)


def _period_text(figure: Mapping[str, Any]) -> str:
    period = figure.get("period") or {}
    first, last = period.get("from"), period.get("to")
    years = f", {first}–{last}" if first and last else f" to {last}" if last else ""
    match period.get("kind"):
        case "average":
            return f" a year on average{years}"
        case "sum":
            return f" in total{years}"
        case "by_end":
            return f" by the end of {last}" if last else ""
        case _:
            return ""


def _value_text(figure: Mapping[str, Any]) -> str:
    comparator = str(figure.get("comparator") or "")
    if comparator in _WORDLESS:
        with_what = chinese.figure_text(
            {**figure, "period": None, "base": None}
        )  # the quote says with what, in Chinese
        word = _WORDLESS[comparator]
        if any(economy in with_what for economy in _ECONOMY):
            return f"{word} economic growth"
        return f"{word} ({with_what})" if comparator not in ("positive", "flat", "fulfil") else word
    low, high, unit = figure.get("low"), figure.get("high"), figure.get("unit")
    direction = ""
    if figure.get("measure") == "change":
        direction = {"down": "down ", "up": "up "}.get(str(figure.get("direction")), "")
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
    name = (
        figure.get("label_en")
        or english_label(str(figure.get("indicator")))
        or figure.get("label")
        or "target"
    )
    owner = figure.get("owner") or {}
    return f"{name} of {english_name(owner.get('code')) or owner['name']}" if owner.get("name") else name


def report_name(report: Mapping[str, Any]) -> str:
    """`Shapingba District, Chongqing 2026 government work report`."""
    region = report.get("region")
    named = {**report, "region": {"name": _place(region)}} if region else report
    return names.report_name(named, KIND_NAMES, "document")


def place_and_year(report: Mapping[str, Any]) -> str:
    """`Shapingba District, Chongqing 2026`; the report's name where either is missing."""
    region, year = report.get("region"), report.get("year")
    return f"{_place(region)} {year}" if region and year else report_name(report)


def _place(region: Mapping[str, Any]) -> str:
    """With what it lies in; as it is printed where it has no code, and so no name in English."""
    return english_path(region.get("code")) or str(region.get("name"))


_UNCLEAR: Mapping[str, str] = {"kind": "kind", "region": "region", "year": "year"}


def unclear_text(doubts: Sequence[str]) -> str:
    """`not clear: region, year`; "" of what is clear."""
    return f"not clear: {', '.join(_UNCLEAR[doubt] for doubt in doubts)}" if doubts else ""

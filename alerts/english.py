"""How an event is said in English: titles, labels, figures, for feeds with `?lang=en` and for channels. Pure.

Names of places and titles stay as they are printed. The English label of an indicator is in the event
(`label_en`, put there by workers/changes.py); an event from before has the Chinese one.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from alerts import wording
from ingest.model import Event

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

RESOLVES: Mapping[str, str] = {"aim": "aiming at ", "ensure": "ensuring "}
FIGURES_IN_TITLE = 5

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
        with_what = wording.figure_text(figure)  # the quote says with what, in Chinese
        word = _WORDLESS[comparator]
        return f"{word} ({with_what})" if comparator not in ("positive", "flat", "fulfil") else word
    low, high, unit = figure.get("low"), figure.get("high"), figure.get("unit")
    direction = ""
    if figure.get("measure") == "change":
        said = wording.figure_text(figure)
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


def title_of(event: Event) -> str:
    """One line of text that says it all. Raises ValueError for a type without words."""
    data = event.data
    report = _mapping(data.get("report"))
    name, figures = report_name(report), _headlines(data)
    source = _mapping(data.get("source")).get("name") or "a source"
    match event.type:
        case "report.published":
            return f"{name}: {figures}"
        case "report.provisional":
            return f"{name} (not yet confirmed): {figures}"
        case "report.confirmed":
            return f"{name}: the official text agrees with what was seen before"
        case "report.contradicted":
            return f"{name}: the official text differs: {_changes(data) or 'see the entry'}"
        case "report.revised":
            return f"{name} revised: {_changes(data) or 'other words, the same targets'}"
        case "report.withdrawn" if data.get("moved_to"):
            return f"{name}: turned out to be {data['moved_to']}"
        case "report.withdrawn":
            return f"{name}: no site shows it any more"
        case "report.overdue":
            due = f"expected about {data['expected_on']}" if data.get("expected_on") else "due by the season"
            return f"{name}: {due}, not seen yet"
        case "target.published":
            return _target_title(report, data.get("target"))
        case "target.revised":
            previous = data.get("previous")
            was = f" (was {figure_text(previous)})" if previous else ""
            return _target_title(report, data.get("target")) + was
        case "target.withdrawn":
            return f"{_target_title(report, data.get('previous') or data.get('target'))} (withdrawn)"
        case "copy.appeared":
            return f"{name}: also seen at {source}"
        case "source.broken":
            found, expected = data.get("found") or "—", data.get("expected") or "—"
            why = f" ({str(data['cause']).replace('_', ' ')})" if data.get("cause") else ""
            return f"Source broken: {source}{why}: expected {expected}, found {found}"
        case "source.recovered":
            return f"Source recovered: {source}"
        case "endpoint.disabled":
            endpoint = _mapping(data.get("endpoint"))
            return f"Endpoint disabled: {endpoint.get('id')} ({endpoint.get('url')}): {data.get('reason')}"
        case "operator.merged":
            return f"{name}: merged into {_into(data)}{_decision(data)}"
        case "operator.split":
            return f"{name}: texts moved to {_into(data)}{_decision(data)}"
        case "operator.undone":
            return f"{name}: texts moved back from {_into(data)}{_decision(data)}"
        case _:
            raise ValueError(f"english: no words for an event of type {event.type!r} (id {event.id})")


def _into(data: Mapping[str, Any]) -> str:
    """The report that texts were moved to, by name; where the names do not tell the two apart, by key."""
    report, into = _mapping(data.get("report")), _mapping(data.get("into"))
    name = report_name(into)
    return name if into and name != report_name(report) else str(into.get("key") or "another report")


def _decision(data: Mapping[str, Any]) -> str:
    return f" (decision {data['decision']})" if data.get("decision") else ""


def _headlines(data: Mapping[str, Any]) -> str:
    targets = data.get("targets") or ()
    headline = [t for t in targets if t.get("headline")]
    if not headline:
        total = data.get("targets_total") or len(targets)
        return f"{total} targets, no list of headline targets" if total else "no targets read"
    said = "; ".join(f"{label(t)} {figure_text(t)}" for t in headline[:FIGURES_IN_TITLE])
    return said + (" …" if len(headline) > FIGURES_IN_TITLE else "")


def _changes(data: Mapping[str, Any]) -> str:
    said = []
    for d in data.get("differences") or ():
        target, previous = d.get("target"), d.get("previous")
        what = label(target or previous or {})
        if target is None:
            said.append(f"{what} withdrawn (was {figure_text(previous or {})})")
        elif previous is None:
            said.append(f"{what} {figure_text(target)} (new)")
        elif wording.same_figure(target, previous):
            said.append(f"{what} {figure_text(target)} (other words)")
        else:
            said.append(f"{what} {figure_text(target)} (was {figure_text(previous)})")
    return "; ".join(said[:FIGURES_IN_TITLE]) + (" …" if len(said) > FIGURES_IN_TITLE else "")


def _target_title(report: Mapping[str, Any], target: object) -> str:
    figure = _mapping(target)
    region, year = report.get("region"), report.get("year")
    where = f"{region['name']} {year}" if region and year else report_name(report)
    return f"{where} {label(figure)}: {RESOLVES.get(str(figure.get('resolve')), '')}{figure_text(figure)}"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

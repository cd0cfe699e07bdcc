"""What a report is called: the same everywhere, whatever the page called it. Pure.

What the page called it is its title, beside the name. The key is identify.py's; the words of English,
alerts/words/english.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.regions.gazetteer import namesakes

KIND_NAMES: Mapping[str, str] = {
    "work_report": "政府工作报告",
    "plan_report": "国民经济和社会发展计划报告",
    "budget_report": "预算报告",
    "five_year_plan": "五年规划纲要",
    "notice": "通知公告",
    "news": "新闻",
    "other": "其他文件",
}


def report_name(
    report: Mapping[str, Any], kinds: Mapping[str, str] = KIND_NAMES, unknown: str = "文件"
) -> str:
    """`沙坪坝区 2026 政府工作报告`, `徐州市鼓楼区 2026 政府工作报告`; the printed title where kind or region
    do not make a name. `report` as events have it; `kinds` and `unknown`: the words of another language.
    """
    kind, year, region = report.get("kind"), report.get("year"), report.get("region")
    title = report.get("title")
    if title and title != report.get("key") and (not region or kind in (None, "other", "notice", "news")):
        return str(title)
    return " ".join(str(p) for p in (_place(region), year, kinds.get(str(kind), unknown)) if p)


def _place(region: Mapping[str, Any] | None) -> str | None:
    """The name of a region; behind its city or province where others are called so."""
    if region is None:
        return None
    name, path = str(region.get("name")), list(region.get("path") or ())
    return f"{path[-2]}{name}" if len(path) > 1 and len(namesakes(name)) > 1 else name

"""Of several files the one that is the report: by what they are called, and by what their text is. Pure.

Where they stand says nothing: the annex often comes first. Links of a page are links.py, the files of an
archive archive.py; whether a text is a report for good is identity/.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.attachments.names import without_ending

REPORT = re.compile(
    r"工作报告|(?:计划|规划|预算|决算|发展|执行情况)[^。；]{0,30}报告|报告[（(]?(?:全文|草案|摘登|\d{4})|(?:规划|计划)(?:[（(]草案[）)]|纲要)|(?:发展|年度)计划|五年规划"
)
ANNEX = re.compile(
    r"名词解释|附表|一览表|清单|解读|图解|图示|说明|起草|征求意见表|反馈|分工|责任|模板|申请|指南|目录"
)
_TARGETS = re.compile(r"(?:指标|目标)(?![^。；]{0,8}(?:解释|说明))|计划(?:安排)?(?:情况)?(?:草案)?[（(]?表")
_OTHER_TABLE = re.compile(r"项目|清单|[预决]算|收支|投资计划|分工|责任|任务分解")
MOST_TABLES = 2  # sheets that are read with a report
_SORTS = (  # of reports, the one that is looked for first
    re.compile(r"工作报告"),
    re.compile(r"(?:计划|规划)[^。；]{0,30}报告|(?:发展|年度)计划|计划(?:[（(]草案|纲要)|规划"),
    re.compile(r"[预决]算"),
)
_HEAD = 12  # lines in which a text says what it is
_TITLE = 60  # characters of a line of a title, at most
_LEAST = 200  # characters of a report


@dataclass(frozen=True, slots=True)
class Candidate:
    name: str
    lines: Sequence[str]

    @property
    def chars(self) -> int:
        return sum(map(len, self.lines))


def chosen(candidates: Sequence[Candidate], wanted: str = "") -> list[Candidate]:
    """Those that may be the report: one where that is certain. `wanted`: the title of the page that they hang
    on, or the name of the archive."""
    if len(candidates) < 2:
        return list(candidates)
    by_text = [found for found in candidates if _sort_of_text(found) is not None]
    by_name = [found for found in candidates if REPORT.search(found.name) and not ANNEX.search(found.name)]
    others = [found for found in candidates if not ANNEX.search(found.name)]
    found = _one_format(by_text or by_name or others or candidates)
    if len(found) == 1:
        return found
    sort = sort_of(wanted)
    sorts = [own if (own := _sort_of_text(one)) is not None else sort_of(one.name) for one in found]
    asked = [one for one, own in zip(found, sorts, strict=True) if own == sort and sort is not None]
    first = min((own for own in sorts if own is not None), default=None)
    of_first = [one for one, own in zip(found, sorts, strict=True) if own == first and first is not None]
    return asked or of_first or found


def names_targets(name: str) -> bool:
    """Whether a sheet is called a table of the targets of a report."""
    return _TARGETS.search(name) is not None and _OTHER_TABLE.search(name) is None


def sort_of(title: str) -> int | None:
    """The sort of report that a title or name says; None where it says none."""
    return next((number for number, sort in enumerate(_SORTS) if sort.search(title)), None)


def _sort_of_text(candidate: Candidate) -> int | None:
    if candidate.chars < _LEAST or ANNEX.search(candidate.name):
        return None
    head = [line.replace(" ", "") for line in candidate.lines[:_HEAD] if len(line) <= _TITLE]
    said = "".join(head[:4])  # a title may be broken into lines
    if any(map(ANNEX.search, head[:3])):
        return None
    return sort_of(said) if REPORT.search(said) else None


def _one_format(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of files that differ only in their ending, the first."""
    stems: dict[str, Candidate] = {}
    for candidate in candidates:
        stems.setdefault(without_ending(candidate.name), candidate)
    return list(stems.values())

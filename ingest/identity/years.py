"""Which year a report's targets are for. Pure; all texts in normal form (normal.py).

The day a page was put up says little (reposts come years later): it counts only when nothing else does.
"""

from __future__ import annotations

import re
from datetime import date

from ingest.model import Kind
from ingest.text.normal import normal_form

_YEAR = r"((?:19|20)\d\d)年"
_IN_TITLE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年|-|\D|$)")
# A day says when, not for which year; of a stamp with a time, the spaces are lost: 2026-01-2010:10:10.
_DAY_IN_TITLE = re.compile(
    r"\(?(?:19|20)\d\d年\d+月\d+日\)?|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}?\d{1,2}:\d\d(?::\d\d)?"
)
_PLAN_FOR = re.compile(rf"{_YEAR}[^年。;]{{0,30}}?(?:计划|预算)[^年。;]{{0,12}}?\(?(?:草案|安排)")
_EXECUTED = re.compile(rf"{_YEAR}[^年。;]{{0,30}}?(?:计划|预算)[^年。;]{{0,16}}?执行")
_REVIEWED = re.compile(
    rf"{_YEAR}[^。;,年]{{0,12}}?(?:工作回顾|工作情况|工作总结|工作成效|政府工作$)|过去的{_YEAR}|{_YEAR}(?:主要)?工作(?:的)?(?:回顾|情况)"
)
_ARRANGED = re.compile(
    rf"{_YEAR}[^。;,]{{0,14}}?(?:工作安排|工作部署|重点工作|主要工作|工作任务|目标任务|工作重点|工作打算|工作计划|工作思路|主要任务|"
    r"预期目标|奋斗目标|工作总体要求|总体要求|工作要求|工作建议|政府工作|重点任务|经济社会发展|工作目标|总体思路|主要目标|发展目标|"
    r"工作(?:的)?(?:建议|设想|意见|举措|措施)|工作$)"
)
# Of a text whose headings are slogans: what its targets are said to be for, and two years in a row.
_TARGETS_FOR = re.compile(rf"{_YEAR}[^。;；,，年]{{0,24}}?(?:预期目标|主要目标|目标任务)")
_NUMBERED = re.compile(r"^[一二三四五六]、")
_PAST = re.compile(r"回顾|情况|完成|总结|成效|成就|过去")
_FIVE_YEAR_NUMBER = re.compile(r"第(十?[一二三四五六七八九十])个五年|\"?(十[一二三四五六七八九]?)五\"?规划")
_ORDINALS = {name: number for number, name in enumerate("〇一二三四五六七八九十")}
_MONTH_OF_SPEECH = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月,?在[^。;,]{4,40}?会议上")
_LATE = 11
_HEADING_CHARS = 45
# A text dumped into one line keeps its headings inside it.
_INLINE = re.compile(r"(?<![一-鿿\d])[一二三四五六]、\s*(?:关于)?(?:19|20)\d\d\s?年[^。；;：:]{0,24}")


_CHINESE_YEAR = re.compile(r"(?<![〇一二三四五六七八九])(一九|二〇)([〇一二三四五六七八九]{2})(?=年)")


def _arabic(text: str) -> str:
    """二〇二四年 -> 2024年."""
    return _CHINESE_YEAR.sub(lambda found: "".join(str(_ORDINALS[c]) for c in found[1] + found[2]), text)


def _ordinal(text: str) -> int:
    if text.startswith("十") and len(text) > 1:
        return 10 + _ORDINALS[text[1]]
    return _ORDINALS[text]


def _years(pattern: re.Pattern[str], text: str) -> list[int]:
    return [int(next(part for part in found.groups() if part)) for found in pattern.finditer(text)]


def headings(body: str) -> list[str]:
    """Short lines that name a year: where a report says what it reviews and what it arranges."""
    inline = [normal_form(found[0]) for found in _INLINE.finditer(body)] if body.count("\n") < 10 else []
    return inline + [
        line
        for raw in body.split("\n")
        if len(raw) <= _HEADING_CHARS * 2
        and "年" in raw
        and 5 <= len(line := normal_form(raw)) <= _HEADING_CHARS
    ]


def _spoken_in(head: str) -> int | None:
    """The year of a congress that is dated to the month (2012年2月在…会议上); from November on, the next."""
    found = _MONTH_OF_SPEECH.search(head[:600])
    return int(found[1]) + (int(found[2]) >= _LATE) if found else None


def year_of(
    kind: Kind,
    title: str | None,
    head: str,
    headlines: list[str],
    delivered_on: date | None,
    page_date: date | None = None,
    body: str = "",
) -> int | None:
    """The year that the targets are for, or None.

    In this order: a plan for 2025 (2025年…计划草案), the heading of the arrangements (2025年工作安排), the
    day of the speech, the title, the year after the one reviewed, what the targets are said to be for, and
    last the date of the page.
    """
    title, head, headlines = _arabic(title or ""), _arabic(head), [_arabic(line) for line in headlines]
    if kind is Kind.FIVE_YEAR_PLAN and (found := _FIVE_YEAR_NUMBER.search(title)):
        return 1951 + 5 * _ordinal(found[1] or found[2])  # the third began in 1966, the fifteenth in 2026
    if kind in (Kind.PLAN_REPORT, Kind.BUDGET_REPORT):
        for text in (title, head[:600]):
            planned, executed = _years(_PLAN_FOR, text), _years(_EXECUTED, text)
            if planned and (not executed or max(planned) > max(executed)):
                return max(planned)
            if executed:
                return max(executed) + 1
    titled = _years(_IN_TITLE, _DAY_IN_TITLE.sub("", title))
    reviewed = max(
        (year for line in headlines if _PAST.search(line) for year in _years(_REVIEWED, line)), default=None
    )
    if reviewed is None:
        reviewed = max(_years(re.compile(rf"过去的{_YEAR}"), head), default=None)
    arranged = [year for line in headlines if not _PAST.search(line) for year in _years(_ARRANGED, line)]
    known = delivered_on.year if delivered_on else titled[-1] if titled else _spoken_in(head)
    if known is not None:
        # 到2035年主要任务 is no year of this report; a congress in December speaks of the year to come.
        late = delivered_on.month >= 10 if delivered_on else reviewed == known
        arranged = [year for year in arranged if year == known or (late and year == known + 1)]
    elif reviewed is not None:
        arranged = [year for year in arranged if year == reviewed + 1]
    if arranged:
        # 关于2014年政府工作 … 2015年重点工作: of two years in a row, the later one is ahead.
        return arranged[0] + (known is None and arranged[0] + 1 in arranged)
    if delivered_on is not None:
        # A congress that meets late in the year speaks of the year to come.
        early = delivered_on.month >= 11 and (reviewed is None or reviewed >= delivered_on.year)
        return delivered_on.year + early
    if known is not None:
        return known
    if reviewed is not None:
        return reviewed + 1
    numbered = {
        year for line in headlines if _NUMBERED.match(line) for year in _years(re.compile(_YEAR), line)
    }
    if following := [year for year in numbered if year - 1 in numbered]:
        return min(following)
    aims = "\n".join(normal_form(line) for line in body.split("\n") if "标" in line)
    if aimed := _years(_TARGETS_FOR, aims):
        return aimed[-1] if len(set(aimed)) == 1 else max(y for y in aimed if y <= min(aimed) + 1)
    return page_date.year if page_date else None

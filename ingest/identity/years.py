"""Which year a report's targets are for: rules in their order. Pure; texts in normal form (text/normal.py).

The words that the rules look for are years.rules.toml. The day a page was put up says little (reposts come
years later): it counts only when nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.model import Kind
from ingest.text.normal import normal_form
from ingest.text.rules import Rule, load_rules

_WORDS = load_rules(__package__, "years.rules.toml")
_ORDINALS = {name: number for number, name in enumerate("〇一二三四五六七八九十")}
_LATE = 11
_HEADING_CHARS = 45


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says that may name its year. `head`: its first lines; `headings`: see headings()."""

    kind: Kind
    title: str = ""
    head: str = ""
    headings: tuple[str, ...] = ()
    delivered_on: date | None = None
    page_date: date | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """What the rules share. `known`: the year of the speech or of the title; `reviewed`: the one looked back
    on; `arranged`: those that a heading makes plans for, where `known` or `reviewed` does not forbid them."""

    known: int | None
    reviewed: int | None
    arranged: tuple[int, ...]


YearOf = Callable[[Page, Signs], int | None]


@dataclass(frozen=True, slots=True)
class YearRule:
    """One rule; `example` is a page of which it is the first that says anything, namely `year`."""

    name: str
    year_of: YearOf
    example: Page
    year: int


def _arabic(text: str) -> str:
    """二〇二四年 -> 2024年."""
    return _WORDS["year_in_chinese"].pattern.sub(
        lambda match: "".join(str(_ORDINALS[c]) for c in match[0]), text
    )


def _ordinal(text: str) -> int:
    if text.startswith("十") and len(text) > 1:
        return 10 + _ORDINALS[text[1]]
    return _ORDINALS[text]


def _years(rule: Rule, text: str) -> list[int]:
    return [int(next(part for part in match.groups() if part)) for match in rule.pattern.finditer(text)]


def headings(body: str) -> list[str]:
    """Short lines that name a year: where a report says what it reviews and what it arranges."""
    inline = []
    if body.count("\n") < 10:
        inline = [normal_form(match[0]) for match in _WORDS["inline_heading"].pattern.finditer(body)]
    return inline + [
        line
        for raw in body.split("\n")
        if len(raw) <= _HEADING_CHARS * 2
        and "年" in raw
        and 5 <= len(line := normal_form(raw)) <= _HEADING_CHARS
    ]


def is_of_another_time(day: date, title: str | None) -> bool:
    """Whether a title names years long before this day: the page was put up then, nobody spoke then."""
    titled = _years(_WORDS["in_title"], _WORDS["day_in_title"].pattern.sub("", _arabic(title or "")))
    return bool(titled) and day.year > max(titled) + 1


# --- the signs ---------------------------------------------------------------------------------------


def _signs(page: Page) -> Signs:
    titled = _years(_WORDS["in_title"], _WORDS["day_in_title"].pattern.sub("", page.title))
    back = [line for line in page.headings if _WORDS["past"].find(line)]
    ahead = [line for line in page.headings if not _WORDS["past"].find(line)]
    reviewed = max((year for line in back for year in _years(_WORDS["reviewed"], line)), default=None)
    if reviewed is None:
        reviewed = max(_years(_WORDS["year_gone"], page.head), default=None)
    if reviewed is None and back:
        reviewed = next(iter(_years(_WORDS["year_said"], page.head)), None)
    day = page.delivered_on
    told = page.kind not in (Kind.NEWS, Kind.NOTICE) and _years(_WORDS["paper_of_a_year"], page.title)
    if titled and told and told[-1] == titled[-1]:
        titled[-1] += 1  # 2024年工作总结, 2024年统计公报
    known = day.year if day else titled[-1] if titled else _spoken_in(page.head)
    arranged = [year for line in ahead for year in _years(_WORDS["arranged"], line)]
    if day is None and known is not None and reviewed is not None and reviewed + 1 in arranged:
        known = min(known, reviewed + 1)  # a collector of texts sells last year's as the coming one's
    if known is not None:
        # 到2035年主要任务 is no year of this report; a congress in December speaks of the year to come.
        late = day.month >= 10 if day else reviewed == known
        arranged = [year for year in arranged if year == known or (late and year == known + 1)]
    elif reviewed is not None:
        arranged = [year for year in arranged if year == reviewed + 1]
    return Signs(known, reviewed, tuple(arranged))


def _spoken_in(head: str) -> int | None:
    """The year of a congress that is dated to the month (2012年2月在…会议上); from November on, the next."""
    match = _WORDS["month_of_speech"].find(head[:600])
    return int(match[1]) + (int(match[2]) >= _LATE) if match else None


# --- the rules ---------------------------------------------------------------------------------------


def _five_year_plan(page: Page, signs: Signs) -> int | None:
    """The third of the plans began in 1966, the fifteenth in 2026."""
    planned = page.kind is Kind.FIVE_YEAR_PLAN or any(
        _WORDS[name].find(page.title) for name in ("proposal", "goals_of_a_plan")
    )
    match = _WORDS["five_year_number"].find(page.title) if planned else None
    return 1951 + 5 * _ordinal(match[1] or match[2]) if match else None


def _plan_or_budget(page: Page, signs: Signs) -> int | None:
    """…2024年计划执行情况与2025年计划草案: the year of the draft, or the one behind that of the execution."""
    if page.kind not in (Kind.PLAN_REPORT, Kind.BUDGET_REPORT):
        return None
    for text in (page.title, page.head[:600]):
        planned, executed = _years(_WORDS["planned"], text), _years(_WORDS["executed"], text)
        if planned and (not executed or max(planned) > max(executed)):
            return max(planned)
        if executed:
            return max(executed) + 1
    return None


def _arranged(page: Page, signs: Signs) -> int | None:
    if not signs.arranged:
        return None
    # 关于2014年政府工作 … 2015年重点工作: of two years in a row, the later one is ahead.
    first = signs.arranged[0]
    return first + (signs.known is None and first + 1 in signs.arranged)


def _delivered(page: Page, signs: Signs) -> int | None:
    """A congress that meets late in the year speaks of the year to come."""
    if page.delivered_on is None:
        return None
    year = page.delivered_on.year
    if page.delivered_on.month < _LATE or (signs.reviewed is not None and signs.reviewed < year):
        return year
    # A new term may begin in November with five years behind and five to come, and no word of the next one.
    term = signs.reviewed is None and any(_WORDS["term"].find(line) for line in page.headings)
    return year + (not term or any(word in page.title + page.body for word in (str(year + 1), "明年")))


def _titled(page: Page, signs: Signs) -> int | None:
    return signs.known


def _after_the_review(page: Page, signs: Signs) -> int | None:
    return None if signs.reviewed is None else signs.reviewed + 1


def _next_heading(page: Page, signs: Signs) -> int | None:
    """Two numbered headings that name two years in a row: the second is ahead."""
    named = {
        int(match[1])
        for line in page.headings
        if _WORDS["numbered"].find(line)
        for match in _WORDS["year"].pattern.finditer(line)
    }
    return min((year for year in named if year - 1 in named), default=None)


def _targets_for(page: Page, signs: Signs) -> int | None:
    """2025年主要预期目标: of several such years, the first or the one behind it."""
    aims = "\n".join(normal_form(line) for line in page.body.split("\n") if "标" in line)
    years = _years(_WORDS["targets_for"], aims)
    if not years:
        return None
    return years[-1] if len(set(years)) == 1 else max(year for year in years if year <= min(years) + 1)


def _page_date(page: Page, signs: Signs) -> int | None:
    return page.page_date.year if page.page_date else None


_REPORT = Kind.WORK_REPORT
RULES: tuple[YearRule, ...] = (
    YearRule(
        "the plan of five years that a title counts",
        _five_year_plan,
        Page(Kind.FIVE_YEAR_PLAN, title="某某市国民经济和社会发展第十四个五年规划纲要"),
        2021,
    ),
    YearRule(
        "a plan or budget for a year, behind the year whose plan was executed",
        _plan_or_budget,
        Page(Kind.PLAN_REPORT, title="关于某某区2024年国民经济和社会发展计划执行情况的报告"),
        2025,
    ),
    YearRule(
        "the heading of what is arranged",
        _arranged,
        Page(_REPORT, delivered_on=date(2024, 12, 26), headings=("一、2024年工作回顾", "二、2025年工作安排")),
        2025,
    ),
    YearRule(
        "the day of the speech",
        _delivered,
        Page(_REPORT, delivered_on=date(2025, 1, 8), headings=("一、2024年工作回顾",)),
        2025,
    ),
    YearRule(
        "the title, or the month of the congress", _titled, Page(_REPORT, title="2025年政府工作报告"), 2025
    ),
    YearRule(
        "the year behind the one looked back on",
        _after_the_review,
        Page(_REPORT, headings=("一、2024年工作回顾",)),
        2025,
    ),
    YearRule(
        "numbered headings of two years in a row",
        _next_heading,
        Page(_REPORT, headings=("一、2024年:爬坡过坎", "二、2025年:再启新程")),
        2025,
    ),
    YearRule(
        "what the targets are said to be for",
        _targets_for,
        Page(_REPORT, body="一起奔跑\n2025年全区发展的主要预期目标是:", page_date=date(2027, 3, 1)),
        2025,
    ),
    YearRule("the date of the page", _page_date, Page(_REPORT, page_date=date(2025, 3, 1)), 2025),
)
"""The first rule that says anything has said it."""


def year_of(
    kind: Kind,
    title: str | None,
    head: str,
    headlines: Sequence[str],
    delivered_on: date | None,
    page_date: date | None = None,
    body: str = "",
) -> int | None:
    """The year that the targets are for, or None where no rule of RULES says anything."""
    lines = tuple(_arabic(line) for line in headlines)
    page = Page(kind, _arabic(title or ""), _arabic(head), lines, delivered_on, page_date, body)
    return next((year for _, year in answers(page)), None)


def answers(page: Page) -> Iterator[tuple[YearRule, int]]:
    """The rules that say anything of a page, with what each says."""
    signs = _signs(page)
    for rule in RULES:
        year = rule.year_of(page, signs)
        if year is not None:
            yield rule, year

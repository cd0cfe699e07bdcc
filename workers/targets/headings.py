"""The headings of a table -> what each of its columns holds. Pure.

Rows and their figures are tables.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from ingest.text.rows import ABOVE, ACROSS, EMPTY, FIGURE, REST
from ingest.text.rules import load_rules
from workers.targets.owners import Owners
from workers.targets.times import plan_end

TABLE_WORDS = load_rules(__package__, "tables.rules.toml")
_COMMA = re.compile("[，,；;]")
_MOST_BELOW = 2  # rows of headings below the first
_OF_ANOTHER_TIME = ("of_several_years", "of_the_plan", "part_of_year")


class Role(Enum):
    NAME = auto()
    PART = auto()  # beside a name that has two columns: 其中|第一产业, 地区生产总值|总量
    UNIT = auto()
    PLAN = auto()
    PAST = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """`year`: of its figures; one ahead is the last of a plan. `average`: over the years of that plan."""

    role: Role
    growth: bool = False
    year: int | None = None
    unit: str | None = None
    average: bool = False


def columns_of(heading: Sequence[str], this_year: int | None, owners: Owners) -> list[Column]:
    """What each column holds, by its heading. `this_year` is the year that the targets are for."""
    heading = _own(heading, owners)
    columns: list[Column] = []
    for name in heading:
        roles = [column.role for column in columns]
        beside = name in (EMPTY, ACROSS) and roles[-1:] == [Role.NAME]
        columns.append(Column(Role.PART) if beside else _column(name, this_year, named=Role.NAME in roles))
    if heading[0] == EMPTY and not any(column.role is Role.NAME for column in columns):
        columns[0] = Column(Role.NAME)  # nothing stands above the names
    planned = [column.year for column in columns if column.role is Role.PLAN]
    if not planned:  # 上年完成, in a table of what became of 2023年计划: of the year before that
        columns = [
            Column(Role.OTHER) if column.role is Role.PAST and not _years(name) else column
            for column, name in zip(columns, heading, strict=True)
        ]
    ahead = [year for year in planned if year != this_year]
    told = {column.year for column in columns if column.role is not Role.OTHER}
    columns = [
        Column(Role.PLAN, True, ahead[-1], None, average=True)
        if ahead and _is_average(name, this_year)
        else _by_year(column, name, this_year, told if planned and not ahead else set())
        for column, name in zip(columns, heading, strict=True)
    ]
    columns = list(_this_years(columns, heading, this_year))
    figures: Column | None = None  # the last column that 增长% may be of; 完成计划% may stand between
    for number, name in enumerate(heading):
        column = columns[number] = _growth(columns[number], name, figures)
        if not TABLE_WORDS["of_the_plan"].find(name):
            figures = column if column.role in (Role.PLAN, Role.PAST) else None
    return columns


def says_enough(heading: Sequence[str], columns: Sequence[Column]) -> bool:
    """Does a column hold the plan of the year, or what became of an earlier one (2023年计划|2023年完成)?"""
    if any(column.role is Role.PLAN for column in columns):
        return True
    done = {column.year for column in columns if column.role is Role.PAST}
    return any(TABLE_WORDS["plan"].find(name) and not done.isdisjoint(_years(name)) for name in heading)


def _own(heading: Sequence[str], owners: Owners) -> list[str]:
    """Without the headings of what is another's: 全市 beside 全区, in the report of a district."""
    wholes = {whole[0] for name in heading for whole in TABLE_WORDS["whole"].pattern.finditer(name)}
    unclear = len(wholes) > 1 and not owners.known
    others = {whole for whole in wholes if unclear or owners.is_of_another(whole)}
    return ["" if any(whole in name for whole in others) else name for name in heading]


def _column(name: str, this_year: int | None, *, named: bool) -> Column:
    """What a heading says by itself."""
    text = TABLE_WORDS["compared"].pattern.sub("", name)
    years = _years(name)
    growth = TABLE_WORDS["growth"].find(name) is not None
    unit = bracketed_unit(text)
    if not named and TABLE_WORDS["name"].find(text) and not TABLE_WORDS["class"].find(text):
        return Column(Role.NAME)
    if TABLE_WORDS["units"].find(text):
        return Column(Role.UNIT)
    if any(TABLE_WORDS[rule].find(text) for rule in _OF_ANOTHER_TIME):
        return Column(Role.OTHER)
    if years and this_year is not None and years[-1] > this_year:
        return Column(Role.PLAN, growth, years[-1], unit)
    if TABLE_WORDS["past"].find(text) and not (TABLE_WORDS["plan"].find(text) and this_year in years):
        year = years[0] if years else None if this_year is None else this_year - 1
        return Column(Role.PAST, growth, year, unit)
    if TABLE_WORDS["plan"].find(text) and (not years or years[-1] == this_year):
        return Column(Role.PLAN, growth, this_year, unit)
    return Column(Role.OTHER, growth, None, unit)


def _years(name: str) -> list[int]:
    """比2023年增长: of this column's year, not of that one."""
    text = TABLE_WORDS["compared"].pattern.sub("", name)
    return [int(match) for match in TABLE_WORDS["year"].pattern.findall(text)]


def _is_average(name: str, this_year: int | None) -> bool:
    """年均增速: over the years of the plan, unless it says that it is over those before."""
    end = plan_end(name) or next(reversed(_years(name)), None)
    ended = end is not None and this_year is not None and end <= this_year
    return "年均" in name and not ended and TABLE_WORDS["past"].find(name) is None


def _this_years(columns: Sequence[Column], heading: Sequence[str], this_year: int | None) -> Iterator[Column]:
    """Without what is planned beside the plan of the year: 奋斗目标, 市下达目标, and 计划增长% behind
    2023年计划总量."""
    plans = [name for column, name in zip(columns, heading, strict=True) if column.role is Role.PLAN]
    plain = any(not TABLE_WORDS["beside"].find(name) for name in plans)
    named = any(this_year in _years(name) for name in plans)
    said = this_year
    for column, name in zip(columns, heading, strict=True):
        if TABLE_WORDS["plan"].find(name):
            said = next(reversed(_years(name)), said)
        beside = plain and TABLE_WORDS["beside"].find(name)
        other = column.role is Role.PLAN and (beside or (named and said != column.year))
        yield Column(Role.OTHER) if other else column


def _growth(column: Column, name: str, figures: Column | None) -> Column:
    """增长%, and nothing else: how much `figures` grew."""
    if column.role is not Role.OTHER or not column.growth or figures is None:
        return column
    if _years(name) not in ([], [figures.year]):
        return column
    return Column(figures.role, True, figures.year, column.unit)


def _by_year(column: Column, name: str, this_year: int | None, told: Collection[int | None]) -> Column:
    """指标|2025年|2026年 of a report for 2026: where nothing else is said, its year is the plan, and a year
    before it what was reached. `told`: the years that other columns tell."""
    bare = TABLE_WORDS["bare_year"].find(name)
    if bare is None or this_year is None or column.role is not Role.OTHER:
        return column
    year, unit = int(bare["year"]), bare["unit"] or None
    if year in told:
        return column
    return Column(Role.PLAN if year == this_year else Role.PAST, unit == "%", year, unit)


def bracketed_unit(text: str) -> str | None:
    """That of 地区生产总值（亿元） or 一般公共预算收入（同口径，%）."""
    said = [
        one for match in TABLE_WORDS["bracketed"].pattern.finditer(text) for one in _COMMA.split(match[1])
    ]
    units = [one for one in said if TABLE_WORDS["whole_unit"].find(one)]
    return units[0] if len(units) == 1 else None


def side_by_side(heading: Sequence[str]) -> list[tuple[int, int]]:
    """The first column of each table that a row goes over, and the one behind its last: of
    指标|2025年目标|指标|单位|2025年目标 two."""
    begins = [number for number, name in enumerate(heading) if name == heading[0] != EMPTY]
    parts = [*pairwise([*begins, len(heading)])]
    named = all(any(map(TABLE_WORDS["name"].find, heading[begin:end])) for begin, end in parts)
    return parts if len(parts) > 1 and named else [(0, len(heading))]


def heading_of(rows: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """The headings of a table as one row, and of how many of its first `rows` they are; [] if not certain."""
    above, *further = rows
    names = [name for name in above if name not in (ACROSS, REST)]
    if len(names) < len(above):
        spans = _over_the_rest(above, max(map(len, rows)))
        for deep in range(_MOST_BELOW + 1):
            if found := _below_spans(spans, further[:deep]):
                return found, deep + 1
    below = list(further[0])
    while below and below[0] in above[: len(further[0])]:
        del below[0]  # 指标|单位 again, in the second of the rows that it spans
    if len(below) < 2 or not all(map(_is_heading, below)):
        return names, 1
    # 2023年|2024年 above, 完成|计划 below: a row of figures tells which spans how many.
    return next(filter(None, (_spread(names, below, len(row)) for row in further[1:])), []), 2


def _over_the_rest(row: Sequence[str], width: int) -> list[str]:
    """The places of a row, also those behind its end that the last of its headings goes over."""
    texts = [name for name in row if name != REST]
    return [*texts, *[ACROSS] * (width - len(texts))] if REST in row else texts


def _below_spans(above: Sequence[str], below: Sequence[Sequence[str]]) -> list[str]:
    """Rows of headings as one, where the places in the first say what its cells span; [] if they do not
    fit."""
    names, divided = list(above), list(_divided(above))
    if not divided or not below:
        return [] if divided or below else names
    row = _over_the_rest([name for name in below[0] if name not in (EMPTY, ABOVE)], len(divided))
    if any(map(FIGURE.fullmatch, row)):
        return []
    if len(row) == len(divided):
        parts = _below_spans(row, below[1:])
    else:  # nothing says what the second row spans: as many of the third each
        third = below[-1] if len(below) > 1 else ()
        groups = _groups(third, len(row)) if len(third) == len(divided) else []
        parts = [text + part for text, group in zip(row, groups, strict=False) for part in group]
    for (number, name), part in zip(divided, parts, strict=False):
        names[number] = part if TABLE_WORDS["units"].find(part) else name + part
    return names if len(parts) == len(divided) else []


def _divided(heading: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The columns below a cell that spans several, and what it says: a time or a plan, or 年度. Names and
    remarks over several columns are not divided: 其中 stands in the one, 第一产业 in the other."""
    spans = ""
    for number, (name, following) in enumerate(pairwise([*heading, ""])):
        spans = spans if name == ACROSS else name
        said = any(TABLE_WORDS[rule].find(spans) for rule in ("year", "plan", "past", "above_times"))
        if ACROSS in (name, following) and said and not TABLE_WORDS["name"].find(spans):
            yield number, spans


def _is_heading(text: str) -> bool:
    """计划目标, 增长%: what a second row of headings holds."""
    return not text[0].isdigit() and any(
        TABLE_WORDS[name].find(text) is not None for name in ("plan", "past", "growth", "amount")
    )


def _spread(above: Sequence[str], below: Sequence[str], width: int) -> list[str]:
    """Two rows of headings as one of `width`: 2023年 above spans as many below as 2024年; [] if none fit.

    Of 2023年 and 2024年目标 one may span them alone: 完成 is of the first, 年均 of the other. Cells that are
    spanned may be there, and empty: 2023年|—.
    """
    above = [name for name in above if name != EMPTY]
    spanning = {name for name in above if TABLE_WORDS["spanning"].find(name)}
    planned = {name for name in spanning if TABLE_WORDS["plan"].find(name)}
    done = any(TABLE_WORDS["past"].find(name) for name in below)
    alone = spanning - planned if done else planned if any("年均" in name for name in below) else set()
    for names in (spanning, alone):
        count = sum(name in names for name in above)
        groups = _groups(below, count)
        if not groups or len(above) - count + len(below) != width:
            continue
        each = iter(groups)
        return [
            text
            for name in above
            for text in ([name + one for one in next(each)] if name in names else [name])
        ]
    return []


def _groups(below: Sequence[str], count: int) -> Sequence[Sequence[str]]:
    """计划|完成|增长|计划|增长: as the first or the last of them says; else as many for each."""
    if not count:
        return []
    begins = [number for number, name in enumerate(below) if name == below[0]]
    if len(begins) != count:
        begins = [0, *(number + 1 for number, name in enumerate(below[:-1]) if name == below[-1])]
    if len(begins) != count:
        if len(below) % count:
            return []
        begins = list(range(0, len(below), len(below) // count))
    return [below[begin:end] for begin, end in pairwise([*begins, len(below)])]

"""The headings of a table -> what each of its columns holds. Pure.

Rows and their figures are tables.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from ingest.text.rows import EMPTY
from ingest.text.rules import load_rules

TABLE_WORDS = load_rules(__package__, "tables.rules.toml")
_OF_ANOTHER_TIME = ("of_several_years", "of_the_plan", "part_of_year")


class Role(Enum):
    NAME = auto()
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


def columns_of(heading: Sequence[str], this_year: int | None) -> list[Column]:
    """What each column holds, by its heading. `this_year` is the year that the targets are for."""
    columns: list[Column] = []
    for number, name in enumerate(heading):
        text = TABLE_WORDS["compared"].pattern.sub("", name)  # 比上年增长: of this column's year
        years = [int(match) for match in TABLE_WORDS["year"].pattern.findall(text)]
        growth = TABLE_WORDS["growth"].find(name) is not None
        unit = next(
            (
                m[1]
                for m in TABLE_WORDS["bracketed"].pattern.finditer(text)
                if TABLE_WORDS["whole_unit"].find(m[1])
            ),
            None,
        )
        if not any(c.role is Role.NAME for c in columns) and TABLE_WORDS["name"].find(text):
            columns.append(Column(Role.NAME))
        elif "单位" in text:
            columns.append(Column(Role.UNIT))
        elif any(TABLE_WORDS[rule].find(text) for rule in _OF_ANOTHER_TIME):
            columns.append(Column(Role.OTHER))
        elif years and this_year is not None and years[-1] > this_year:
            columns.append(Column(Role.PLAN, growth, years[-1], unit))
        elif TABLE_WORDS["past"].find(text) and not (TABLE_WORDS["plan"].find(text) and this_year in years):
            year = years[0] if years else None if this_year is None else this_year - 1
            columns.append(Column(Role.PAST, growth, year, unit))
        elif TABLE_WORDS["plan"].find(text) and (not years or years[-1] == this_year):
            columns.append(Column(Role.PLAN, growth, this_year, unit))
        elif (
            growth
            and number
            and columns[-1].role in (Role.PLAN, Role.PAST)
            and years in ([], [columns[-1].year])
        ):
            columns.append(Column(columns[-1].role, True, columns[-1].year, unit))
        else:
            columns.append(Column(Role.OTHER))
    planned = [column.year for column in columns if column.role is Role.PLAN]
    ahead = [year for year in planned if year != this_year]
    if planned and not ahead:
        return columns
    return [
        Column(Role.PLAN, True, ahead[-1], None, average=True)
        if ahead and "年均" in name
        else _by_year(column, name, this_year)
        for column, name in zip(columns, heading, strict=True)
    ]


def _by_year(column: Column, name: str, this_year: int | None) -> Column:
    """指标|2025年|2026年 of a report for 2026: where nothing else is said, its year is the plan."""
    bare = TABLE_WORDS["bare_year"].find(name)
    if bare is None or this_year is None or column.role is not Role.OTHER:
        return column
    year, unit = int(bare["year"]), bare["unit"] or None
    return Column(Role.PLAN if year == this_year else Role.PAST, unit == "%", year, unit)


def width_of_half(heading: Sequence[str]) -> int:
    """After how many columns the same headings come again, all of them: 指标|2025年目标|指标|2025年目标."""
    width = next((n for n in range(1, len(heading)) if heading[n] == heading[0]), len(heading))
    times, rest = divmod(len(heading), width)
    return width if not rest and list(heading) == [*heading[:width]] * times else len(heading)


def is_heading(text: str) -> bool:
    """计划目标, 增长%: what a second row of headings holds."""
    return not text[0].isdigit() and any(
        TABLE_WORDS[name].find(text) is not None for name in ("plan", "past", "growth", "amount")
    )


def spread(above: Sequence[str], below: Sequence[str], width: int) -> list[str]:
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

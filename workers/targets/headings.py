"""The headings of a table -> what each of its columns holds. Pure.

Rows and their figures are tables.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

BRACKETED = re.compile(r"[（(]([^（()）]{1,10})[)）]")
UNIT = re.compile("%|％|‰|[万亿]*(?:元|美元|人|户|家|个|亩|吨|斤|天|人次|公斤)|微克/立方米|百分点")
_YEAR = re.compile(r"(?:19|20)\d\d")
PLAN = re.compile("计划|目标|预期|安排|任务")
_PAST = re.compile("完成|实际|实绩|执行|预计|上年|去年|同期")
_GROWTH = re.compile("增长|增速|增幅|±|同比|比上年|增减")
_SPANNING = re.compile(r"(?:(?:19|20)\d\d年|上年|去年|今年|本年)度?")  # above 完成 and 增长
_COMPARED = re.compile(r"[比较](?:上年|去年|(?:19|20)\d\d年)(?:同期)?")


class Role(Enum):
    NAME = auto()
    UNIT = auto()
    PLAN = auto()
    PAST = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Column:
    role: Role
    growth: bool = False
    year: int | None = None
    unit: str | None = None


def columns_of(heading: Sequence[str], this_year: int | None) -> list[Column]:
    """What each column holds, by its heading. `this_year` is the year that the targets are for."""
    columns: list[Column] = []
    for number, name in enumerate(heading):
        text = _COMPARED.sub("", name)  # 比上年增长: of this column's year
        years = [int(match) for match in _YEAR.findall(text)]
        growth = _GROWTH.search(name) is not None
        unit = next((m[1] for m in BRACKETED.finditer(text) if UNIT.fullmatch(m[1])), None)
        if not any(c.role is Role.NAME for c in columns) and re.search("指标|项目", text):
            columns.append(Column(Role.NAME))
        elif "单位" in text:
            columns.append(Column(Role.UNIT))
        elif _PAST.search(text) and not (PLAN.search(text) and this_year in years):
            year = years[0] if years else None if this_year is None else this_year - 1
            columns.append(Column(Role.PAST, growth, year, unit))
        elif PLAN.search(text) and (not years or years[-1] == this_year):
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
    return columns


def is_heading(text: str) -> bool:
    """计划目标, 增长%: what a second row of headings holds."""
    return not text[0].isdigit() and any(words.search(text) is not None for words in (PLAN, _PAST, _GROWTH))


def spread(above: Sequence[str], below: Sequence[str], width: int) -> list[str]:
    """Two rows of headings as one of `width`: 2023年 above spans as many below as 2024年; [] if none fit."""
    spanning = sum(_SPANNING.fullmatch(name) is not None for name in above)
    if not spanning or len(above) - spanning + len(below) != width or len(below) % spanning:
        return []
    each = len(below) // spanning
    rest = iter(below)
    return [
        text
        for name in above
        for text in ([name + next(rest) for _ in range(each)] if _SPANNING.fullmatch(name) else [name])
    ]

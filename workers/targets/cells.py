"""A cell of a table, its name and its unit -> the clause that they stand for. Pure.

Which cell stands in which column is tables.py; the grammar that reads the clause is sentence.py.
"""

from __future__ import annotations

import re

from ingest.indicators.vocabulary import Indicator
from ingest.model import Measure
from workers.targets.headings import TABLE_WORDS

_NUMBER = re.compile(r"-?\d[\d,.]*(?:\s*[—\-~～至]\s*\d[\d.]*)?")
_BOUNDS = "<＜≤≦>＞≥≧"
_TOGETHER = "[［〔【]］〕】"  # [17]: over the years of the plan together


def bare_name(name: str) -> str:
    """1.地区生产总值（亿元）-> 地区生产总值."""
    return TABLE_WORDS["bracketed"].pattern.sub("", TABLE_WORDS["count"].pattern.sub("", name))


def over_the_years(value: str, indicator: Indicator) -> str:
    """A cell below 年均增速/累计: 6左右 is 年均增长6%左右, and [17] of what should fall 累计下降17%.

    Of a share [5] is so many percentage points more, and <5.5 holds in each of the years.
    """
    number = _NUMBER.search(value)
    if number is None:  # 与经济增长同步, 完成市定任务
        return f"{indicator.label}{'年均增长' if indicator.measure is Measure.GROWTH else ''}{value}"
    together = value[0] in _TOGETHER
    if indicator.measure is Measure.SHARE:
        if together and value[1] != "-":
            return f"{indicator.label}累计提高{number[0]}个百分点"
        return f"{indicator.label}{value}%".replace("%%", "%") if value[0] in _BOUNDS else ""
    if together and indicator.measure is not Measure.CHANGE:
        return ""  # of what is counted, how much more it is: nothing says in which unit
    verb = "下降" if indicator.measure is Measure.CHANGE else "增长"
    said = value[: number.end()].strip(_TOGETHER) + "%" + value[number.end() :].strip(_TOGETHER)
    return f"{indicator.label}{'累计' if together else '年均'}{verb}{said.replace('%%', '%')}"


def clause_of(name: str, value: str, unit: str | None, indicator: Indicator) -> str:
    """One cell as the clause that it stands for: 地区生产总值|亿元|870 is 地区生产总值达到870亿元."""
    bare = bare_name(name)
    number = _NUMBER.search(value)
    if number is None:
        return bare + value  # 与经济增长同步, 完成市定任务
    figure = value
    if unit is not None and not TABLE_WORDS["unit"].find(value, number.end()):
        figure = value[: number.end()] + unit + value[number.end() :]
    percent = "%" in figure or "％" in figure or "‰" in figure
    if not percent:
        return f"{bare}达到{figure}"
    if TABLE_WORDS["changes"].find(bare + value):
        return bare + figure.replace("-", "") if indicator.measure is Measure.CHANGE else bare + figure
    if indicator.measure is Measure.CHANGE:
        return f"{bare}下降{figure.replace('-', '')}"
    return f"{bare}增长{figure}" if indicator.measure is Measure.GROWTH else f"{bare}达到{figure}"

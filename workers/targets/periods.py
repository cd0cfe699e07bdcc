"""Over which time a figure is measured: a year, several on average, several together, up to an end. Pure.

The words of time of a clause are times.py; which part of a report a figure stands in, sections.py.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.model import Measure, Period
from workers.targets.candidates import Candidate

_PLAN = 5  # years
_YEAR = re.compile(r"(?:19|20)\d\d")


class Time(NamedTuple):
    """The last year of a figure's time, what it is, and the first year of an average or a sum, if known."""

    year: int | None
    period: Period = Period.YEAR
    first: int | None = None


def in_one_year(candidate: Candidate, year: int | None) -> Time:
    """Of a target of the year's part of a report: 增长6%, but 累计下降13% and 比2020年翻一番 are of more."""
    if not candidate.far_base:
        return Time(year)
    if candidate.total:
        return Time(year, Period.SUM, candidate.when.since or _behind_base(candidate))
    return Time(year, Period.BY_END)


def in_years_ahead(
    candidate: Candidate,
    year: int | None,
    horizon: int | None,
    *,
    each: bool = False,
    summed: bool = False,
    reached: bool = False,
) -> Time:
    """Of a target of the report of `year` for a plan that ends with `horizon`, if its sentence says no other
    end. `each`: it says 每年, `summed`: 五年新增,
    `reached`: 达到, 稳定在, which is no sum.

    In a list that one 年均 opens, a rate of growth is an average, too: 年均增长7%，投资增长8%.
    """
    when = candidate.when
    last = when.horizon or horizon
    rate = candidate.measure is Measure.GROWTH and candidate.unit in ("%", None)  # 与经济增长同步, too
    share = candidate.measure is Measure.SHARE  # 五年新增就业6万人，城镇化率达到65%: no rate is a sum
    several = when.summed and not (reached and candidate.measure is Measure.LEVEL)
    if (when.average and rate) or each:
        period = Period.AVERAGE
    elif (candidate.total or several) and not share:
        period = Period.SUM
    elif when.average or (when.averaged and rate and not candidate.far_base):
        period = Period.AVERAGE
    elif summed and not share:
        period = Period.SUM
    else:
        return Time(last, Period.BY_END)
    return Time(last, period, _first(candidate, year, last, horizon))


def _first(candidate: Candidate, year: int | None, last: int | None, horizon: int | None) -> int | None:
    said = candidate.when.since or _behind_base(candidate)
    if said is not None or last is None:
        return said
    if last == horizon:
        return last - _PLAN + 1
    return year


def _behind_base(candidate: Candidate) -> int | None:
    """比2020年累计下降13%: from 2021 on."""
    named = _YEAR.match(candidate.base or "")
    return int(named[0]) + 1 if named else None

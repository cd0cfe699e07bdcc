"""What the grammar hands on: subjects, and figures as printed before anybody judges them. Pure.

How they are read is grammar.py; the verdict (target, outcome, headline) is extract.py. The reasons to doubt a
figure are short fixed words that travel with it (`Figure.flags`; docs/extract.md explains each). A figure
without a flag is one that we would sign.
"""

from __future__ import annotations

from typing import NamedTuple

from ingest.indicators.vocabulary import Indicator
from ingest.model import PRELIMINARY, Comparator, Direction, Measure, Owner, Resolve

IMPLAUSIBLE = "implausible"  # outside the bounds of its indicator: GDP growth of 60 %
SHARED_QUALIFIER = "shared_qualifier"  # 分别增长5%、6.5%左右: does 左右 bind both? read as: yes
POINTS = "points"  # 增长6.5个百分点, where 6.5% is usual
OTHER_BASE = "other_base"  # 比2020年翻一番: measured against another year than the one before
ESTIMATE = PRELIMINARY  # 预计: an outcome that the report itself does not know yet
UNANNOUNCED = "unannounced"  # headline by its place only: no 预期目标是 stands in front of it
TABLE = "table"  # read from a table by its headings
OCR = "ocr"  # read from a scan: scanned_figures.py
NO_YEAR = "no_year"  # the document does not say of which year


class Subject(NamedTuple):  # thousands of these are made for one report; a dataclass costs four times as much
    """What a clause is about.

    `indicator` is None for a noun outside the vocabulary; `prefix` is the text in front that nobody knows;
    `owner` names whose it is where that is a part of the region (开发区).
    """

    indicator: Indicator | None
    label: str
    start: int
    end: int
    prefix: str = ""
    owner: str = ""


class When(NamedTuple):
    """What the words of time say of a figure.

    `horizon` is the last year of the plan it is for, `past` an earlier year that the sentence names,
    `average` marks 年均, `partial` a part of the year, `several` a sum over years behind us. `since` is the
    first year of the plan; `averaged`: an earlier figure of the sentence is an average; `summed`: the years
    of `several` may as well be those of the plan (五年累计). `annual`: 今年, 全年力争, also inside a plan.
    `effort`: the horizon is that of 经过五年努力, which are over in a review.
    `partly`: the part of the year opens the list (前三季度，…；…), and is that of all of it.
    """

    horizon: int | None = None
    past: int | None = None
    average: bool = False
    partial: bool = False
    several: bool = False
    since: int | None = None
    averaged: bool = False
    summed: bool = False
    annual: bool = False
    partly: bool = False
    effort: bool = False


NO_TIME = When()


class Candidate(NamedTuple):
    """A figure as printed. Places are in the reading text; `foreign`: it belongs to another region.

    `far_base`: it is measured against another year than the one before (比2015年, 累计); `total`: 累计;
    `planned`: 年初目标, 计划, which in a review nobody says was reached.
    `direction`, `base` and `owner` are those of ingest.model.Figure.
    """

    subject: Subject
    measure: Measure | None
    comparator: Comparator
    low: float | None
    high: float | None
    unit: str | None
    resolve: Resolve | None
    start: int
    end: int
    when: When
    foreign: bool
    far_base: bool = False
    flags: tuple[str, ...] = ()
    direction: Direction | None = None
    base: str | None = None
    total: bool = False
    owner: Owner | None = None
    planned: bool = False

    @property
    def believable(self) -> bool:
        """Do the percentages lie within the bounds of the indicator? What has no bounds is believed."""
        indicator = self.subject.indicator
        if indicator is None or self.unit not in ("%", "‰"):
            return True
        low, high = indicator.bounds
        return all(value is None or low <= value <= high for value in (self.low, self.high))

"""What the grammar hands on: subjects, and figures as printed before anybody judges them. Pure.

How they are found is grammar.py; the verdict (target, outcome, headline) is extract.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.model import Comparator, Measure, Resolve
from workers.targets.vocabulary import Indicator


@dataclass(frozen=True, slots=True)
class Slot:
    """A subject of a clause.

    `indicator` is None for a noun outside the vocabulary; `prefix` is the text in front that nobody knows.
    """

    indicator: Indicator | None
    label: str
    start: int
    end: int
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """What the words of time say of a figure.

    `horizon` is the last year of the plan it is for, `past` an earlier year that the sentence names,
    `average` marks 年均, `partial` a part of the year, `several` a sum over years behind us.
    """

    horizon: int | None = None
    past: int | None = None
    average: bool = False
    partial: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A figure as printed. Places are in the reading text; `foreign`: it belongs to another region.

    `far_base`: it is measured against another year than the one before (比2015年, 累计).
    `flags`: reasons for doubt, see flags.py.
    """

    slot: Slot
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

"""The parts of a report, and the headings that announce them. Pure.

The way through a report is sections.py; the words looked for are sections.rules.toml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from ingest.text.rules import load_rules
from workers.targets.times import end_of_years, plan_end

SECTION_WORDS = load_rules(__package__, "sections.rules.toml")
_WORDS = SECTION_WORDS


class Part(Enum):
    PAST = auto()  # 一、2023年工作回顾
    PAST_YEARS = auto()  # 过去五年工作回顾: figures are sums unless a year is named
    PART_YEAR = auto()  # 一、上半年工作回顾: no figure is of a whole year
    PRESENT = auto()  # 二、2024年工作安排
    PLAN = auto()  # 今后五年的目标任务
    APPENDIX = auto()  # 名词解释


REVIEWS = (Part.PAST, Part.PAST_YEARS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands. `horizon` is the last year of the plan in a PLAN part."""

    part: Part
    horizon: int | None = None


@dataclass(frozen=True)
class Heading:
    """A heading, read for the report of `year`; `current` is the part above it.

    `early`: the report was given before its year began, so that 今年 is the one under review.
    """

    head: str
    numbered: bool
    year: int | None
    current: Part = Part.PAST
    early: bool = False

    def has(self, name: str) -> bool:
        return _WORDS[name].find(self.head) is not None

    @cached_property
    def years(self) -> list[int]:
        return [int(match) for match in _WORDS["years"].pattern.findall(self.head)]

    @cached_property
    def says_this_year(self) -> bool:
        return self.has("next_year" if self.early else "this_year")

    @property
    def names_the_time(self) -> bool:
        return self.names_its_year or self.says_this_year

    @cached_property
    def sets_tasks(self) -> bool:
        return self.has("tasks") or self.says_this_year

    @cached_property
    def names_its_year(self) -> bool:
        return self.year is not None and self.year in self.years

    @cached_property
    def names_the_past(self) -> bool:
        """Are all years that it names over?"""
        return self.year is not None and max(self.years, default=self.year) < self.year

    @cached_property
    def until(self) -> int | None:
        """到2028年，全区发展的主要目标: the year to come that it begins with."""
        named = _WORDS["until"].find(self.head)
        return int(named[1]) if named and self.year is not None and int(named[1]) > self.year else None

    @cached_property
    def reviews(self) -> bool:
        return self.has("review") and not (self.names_its_year and self.sets_tasks)

    @property
    def horizon(self) -> int | None:
        """The last year of the plan that it announces."""
        if self.until is not None:
            return self.until
        return plan_end(self.head) or (None if self.year is None else end_of_years(self.head, self.year))


@dataclass(frozen=True, slots=True)
class HeadingRule:
    """One rule; `example` is a heading of which it is the first that says anything, namely `part`."""

    name: str
    place_of: Callable[[Heading], Place | None]
    example: Heading
    part: Part


def _review_of_a_part(heading: Heading) -> Place | None:
    """一、上半年计划执行情况, and behind it 二、财政收支执行情况."""
    part = heading.has("part_of_year") or (heading.current is Part.PART_YEAR and not heading.years)
    return Place(Part.PART_YEAR) if heading.reviews and part else None


def _review_of_a_year(heading: Heading) -> Place | None:
    """2025年和“十四五”时期工作回顾 begins with the year, 过去五年和2021年工作回顾 with the five."""
    if not heading.reviews:
        return None
    span = _WORDS["span"].find(heading.head)
    if span is None or "一年" in heading.head:
        return Place(Part.PAST)
    last = heading.head.find(f"{heading.year - 1}年") if heading.year is not None else -1
    return Place(Part.PAST) if 0 <= last < span.start() else None


def _review_of_years(heading: Heading) -> Place | None:
    return Place(Part.PAST_YEARS) if heading.reviews else None


def _goals_reached(heading: Heading) -> Place | None:
    """各项目标任务圆满完成, 预期目标提前实现，站在新起点上: what sounds like a task is told as done."""
    clauses = heading.head.split("，")
    told = any(
        _WORDS["goals_reached"].find(clause) is not None and _WORDS["resolved"].find(clause) is None
        for clause in clauses
    )
    return Place(Part.PAST) if told else None


def _looks_ahead(heading: Heading) -> bool:
    announced = heading.has("ahead") or heading.until is not None
    of_the_year = heading.names_its_year or heading.says_this_year
    return announced and not of_the_year and (heading.numbered or heading.sets_tasks)


def _plan_that_is_over(heading: Heading) -> Place | None:
    horizon = heading.horizon if _looks_ahead(heading) else None
    over = horizon is not None and heading.year is not None and horizon < heading.year
    return Place(Part.PAST_YEARS) if over else None


def _plan_of_years(heading: Heading) -> Place | None:
    """But the plan that ends with the year of the report is the year's."""
    ahead = _looks_ahead(heading) and heading.horizon != heading.year
    return Place(Part.PLAN, heading.horizon) if ahead else None


def _tasks_of_the_year(heading: Heading) -> Place | None:
    """But 主要任务 alone, below a plan of years, are the plan's."""
    planned = heading.current is Part.PLAN and not heading.numbered and not heading.says_this_year
    ahead = heading.sets_tasks and not heading.names_the_past and not planned
    return Place(Part.PRESENT) if heading.names_its_year or ahead else None


def _year_that_is_over(heading: Heading) -> Place | None:
    return Place(Part.PAST) if heading.names_the_past else None


def _achieved(heading: Heading) -> Place | None:
    """Not where the year's tasks are told already: 二、在改革上取得新突破 is one of them."""
    told = heading.numbered and heading.has("achieved") and heading.current is not Part.PRESENT
    return Place(Part.PAST) if told else None


HEADINGS: tuple[HeadingRule, ...] = (
    HeadingRule(
        "the review of a part of the year",
        _review_of_a_part,
        Heading("一、上半年计划执行情况", True, 2024),
        Part.PART_YEAR,
    ),
    HeadingRule(
        "the review of a year", _review_of_a_year, Heading("一、2023年工作回顾", True, 2024), Part.PAST
    ),
    HeadingRule(
        "the review of several years",
        _review_of_years,
        Heading("一、过去五年工作回顾", True, 2024),
        Part.PAST_YEARS,
    ),
    HeadingRule(
        "goals that were reached", _goals_reached, Heading("一、主要目标任务圆满完成", True, 2024), Part.PAST
    ),
    HeadingRule(
        "a plan that is over",
        _plan_that_is_over,
        Heading("一、“十三五”主要任务", True, 2024),
        Part.PAST_YEARS,
    ),
    HeadingRule(
        "a plan of several years", _plan_of_years, Heading("二、今后五年的奋斗目标", True, 2024), Part.PLAN
    ),
    HeadingRule(
        "the tasks of the year", _tasks_of_the_year, Heading("二、2024年工作安排", True, 2024), Part.PRESENT
    ),
    HeadingRule(
        "a year that is over", _year_that_is_over, Heading("一、2023年的答卷", True, 2024), Part.PAST
    ),
    HeadingRule("what was achieved", _achieved, Heading("一、经济发展取得新突破", True, 2024), Part.PAST),
)
"""The first rule that says anything has said it; where none does, the part above goes on."""


def heading_answers(heading: Heading) -> Iterator[tuple[HeadingRule, Place]]:
    """The rules that say anything of a heading. One without a number must review or announce."""
    if heading.numbered or heading.sets_tasks or heading.has("review"):
        for rule in HEADINGS:
            place = rule.place_of(heading)
            if place is not None:
                yield rule, place


def topics(head: str) -> list[str]:
    """2023年工作回顾和2024年工作安排: a heading that names two times is about one after the other."""
    cuts = [
        match.start() for match in _WORDS["another_time"].pattern.finditer(head) if _says_what(head, match)
    ]
    return [head[a:b] for a, b in zip([0, *cuts], [*cuts, len(head)], strict=True)]


def _says_what(head: str, match: re.Match[str]) -> bool:
    """过去五年和2023年工作回顾: what stands in front of 和 is only a time, and the review is of both."""
    return _WORDS["only_a_time"].find(head, 0, match.start()) is None

"""Which part of a report speaks of the past, of this year, of the next five; where the headline stands. Pure.

Works on sentences (normalise.py); the words looked for are sections.rules.toml. Figures are grammar.py, the
verdict on each is extract.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, cached_property

from ingest.text.rules import Rule, load_rules
from workers.targets.normalise import GOALS, Sentence
from workers.targets.times import plan_end


class Part(Enum):
    PAST = auto()  # 一、2023年工作回顾
    PAST_YEARS = auto()  # 过去五年工作回顾: figures are sums unless a year is named
    PRESENT = auto()  # 二、2024年工作安排
    PLAN = auto()  # 今后五年的目标任务
    APPENDIX = auto()  # 名词解释


_BEFORE_THE_YEAR = (Part.PAST, Part.PAST_YEARS, Part.PLAN)  # from here a report turns to its year


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands. `horizon` is the last year of the plan in a PLAN part."""

    part: Part
    horizon: int | None = None


_WORDS = load_rules(__package__, "sections.rules.toml")
CLOSING = _WORDS["closing"]
_HEAD = 44  # characters of a numbered line that announce its part


@dataclass(frozen=True, slots=True)
class LeadIn:
    """主要预期目标是： Its sentence, where it ends, and whether it announces a plan of several years."""

    sentence: int
    end: int
    plan: bool


def is_numbered(text: str, sentence: Sentence) -> bool:
    """Does the sentence open a numbered part: 三、2024年重点任务?"""
    return _WORDS["numbered"].find(text, sentence.start, sentence.end) is not None


# --- headings ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heading:
    """A heading, read for the report of `year`; `current` is the part above it."""

    head: str
    numbered: bool
    year: int | None
    current: Part = Part.PAST

    def has(self, name: str) -> bool:
        return _WORDS[name].find(self.head) is not None

    @cached_property
    def years(self) -> list[int]:
        return [int(match) for match in _WORDS["years"].pattern.findall(self.head)]

    @cached_property
    def sets_tasks(self) -> bool:
        return self.has("tasks")

    @cached_property
    def names_its_year(self) -> bool:
        return self.year is not None and self.year in self.years

    @cached_property
    def names_the_past(self) -> bool:
        """Are all years that it names over?"""
        return self.year is not None and max(self.years, default=self.year) < self.year

    @cached_property
    def reviews(self) -> bool:
        return self.has("review") and not (self.names_its_year and self.sets_tasks)

    @property
    def horizon(self) -> int | None:
        """The last year of the plan that it announces."""
        return plan_end(self.head) or (self.year + 4 if self.year is not None else None)


@dataclass(frozen=True, slots=True)
class HeadingRule:
    """One rule; `example` is a heading of which it is the first that says anything, namely `part`."""

    name: str
    place_of: Callable[[Heading], Place | None]
    example: Heading
    part: Part


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


def _looks_ahead(heading: Heading) -> bool:
    announced = heading.has("ahead") and not heading.names_its_year and "今年" not in heading.head
    return announced and (heading.numbered or heading.sets_tasks)


def _plan_that_is_over(heading: Heading) -> Place | None:
    horizon = heading.horizon if _looks_ahead(heading) else None
    over = horizon is not None and heading.year is not None and horizon < heading.year
    return Place(Part.PAST_YEARS) if over else None


def _plan_of_years(heading: Heading) -> Place | None:
    """But the plan that ends with the year of the report is the year's."""
    ahead = _looks_ahead(heading) and heading.horizon != heading.year
    return Place(Part.PLAN, heading.horizon) if ahead else None


def _tasks_of_the_year(heading: Heading) -> Place | None:
    ahead = heading.names_its_year or (heading.sets_tasks and not heading.names_the_past)
    return Place(Part.PRESENT) if ahead else None


def _year_that_is_over(heading: Heading) -> Place | None:
    return Place(Part.PAST) if heading.names_the_past else None


def _achieved(heading: Heading) -> Place | None:
    """Not where the year's tasks are told already: 二、在改革上取得新突破 is one of them."""
    told = heading.numbered and heading.has("achieved") and heading.current is not Part.PRESENT
    return Place(Part.PAST) if told else None


HEADINGS: tuple[HeadingRule, ...] = (
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


# --- paragraphs ------------------------------------------------------------------------------------------

_REVIEWS = (Part.PAST, Part.PAST_YEARS)


@cache
def _last_year(year: int | None) -> Rule:
    return _WORDS.variant("last_year", last="去年" if year is None else f"(?:去年|{year - 1}年)")


@cache
def _opening(year: int | None) -> Rule:
    return _WORDS.variant("opening", this="今年" if year is None else f"(?:今年|{year}年)")


def lead_ins(text: str, sentences: Sequence[Sentence], year: int | None) -> list[LeadIn]:
    """Every phrase that announces targets: …主要预期目标是：, 预期目标为. Not 完成了…目标任务."""
    leads: list[LeadIn] = []
    starts = [sentence.start for sentence in sentences]
    named = {bisect_right(starts, match.start()) - 1 for match in _WORDS["target"].pattern.finditer(text)}
    for number in sorted(named):
        sentence = sentences[number]
        if sentence.end - sentence.start <= _HEAD and (
            text.endswith("预期目标", sentence.start, sentence.end)
            or GOALS.find(text, sentence.start, sentence.end)
        ):
            # A heading: the list stands below it.
            matches = [(sentence.start, sentence.end)]
        else:
            matches = [
                match.span()
                for match in _WORDS["lead_in"].pattern.finditer(text, sentence.start, sentence.end)
            ]
        for begin, end in matches:
            if _WORDS["of_one"].find(text[max(sentence.start, begin - 10) : begin]):
                continue
            if text[end - 1] not in "是为有：下标—":
                continue
            around = text[max(sentence.start, begin - 40) : end]
            if not _WORDS["this_report"].find(around) or _WORDS["done"].find(
                text[max(sentence.start, begin - 12) : begin]
            ):
                continue
            years = [int(y) for y in _WORDS["years"].pattern.findall(around)]
            if year is not None and years and max(years) < year:
                continue
            one = _WORDS["one_year"].find(around) is not None or (year is not None and year in years)
            leads.append(LeadIn(number, end, plan=_WORDS["many_years"].find(around) is not None and not one))
            break
    return leads


def places(
    text: str, sentences: Sequence[Sentence], leads: Sequence[LeadIn], year: int | None, first: Place
) -> list[Place]:
    """The place of every sentence: a report starts in `first` until something announces another part."""
    announced = {lead.sentence: lead for lead in leads}
    current = first
    aside: tuple[int, Place] | None = None  # 今后五年的目标是…: a paragraph of its own in another part
    opening, last_year = _opening(year), _last_year(year)
    result: list[Place] = []
    for number, sentence in enumerate(sentences):
        if sentence.first:
            head = text[sentence.start : min(sentence.end, sentence.start + _HEAD)]
            numbered = is_numbered(text, sentence)
            short = sentence.end - sentence.start <= 40
            place = None
            if short and _WORDS["appendix"].find(head):
                place = Place(Part.APPENDIX)
            elif numbered or (short and text[sentence.end : sentence.end + 1] in ("\n", "")):
                answers = heading_answers(Heading(head, numbered, year, current.part))
                place = next((place for _, place in answers), None)
            if place is not None:
                current = place
            elif current.part in _REVIEWS:
                many = _WORDS["five_years"].find(text, sentence.start, sentence.end)
                if many is not None and not _is_to_come(many[0], year):
                    current = Place(Part.PAST_YEARS)
                elif last_year.find(text, sentence.start, sentence.end):
                    current = Place(Part.PAST)
        lead = announced.get(number)
        if current.part in _BEFORE_THE_YEAR and (
            (
                lead is not None
                and not lead.plan
                and (
                    current.part is not Part.PLAN or _WORDS["one_year"].find(text[sentence.start : lead.end])
                )
            )
            or opening.find(text, sentence.start, sentence.end)
        ):
            current = Place(Part.PRESENT)
        if aside is not None and (aside[0] != sentence.paragraph or (lead is not None and not lead.plan)):
            aside = None
        if lead is not None and lead.plan and current.part is not Part.PLAN:
            horizon = _horizon(text[max(sentence.start, lead.end - 60) : lead.end], year)
            if horizon is not None and year is not None and horizon > year:
                aside = (sentence.paragraph, Place(Part.PLAN, horizon))
        result.append(current if aside is None else aside[1])
    return result


def _is_to_come(phrase: str, year: int | None) -> bool:
    """“十五五”时期, said before 2030: the plan that is named has not ended."""
    end = plan_end(phrase)
    return end is not None and year is not None and end >= year


def _horizon(text: str, year: int | None) -> int | None:
    """The last year of the plan that a phrase names: “十四五”, 今后五年, 到2030年."""
    end = plan_end(text)
    if end is not None or year is None:
        return end
    named = [int(match) for match in _WORDS["years"].pattern.findall(text) if int(match) > year]
    if named:
        return max(named)
    return year + 4 if _WORDS["years_to_come"].find(text) else None

"""Which part of a report speaks of the past, of this year, of the next five. Pure.

Works on sentences (normalise.py); headings are parts.py, the words looked for sections.rules.toml.
Figures are grammar.py, the verdict on each is extract.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from ingest.text.rules import Rule
from workers.targets.lead_ins import LeadIn
from workers.targets.normalise import Sentence
from workers.targets.parts import REVIEWS, Heading, Part, Place, heading_answers, topics
from workers.targets.parts import SECTION_WORDS as _WORDS
from workers.targets.times import end_of_years, plan_end

CLOSING = _WORDS["closing"]
_BEFORE_THE_YEAR = (
    Part.PAST,
    Part.PAST_YEARS,
    Part.PART_YEAR,
    Part.PLAN,
)  # from here a report turns to its year
_TIMES_BEGIN = frozenset(
    '各报回纵总这过近三四五六3456十“"刚即已在特尤去今一预12自市省县区州第本'
)  # most sentences begin with none of them
_BACK_BEGINS = frozenset("过一回几近刚两三四五3456")
_SALUTATION = 500  # characters in which a report says when it is given
_OPENING = 80  # characters in which a sentence that opens the year names it
_GREETING = "各位代表"
_FEWEST = 4  # words of what is to be done: one stands in many a review
_MORE = 3  # times as many of them as of what was done
_HEAD = 44  # characters of a numbered line that announce its part


def is_numbered(text: str, sentence: Sentence) -> bool:
    """Does the sentence open a numbered part: 三、2024年重点任务?"""
    return _WORDS["numbered"].find(text, sentence.start, sentence.end) is not None


@cache
def _last_year(year: int | None, early: bool, *, only: bool = False) -> Rule:
    words = "去年" if year is None else f"(?:{'今年' if early else '去年'}|{year - 1}年)"
    return _WORDS.variant("only_last_year" if only else "last_year", last=words)


@cache
def _opening(year: int | None, early: bool) -> Rule:
    words = "今年" if year is None else f"(?:{'明年' if early else '今年'}|{year}年)"
    return _WORDS.variant("opening", this=words, named="(?!)" if year is None else f"{year}年")


def given_early(text: str, year: int | None) -> bool:
    """Was the report given in the last months of the year before its own (2023年12月20日 for 2024)?

    Then 今年 is the year under review.
    """
    if year is None:
        return False
    given = _WORDS["given"].find(text, 0, _SALUTATION)
    return given is not None and int(given[1]) == year - 1


def reports_on_a_part(text: str) -> bool:
    """现报告上半年预算执行情况, or 1—8月，… first of all: is the report one on a part of its year?"""
    opens = _WORDS["opens_with_a_part"].find(text) is not None
    return opens or _WORDS["reports_on_a_part"].find(text, 0, _SALUTATION) is not None


def proposes_a_plan(text: str) -> bool:
    """Is it a party committee's 建议 for a plan of five years?"""
    return _WORDS["proposes_a_plan"].find(text, 0, _SALUTATION) is not None


def begins_with_tasks(text: str, sentences: Sequence[Sentence], found: Sequence[Place]) -> bool:
    """Is the text a later piece of a report (（下）, page two), that begins among the tasks of the year?
    It has no opening, and up to where something turns to the year it speaks of what is to be done."""
    if _WORDS["begins"].find(text, 0, _SALUTATION):
        return False
    turns = (one.start for one, place in zip(sentences, found, strict=True) if place.part not in REVIEWS)
    above = text[: next(turns, len(text))]
    to_do, done = (len(_WORDS[name].pattern.findall(above)) for name in ("to_do", "was_done"))
    return to_do >= _FEWEST and to_do > _MORE * done


def places(
    text: str,
    sentences: Sequence[Sentence],
    leads: Sequence[LeadIn],
    year: int | None,
    first: Place,
    dashed: Callable[[Sentence], bool],
) -> list[Place]:
    """The place of every sentence: a report starts in `first` until something announces another part.

    `dashed`: does a dash or a bullet stand in front, which the reading text does not have?
    """
    announced = {lead.sentence: lead for lead in leads}
    walk = _Walk(text, year, first, dashed)
    return [walk.place(number, sentence, announced.get(number)) for number, sentence in enumerate(sentences)]


class _Aside(NamedTuple):
    """A paragraph of its own in another part; `listing`: the items of a list below it are, too."""

    paragraph: int
    place: Place
    listing: bool = False


class _Walk:
    """Through the sentences of a report, one by one: `current` is where the last one stands.

    `ahead`: what the heading above has announced to come (2023年工作回顾和“十四五”主要目标);
    `aside`: a paragraph that stands in another part (今后五年的目标是…);
    `opened`: the sentence that turned to the part; `slogan`: a numbered heading that turned to none.
    """

    def __init__(self, text: str, year: int | None, first: Place, dashed: Callable[[Sentence], bool]) -> None:
        self.text, self.year, self.current, self.dashed = text, year, first, dashed
        self.plan = first if first.part is Part.PLAN else None  # a 规划纲要: the year must be named
        self.early = given_early(text, year)
        self.ahead: list[Place] = []
        self.aside: _Aside | None = None
        self.opened: int | None = None
        self.slogan: int | None = None

    def place(self, number: int, sentence: Sentence, lead: LeadIn | None) -> Place:
        if self.current.part in (Part.PRESENT, Part.PLAN) and (
            self.aside is not None or self.text[sentence.start] in _BACK_BEGINS
        ):
            self._look_back(number, sentence)
        if sentence.first:
            self._paragraph(number, sentence)
        elif lead is None and self.aside is None and self.current.part not in _BEFORE_THE_YEAR:
            return self.current  # most sentences turn nothing
        elif self.current.part in REVIEWS and (place := self._time_of_review(sentence)) is not None:
            if self._greeted(sentence) or _WORDS["just_gone"].find(self.text, sentence.start, sentence.end):
                self.current = place
            self.aside = None if place == self.current else _Aside(sentence.paragraph, place)
        if self.current.part in _BEFORE_THE_YEAR:
            self._turn(number, sentence, lead)
        if self.aside is not None and self.aside.paragraph != sentence.paragraph:
            goes_on = self.aside.listing and self.dashed(sentence)
            self.aside = self.aside._replace(paragraph=sentence.paragraph) if goes_on else None
        if lead is not None and not lead.plan:
            self.aside = None
        if lead is not None and lead.plan and self.current.part is not Part.PLAN:
            until = _WORDS["until"].find(self.text, lead.end)
            horizon = (
                int(until[1])
                if until
                else _horizon(self.text[max(sentence.start, lead.end - 60) : lead.end], self.year)
            )
            if horizon is not None and self.year is not None and horizon > self.year:
                if self.current.part in REVIEWS and lead.end == sentence.end:
                    self.current = Place(Part.PLAN, horizon)  # 今后五年的主要目标是：⏎ and a list below it
                else:
                    listing = lead.end == sentence.end
                    self.aside = _Aside(sentence.paragraph, Place(Part.PLAN, horizon), listing)
        return self.current if self.aside is None else self.aside.place

    def _paragraph(self, number: int, sentence: Sentence) -> None:
        """A heading says what follows; in a review, the words that open a paragraph may."""
        text, (start, end) = self.text, (sentence.start, sentence.end)
        head = text[start : min(end, start + _HEAD)]
        numbered = is_numbered(text, sentence)
        short = end - start <= 40
        if short and _WORDS["appendix"].find(head):
            self.current = Place(Part.APPENDIX)
            return
        if numbered or (short and text[end : end + 1] in ("\n", "")):
            announced = self._announced(head, numbered)
            if announced:
                self.current, *self.ahead = announced
                self.opened = number
                return
            if numbered and self.plan is not None and self.current.part in REVIEWS:
                self.current = self.plan  # 第二章 指导思想: a plan looks back in its first chapter only
        if numbered:
            self.slogan = number
        elif self.current.part in REVIEWS:
            below = self._years_ahead(sentence) if number - 1 == self.slogan else None
            self.current = below or self._time_of_review(sentence) or self.current

    def _years_ahead(self, sentence: Sentence) -> Place | None:
        """二、奋力谱写新篇章 and below it 今后五年是…: the paragraph says of which years the part is."""
        years = _WORDS["years_ahead"].find(self.text, sentence.start, sentence.end)
        horizon = _horizon(years[0], self.year) if years else None
        ahead = horizon is not None and self.year is not None and horizon > self.year
        return Place(Part.PLAN, horizon) if ahead else None

    def _time_of_review(self, sentence: Sentence) -> Place | None:
        """“十三五”期间，…; 2023年，…: does a sentence turn a review to many years, or to the last?"""
        if self.text[sentence.start] not in _TIMES_BEGIN:
            return None
        many = _WORDS["five_years"].find(self.text, sentence.start, sentence.end)
        if many is not None and not _is_to_come(many[0], self.year):
            return Place(Part.PAST_YEARS)
        rule = _last_year(self.year, self.early, only=not (sentence.first or self._greeted(sentence)))
        last = rule.find(self.text, sentence.start, sentence.end)
        return Place(Part.PAST) if last else None

    def _look_back(self, number: int, sentence: Sentence) -> None:
        """过去一年，…, 五年来，…: among tasks, a paragraph that tells what was reached."""
        back = _WORDS["looks_back"].find(self.text, sentence.start, sentence.end)
        if back is not None:
            place = Place(Part.PAST if back["one"] else Part.PAST_YEARS)
            self.aside = _Aside(sentence.paragraph, place)
        elif self.aside is not None and self._opens_the_year(number, sentence):
            self.aside = None

    def _greeted(self, sentence: Sentence) -> bool:
        """各位代表！2023年，…: does a salutation stand in front, so that the sentence opens its paragraph?"""
        return self.text.endswith(_GREETING, 0, sentence.start - 1)

    def _announced(self, head: str, numbered: bool) -> list[Place]:
        found: list[Place] = []
        for topic in topics(head):
            current = found[-1].part if found else self.current.part
            heading = Heading(topic, numbered, self.year, current, self.early)
            place = next((place for _, place in heading_answers(heading)), None)
            if place is not None:
                named = place.part is not Part.PRESENT or heading.names_the_time
                found.append(place if named or self.plan is None else self.plan)
        return found

    def _turn(self, number: int, sentence: Sentence, lead: LeadIn | None) -> None:
        """From a review, or a plan of years, to the year."""
        if self._opens_the_year(number, sentence):
            self.current = Place(Part.PRESENT)
        elif lead is not None and not lead.plan:
            plan = next((place for place in self.ahead if place.part is Part.PLAN), self.plan)
            if self.current.part is Part.PLAN:
                self.current = Place(Part.PRESENT) if lead.annual else self.current
            else:
                self.current = plan if plan is not None and not lead.annual else Place(Part.PRESENT)

    def _opens_the_year(self, number: int, sentence: Sentence) -> bool:
        start, end = sentence.start, sentence.end
        if self.text.find("年", start, min(end, start + _OPENING)) < 0:
            return False  # most sentences, at a tenth of the cost
        if not _opening(self.year, self.early).find(self.text, start, end):
            return False
        if self._says_this_year_of_the_last(number, sentence):
            self.early = True
            return False
        return not _WORDS["salutation"].find(self.text, start, end)

    def _says_this_year_of_the_last(self, number: int, sentence: Sentence) -> bool:
        """一、2023年工作回顾 and at once 今年是…: the report was given before that year ended."""
        under = self.opened == number - 1 and self.current.part in REVIEWS
        return under and not self.early and self.text.find("今年", sentence.start, sentence.start + 10) >= 0


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
    return end_of_years(text, year) if _WORDS["years_to_come"].find(text) else None

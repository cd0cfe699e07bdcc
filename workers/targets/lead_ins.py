"""主要预期目标是： what announces targets, and whether those of the year or of a plan. Pure.

How far they go is headline.py; the words looked for are sections.rules.toml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workers.targets.normalise import GOALS, Sentence, holding
from workers.targets.owners import Owners
from workers.targets.parts import SECTION_WORDS as _WORDS

_GOALS = ("目标", "指标")  # one of them is in whatever announces any
_HEADING = 44  # characters of a line that is a heading of goals


@dataclass(frozen=True, slots=True)
class LeadIn:
    """主要预期目标是： Its sentence, where it ends, whether it announces a plan of several years.

    `annual`: it names the year itself (2024年主要任务目标是), so that no plan around it takes it in.
    `chief`: in its words it is the headline (经济社会发展主要预期目标), however short the list.
    `plain`: in its words it is of the year and of nothing narrower (今年的奋斗目标).
    """

    sentence: int
    end: int
    plan: bool
    annual: bool = False
    chief: bool = False
    plain: bool = False


def lead_ins(text: str, sentences: Sequence[Sentence], owners: Owners, year: int | None) -> list[LeadIn]:
    """Every phrase that announces targets: …主要预期目标是：, 预期目标为. Not 完成了…目标任务, nor another
    government's."""
    leads: list[LeadIn] = []
    for number in sorted(holding(text, sentences, _GOALS)):
        sentence = sentences[number]
        heading = sentence.end - sentence.start <= _HEADING and (
            (
                text.endswith("预期目标", sentence.start, sentence.end)
                and not _WORDS["reached"].find(text, sentence.start, sentence.end)
            )
            or GOALS.find(text, sentence.start, sentence.end) is not None
        )
        if heading:
            # A heading: the list stands below it.
            matches = [(sentence.start, sentence.end)]
        else:
            matches = [
                match.span()
                for match in _WORDS["lead_in"].pattern.finditer(text, sentence.start, sentence.end)
            ]
        for begin, end in matches:
            of_one = _WORDS["of_one"].find(text[max(sentence.start, begin - 10) : begin]) is not None
            if of_one and (text[end - 1] != "：" or _WORDS["one_figure"].find(text, end)):
                continue
            if text[end - 1] not in "是为有：下标—":
                continue
            around = text[max(sentence.start, begin - 40) : end]
            clause = max(text.rfind(mark, sentence.start, begin) for mark in "，。；：、") + 1
            if owners.goals_above(text, max(clause, sentence.start)):
                continue
            named = max(clause, begin - 40, sentence.start)
            years = [int(y) for y in _WORDS["years"].pattern.findall(around)]
            one = _WORDS["one_year"].find(around) is not None or (year is not None and year in years)
            if not (one or heading or _WORDS["this_report"].find(text, named, end)) or _WORDS["done"].find(
                text[max(sentence.start, begin - 12) : begin]
            ):
                continue
            if _WORDS["told_as_past"].find(text, end):
                continue
            if text[end - 1] != "：" and _WORDS["one_figure"].find(text, end):
                continue
            if year is not None and years and max(years) < year:
                continue
            until = _WORDS["until"].find(text, end)
            if until is not None:
                years.append(int(until[1]))
            ahead = year is not None and bool(years) and min(years) > year  # 到2028年的主要目标是
            many = _WORDS["many_years"].find(around) or _WORDS["averages"].find(text, end, sentence.end)
            chief = _WORDS["chief"].find(text, max(sentence.start, begin - 40), end) is not None
            plain = _WORDS["plain"].find(text, max(clause, sentence.start), end) is not None
            leads.append(LeadIn(number, end, (ahead or many is not None) and not one, one, chief, plain))
            break
    return leads

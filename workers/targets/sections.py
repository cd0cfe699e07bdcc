"""Which part of a report speaks of the past, of this year, of the next five; where the headline stands. Pure.

Works on sentences (normalise.py); figures are grammar.py, the verdict on each is extract.py.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

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


_NUMBERED = re.compile(r"[一二三四五六七八]、|第[一二三四五六]部分")
_REVIEW = re.compile(
    r"回顾|执行情况|完成情况|工作情况|工作总结|过去的?[一五四三]?年|年来|主要成绩|主要工作成效"
)
_ACHIEVED = re.compile(r"取得|成效|成就|成绩")
_SPAN = re.compile(r"五年|十[一二三四五六]五|时期")
_AHEAD = re.compile(
    r"今后五年|未来五年|展望|十[一二三四五六]五.{0,6}(?:目标|任务|思路|安排|规划|蓝图|发展|要求)|远景"
)
_TASKS = re.compile(
    r"工作安排|工作打算|主要任务|重点工作|工作重点|目标任务|任务目标|总体要求|工作思路|总体思路|总体安排|预期目标|工作部署|主要目标|"
    r"发展目标|主要工作任务|奋斗目标|工作建议|计划草案|预算草案|计划安排|预算安排|今年(?:的)?工作|今年|新的一年|下一步|下一阶段"
)
_YEARS = re.compile(r"20\d\d|19\d\d")
_APPENDIX = re.compile(
    r"[（(【\[]?(?:附[件录表]?\s?\d{0,2}[:：.、]?\s?)?(?:《?(?:政府)?(?:工作)?报告》?)?中?的?(?:有关|部分|相关|主要)?"
    r"(?:专[有业])?(?:名词|术语|用语|词[语汇]|缩略语|概念)(?:解释|说明|注[释解]|释义)(?!.{0,3}(?:[见附]|在后))"
    r"|注[释解][:：]?$|附注"
)
_HEAD = 44  # characters of a numbered line that announce its part

_TARGET = re.compile("[目指](?=标)")  # 目标, 指标
_LEAD_IN = re.compile(
    r"(?:目标(?:和|及|与)?(?:任务|值|指标)?|(?:预期|主要|发展|计划)(?:经济)?指标(?:预期)?)"
    r"(?:安排|建议|初步|考虑|暂|拟|预期|确定|设定|初定|定|如下|分别|调整|明确|是|为|有|：|——?){1,6}"
)
_OF_ONE = re.compile("(?:增长|增速|增幅)的?(?:预期|预定)?$")  # 地区生产总值增长目标为6%: no list follows
_THIS_REPORT = re.compile(r"预期|预定|初定|主要|今年|全年|发展|本年|年度|总体|奋斗|计划")
_DONE = re.compile(r"完成|实现了|超额|达成|确定的")
_MANY_YEARS = re.compile(
    r"五年|十[一二三四五六]五[”“]?(?:时期|期间|末|的|主要|全[市省县区州]|经济|发展|我[市省县区]|规划(?:期|的?主要))|20[345]\d年|中长期|远景|三年|任期|本届政府"
)
_ONE_YEAR = re.compile(r"今年|全年|年度|本年|新一年")


@dataclass(frozen=True, slots=True)
class LeadIn:
    """主要预期目标是： Its sentence, where it ends, and whether it announces a plan of several years."""

    sentence: int
    end: int
    plan: bool


def is_numbered(text: str, sentence: Sentence) -> bool:
    """Does the sentence open a numbered part: 三、2024年重点任务?"""
    return _NUMBERED.match(text, sentence.start, sentence.end) is not None


def _heading_part(head: str, numbered: bool, year: int | None, current: Place) -> Place | None:
    years = [int(match) for match in _YEARS.findall(head)]
    review = _REVIEW.search(head) is not None
    tasks = _TASKS.search(head) is not None
    if not numbered and not (review or tasks):
        return None
    named = year is not None and year in years
    if review and not (named and tasks):
        span = _SPAN.search(head)
        if span is None or "一年" in head:
            return Place(Part.PAST)
        # 2025年和“十四五”时期工作回顾 begins with the year, 过去五年和2021年工作回顾 with the five.
        last = head.find(f"{year - 1}年") if year is not None else -1
        return Place(Part.PAST if 0 <= last < span.start() else Part.PAST_YEARS)
    if _AHEAD.search(head) and not named and "今年" not in head and (numbered or tasks):
        horizon = plan_end(head)
        if horizon is None:
            horizon = year + 4 if year is not None else None
        if horizon is not None and year is not None and horizon < year:
            return Place(Part.PAST_YEARS)
        if horizon != year:
            return Place(Part.PLAN, horizon)
    if named or (tasks and not (years and year is not None and max(years) < year)):
        return Place(Part.PRESENT)
    if years and year is not None and max(years) < year:
        return Place(Part.PAST)
    if numbered and _ACHIEVED.search(head) and current.part is not Part.PRESENT:
        return Place(Part.PAST)
    return None


_REVIEWS = (Part.PAST, Part.PAST_YEARS)
_FIVE_YEARS = re.compile(
    r"(?:各位代表[，！：]?)?(?:回顾|回首|回望|纵观|总结)?(?:这|过去的?|近)?(?:五年|[“\"]?十[一二三四]五[”\"]?(?:时期|期间|以来))"
    r"|这是[^，；：]{2,30}的五年"
)


@cache
def _last_year(year: int | None) -> re.Pattern[str]:
    """2023年是…, 过去一年: inside a review, what follows is of the one year before the targets'."""
    last = "去年" if year is None else f"(?:去年|{year - 1}年)"
    return re.compile(
        rf"(?:各位代表[，！：]?)?(?:刚刚过去的|过去的|回顾)?(?:{last}(?=，|是|全[省市区县州旗]|我们|以来|我[省市区县州旗])|一年来|过去的?一年|这一年)"
    )


@cache
def _opening(year: int | None) -> re.Pattern[str]:
    """今年是…的关键之年; 做好2024年工作; 今年政府工作总体要求: the report turns to the year before it."""
    this = "今年" if year is None else f"(?:今年|{year}年)"
    return re.compile(
        rf"(?:各位代表[，！：]?)?{this}，?(?:也|又|既)?是"
        rf"|(?:各位代表[，！：]?)?展望{this}"
        rf"|(?:[^，；]{{2,12}}，)?{this}，?(?:我们)?(?:要|将)"
        rf"|{this}，?[^，；]{{0,16}}目标(?:是|为|确定为|设定为)"
        rf"|.{{0,6}}(?:做好|搞好|干好|建议|提出){this}"
        rf"|.{{0,4}}{this}，?[^，；]{{0,16}}(?:总体|指导|基本)(?:要求|思路|思想)"
        rf"|新的一年"
    )


def lead_ins(text: str, sentences: Sequence[Sentence], year: int | None) -> list[LeadIn]:
    """Every phrase that announces targets: …主要预期目标是：, 预期目标为. Not 完成了…目标任务."""
    leads: list[LeadIn] = []
    starts = [sentence.start for sentence in sentences]
    named = {bisect_right(starts, match.start()) - 1 for match in _TARGET.finditer(text)}
    for number in sorted(named):
        sentence = sentences[number]
        if sentence.end - sentence.start <= _HEAD and (
            text.endswith("预期目标", sentence.start, sentence.end)
            or GOALS.fullmatch(text, sentence.start, sentence.end)
        ):
            # A heading: the list stands below it.
            matches = [(sentence.start, sentence.end)]
        else:
            matches = [match.span() for match in _LEAD_IN.finditer(text, sentence.start, sentence.end)]
        for begin, end in matches:
            if _OF_ONE.search(text[max(sentence.start, begin - 10) : begin]):
                continue
            if text[end - 1] not in "是为有：下标—":
                continue
            around = text[max(sentence.start, begin - 40) : end]
            if not _THIS_REPORT.search(around) or _DONE.search(text[max(sentence.start, begin - 12) : begin]):
                continue
            years = [int(y) for y in _YEARS.findall(around)]
            if year is not None and years and max(years) < year:
                continue
            one = _ONE_YEAR.search(around) is not None or (year is not None and year in years)
            leads.append(LeadIn(number, end, plan=_MANY_YEARS.search(around) is not None and not one))
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
            if short and _APPENDIX.match(head):
                place = Place(Part.APPENDIX)
            elif numbered or (short and text[sentence.end : sentence.end + 1] in ("\n", "")):
                place = _heading_part(head, numbered, year, current)
            if place is not None:
                current = place
            elif current.part in _REVIEWS:
                many = _FIVE_YEARS.match(text, sentence.start, sentence.end)
                if many is not None and not _is_to_come(many[0], year):
                    current = Place(Part.PAST_YEARS)
                elif last_year.match(text, sentence.start, sentence.end):
                    current = Place(Part.PAST)
        lead = announced.get(number)
        if current.part in _BEFORE_THE_YEAR and (
            (
                lead is not None
                and not lead.plan
                and (current.part is not Part.PLAN or _ONE_YEAR.search(text[sentence.start : lead.end]))
            )
            or opening.match(text, sentence.start, sentence.end)
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
    named = [int(match) for match in _YEARS.findall(text) if int(match) > year]
    if named:
        return max(named)
    return year + 4 if re.search("[今未][后来]五年|五年内|本届政府|任期", text) else None

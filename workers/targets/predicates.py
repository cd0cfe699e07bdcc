"""What a clause says of its subjects: lists of numbers, what they measure, tasks to fulfil. Pure.

Who the subjects are is subjects.py's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ingest.indicators.vocabulary import Indicator, Vocabulary
from ingest.model import Comparator, Measure
from ingest.text.rules import load_rules
from workers.targets.candidates import Subject
from workers.targets.lexicon import Token, Word
from workers.targets.numerals import Number, parse_number

STOPS = frozenset({Word.COMMA, Word.STOP, Word.END})
_TASK_REACH = 30  # words that a task may be long; keeps the reading linear
_BETWEEN_NUMBERS = frozenset({Word.BEFORE, Word.FILL, Word.UP, Word.TOTAL})
_REACH = frozenset({"达到", "达", "控制在", "控制"})  # 达到国家要求, 控制在省定目标以内
_RATES = ("%", "‰")
COUNTED = frozenset("家户个人件项")  # 48家企业: a count whose noun follows
_WORDS = load_rules(__package__, "predicates.rules.toml")
_OF_ITSELF, _SIZED, _GOES_TO = _WORDS["of_itself"], _WORDS["sized"], _WORDS["goes_to"]
_ENDS, _OF_THE_PLAN, _UNITLESS = _WORDS["ends"], _WORDS["of_the_plan"], _WORDS["unitless"]
_KINDS = (frozenset({"人", "人次", "个"}), frozenset({"户", "家", "个"}))  # units that count the same
FREED = ("people_out_of_poverty",)
UMBRELLA = "energy_conservation"  # 节能减排


_MIRRORED = {
    Comparator.AT_LEAST: Comparator.AT_MOST,
    Comparator.MORE_THAN: Comparator.LESS_THAN,
    Comparator.AT_MOST: Comparator.AT_LEAST,
    Comparator.LESS_THAN: Comparator.MORE_THAN,
}


class Value(NamedTuple):
    """One number with how it binds."""

    number: Number
    comparator: Comparator

    def negative(self) -> Value:
        """The same below nought: 增长-3.5%; 下降3%以内 is a growth of at least -3 %."""
        number = self.number
        mirrored = _MIRRORED.get(self.comparator, self.comparator)
        return Value(replace(number, low=-number.high, high=-number.low), mirrored)

    def bounds(self) -> tuple[Comparator, float | None, float | None]:
        """Comparator, low, high as ingest.model.Figure wants them: an open side is None."""
        low, high = self.number.low, self.number.high
        if low != high and self.comparator is Comparator.MORE_THAN:
            return self.comparator, high, None  # 跨越1200亿元至1500亿元: one milestone after the other
        if low != high:
            return Comparator.RANGE, low, high
        if self.comparator in (Comparator.AT_LEAST, Comparator.MORE_THAN):
            return self.comparator, low, None
        if self.comparator in (Comparator.AT_MOST, Comparator.LESS_THAN):
            return self.comparator, None, high
        return self.comparator, low, high


class Numbers(NamedTuple):
    """A list of numbers, the index of the word behind it, and whether one qualifier was read for all."""

    values: list[Value]
    end: int
    shared: bool = False


class Verbs(NamedTuple):
    """The verbs since the subject (or since its last figure)."""

    up: bool = False
    down: bool = False
    level: bool = False
    new: bool = False  # 新增
    compared: bool = False  # 比
    risen: bool = False  # 比上年


NO_VERBS, ONLY_NEW = Verbs(), Verbs(new=True)


def said(verbs: Verbs, verb: Word) -> Verbs:
    """With one more verb."""
    up, down, level, *others = verbs
    if verb is Word.UP:
        return Verbs(True, down, level, *others)
    if verb is Word.DOWN:
        return Verbs(up, True, level, *others)
    return Verbs(up, down, True, *others)


def fell(indicator: Indicator | None, unit: str | None, verbs: Verbs) -> bool:
    """一般公共预算收入下降3.2% is a growth of -3.2 %; a fall of energy intensity is a change of its own."""
    usual = None if indicator is None else indicator.measure
    return verbs.down and not verbs.up and unit in ("%", "‰") and usual is Measure.GROWTH


def touches(words: Sequence[Token], index: int) -> bool:
    """Does the word stand directly behind the one before it?"""
    return 0 < index < len(words) and words[index].start == words[index - 1].end


def is_number_behind(words: Sequence[Token], index: int) -> bool:
    """Is the word a number, directly behind the one before it?"""
    return touches(words, index) and words[index].word is Word.NUMBER


def _below_nought(text: str, words: Sequence[Token], index: int) -> bool:
    """15.4%、|-5.3%: does a minus, and nothing else, part the percentage from the word before it?"""
    if not 0 < index < len(words) or words[index].word is not Word.NUMBER or words[index].text[-1] != "%":
        return False
    return text[words[index - 1].end : words[index].start] == "—"


def _alike(unit: str | None, other: str | None) -> bool:
    """May two figures stand in one list? 失业率、自然增长率分别控制在4%、6‰以内 are both rates."""
    return unit == other or (unit in _RATES and other in _RATES)


def _unsaid_unit(text: str, number: Token, indicator: Indicator | None) -> str | None:
    """一般公共预算收入突破10亿，接待游客1200万: what is counted in one kind of unit needs not say so.

    Not 65万以上|贫困人口: a noun follows, and the number is of it. Nor does a growth in 保6争7.
    """
    if indicator is not None and indicator.measure is Measure.GROWTH and text.endswith("保", 0, number.start):
        return "%" if _WORDS["pledged"].find(text, number.end) else None
    if indicator is None or not indicator.levels or number.text[-1] not in "万亿":
        return None
    one_kind = len(indicator.levels) == 1 or any(kind.issuperset(indicator.levels) for kind in _KINDS)
    return indicator.levels[0] if one_kind and _UNITLESS.find(text, number.end) else None


def number_list(
    text: str,
    words: Sequence[Token],
    index: int,
    before: Comparator | None,
    subjects: int,
    indicator: Indicator | None = None,
    *,
    each: bool = False,
) -> Numbers:
    """The numbers from `index` on (5%、6%左右); several only for several subjects, whose last is `indicator`.

    With 分别 (`each`) they may be of different units: 分别达到100亿元和2亿美元. Each has
    its own sign (5%、-3%); that of the first is the caller's.

    A word behind the last number binds all that have none of their own: 分别增长5%、6%左右 is twice about.
    """
    values: list[Value] = []
    end = index
    at, pending, behind, moved, minus = index, before, False, False, False
    while True:
        number = parse_number(words[at].text)
        if number is None or (
            values and not (each and not moved) and not _alike(number.unit, values[0].number.unit)
        ):
            break
        if number.unit is None:
            number = replace(number, unit=_unsaid_unit(text, words[at], indicator))
        if number.unit is None and not (indicator is not None and indicator.is_index(number.low)):
            break
        at += 1
        comparator, behind = pending, False
        while at < len(words) and words[at].word is Word.BEHIND and touches(words, at):
            comparator = comparator or words[at].comparator
            behind = True
            at += 1
        value = Value(number, comparator or (Comparator.MORE_THAN if number.more else Comparator.EXACT))
        values.append(value.negative() if minus else value)
        end = at
        if subjects < 2 or at >= len(words) or words[at].word is not Word.AND:
            break
        at, pending, moved = at + 1, before if each else None, False
        while touches(words, at) and words[at].word in _BETWEEN_NUMBERS:
            pending = words[at].comparator or pending
            moved = moved or words[at].word is Word.UP  # 达到6.3万元和3万元、增长5%和7%: another list
            at += 1
        minus = _below_nought(text, words, at)
        if not (minus or is_number_behind(words, at)):
            break
    shared = behind and len(values) > 1 and all(v.comparator is Comparator.EXACT for v in values[:-1])
    if shared:
        values = [Value(value.number, values[-1].comparator) for value in values]
    return Numbers(values, end, shared)


def measure_of(indicator: Indicator | None, unit: str | None, verbs: Verbs) -> Measure | None:
    """What a number measures; None when its unit does not fit the indicator."""
    moved = verbs.up or verbs.down
    if unit in ("%", "‰"):
        if verbs.new:
            return None  # 新登记经营主体增长20%: of those that are new
        usual = Measure.GROWTH if indicator is None else indicator.measure
        if verbs.down:
            return Measure.GROWTH if fell(indicator, unit, verbs) else Measure.CHANGE
        if verbs.up and verbs.level and usual is Measure.SHARE:
            return usual  # 失业率、价格涨幅分别控制在5%和3%以内: 涨幅 is of the prices only
        if verbs.up:
            return Measure.CHANGE if usual is Measure.CHANGE else Measure.GROWTH
        if usual is Measure.CHANGE:
            return None  # 单位GDP能耗4%: neither a fall nor a level
        counted = indicator is not None and bool(indicator.levels) and "元" not in indicator.levels
        if usual is Measure.GROWTH and counted:
            return None  # 高新技术企业20%: a count has no rate
        return Measure.SHARE if indicator is None and verbs.level else usual
    if unit == "百分点":
        # 城镇化率比上年提高1个百分点; but 增速比上年提高1个百分点 is of the growth.
        own = verbs.risen and indicator is not None and indicator.measure is Measure.SHARE
        return Measure.CHANGE if moved and (own or not verbs.compared) else None
    if unit == "倍":
        return Measure.GROWTH if verbs.up else Measure.LEVEL  # 增长1.5倍; 翻番
    if unit is None:
        return Measure.LEVEL  # a price index: 103
    if indicator is not None and unit not in indicator.levels:
        return None
    if unit == "吨" and indicator is not None and indicator.measure is Measure.CHANGE and verbs == NO_VERBS:
        return None  # 减排二氧化硫3万吨、氮氧化物4万吨: of the second, neither that it fell nor that it is so
    return Measure.CHANGE if moved or verbs.new else Measure.LEVEL


def belongs_to_another_noun(text: str, end: int) -> bool:
    """财政收入超3亿元的县, 74.6%的工业增加值: 的 ties the number that ends at `end` to the next noun.

    Not in 增长6%的目标, 增长8%的好成绩. 财政支出75%用于民生: so much of it; 税收5万元/亩: for each.
    """
    if text.startswith("/", end):
        return True
    if text.startswith("的", end):
        return _OF_ITSELF.find(text, end) is None
    return _GOES_TO.find(text, end) is not None


def is_size_of(text: str, end: int) -> bool:
    """2000万元以上|项目资金, 亿元以上|企业: the number that ends at `end` says which ones are meant."""
    return text.endswith("以上", 0, end) and _SIZED.find(text, end) is not None


def part_of_task(words: Sequence[Token], index: int, start: int) -> bool:
    """完成年度目标的60%: how much of a task is done, not how much the subject grew.

    `start`: where the clause of the word begins.
    """
    ahead = index + 1
    if ahead < len(words) and words[ahead].text == "的":
        ahead += 1
    if not is_number_behind(words, ahead):
        return False
    before = (token for token in words[max(0, index - 6) : index] if token.start >= start)
    return ahead > index + 1 or any(token.word is Word.FULFIL for token in before)


@dataclass(frozen=True, slots=True)
class Task:
    """完成…任务: the indicators named inside it, where it ends in the text, and the index behind it."""

    indicators: tuple[Token, ...]
    end: int
    index: int


def task(words: Sequence[Token], index: int) -> Task | None:
    """The task that the verb at `index` fulfils; None when a figure follows or no 任务, 目标, 要求 does."""
    end, indicators = 0, []
    if words[index].word is Word.LEVEL and words[index].text not in _REACH:
        return None
    at = index + 1
    while at < min(len(words), index + _TASK_REACH) and words[at].word not in STOPS:
        token = words[at]
        if token.word in (Word.NUMBER, Word.BOND):
            return None
        if token.word is Word.INDICATOR and (token.ids != FREED or touches(words, at + 1)):
            indicators.append(token)  # 完成脱贫任务, not 完成脱贫|攻坚|任务
            if token.text.endswith("指标"):
                end = token.end
        elif token.word is Word.TASK:
            end = token.end
        at += 1
    inside = tuple(token for token in indicators if token.end <= end)  # not 完成计划|地区生产总值
    return Task(inside, end, at) if end else None


def fulfilled(subjects: Sequence[Subject], vocabulary: Vocabulary, phrase: str) -> list[Subject]:
    """The subjects of a 完成…任务 that are told of.

    节能减排和碳排放强度下降完成任务: the umbrella covers what stands under it. And the parts under one
    减排 (能耗强度下降和主要污染物总量减排目标) make the umbrella itself.
    """
    known = [subject for subject in subjects if subject.indicator is not None]
    if any(subject.indicator is not None and subject.indicator.id == UMBRELLA for subject in known):
        return [
            subject
            for subject in known
            if subject.indicator is None or subject.indicator.group != "environment"
        ]
    parts = [
        subject
        for subject in known
        if subject.indicator is not None and subject.indicator.group == "environment"
    ]
    if len(parts) > 1 and "减排" in phrase:
        umbrella = vocabulary.indicators[UMBRELLA]
        known.append(Subject(umbrella, umbrella.label, parts[0].start, parts[-1].end))
    return known


def ends_there(text: str, end: int) -> bool:
    """新增50家|，: no noun stands behind the number that ends at `end`."""
    return _ENDS.find(text, end) is not None


def is_of_the_plan(text: str, start: int) -> bool:
    """占|年度预算的105%: is what begins at `start` the part of a plan that was done?"""
    return _OF_THE_PLAN.find(text, start) is not None


def grew_by_points(text: str, start: int, end: int) -> bool:
    """增长6.5个百分点, where 6.5% is meant; not 增速提高6.5个百分点, nor 拉动投资增长6.5个百分点."""
    return _WORDS["grew_points"].find(text, start, end) is not None and not _WORDS["pulled"].find(
        text, start, end
    )


def were_added(text: str, start: int, end: int) -> bool:
    """新增|高新技术企业50家: does what stands in front of a noun say that so many are new?"""
    return _WORDS["added"].find(text, start, end) is not None


def is_planned(text: str, token: Token) -> bool:
    """年初|目标|增长6%, 收入|任务|300万元，完成310: does the word say that its figure was only planned?"""
    given = token.text.endswith("任务") and text[token.end : token.end + 1].isdigit()
    return given or _WORDS["planned"].find(token.text) is not None


def came_of_the_plan(token: Token) -> bool:
    """年初目标增长6%，|实际|增长5.6%: does the word say what came of a plan?"""
    return _WORDS["came_of_it"].find(token.text) is not None


def is_a_goal(text: str, start: int) -> bool:
    """低于|预期目标0.5个百分点: is what begins at `start` a goal that the figure is held against?"""
    return _WORDS["goal"].find(text, start) is not None

"""What a clause says of its subjects: lists of numbers, what they measure, tasks to fulfil. Pure.

Who the subjects are is grammar.py's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.model import Comparator, Measure
from workers.targets.lexicon import Token, Word
from workers.targets.numerals import Number, parse_number
from workers.targets.vocabulary import Indicator

STOPS = frozenset({Word.COMMA, Word.STOP, Word.END})
_TASK_REACH = 30  # words that a task may be long; keeps the reading linear
_BETWEEN_NUMBERS = frozenset({Word.BEFORE, Word.FILL, Word.UP})


_REACH = frozenset({"达到", "达", "控制在", "控制"})  # 达到国家要求, 控制在省定目标以内


@dataclass(frozen=True, slots=True)
class Value:
    """One number with how it binds."""

    number: Number
    comparator: Comparator

    def negative(self) -> Value:
        """The same with a minus sign: 增长-3.5%."""
        number = self.number
        return replace(self, number=replace(number, low=-number.high, high=-number.low))

    def bounds(self) -> tuple[Comparator, float | None, float | None]:
        """Comparator, low, high as ingest.model.Figure wants them: an open side is None."""
        low, high = self.number.low, self.number.high
        if low != high:
            return Comparator.RANGE, low, high
        if self.comparator in (Comparator.AT_LEAST, Comparator.MORE_THAN):
            return self.comparator, low, None
        if self.comparator in (Comparator.AT_MOST, Comparator.LESS_THAN):
            return self.comparator, None, high
        return self.comparator, low, high


@dataclass(slots=True)
class Verbs:
    """The verbs since the subject (or since its last figure)."""

    up: bool = False
    down: bool = False
    level: bool = False
    new: bool = False  # 新增
    compared: bool = False  # 比


def touches(words: Sequence[Token], index: int) -> bool:
    """Does the word stand directly behind the one before it?"""
    return 0 < index < len(words) and words[index].start == words[index - 1].end


def number_list(
    words: Sequence[Token], index: int, before: Comparator | None, subjects: int
) -> tuple[list[Value], int]:
    """The numbers from `index` on (5%、6%左右) and the index behind them; several only for several subjects.

    A word behind the last number binds all that have none of their own: 分别增长5%、6%左右 is twice about.
    """
    values: list[Value] = []
    end = index
    at, pending, behind = index, before, False
    while True:
        number = parse_number(words[at].text)
        if number is None or number.unit is None or (values and number.unit != values[0].number.unit):
            break
        at += 1
        comparator, behind = pending, False
        while at < len(words) and words[at].word is Word.BEHIND and touches(words, at):
            comparator = comparator or words[at].comparator
            behind = True
            at += 1
        values.append(
            Value(number, comparator or (Comparator.MORE_THAN if number.more else Comparator.EXACT))
        )
        end = at
        if subjects < 2 or at >= len(words) or words[at].word is not Word.AND:
            break
        at, pending = at + 1, None
        while touches(words, at) and words[at].word in _BETWEEN_NUMBERS:
            pending = words[at].comparator or pending
            at += 1
        if not (touches(words, at) and words[at].word is Word.NUMBER):
            break
    if behind and all(value.comparator is Comparator.EXACT for value in values[:-1]):
        values = [Value(value.number, values[-1].comparator) for value in values]
    return values, end


def measure_of(indicator: Indicator | None, unit: str | None, verbs: Verbs) -> Measure | None:
    """What a number measures; None when its unit does not fit the indicator."""
    moved = verbs.up or verbs.down
    if unit in ("%", "‰"):
        usual = Measure.GROWTH if indicator is None else indicator.measure
        if verbs.down:
            return Measure.CHANGE
        if verbs.up:
            return Measure.CHANGE if usual is Measure.CHANGE else Measure.GROWTH
        if usual is Measure.CHANGE:
            return None  # 单位GDP能耗4%: neither a fall nor a level
        return Measure.SHARE if indicator is None and verbs.level else usual
    if unit == "百分点":
        return Measure.CHANGE if moved and not verbs.compared else None
    if indicator is not None and unit not in indicator.levels:
        return None
    return Measure.CHANGE if moved or verbs.new else Measure.LEVEL


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
        if token.word is Word.INDICATOR:
            indicators.append(token)
            if token.text.endswith("指标"):
                end = token.end
        elif token.word is Word.TASK:
            end = token.end
        at += 1
    return Task(tuple(indicators), end, at) if end else None

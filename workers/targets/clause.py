"""A predicate is complete: its figures, for each of the subjects that it is about. Pure.

Which words open and close a predicate is grammar.py; what a number measures is predicates.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.model import Comparator, Measure
from workers.targets.candidates import Found, Slot, When
from workers.targets.flags import POINTS, SHARED_QUALIFIER
from workers.targets.lexicon import Token, Word
from workers.targets.predicates import (
    Numbers,
    Value,
    Verbs,
    belongs_to_another_noun,
    fell,
    fulfilled,
    measure_of,
    number_list,
    task,
    touches,
)
from workers.targets.resolves import Resolves
from workers.targets.subjects import OwnersLike, Subjects
from workers.targets.times import TIME_WORDS
from workers.targets.vocabulary import Vocabulary

LONGEST_QUOTE = 160
LONGEST_PREFIX = 14  # characters in front of the first subject that still belong to the quote
_FLOWS = frozenset({"元", "美元", "人", "个", "人次", "吨", "斤"})  # 累计完成投资500亿元: a sum over years
_COUNTED = frozenset("家户个人件项")  # 48家企业: a count whose noun follows
_RECENT = 8  # figures of the same sentence that a subject may already have


class Teller:
    """What is known of a sentence `text[start:…]` so far, whose tokens are `words`, and the figures `found`.

    `year` is the year that the targets are for.
    """

    def __init__(
        self,
        text: str,
        words: Sequence[Token],
        vocabulary: Vocabulary,
        owners: OwnersLike,
        year: int | None,
        start: int = 0,
    ) -> None:
        self.text, self.words, self.vocabulary, self.year = text, words, vocabulary, year
        self.found: list[Found] = []
        self.when = When()
        self.verbs = Verbs()
        self.subjects = Subjects(text, vocabulary, owners, start)
        self.resolves = Resolves(start)
        self.before: Comparator | None = None  # 不低于, waiting for its number
        self.from_base = self.rank = self.share = self.minus = False
        self.far = self.total = self.whole = False  # 比2015年; 累计; 全年
        self.chained = False  # the closed predicate goes on with another verb
        self.each = False  # 分别

    def _clause_start(self) -> int:
        return self.resolves.clause.start

    def _settle_unknown(self) -> None:
        """Unknown text turned out to be a noun: the subject of what follows."""
        if self.subjects.unknown is None:
            return
        noun = self.subjects.unknown_noun()
        if noun is not None and not self.rank and not self.verbs.compared:
            self._noun(noun)

    def _noun(self, slot: Slot) -> None:
        self.resolves.clause.leading = False
        if self.subjects.noun(slot, self._clause_start()):
            self._forget_verbs()
        self.rank = False

    def _forget_verbs(self) -> None:
        self.verbs = Verbs(new=self.verbs.new)
        self.before = None

    def _bond(self, token: Token) -> None:
        subjects = self.subjects
        if not subjects.slots or not subjects.open:
            return
        if token.comparator is None:
            raise AssertionError(f"the bond {token.text!r} has no comparator")
        for slot in subjects.slots:
            if slot.indicator is not None or slot.label:
                measure = None if slot.indicator is None else slot.indicator.measure
                self._emit(slot, (token.comparator, None, None), token.end, measure, None)
        self._close()

    def _fulfil(self, index: int) -> int | None:
        """完成国家下达的节能减排任务, 节能减排完成市定任务, 达到国家要求: no figure of its own."""
        named = task(self.words, index)
        if named is None:
            return None
        subjects = self.subjects
        if named.indicators and self.words[index].word is Word.FULFIL:
            known = [
                (token, self.vocabulary.indicators[id]) for token in named.indicators for id in token.ids
            ]
            subjects.take(
                [Slot(indicator, indicator.label, token.start, token.end) for token, indicator in known],
                self._clause_start(),
            )
        elif named.indicators or not subjects.slots or not subjects.open:
            return None
        for slot in fulfilled(subjects.slots, self.vocabulary, self.text[subjects.start : named.end]):
            self._emit(slot, (Comparator.FULFIL, None, None), named.end, None, None)
        self._close()
        subjects.unknown = None
        return named.index

    def _numbers(self, index: int, token: Token) -> int:
        subjects = self.subjects
        last = subjects.slots[-1].indicator if subjects.slots else None
        several = max(len(subjects.slots), 2 if self.each else 0)
        numbers = number_list(self.words, index, self.before, several, last)
        values, end = numbers.values, numbers.end
        if not values:
            self.resolves.clause.leading = False
            self.before = None
            return index + 1
        following = self.words[end] if end < len(self.words) else None
        stop = self.words[end - 1].end
        if self.from_base or (
            following is not None and following.word is Word.BASE and following.start <= stop + 1
        ):
            self.from_base = False
            subjects.unknown = None
            return end
        if self._part(index) and values[0].number.unit != "倍":
            subjects.unknown = None  # 一般公共预算收入的82%: a part of it
            return end
        if belongs_to_another_noun(self.text, stop) or self._counts_what_follows(values[-1], stop, following):
            subjects.unknown = None  # 财政收入超3亿元的县; 74.6%的规模工业增加值
            return end
        if self.minus:
            values = [value.negative() for value in values]
        self.minus = False
        self._settle_unknown()
        if self._counted(values, stop, following):
            return end + 1
        if self.rank or not subjects.slots:
            subjects.unknown = None
            return end
        self._predicate(Numbers(values, end, numbers.shared), stop)
        return end

    def _part(self, index: int) -> bool:
        """一般公共预算收入的82%, but not 增加到2023年的120亿元."""
        if not (touches(self.words, index) and self.words[index - 1].text == "的"):
            return False
        return index < 2 or self.words[index - 2].word not in TIME_WORDS

    def _counts_what_follows(self, value: Value, stop: int, following: Token | None) -> bool:
        """新增市场主体400户，48家企业签约: a bare count, and a noun that nobody knows right behind it."""
        if value.number.unit not in _COUNTED or self.verbs.new or stop >= len(self.text):
            return False
        touching = following is not None and following.start == stop
        return not touching and "一" <= self.text[stop] <= "龥"

    def _predicate(self, numbers: Numbers, stop: int) -> None:
        """The numbers that end at `stop`, given to the subjects in order."""
        slots, values = self.subjects.slots, numbers.values
        if self.each and len(slots) < len(values):
            slots = [] if self.subjects.open else self._just_told(len(values))
        if len(values) == 1:
            pairs = [(slot, values[0]) for slot in slots]
        else:
            # 污染物化学需氧量和二氧化硫分别减少3.8%和2%: the last subjects take the numbers.
            pairs = list(zip(slots[max(0, len(slots) - len(values)) :], values, strict=False))
        for slot, value in pairs:
            if not slot.label:
                continue
            unit = value.number.unit
            measure = measure_of(slot.indicator, unit, self.verbs)
            if measure is None or self._has(slot, measure):
                continue
            if measure is Measure.GROWTH and self._just_added(slot):
                continue  # 新增市场主体3000户，增长20%: of those that are new
            flags = [SHARED_QUALIFIER] if numbers.shared and value is not values[-1] else []
            usual = None if slot.indicator is None else slot.indicator.measure
            if unit == "百分点" and usual is Measure.GROWTH:
                if self._has(slot, Measure.GROWTH):
                    continue  # 增长21.7%，比上年提高6个百分点: of the growth itself
                flags.append(POINTS)
            if unit == "%" and slot.indicator is not None and slot.indicator.is_index(value.number.low):
                measure, unit = Measure.LEVEL, None  # 居民消费价格指数控制在103%以内
            if fell(slot.indicator, unit, self.verbs):
                value = value.negative()
            self._emit(slot, value.bounds(), stop, measure, unit, tuple(flags))
        self._close()

    def _just_told(self, count: int) -> list[Slot]:
        """城镇居民收入3万元、农村居民收入2万元，分别增长5%和7%: the subjects are those of the last figures.

        None when there are not as many of one kind: 存贷款余额分别增长10%、12% are two things under one name.
        """
        told = self.found[-count:]
        alike = {(figure.measure, figure.foreign) for figure in told}
        slots = [figure.slot for figure in told]
        distinct = all(a is not b for number, a in enumerate(slots) for b in slots[:number])
        return slots if len(told) == count and len(alike) == 1 and distinct else []

    def _counted(self, values: list[Value], stop: int, following: Token | None) -> bool:
        """新增50家高新技术企业: the number stands in front of its noun."""
        if (
            not self.verbs.new
            or following is None
            or following.word is not Word.INDICATOR
            or following.start != stop
        ):
            return False
        indicator = self.vocabulary.indicators[following.ids[0]]
        if len(following.ids) > 1 or values[0].number.unit not in indicator.levels:
            return False
        slot = Slot(indicator, indicator.label, following.start, following.end)
        self._emit(slot, values[0].bounds(), following.end, Measure.CHANGE, values[0].number.unit)
        self.subjects.slots = [slot]
        self._close()
        return True

    def _has(self, slot: Slot, measure: Measure) -> bool:
        """7%以上、力争达到8%; 增长7.1%，按可比口径增长9.1%: the first one is the target."""
        recent = self.found[-_RECENT:]
        return any(old.slot is slot and old.measure is measure and old.when == self.when for old in recent)

    def _just_added(self, slot: Slot) -> bool:
        recent = self.found[-_RECENT:]
        return any(
            old.slot is slot and old.measure is Measure.CHANGE and old.unit in _COUNTED for old in recent
        )

    def _close(self) -> None:
        """The predicate is complete: the next noun starts a new list."""
        self.subjects.close()
        self.before = None
        self.from_base = self.share = self.chained = self.each = False

    def _emit(
        self,
        slot: Slot,
        bounds: tuple[Comparator, float | None, float | None],
        end: int,
        measure: Measure | None,
        unit: str | None,
        flags: tuple[str, ...] = (),
    ) -> None:
        comparator, low, high = bounds
        moved = self.verbs.up or self.verbs.down
        self.found.append(
            Found(
                slot=slot,
                measure=measure,
                comparator=comparator,
                low=low,
                high=high,
                unit=unit,
                resolve=self.resolves.current,
                start=max(self._quote_start(), end - LONGEST_QUOTE),
                end=end,
                when=self.when,
                foreign=self.subjects.foreign,
                far_base=(self.far and unit is not None and (moved or unit == "倍"))
                or (self.total and not self.whole and (moved or unit in _FLOWS)),
                flags=flags,
            )
        )
        self.resolves.count(self.found)

    def _quote_start(self) -> int:
        subjects = self.subjects
        if not subjects.slots or not subjects.open:
            return self._clause_start()
        first = subjects.slots[0].start
        return first if first - subjects.start > LONGEST_PREFIX else subjects.start

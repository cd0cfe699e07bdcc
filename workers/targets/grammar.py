"""One sentence -> the figures in it: whose number, how it binds, from which clause. Pure.

The sentence is read once, left to right: indicators open a list of subjects (slots), verbs say what is
measured, a number or a bond (与经济增长同步) closes the clause. What a figure is worth: extract.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ingest.model import Comparator, Measure, Resolve
from workers.targets.found import Found, Slot, When
from workers.targets.lexicon import Token, Word
from workers.targets.predicates import STOPS, Value, Verbs, measure_of, number_list, task, touches
from workers.targets.times import TIME_WORDS, follow
from workers.targets.vocabulary import Vocabulary

LONGEST_QUOTE = 160
LONGEST_PREFIX = 14  # characters in front of the first subject that still belong to the quote
_NOUN_ENDINGS = frozenset(
    {
        "率",
        "面积",
        "产量",
        "人数",
        "数量",
        "总量",
        "总额",
        "总值",
        "规模",
        "水平",
        "余额",
        "浓度",
        "比例",
        "的",
    }
)
_LONGEST_LABEL = 24
_OWN_LEVEL = frozenset("省市州盟区县旗")  # 县一般公共预算收入
_MOST_SUBJECTS = 12
_RECENT = 8  # figures of the same sentence that a subject may already have


class OwnersLike(Protocol):
    def is_foreign(self, prefix: str, owner: str) -> bool: ...
    def is_own(self, prefix: str) -> bool: ...


@dataclass(slots=True)
class _Clause:
    """What is known from one separator to the next."""

    start: int
    resolve: Resolve | None = None
    resolve_end: int = 0  # where a 力争 at the head of the clause ends, else 0
    leading: bool = True  # nothing but words of time so far
    found: int = 0


class SentenceReader:
    """Reads one sentence of `text`, whose tokens are `words`; `year` is the year that the targets are for."""

    def __init__(
        self, text: str, words: Sequence[Token], vocabulary: Vocabulary, owners: OwnersLike, year: int | None
    ) -> None:
        self.text, self.words, self.vocabulary = text, words, vocabulary
        self.owners, self.year = owners, year
        self.found: list[Found] = []
        self.when = When()
        self.verbs = Verbs()
        # The subjects: `open` until their predicate is complete; `fresh`: the next noun starts a new list;
        # `joined`: 和 or 、 just before; `subject_start`: of the clause that they stand in.
        self.slots: list[Slot] = []
        self.open, self.fresh, self.joined, self.subject_start = True, True, False, 0
        self.foreign = False
        self.owner = ""  # 全省, 全市 just before
        self.unknown: tuple[int, int] | None = None  # text that no word covers, not yet settled
        self.before: Comparator | None = None  # 不低于, waiting for its number
        self.from_base = self.rank = self.share = self.minus = False
        self.chained = False  # the closed predicate goes on with another verb
        # 力争 at the head of a list: what it says, the first figure under it, where the word ends.
        self.carried: Resolve | None = None
        self.scope: int | None = None
        self.scope_end = 0
        self.clause = _Clause(0)

    def read(self, start: int, end: int) -> list[Found]:
        """All figures of `text[start:end]`, in order."""
        self.clause = _Clause(start)
        at, index = start, 0
        while index < len(self.words):
            token = self.words[index]
            if token.start > at:
                self._unknown_text(at, token.start)
            index = self._take(index, token)
            at = self.words[index - 1].end
        return self.found

    # --- one word ---------------------------------------------------------------------------

    def _take(self, index: int, token: Token) -> int:
        word = token.word
        if word is Word.INDICATOR:
            compared = index > 0 and self.words[index - 1].word is Word.THAN
            if not self.share and not compared:
                self._indicator(token)
        elif word is Word.NUMBER:
            return self._numbers(index)
        elif word in (Word.UP, Word.DOWN, Word.LEVEL, Word.FULFIL):
            return self._verb(index, token)
        elif word in TIME_WORDS:
            self.when = follow(self.when, token, self.text[max(0, token.start - 1) : token.start], self.year)
        elif word in STOPS:
            self._separator(token)
        elif word in (Word.VOID, Word.SHARE):
            self._not_itself(token)
        elif word is Word.NEW:
            self.slots, self.fresh, self.unknown = [], True, None
            self._forget_verbs()
            self.verbs.new = True
        elif word is Word.THAN:
            self.verbs.compared = True
        elif word is Word.FROM:
            self.from_base = True
        elif word is Word.RANK:
            self.rank, self.unknown = True, None
        elif word is Word.OWNER:
            self.owner = token.text
            self.verbs.compared = self.verbs.compared or self.before is not None
        elif word is Word.TASK and self._part_of_task(index):
            self._noun(Slot(None, "", token.start, token.end))
        elif word in (Word.LEAD, Word.TASK, Word.BASE, Word.BEHIND):
            self.clause.leading = False
            if word is Word.LEAD:
                self.unknown = None
        elif word in (Word.BOND, Word.EACH, Word.AND, Word.AIM, Word.ENSURE, Word.BEFORE):
            self._settle_unknown()
            self._join(index, token)
        elif word is Word.FILL:
            if self.unknown is not None and self.unknown[1] == token.start and token.text in _NOUN_ENDINGS:
                self.unknown = (self.unknown[0], token.end)
        else:
            raise AssertionError(f"the grammar has no rule for {word}")
        return index + 1

    def _join(self, index: int, token: Token) -> None:
        word = token.word
        if word is Word.BOND:
            self._bond(token)
        elif word is Word.BEFORE:
            self.before = token.comparator
        elif word is Word.AIM or word is Word.ENSURE:
            self.clause.resolve = Resolve.AIM if word is Word.AIM else Resolve.ENSURE
            self.clause.resolve_end = token.end if self.clause.leading else 0
            self.carried = None
        elif word is Word.AND and self.open:
            self.joined = True
        elif word is Word.AND:
            self.fresh = True
            if not (index + 1 < len(self.words) and self.words[index + 1].word is Word.NUMBER):
                self._forget_verbs()
                self._next_clause(token.end)

    def _not_itself(self, token: Token) -> None:
        """人均地区生产总值, 占全区进出口总额20.6%: contains the name of an indicator and is another thing."""
        begin = token.start
        if self.unknown is not None and self.unknown[1] == begin:
            begin = self.unknown[0]  # 环保投入|相当于全市生产总值的比例
        label = self._label(begin, token.end) if begin < token.start else ""
        self._noun(Slot(None, label, begin, token.end))
        self.share = token.word is Word.SHARE

    # --- subjects ---------------------------------------------------------------------------

    def _unknown_text(self, start: int, end: int) -> None:
        if self.rank or (self.verbs.compared and self.open and self.slots):
            return  # 居全市第一; 比上年调整后的基数增长7%
        if self.verbs.up and self.text[start:end] == "—":
            self.minus = True  # 增长-3.5%
            return
        self.clause.leading = False
        attached = self.slots and self.open and not self.joined and not self.fresh and self.unknown is None
        if attached and not (self.verbs.up or self.verbs.down or self.verbs.level):
            # 固定资产投资项目: the noun goes on, so it is another noun.
            last = self.slots[-1]
            self.slots[-1] = replace(last, indicator=None, label=self._label(last.start, end), end=end)
            return
        self.unknown = (self.unknown[0] if self.unknown else start, end)

    def _label(self, start: int, end: int) -> str:
        return self.text[start : min(end, start + _LONGEST_LABEL)]

    def _settle_unknown(self) -> None:
        """Unknown text turned out to be a noun: the subject of what follows."""
        if self.unknown is not None and not self.rank and not self.verbs.compared:
            begin, end = self.unknown
            self._noun(Slot(None, self._label(begin, end), begin, end))

    def _indicator(self, token: Token) -> None:
        prefix = ""
        if self.unknown is not None and self.unknown[1] == token.start:
            prefix = self.text[max(self.unknown[0], token.start - _LONGEST_LABEL) : token.start]
        owner, self.owner = self.owner, ""
        foreign = self.owners.is_foreign(prefix, owner)
        if self.owners.is_own(prefix) or prefix in _OWN_LEVEL:
            prefix = ""
        # 主要污染物化学需氧量: the second name explains the first.
        replaces = (
            bool(self.slots) and not self.fresh and not self.joined and self.slots[-1].end == token.start
        )
        kept = self.foreign and self.joined
        for number, id in enumerate(token.ids):
            indicator = self.vocabulary.indicators[id]
            slot = Slot(indicator, indicator.label, token.start, token.end, prefix)
            if number:
                self.slots.append(slot)
            else:
                self._noun(slot, replaces=replaces)
        self.foreign = kept or foreign

    def _noun(self, slot: Slot, *, replaces: bool = False) -> None:
        """A subject joins the list, takes the place of the last one, or starts a new list."""
        self.unknown = None
        self.clause.leading = False
        growing = bool(self.slots) and self.open and not self.fresh and self.joined
        if growing and len(self.slots) < _MOST_SUBJECTS:
            self.slots.append(slot)
        elif replaces and self.open:
            self.slots[-1] = slot
        else:
            self.slots, self.subject_start = [slot], self.clause.start
            self.open, self.foreign = True, False
            self._forget_verbs()
        self.fresh = self.joined = self.rank = False

    def _forget_verbs(self) -> None:
        self.verbs = Verbs(new=self.verbs.new)
        self.before = None

    # --- clauses ----------------------------------------------------------------------------

    def _separator(self, token: Token) -> None:
        self._settle_unknown()
        if token.word is not Word.COMMA:
            self.slots, self.foreign = [], False
            self.when = replace(self.when, partial=False)
        elif self.open and (self.clause.found or not any(slot.indicator for slot in self.slots)):
            self.slots = []
        # else 实际利用外资和其他约束性指标，确保完成市定任务: the predicate may still come.
        if token.word is not Word.COMMA or not self.open:
            self._forget_verbs()
        self.fresh = True
        self.joined = self.rank = self.share = self.from_base = False
        self.verbs.new = self.verbs.compared = False
        self.when = replace(self.when, average=False)
        self.owner = ""
        self._next_clause(token.end)
        if token.word is not Word.COMMA:
            self.carried = None

    def _next_clause(self, start: int) -> None:
        last = self.clause
        if not last.found:
            self.carried, self.scope = None, None
        elif last.resolve is not None and last.resolve_end:
            self.carried, self.scope, self.scope_end = (
                last.resolve,
                len(self.found) - last.found,
                last.resolve_end,
            )
        self.clause = _Clause(start)

    def _verb(self, index: int, token: Token) -> int:
        self._settle_unknown()
        self.clause.leading = False
        if token.word in (Word.FULFIL, Word.LEVEL):
            behind = self._fulfil(index)
            if behind is not None:
                return behind
        if not self.open and self.slots and not self.chained:
            # 达到2297亿元、增长0.3%: the same subject goes on with another verb.
            self._forget_verbs()
            self.chained = True
        self.before = None  # 突破千亿大关、达到1002亿元
        if token.word is Word.UP:
            self.verbs.up = True
        elif token.word is Word.DOWN:
            self.verbs.down = True
        else:
            self.verbs.level = True
        return index + 1

    # --- predicates -------------------------------------------------------------------------

    def _part_of_task(self, index: int) -> bool:
        """完成年度目标的60%: how much of a task is done, not how much the subject grew."""
        ahead = index + 1
        if ahead < len(self.words) and self.words[ahead].text == "的":
            ahead += 1
        if not (touches(self.words, ahead) and self.words[ahead].word is Word.NUMBER):
            return False
        before = (
            token for token in self.words[max(0, index - 6) : index] if token.start >= self.clause.start
        )
        return ahead > index + 1 or any(token.word is Word.FULFIL for token in before)

    def _bond(self, token: Token) -> None:
        if not self.slots or not self.open:
            return
        if token.comparator is None:
            raise AssertionError(f"the bond {token.text!r} has no comparator")
        for slot in self.slots:
            if slot.indicator is not None:
                self._emit(slot, (token.comparator, None, None), token.end, slot.indicator.measure, None)
        self._close()

    def _fulfil(self, index: int) -> int | None:
        """完成国家下达的节能减排任务, 节能减排完成市定任务, 达到国家要求: no figure of its own."""
        named = task(self.words, index)
        if named is None:
            return None
        if named.indicators and self.words[index].word is Word.FULFIL:
            self.subject_start, self.open = self.clause.start, True
            known = [
                (token, self.vocabulary.indicators[id]) for token in named.indicators for id in token.ids
            ]
            self.slots = [
                Slot(indicator, indicator.label, token.start, token.end) for token, indicator in known
            ]
        elif named.indicators or not self.slots or not self.open:
            return None
        # 节能减排和碳排放强度下降完成任务: the umbrella covers what stands under it.
        covered = any(
            slot.indicator is not None and slot.indicator.id == "energy_conservation" for slot in self.slots
        )
        for slot in self.slots:
            if slot.indicator is not None and not (covered and slot.indicator.group == "environment"):
                self._emit(slot, (Comparator.FULFIL, None, None), named.end, None, None)
        self._close()
        self.unknown = None
        return named.index

    def _numbers(self, index: int) -> int:
        values, end = number_list(self.words, index, self.before, len(self.slots))
        if not values:
            self.clause.leading = False
            self.before = None
            return index + 1
        following = self.words[end] if end < len(self.words) else None
        stop = self.words[end - 1].end
        if self.from_base or (
            following is not None and following.word is Word.BASE and following.start <= stop + 1
        ):
            self.from_base = False
            self.unknown = None
            return end
        if touches(self.words, index) and self.words[index - 1].text == "的":
            self.unknown = None  # 一般公共预算收入的82%: a part of it
            return end
        if self.minus:
            values = [value.negative() for value in values]
        self.minus = False
        self._settle_unknown()
        if self._counted(values, stop, following):
            return end + 1
        if self.rank or not self.slots:
            self.unknown = None
            return end
        slots = self.slots
        if len(values) == 1:
            pairs = [(slot, values[0]) for slot in slots]
        else:
            # 污染物化学需氧量和二氧化硫分别减少3.8%和2%: the last subjects take the numbers.
            pairs = list(zip(slots[max(0, len(slots) - len(values)) :], values, strict=False))
        for slot, value in pairs:
            if not slot.label:
                continue
            measure = measure_of(slot.indicator, value.number.unit, self.verbs)
            if measure is not None and not self._has(slot, measure):
                self._emit(slot, value.bounds(), stop, measure, value.number.unit)
        self._close()
        return end

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
        self.slots = [slot]
        self._close()
        return True

    def _has(self, slot: Slot, measure: Measure) -> bool:
        """7%以上、力争达到8%; 增长7.1%，按可比口径增长9.1%: the first one is the target."""
        recent = self.found[-_RECENT:]
        return any(old.slot is slot and old.measure is measure and old.when == self.when for old in recent)

    def _close(self) -> None:
        """The predicate is complete: the next noun starts a new list."""
        self.open, self.fresh, self.joined = False, True, False
        self.before = None
        self.from_base = self.share = self.chained = False

    def _emit(
        self,
        slot: Slot,
        bounds: tuple[Comparator, float | None, float | None],
        end: int,
        measure: Measure | None,
        unit: str | None,
    ) -> None:
        comparator, low, high = bounds
        inherited = self.clause.resolve is None and self.carried is not None
        start = max(self._quote_start(), end - LONGEST_QUOTE)
        resolve = self.clause.resolve or self.carried
        self.found.append(
            Found(slot, measure, comparator, low, high, unit, resolve, start, end, self.when, self.foreign)
        )
        self.clause.found += 1
        if inherited and self.scope is not None:
            self._share_resolve(self.scope)
            self.scope = None

    def _quote_start(self) -> int:
        if not self.slots or not self.open:
            return self.clause.start
        first = self.slots[0].start
        return first if first - self.subject_start > LONGEST_PREFIX else self.subject_start

    def _share_resolve(self, first: int) -> None:
        """力争 at the head of a list governs all of it: it is part of no clause's quote."""
        head = self.found[first].start
        for number in range(first, len(self.found)):
            if self.found[number].start != head:
                break
            self.found[number] = replace(self.found[number], start=max(head, self.scope_end))


def read_sentence(
    text: str,
    words: Sequence[Token],
    span: tuple[int, int],
    vocabulary: Vocabulary,
    owners: OwnersLike,
    year: int | None,
) -> list[Found]:
    """All figures of one sentence, `text[span[0]:span[1]]`, whose tokens are `words`. Linear."""
    return SentenceReader(text, words, vocabulary, owners, year).read(*span)

"""One sentence -> the figures in it: whose number, how it binds, from which clause. Pure.

The sentence is read once, left to right: indicators open a list of subjects (slots), verbs say what is
measured, a number closes the clause. What the figures are worth (target or outcome, headline, whose
region) is decided by extract.py. Linear: every token is looked at a bounded number of times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ingest.model import Comparator, Measure, Resolve
from workers.targets.lexicon import Token, Word
from workers.targets.numerals import Number, parse_number
from workers.targets.vocabulary import Indicator, Vocabulary

LONGEST_PREFIX = 14  # characters in front of the first subject that still belong to the quote
LONGEST_LABEL = 24


@dataclass(frozen=True, slots=True)
class Slot:
    """A subject of the clause. `indicator` is None for a noun outside the vocabulary; `prefix` is the unknown text before it."""

    indicator: Indicator | None
    label: str
    start: int
    end: int
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A figure as printed, before anybody decides what it is worth. Places are in the reading text.

    `horizon` is the last year of a plan that the figure is for, `past` an earlier year that the sentence names;
    `average` marks 年均, `partial` a part of the year, `several` a sum over years behind us. `tied`: the
    words before the figure are all understood.
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
    horizon: int | None
    past: int | None
    average: bool
    partial: bool
    several: bool
    foreign: bool


@dataclass(slots=True)
class _Clause:
    """What is known while reading from one separator to the next."""

    start: int
    resolve: Resolve | None = None
    resolve_end: int = 0
    leading: bool = True  # nothing but words of time so far
    found: int = 0


_NUMERIC = (Word.NUMBER,)
_STOPS = frozenset({Word.COMMA, Word.STOP, Word.END})
_PLAN_END = {"十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}


def plan_end(text: str) -> int | None:
    """The last year of the five-year plan that a phrase names: “十四五” is 2025."""
    for name, end in _PLAN_END.items():
        if name in text:
            return end
    return None


class SentenceReader:
    """Reads one sentence. `year` is the year that the report's targets are for; `is_foreign` tells another's figures."""

    def __init__(
        self,
        text: str,
        words: Sequence[Token],
        vocabulary: Vocabulary,
        *,
        year: int | None,
        is_foreign: Callable[[str, str], bool],
    ) -> None:
        self.text, self.words, self.vocabulary, self.year = text, words, vocabulary, year
        self.is_foreign = is_foreign
        self.found: list[Found] = []
        self.slots: list[Slot] = []
        self.open = True  # the list of subjects still grows
        self.fresh = True  # the next noun starts a new list
        self.joined = False  # 和 or 、 just before
        self.unknown: tuple[int, int] | None = None
        self.owner = ""
        self.foreign = False
        self.subject_start = 0  # of the clause that the subjects stand in
        self.up = self.down = self.level = self.each = self.compared = False
        self.before: Comparator | None = None
        self.from_base = self.new = False
        self.rank = False
        self.horizon: int | None = None
        self.past: int | None = None
        self.average = self.partial = self.several = False
        self.carried: Resolve | None = None
        self.scope: int | None = None  # index of the figure whose 力争 later clauses inherited
        first = words[0].start if words else 0
        self.clause = _Clause(first)

    # --- the loop ---------------------------------------------------------------------------

    def read(self, start: int, end: int) -> list[Found]:
        """All figures of `text[start:end]`, in order."""
        self.clause = _Clause(start)
        at, index = start, 0
        words = self.words
        while index < len(words):
            token = words[index]
            if token.start > at:
                self._unknown_text(at, token.start)
            index = self._take(index, token)
            at = words[index - 1].end
        return self.found

    def _unknown_text(self, start: int, end: int) -> None:
        if self.rank or (self.compared and self.open and self.slots):
            return  # 居全市第一; 比上年调整后的基数增长7%
        self.clause.leading = False
        if self.slots and self.open and not self.joined and not self.fresh and self.unknown is None:
            last = self.slots[-1]
            if not (self.up or self.down or self.level):
                # 固定资产投资项目: the noun goes on, so it is another noun.
                label = self.text[last.start : end]
                self.slots[-1] = replace(last, indicator=None, label=label, end=end)
                return
        if self.unknown is None:
            self.unknown = (start, end)
        else:
            self.unknown = (self.unknown[0], end)

    def _take(self, index: int, token: Token) -> int:
        word = token.word
        if word is Word.INDICATOR:
            if not (index and self.words[index - 1].word is Word.THAN):
                self._indicator(token)
        elif word is Word.VOID:
            self._noun(Slot(None, token.text, token.start, token.end))
        elif word is Word.NUMBER:
            return self._numbers(index)
        elif word in (Word.UP, Word.DOWN, Word.LEVEL, Word.FULFIL):
            return self._verb(index, token)
        elif word is Word.BOND:
            self._settle_unknown()
            self._bond(token)
        elif word is Word.EACH:
            self._settle_unknown()
            self.each = True
        elif word is Word.AND:
            self._settle_unknown()
            self._and(index, token)
        elif word in _STOPS:
            self._separator(token)
        elif word in (Word.AIM, Word.ENSURE):
            self._resolve(token)
        elif word is Word.BEFORE:
            self._settle_unknown()
            self.before = token.comparator
        elif word is Word.RANK:
            self.rank = True
            self.unknown = None
        elif word is Word.NEW:
            self.new = True
            self.slots, self.fresh, self.unknown = [], True, None
            self._fresh_verbs()
        elif word is Word.THAN:
            self.compared = True
        elif word is Word.FROM:
            self.from_base = True
        elif word is Word.OWNER:
            self.owner = token.text
            if self.compared:
                self.unknown = None
        elif word in (Word.FILL, Word.LEAD, Word.TASK, Word.BASE, Word.BEHIND):
            if word is Word.LEAD and self.unknown is not None:
                self.unknown = None
            if word is not Word.FILL:
                self.clause.leading = False
        else:
            self._time(index, token)
        return index + 1

    # --- words ------------------------------------------------------------------------------

    def _time(self, index: int, token: Token) -> None:
        word = token.word
        before = self.words[index - 1] if index else None
        compared = (
            before is not None
            and before.end == token.start
            and before.word in (Word.THAN, Word.AND, Word.FROM)
        )
        compared = compared or self.text[max(0, token.start - 1) : token.start] in (
            "比",
            "较",
            "与",
            "同",
            "自",
            "从",
            "在",
        )
        if word is Word.YEAR:
            year = int(token.text[:4])
            ahead = self.text[max(0, token.start - 2) : token.start]
            if compared or self.year is None:
                return
            if year < self.year:
                self.past, self.partial = year, False
            elif year > self.year or (ahead.endswith("到") and year > self.year):
                self.horizon = year
            else:
                self.past, self.horizon, self.partial = None, None, False
        elif word is Word.LAST:
            if not compared and self.year is not None:
                self.past = self.year - 1
        elif word is Word.THIS:
            if token.text != "当年":
                self.past, self.horizon, self.several = None, None, False
        elif word is Word.WHOLE:
            self.partial = False
        elif word is Word.PART:
            self.partial = True
        elif word is Word.AVERAGE:
            self.average = True
        elif word is Word.PLAN:
            end = plan_end(token.text)
            if end is None or self.year is None or compared:
                return
            if end > self.year:
                self.horizon = end
            elif end < self.year:
                self.several = True
        elif word is Word.AHEAD:
            if self.year is not None:
                self.horizon = self.year + (4 if "五" in token.text or "5" in token.text else 2)
        elif word is Word.BEHIND_US:
            self.several = True
        else:
            raise AssertionError(f"the grammar has no rule for {word}")

    def _indicator(self, token: Token) -> None:
        prefix = ""
        start = token.start
        if self.unknown is not None:
            begin, end = self.unknown
            if end == token.start:
                prefix = self.text[begin:end]
            self.unknown = None
        known = [self.vocabulary.indicators[id] for id in token.ids]
        owner = self.owner
        self.owner = ""
        adjacent = (
            bool(self.slots) and not self.fresh and not self.joined and self.slots[-1].end == token.start
        )
        for number, indicator in enumerate(known):
            slot = Slot(indicator, indicator.label, start, token.end, prefix)
            if number:
                self.slots.append(slot)
            else:
                self._noun(slot, replaces=adjacent)
        self.foreign = (self.foreign and len(self.slots) > len(known)) or self.is_foreign(prefix, owner)

    def _noun(self, slot: Slot, *, replaces: bool = False) -> None:
        """A subject: it joins the list, replaces an apposition (主要污染物化学需氧量), or starts a new list."""
        self.unknown = None
        self.clause.leading = False
        if self.slots and self.open and not self.fresh and self.joined:
            self.slots.append(slot)
        elif replaces and self.open:
            self.slots[-1] = slot
        else:
            self.slots = [slot]
            self.subject_start = self.clause.start
            self.foreign = False
            self.open = True
            self._fresh_verbs()
        self.fresh = self.joined = self.rank = False

    def _settle_unknown(self) -> None:
        """Unknown text turned out to be a noun: the subject of what follows."""
        if self.unknown is None or self.rank or self.compared:
            return
        begin, end = self.unknown
        self._noun(Slot(None, self.text[begin:end], begin, end))

    def _fresh_verbs(self) -> None:
        self.up = self.down = self.level = self.each = self.compared = False
        self.before = None

    def _and(self, index: int, token: Token) -> None:
        if self.open:
            self.joined = True
            return
        self.fresh = True
        following = self.words[index + 1] if index + 1 < len(self.words) else None
        if following is None or following.word is not Word.NUMBER:
            self._next_clause(token.end)

    def _separator(self, token: Token) -> None:
        self._settle_unknown()
        if token.word is Word.COMMA:
            if (
                self.open
                and self.slots
                and any(slot.indicator for slot in self.slots)
                and not self.clause.found
            ):
                # 实际利用外资和其他约束性指标，确保完成市定任务: the predicate may still come.
                self.joined = False
                self.fresh = True
            else:
                self.fresh = True
                if self.open:
                    self.slots = []
        else:
            self.slots, self.fresh, self.partial = [], True, False
            self.foreign = False
        self.joined = self.rank = self.compared = self.new = self.from_base = False
        self.average = False
        self.owner = ""
        self._next_clause(token.end)
        if token.word is not Word.COMMA:
            self.carried = None
            self._fresh_verbs()

    def _next_clause(self, start: int) -> None:
        last = self.clause
        if last.found:
            if last.resolve is not None and last.resolve_end:
                self.carried = last.resolve
                self.scope = len(self.found) - last.found
        else:
            self.carried, self.scope = None, None
        self.clause = _Clause(start)

    def _resolve(self, token: Token) -> None:
        self._settle_unknown()
        clause = self.clause
        clause.resolve = Resolve.AIM if token.word is Word.AIM else Resolve.ENSURE
        clause.resolve_end = token.end if clause.leading else 0
        self.carried = None
        if not self.open:
            self.before = None

    def _verb(self, index: int, token: Token) -> int:
        self._settle_unknown()
        self.clause.leading = False
        if token.word is Word.FULFIL or token.word is Word.LEVEL:
            done = self._fulfil(index)
            if done:
                return done
        if not self.open and self.slots and not self.fresh_numbers:
            # 达到2297亿元、增长0.3%: the same subject goes on with another verb.
            self._fresh_verbs()
            self.fresh_numbers = True
        if token.word is Word.UP:
            self.up = True
        elif token.word is Word.DOWN:
            self.down = True
        else:
            self.level = True
        return index + 1

    fresh_numbers = False

    # --- predicates -------------------------------------------------------------------------

    def _resolved(self) -> Resolve | None:
        return self.clause.resolve or self.carried

    def _quote_start(self) -> int:
        if not self.slots or not self.open:
            return self.clause.start
        if self.slots[0].start - self.subject_start > LONGEST_PREFIX:
            return self.slots[0].start
        return self.subject_start

    def _emit(
        self,
        slot: Slot,
        comparator: Comparator,
        end: int,
        *,
        measure: Measure | None = None,
        low: float | None = None,
        high: float | None = None,
        unit: str | None = None,
    ) -> None:
        self.found.append(
            Found(
                slot=slot,
                measure=measure,
                comparator=comparator,
                low=low,
                high=high,
                unit=unit,
                resolve=self._resolved(),
                start=self._quote_start(),
                end=end,
                horizon=self.horizon,
                past=self.past,
                average=self.average,
                partial=self.partial,
                several=self.several,
                foreign=self.foreign,
            )
        )
        if self.clause.resolve is None and self.carried is not None and self.scope is not None:
            self._drop_shared_resolve()
        self.clause.found += 1

    def _drop_shared_resolve(self) -> None:
        """力争 at the head of a list governs all of it: it is part of no clause's quote."""
        first = self.scope
        if first is None or first >= len(self.found):
            return
        head = self.found[first]
        resolve_end = self.scope_end
        for number in range(first, len(self.found)):
            figure = self.found[number]
            if figure.start != head.start:
                break
            self.found[number] = replace(figure, start=max(figure.start, resolve_end))
        self.scope = None

    scope_end = 0

    def _bond(self, token: Token) -> None:
        if not self.slots or not self.open:
            return
        comparator = token.comparator
        if comparator is None:
            raise AssertionError(f"the bond {token.text!r} has no comparator")
        for slot in self.slots:
            if slot.indicator is not None:
                self._emit(slot, comparator, token.end, measure=slot.indicator.measure)
        self._close()

    def _close(self) -> None:
        """The predicate is complete: the next noun starts a new list."""
        self.open = False
        self.fresh = True
        self.joined = False
        self.before = None
        self.from_base = self.new = False
        self.fresh_numbers = False
        if self.clause.resolve_end:
            self.scope_end = self.clause.resolve_end

    def _fulfil(self, index: int) -> int | None:
        """完成国家下达的节能减排任务, 节能减排完成市定任务, 达到国家要求: no figure of its own."""
        verb = self.words[index]
        task_end, indicators = 0, []
        at = index + 1
        while at < len(self.words) and self.words[at].word not in _STOPS:
            token = self.words[at]
            if token.word is Word.NUMBER or token.word is Word.BOND:
                return None
            if token.word is Word.INDICATOR:
                indicators.append(token)
                if token.text.endswith("指标"):
                    task_end = token.end
            elif token.word is Word.TASK:
                task_end = token.end
            at += 1
        if not task_end:
            return None
        if indicators and verb.word is Word.FULFIL:
            self.subject_start = self.clause.start
            slots = [
                Slot(
                    self.vocabulary.indicators[id],
                    self.vocabulary.indicators[id].label,
                    token.start,
                    token.end,
                )
                for token in indicators
                for id in token.ids
            ]
        elif not indicators and self.slots and self.open:
            slots = self.slots
        else:
            return None
        covered = any(
            slot.indicator is not None and slot.indicator.id == "energy_conservation" for slot in slots
        )
        for slot in slots:
            if slot.indicator is None or (covered and slot.indicator.group == "environment"):
                continue
            self._emit(slot, Comparator.FULFIL, task_end)
        self._close()
        self.unknown = None
        return at

    def _numbers(self, index: int) -> int:
        """A number, or a list of numbers with one unit: 5%、6%左右."""
        values: list[tuple[Number, Comparator]] = []
        pending = self.before
        settled = self.unknown is None or self.rank
        end = index
        at = index
        last_behind = False
        while True:
            token = self.words[at]
            number = parse_number(token.text)
            if number is None or number.unit is None:
                break
            if values and (number.unit != values[0][0].unit or len(self.slots) < 2):
                break
            at += 1
            comparator = pending
            last_behind = False
            while (
                at < len(self.words)
                and self.words[at].word is Word.BEHIND
                and self.words[at].start == self.words[at - 1].end
            ):
                comparator = self.words[at].comparator if comparator is None else comparator
                at += 1
                last_behind = True
            if comparator is None:
                comparator = Comparator.MORE_THAN if number.more else Comparator.EXACT
            values.append((number, comparator))
            end = at
            ahead = at
            if ahead < len(self.words) and self.words[ahead].word is Word.AND:
                ahead += 1
                pending = None
                while (
                    ahead < len(self.words)
                    and self.words[ahead].word in (Word.BEFORE, Word.FILL, Word.UP)
                    and self.words[ahead].start == self.words[ahead - 1].end
                ):
                    pending = self.words[ahead].comparator or pending
                    ahead += 1
                if (
                    ahead < len(self.words)
                    and self.words[ahead].word is Word.NUMBER
                    and self.words[ahead].start == self.words[ahead - 1].end
                ):
                    at = ahead
                    continue
            break
        if not values:
            self.clause.leading = False
            self.before = None
            return index + 1
        if last_behind and all(comparator is Comparator.EXACT for _, comparator in values[:-1]):
            values = [(number, values[-1][1]) for number, _ in values]
        following = self.words[end] if end < len(self.words) else None
        base = (
            following is not None
            and following.word is Word.BASE
            and following.start <= self.words[end - 1].end + 1
        )
        if base or self.from_base:
            self.from_base = False
            self.unknown = None
            return end
        if not settled:
            self._settle_unknown()
        self._assign(values, self.words[end - 1].end, following)
        return end

    def _assign(self, values: list[tuple[Number, Comparator]], end: int, following: Token | None) -> None:
        if self.new and following is not None and following.word is Word.INDICATOR:
            # 新增50家高新技术企业: the number stands before its noun.
            unit = values[0][0].unit
            indicators = [self.vocabulary.indicators[id] for id in following.ids]
            if len(indicators) == 1 and following.start == end and unit in indicators[0].levels:
                slot = Slot(indicators[0], indicators[0].label, following.start, following.end)
                self._number(slot, *values[0], following.end, Measure.CHANGE)
                self.clause.leading = False
                return
        slots = self.slots
        if not slots or self.rank:
            self.unknown = None
            return
        if len(values) == 1:
            pairs = [(slot, values[0]) for slot in slots]
        elif len(values) <= len(slots):
            pairs = list(zip(slots[len(slots) - len(values) :], values, strict=True))
        else:
            pairs = []
        for slot, (number, comparator) in pairs:
            measure = self._measure(slot.indicator, number.unit)
            if measure is not None:
                self._number(slot, number, comparator, end, measure)
        self._close()

    def _number(self, slot: Slot, number: Number, comparator: Comparator, end: int, measure: Measure) -> None:
        if any(old.slot is slot and old.measure is measure and not old.partial for old in self.found[-8:]):
            return  # 7%以上、力争达到8%; 增长7.1%，按可比口径增长9.1%: the first one is the target
        low: float | None = number.low
        high: float | None = number.high
        if number.low != number.high:
            comparator = Comparator.RANGE
        elif comparator in (Comparator.AT_LEAST, Comparator.MORE_THAN):
            high = None
        elif comparator in (Comparator.AT_MOST, Comparator.LESS_THAN):
            low = None
        self._emit(slot, comparator, end, measure=measure, low=low, high=high, unit=number.unit)

    def _measure(self, indicator: Indicator | None, unit: str | None) -> Measure | None:
        """What the number measures; None when the unit does not fit the indicator."""
        if unit in ("%", "‰"):
            usual = Measure.GROWTH if indicator is None else indicator.measure
            if self.down:
                return Measure.CHANGE
            if self.up:
                return Measure.CHANGE if usual is Measure.CHANGE else Measure.GROWTH
            if usual is Measure.CHANGE:
                return None
            return Measure.SHARE if indicator is None and self.level else usual
        if unit == "百分点":
            return Measure.CHANGE if (self.up or self.down) and not self.compared else None
        if indicator is not None and unit not in indicator.levels:
            return None
        return Measure.CHANGE if self.up or self.down else Measure.LEVEL


def read_sentence(
    text: str,
    words: Sequence[Token],
    start: int,
    end: int,
    vocabulary: Vocabulary,
    *,
    year: int | None,
    is_foreign: Callable[[str, str], bool],
) -> list[Found]:
    """All figures of one sentence `text[start:end]`, whose tokens are `words`."""
    return SentenceReader(text, words, vocabulary, year=year, is_foreign=is_foreign).read(start, end)

"""One sentence -> the figures in it: whose number, how it binds, from which clause. Pure.

The sentence is read once, left to right: indicators open a list of subjects (subjects.py), verbs say what
is measured, a number or a bond (与经济增长同步) closes the clause (telling.py). What a figure is worth:
extract.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.model import Resolve
from workers.targets.candidates import Found, Slot
from workers.targets.clause import Teller
from workers.targets.lexicon import Token, Word
from workers.targets.predicates import STOPS, part_of_task, touches
from workers.targets.subjects import OwnersLike
from workers.targets.times import TIME_WORDS, far_base, follow
from workers.targets.vocabulary import Vocabulary

_COMPARING = frozenset({"高于", "低于", "快于"})
_TELLS = frozenset({Word.NUMBER, Word.BOND, Word.TASK, Word.INDICATOR})  # 完成约束性指标: a task, too


class SentenceReader(Teller):
    """Reads one sentence, word by word."""

    def read(self, start: int, end: int) -> list[Found]:
        """All figures of `text[start:end]`, in order."""
        words = self.words
        at, index, count = start, 0, len(words)
        while count and words[count - 1].word not in _TELLS:
            count -= 1  # behind the last figure nothing more is told
        while index < count:
            token = words[index]
            if token.start > at:
                self._unknown_text(at, token.start)
            index = RULES[token.word](self, index, token)
            at = words[index - 1].end
        return self.found

    # --- one rule for each word: the index of the next word to be read ------------------------

    def _fill(self, index: int, token: Token) -> int:
        self.subjects.extend_unknown(token)
        return index + 1

    def _indicator(self, index: int, token: Token) -> int:
        compared = index > 0 and self._compares(self.words[index - 1])
        if not self.share and not compared:
            if self.subjects.indicators(token, self._clause_start()):
                self._forget_verbs()
            self.rank, self.resolves.clause.leading = False, False
        return index + 1

    def _time(self, index: int, token: Token) -> int:
        before = self.text[max(0, token.start - 1) : token.start]
        self.whole = self.whole or token.word is Word.WHOLE
        self.far = (
            self.far
            or far_base(self.when, token, before, self.year)
            or (token.word is Word.PLAN and self.text.startswith(("期间", "时期"), token.end))
        )
        if not self.from_base:  # 由2018年的30亿元增加到52亿元
            self.when = follow(self.when, token, before, self.year)
        return index + 1

    def _than(self, index: int, token: Token) -> int:
        self.verbs.compared = True
        return index + 1

    def _from(self, index: int, token: Token) -> int:
        self.from_base = True
        return index + 1

    def _rank(self, index: int, token: Token) -> int:
        self.rank, self.subjects.unknown = True, None
        return index + 1

    def _owner(self, index: int, token: Token) -> int:
        self.subjects.own(token)
        self.verbs.compared = self.verbs.compared or self.before is not None
        return index + 1

    def _task(self, index: int, token: Token) -> int:
        if part_of_task(self.words, index, self._clause_start()):
            self._noun(Slot(None, "", token.start, token.end))
            return index + 1
        return self._aside(index, token)

    def _aside(self, index: int, token: Token) -> int:
        self.resolves.clause.leading = False
        return index + 1

    def _lead(self, index: int, token: Token) -> int:
        self.resolves.clause.leading = False
        self.subjects.act(token)
        self.subjects.unknown = None
        return index + 1

    def _object(self, index: int, token: Token) -> int:
        self._unknown_text(token.start, token.end)  # 惠及经营主体10万户: not how many there are
        return index + 1

    def _total(self, index: int, token: Token) -> int:
        self.total = True
        return index + 1

    def _bound(self, index: int, token: Token) -> int:
        self._settle_unknown()
        self._bond(token)
        return index + 1

    def _each(self, index: int, token: Token) -> int:
        self._settle_unknown()
        self.each = token.text == "分别"
        return index + 1

    def _before(self, index: int, token: Token) -> int:
        self._settle_unknown()
        self.before = token.comparator
        return index + 1

    def _multiple(self, index: int, token: Token) -> int:
        self._settle_unknown()
        self.verbs.level = True  # 是2018年的1.6倍
        self.far = self.far or not any(word in token.text for word in ("上年", "去年"))
        return index + 1

    def _resolve(self, index: int, token: Token) -> int:
        self._settle_unknown()
        self.resolves.say(Resolve.AIM if token.word is Word.AIM else Resolve.ENSURE, token.end)
        return index + 1

    def _and(self, index: int, token: Token) -> int:
        self._settle_unknown()
        if self.subjects.open:
            self.subjects.joined = True
        else:
            self.subjects.fresh = True
            if not (index + 1 < len(self.words) and self.words[index + 1].word is Word.NUMBER):
                self._forget_verbs()
                self._next_clause(token.end, stop=False)
        return index + 1

    def _compares(self, last: Token) -> bool:
        """比规上工业…, 高于规上工业增速5个百分点: what follows is what the subject is compared with."""
        if last.word is Word.BEFORE and last.comparator is not None and last.text in _COMPARING:
            self.verbs.compared = True
            return True
        return last.word is Word.THAN

    def _new(self, index: int, token: Token) -> int:
        """新增50家高新技术企业, or 高新技术企业新增50家."""
        subjects = self.subjects
        counted = (
            subjects.slots and not subjects.fresh and not subjects.joined and subjects.unknown is None
        ) and (touches(self.words, index + 1) and self.words[index + 1].word is Word.NUMBER)
        if counted and subjects.open:
            self.verbs.up = True
            return index + 1
        subjects.drop()
        self._forget_verbs()
        self.verbs.new = True
        return index + 1

    def _not_itself(self, index: int, token: Token) -> int:
        """人均地区生产总值, 占全区进出口总额20.6%: contains the name of an indicator and is another thing."""
        begin, unknown = token.start, self.subjects.unknown
        if unknown is not None and unknown[1] == begin:
            begin = unknown[0]  # 环保投入|相当于全市生产总值的比例
        label = self.subjects.label(begin, token.end) if begin < token.start else ""
        self._noun(Slot(None, label, begin, token.end))
        self.share = token.word is Word.SHARE
        return index + 1

    def _unknown_text(self, start: int, end: int) -> None:
        if self.rank or (self.verbs.compared and self.subjects.open and self.subjects.slots):
            return  # 居全市第一; 比上年调整后的基数增长7%
        if self.verbs.up and self.text[start:end] == "—":
            self.minus = True  # 增长-3.5%
            return
        self.resolves.clause.leading = False
        self.subjects.unknown_text(start, end, said=self.verbs.up or self.verbs.down or self.verbs.level)

    def _separator(self, index: int, token: Token) -> int:
        self._settle_unknown()
        subjects, comma = self.subjects, token.word is Word.COMMA
        if token.text == "：" and subjects.open and subjects.slots and subjects.slots[-1].end == token.start:
            return index + 1  # 地区生产总值：增长6%
        if not comma:
            subjects.stop()
            if self.when.partial:
                self.when = replace(self.when, partial=False)
        elif subjects.open and (
            self.resolves.clause.found or not any(slot.indicator for slot in subjects.slots)
        ):
            subjects.slots = []
        # else 实际利用外资和其他约束性指标，确保完成市定任务: the predicate may still come.
        if not comma or not subjects.open:
            self._forget_verbs()
        subjects.fresh, subjects.joined, subjects.owner = True, False, ""
        self.rank = self.share = self.from_base = self.far = self.total = False
        self.whole = False
        self.verbs.new = self.verbs.compared = False
        if self.when.average:
            self.when = replace(self.when, average=False)
        self._next_clause(token.end, stop=not comma)
        return index + 1

    def _next_clause(self, start: int, *, stop: bool) -> None:
        self.resolves.next_clause(start, len(self.found), stop=stop)

    def _verb(self, index: int, token: Token) -> int:
        self.subjects.act(token)
        self._settle_unknown()
        self.resolves.clause.leading = False
        if token.word in (Word.FULFIL, Word.LEVEL):
            behind = self._fulfil(index)
            if behind is not None:
                return behind
        if not self.subjects.open and self.subjects.slots and not self.chained:
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


_Rule = Callable[[SentenceReader, int, Token], int]
RULES: dict[Word, _Rule] = {
    Word.FILL: SentenceReader._fill,
    Word.INDICATOR: SentenceReader._indicator,
    Word.NUMBER: SentenceReader._numbers,
    **dict.fromkeys((Word.UP, Word.DOWN, Word.LEVEL, Word.FULFIL), SentenceReader._verb),
    **dict.fromkeys(TIME_WORDS, SentenceReader._time),
    **dict.fromkeys(STOPS, SentenceReader._separator),
    **dict.fromkeys((Word.VOID, Word.SHARE), SentenceReader._not_itself),
    Word.NEW: SentenceReader._new,
    Word.THAN: SentenceReader._than,
    Word.FROM: SentenceReader._from,
    Word.RANK: SentenceReader._rank,
    Word.OWNER: SentenceReader._owner,
    Word.TASK: SentenceReader._task,
    Word.LEAD: SentenceReader._lead,
    **dict.fromkeys((Word.BASE, Word.BEHIND), SentenceReader._aside),
    Word.BOND: SentenceReader._bound,
    Word.EACH: SentenceReader._each,
    Word.AND: SentenceReader._and,
    **dict.fromkeys((Word.AIM, Word.ENSURE), SentenceReader._resolve),
    Word.BEFORE: SentenceReader._before,
    Word.MULTIPLE: SentenceReader._multiple,
    Word.OBJECT: SentenceReader._object,
    Word.TOTAL: SentenceReader._total,
}


def read_sentence(
    text: str,
    words: Sequence[Token],
    span: tuple[int, int],
    vocabulary: Vocabulary,
    owners: OwnersLike,
    year: int | None,
) -> list[Found]:
    """All figures of one sentence, `text[span[0]:span[1]]`, whose tokens are `words`. Linear."""
    return SentenceReader(text, words, vocabulary, owners, year, span[0]).read(*span)

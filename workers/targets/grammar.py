"""One sentence -> the figures in it: whose number, how it binds, from which clause. Pure.

The sentence is read once, left to right: indicators open a list of subjects (subjects.py), verbs say what
is measured, a number or a bond (与经济增长同步) closes the clause (telling.py). What a figure is worth:
extract.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.model import Resolve
from workers.targets.found import Found, Slot
from workers.targets.lexicon import Token, Word
from workers.targets.predicates import STOPS, part_of_task, touches
from workers.targets.subjects import OwnersLike
from workers.targets.telling import Teller
from workers.targets.times import TIME_WORDS, far_base, follow
from workers.targets.vocabulary import Vocabulary

_COMPARING = frozenset({"高于", "低于", "快于"})


class SentenceReader(Teller):
    """Reads one sentence, word by word."""

    def read(self, start: int, end: int) -> list[Found]:
        """All figures of `text[start:end]`, in order."""
        at, index = start, 0
        while index < len(self.words):
            token = self.words[index]
            if token.start > at:
                self._unknown_text(at, token.start)
            index = self._take(index, token)
            at = self.words[index - 1].end
        return self.found

    def _take(self, index: int, token: Token) -> int:
        word = token.word
        if word is Word.FILL:
            self.subjects.extend_unknown(token)
        elif word is Word.INDICATOR:
            compared = index > 0 and self._compares(self.words[index - 1])
            if not self.share and not compared and self.subjects.indicators(token, self._clause_start()):
                self._forget_verbs()
            if not self.share and not compared:
                self.rank, self.resolves.clause.leading = False, False
        elif word is Word.NUMBER:
            return self._numbers(index)
        elif word in (Word.UP, Word.DOWN, Word.LEVEL, Word.FULFIL):
            return self._verb(index, token)
        elif word in TIME_WORDS:
            before = self.text[max(0, token.start - 1) : token.start]
            self.whole = self.whole or word is Word.WHOLE
            self.far = self.far or far_base(self.when, token, before, self.year)
            if not self.from_base:  # 由2018年的30亿元增加到52亿元
                self.when = follow(self.when, token, before, self.year)
        elif word in STOPS:
            self._separator(token)
        elif word in (Word.VOID, Word.SHARE):
            self._not_itself(token)
        elif word is Word.NEW:
            self._new(index)
        elif word is Word.THAN:
            self.verbs.compared = True
        elif word is Word.FROM:
            self.from_base = True
        elif word is Word.RANK:
            self.rank, self.subjects.unknown = True, None
        elif word is Word.OWNER:
            self.subjects.own(token)
            self.verbs.compared = self.verbs.compared or self.before is not None
        elif word is Word.TASK and part_of_task(self.words, index, self._clause_start()):
            self._noun(Slot(None, "", token.start, token.end))
        elif word in (Word.LEAD, Word.TASK, Word.BASE, Word.BEHIND):
            self.resolves.clause.leading = False
            if word is Word.LEAD:
                self.subjects.act(token)
                self.subjects.unknown = None
        elif word in (Word.BOND, Word.EACH, Word.AND, Word.AIM, Word.ENSURE, Word.BEFORE, Word.MULTIPLE):
            self._settle_unknown()
            self._join(index, token)
        elif word is Word.OBJECT:
            self._unknown_text(token.start, token.end)  # 惠及经营主体10万户: not how many there are
        elif word is Word.TOTAL:
            self.total = True
        else:
            raise AssertionError(f"the grammar has no rule for {word}")
        return index + 1

    def _compares(self, last: Token) -> bool:
        """比规上工业…, 高于规上工业增速5个百分点: what follows is what the subject is compared with."""
        if last.word is Word.BEFORE and last.comparator is not None and last.text in _COMPARING:
            self.verbs.compared = True
            return True
        return last.word is Word.THAN

    def _join(self, index: int, token: Token) -> None:
        word = token.word
        if word is Word.BOND:
            self._bond(token)
        elif word is Word.EACH:
            self.each = token.text == "分别"
        elif word is Word.BEFORE:
            self.before = token.comparator
        elif word is Word.MULTIPLE:
            self.verbs.level = True  # 是2018年的1.6倍
            self.far = self.far or not any(word in token.text for word in ("上年", "去年"))
        elif word is Word.AIM or word is Word.ENSURE:
            self.resolves.say(Resolve.AIM if word is Word.AIM else Resolve.ENSURE, token.end)
        elif word is Word.AND and self.subjects.open:
            self.subjects.joined = True
        elif word is Word.AND:
            self.subjects.fresh = True
            if not (index + 1 < len(self.words) and self.words[index + 1].word is Word.NUMBER):
                self._forget_verbs()
                self._next_clause(token.end, stop=False)

    def _new(self, index: int) -> None:
        """新增50家高新技术企业, or 高新技术企业新增50家."""
        subjects = self.subjects
        counted = (
            subjects.slots and not subjects.fresh and not subjects.joined and subjects.unknown is None
        ) and (touches(self.words, index + 1) and self.words[index + 1].word is Word.NUMBER)
        if counted and subjects.open:
            self.verbs.up = True
            return
        subjects.drop()
        self._forget_verbs()
        self.verbs.new = True

    def _not_itself(self, token: Token) -> None:
        """人均地区生产总值, 占全区进出口总额20.6%: contains the name of an indicator and is another thing."""
        begin, unknown = token.start, self.subjects.unknown
        if unknown is not None and unknown[1] == begin:
            begin = unknown[0]  # 环保投入|相当于全市生产总值的比例
        label = self.subjects.label(begin, token.end) if begin < token.start else ""
        self._noun(Slot(None, label, begin, token.end))
        self.share = token.word is Word.SHARE

    def _unknown_text(self, start: int, end: int) -> None:
        if self.rank or (self.verbs.compared and self.subjects.open and self.subjects.slots):
            return  # 居全市第一; 比上年调整后的基数增长7%
        if self.verbs.up and self.text[start:end] == "—":
            self.minus = True  # 增长-3.5%
            return
        self.resolves.clause.leading = False
        self.subjects.unknown_text(start, end, said=self.verbs.up or self.verbs.down or self.verbs.level)

    def _separator(self, token: Token) -> None:
        self._settle_unknown()
        subjects, comma = self.subjects, token.word is Word.COMMA
        if token.text == "：" and subjects.open and subjects.slots and subjects.slots[-1].end == token.start:
            return  # 地区生产总值：增长6%
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

"""A sentence as its clauses, and what one of them leaves to the next. Pure.

Tokens are lexicon.py. A clause runs from one mark (，；。) to the next; grammar.py reads it: a function of a
context and a clause, to figures and the next context.

How long each thing holds that is known in the middle of a sentence:

    to the end of the sentence   when (but 年均: to the mark), the figures read last
    to the end of the bracket    all that is said in it; what was known in front of it holds again
    to ； or 。                    subjects, whether they are another's, a part of the year (上半年)
    to the predicate's figures   verbs (or to a new list of subjects), 不低于 before a number, 分别, a base
    to the mark                  what is beside the predicate: 占, 由, 居, 累计, 比2015年, 全省, 五年 (翻一番)

What holds past a mark is Context, frozen; what does not is only in ClauseState, where one clause is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from ingest.indicators.vocabulary import Vocabulary
from ingest.model import Comparator, Resolve
from workers.targets.candidates import NO_TIME, Candidate, Subject, When
from workers.targets.lexicon import Token, Word
from workers.targets.owners import Owners
from workers.targets.predicates import NO_VERBS, ONLY_NEW, Verbs

MARKS = frozenset({Word.COMMA, Word.STOP, Word.END})
LATEST = 12  # figures that a later clause may speak of again: 分别增长5%和7%


class Listed(Enum):
    """Where the list of subjects stands."""

    FRESH = auto()  # nothing is named since the last mark
    NAMED = auto()  # 地区生产总值: the predicate may follow
    JOINED = auto()  # 地区生产总值、
    FRESH_JOINED = auto()  # 、 with nothing in front: as FRESH, but the owner in front of it goes on
    TOLD = auto()  # 地区生产总值增长6%: the predicate is complete

    __hash__ = object.__hash__  # looked up by the thousand; an Enum's own hash is written in Python


class Turn(Enum):
    """What moves the list on."""

    NOUN = auto()  # an indicator, or a noun that nobody knows
    AND = auto()  # 和, 、
    MARK = auto()  # ，；。
    TOLD = auto()  # figures, or a bond (与经济增长同步), complete the predicate
    DROP = auto()  # 新增: what was named before is over

    __hash__ = object.__hash__


# Only a noun behind JOINED grows the list; behind NAMED it takes the place of the noun that it touches
# (主要污染物|化学需氧量); else it begins a new list.
MOVES: Mapping[Listed, Mapping[Turn, Listed]] = {
    Listed.FRESH: {
        Turn.NOUN: Listed.NAMED,
        Turn.AND: Listed.FRESH_JOINED,
        Turn.MARK: Listed.FRESH,
        Turn.TOLD: Listed.TOLD,
        Turn.DROP: Listed.FRESH,
    },
    Listed.NAMED: {
        Turn.NOUN: Listed.NAMED,
        Turn.AND: Listed.JOINED,
        Turn.MARK: Listed.FRESH,
        Turn.TOLD: Listed.TOLD,
        Turn.DROP: Listed.FRESH,
    },
    Listed.JOINED: {
        Turn.NOUN: Listed.NAMED,
        Turn.AND: Listed.JOINED,
        Turn.MARK: Listed.FRESH,
        Turn.TOLD: Listed.TOLD,
        Turn.DROP: Listed.FRESH_JOINED,
    },
    Listed.FRESH_JOINED: {
        Turn.NOUN: Listed.NAMED,
        Turn.AND: Listed.FRESH_JOINED,
        Turn.MARK: Listed.FRESH,
        Turn.TOLD: Listed.TOLD,
        Turn.DROP: Listed.FRESH_JOINED,
    },
    Listed.TOLD: {
        Turn.NOUN: Listed.NAMED,
        Turn.AND: Listed.TOLD,
        Turn.MARK: Listed.TOLD,
        Turn.TOLD: Listed.TOLD,
        Turn.DROP: Listed.TOLD,
    },
}


class Will(NamedTuple):
    """力争 at the head of a list, handed on from clause to clause until the list ends.

    `first`: the number (in its sentence) of the first figure under it, None when it is known that the word
    governs a list; `end`: where the word ends.
    """

    resolve: Resolve
    first: int | None
    end: int


class Cut(NamedTuple):
    """The quotes of the figures `first` to `last` that begin where the first does begin behind `end` instead:
    the 力争 in front turned out to govern a list."""

    first: int
    last: int
    end: int


class Outer(NamedTuple):
    """What is known in front of a bracket, and again behind it."""

    when: When
    subjects: tuple[Subject, ...]
    listed: Listed
    list_start: int
    foreign: bool
    actor: bool
    verbs: Verbs
    chained: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """What all clauses share; `year` is the year that the report's targets are for."""

    text: str
    vocabulary: Vocabulary
    owners: Owners
    year: int | None


class Clause(NamedTuple):
    """The words of a clause with the mark that ends it, if any; `text[start:…]` is read."""

    start: int
    words: Sequence[Token]


class Context(NamedTuple):  # frozen like a dataclass, at a quarter of the cost: one is made for each clause
    """What is known before a clause is read.

    `list_start`: where the clause of the first subject began; `unknown`: text that no word covers, not yet
    settled; `bound`: 不低于 that waits for its number; `figures`: how many the sentence has so far, the
    `latest` of them at hand.
    """

    when: When = NO_TIME
    subjects: tuple[Subject, ...] = ()
    listed: Listed = Listed.FRESH
    list_start: int = 0
    foreign: bool = False
    actor: bool = False  # 经开区实现…: what follows is another's, till the sentence says otherwise
    unknown: tuple[int, int] | None = None
    verbs: Verbs = NO_VERBS
    bound: Comparator | None = None
    each: bool = False  # 分别
    chained: bool = False  # the complete predicate goes on with another verb: 达到2297亿元、增长0.3%
    minus: bool = False  # 增长-3.5%
    will: Will | None = None
    figures: int = 0
    latest: tuple[Candidate, ...] = ()
    outer: Outer | None = None  # in a bracket
    base: str | None = None  # 在5.55亿元的基础上，
    planned: bool = False  # 年初目标增长6%，


class ClauseState:
    """A clause while it is read: it begins as its context and ends as the next clause's."""

    __slots__ = (
        *("setting", "text", "words", "cuts", "told", "_known"),
        # past the mark: as in Context
        *("when", "subjects", "listed", "list_start", "foreign", "actor", "unknown"),
        *("verbs", "bound", "each", "chained", "minus", "will", "outer", "base", "planned", "_figures"),
        # to the mark, or to 和 behind a complete predicate: the part of the clause where a quote may begin
        *("part_start", "leading", "resolve", "resolve_end", "part_figures"),
        # to the mark
        *("owner", "rank", "share", "from_base", "far", "compared", "total", "whole", "within"),
    )

    def __init__(self, setting: Setting, context: Context, clause: Clause) -> None:
        self.setting, self.text, self.words = setting, setting.text, clause.words
        (
            self.when, subjects, self.listed, self.list_start, self.foreign, self.actor, self.unknown,
            self.verbs, self.bound, self.each, self.chained, self.minus, self.will, self._figures, latest,
            self.outer, self.base, self.planned,
        ) = context  # fmt: skip
        self.subjects: list[Subject] = list(subjects)
        self.told: list[Candidate] = list(latest)
        self._known = len(latest)
        self.cuts: list[Cut] = []
        self.begin_part(clause.start)
        self.owner = ""  # 全省, 全市 just before
        self.rank = False  # 居全市第一
        self.share = False  # 占
        self.from_base = False  # 由30亿元
        self.far = False  # 比2015年
        self.compared: str | None = None  # 2015年
        self.total = False  # 累计
        self.whole = False  # 全年
        self.within: str | None = None  # 五年 (翻一番)

    def begin_part(self, start: int) -> None:
        self.part_start = start
        self.leading = True  # nothing but words of time so far
        self.resolve: Resolve | None = None
        self.resolve_end = 0  # where a 力争 at the head of the part ends, else 0
        self.part_figures = 0

    @property
    def open(self) -> bool:
        """Does the list wait for its predicate?"""
        return self.listed is not Listed.TOLD

    @property
    def number(self) -> int:
        """That of the next figure in its sentence."""
        return self._figures + len(self.told) - self._known

    def move(self, turn: Turn) -> None:
        self.listed = MOVES[self.listed][turn]

    def forget_verbs(self) -> None:
        self.verbs = ONLY_NEW if self.verbs.new else NO_VERBS
        self.bound = None

    def open_bracket(self) -> None:
        if self.outer is None:
            self.outer = Outer(
                self.when, tuple(self.subjects), self.listed, self.list_start, self.foreign, self.actor,
                self.verbs, self.chained,
            )  # fmt: skip

    def close_bracket(self) -> None:
        """What was said in the bracket (whose, of when) holds no longer."""
        if self.outer is not None:
            (
                self.when, subjects, self.listed, self.list_start, self.foreign, self.actor,
                self.verbs, self.chained,
            ) = self.outer  # fmt: skip
            self.subjects, self.outer, self.bound, self.planned = list(subjects), None, None, False

    def candidates(self) -> list[Candidate]:
        """The figures of this clause."""
        return self.told[self._known :]

    def context(self) -> Context:
        """What is left when the clause is read."""
        return Context(
            self.when, tuple(self.subjects), self.listed, self.list_start, self.foreign, self.actor,
            self.unknown, self.verbs, self.bound, self.each, self.chained, self.minus, self.will,
            self.number, tuple(self.told[-LATEST:]),
            self.outer, self.base, self.planned,
        )  # fmt: skip


def clauses(words: Sequence[Token], start: int) -> Iterator[Clause]:
    """A sentence, `text[start:…]`, cut behind its marks. A colon cuts none: 地区生产总值：增长6% goes on."""
    first = 0
    for number, token in enumerate(words):
        if token.word in MARKS and token.text != "：":
            yield Clause(start, words[first : number + 1])
            first, start = number + 1, token.end
    if first < len(words):
        yield Clause(start, words[first:])

"""The words that the grammar knows, and one pattern that finds them all in one pass. Pure.

Indicators come from ingest/indicators/vocabulary.py; what the words do together is grammar.py.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum, auto
from functools import cache
from importlib import resources
from typing import NamedTuple

from ingest.indicators.vocabulary import expand, load_vocabulary
from ingest.model import Comparator
from ingest.text.rules import load_rules
from workers.targets.figureless import BOND_PATTERN
from workers.targets.numerals import ARABIC_PATTERN, HAN_PATTERN


class Word(Enum):
    """What a token does in a clause."""

    INDICATOR = auto()
    TOGETHER = auto()  # 技术交易额、新产品产值|总和
    VOID = auto()  # contains an indicator's name and is not one: 人均地区生产总值
    NUMBER = auto()
    UP = auto()  # 增长
    DOWN = auto()  # 下降
    LEVEL = auto()  # 达到, 控制在
    FULFIL = auto()  # 完成 (also a level verb: 完成50亿元)
    TASK = auto()  # 任务, 目标, 要求
    EACH = auto()  # 分别, 均
    AND = auto()
    COMMA = auto()
    STOP = auto()  # ； ：
    END = auto()  # 。 and the hard break
    AIM = auto()
    ENSURE = auto()
    BEFORE = auto()  # 不低于
    BEHIND = auto()  # 左右
    BOND = auto()  # 与经济增长同步: a predicate without a figure
    FILL = auto()  # 同比, 总量: says nothing about whose figure it is
    LEAD = auto()  # 推动, 实现: a verb in front of an indicator
    OWNER = auto()  # 全省, 全市
    WHOLE = auto()  # 全年
    PART = auto()  # 上半年
    YEAR = auto()  # 2023年
    LAST = auto()  # 去年
    THIS = auto()  # 今年
    AVERAGE = auto()  # 年均
    PLAN = auto()  # 十四五
    AHEAD = auto()  # 未来五年
    BEHIND_US = auto()  # 五年来
    RANK = auto()  # 居全市第一
    BASE = auto()  # 基础上
    FROM = auto()  # 由
    THAN = auto()  # 比
    NEW = auto()  # 新增
    SHARE = auto()  # 占
    MULTIPLE = auto()  # 是2018年的 (1.6倍)
    WITHIN = auto()  # 五年 (翻一番)
    OBJECT = auto()  # 惠及: what follows is not counted as a whole
    TOTAL = auto()  # 累计

    # Words are looked up by the thousand; an Enum's own hash is written in Python.
    __hash__ = object.__hash__


class Token(NamedTuple):  # thousands are made for one report: a dataclass costs four times as much
    """One word or number in the reading text; `ids` for an indicator, `comparator` where the word is one."""

    word: Word
    text: str
    start: int
    end: int
    ids: tuple[str, ...] = ()
    comparator: Comparator | None = None


class _Entry(NamedTuple):
    word: Word
    ids: tuple[str, ...] = ()
    comparator: Comparator | None = None


_FEW = 6  # branches that the engine may try one after the other


def _choice(options: Sequence[tuple[list[str], str]]) -> str:
    """Branches by their first characters, guarded in halves: the engine tries branches in a row."""
    if len(options) <= _FEW:
        return "|".join(pattern for _, pattern in options)
    half = len(options) // 2
    guards = [
        "".join(re.escape(char) for chars, _ in part for char in chars)
        for part in (options[:half], options[half:])
    ]
    return "|".join(
        f"(?=[{guard}])(?:{_choice(part)})"
        for guard, part in zip(guards, (options[:half], options[half:]), strict=True)
    )


def _trie_pattern(words: Iterable[str]) -> str:
    """One pattern for some literal words; the longest one that fits is taken, in linear time."""
    root: dict[str, dict[str, object]] = {}
    for word in words:
        node: dict[str, object] = root  # type: ignore[assignment]
        for char in word:
            node = node.setdefault(char, {})  # type: ignore[assignment]
        node[""] = {}

    def build(node: Mapping[str, object]) -> str:
        branches: dict[str, list[str]] = {}
        for char, child in node.items():
            if char:
                branches.setdefault(build(child), []).append(char)  # type: ignore[arg-type]
        options = [
            (
                chars,
                (re.escape(chars[0]) if len(chars) == 1 else "[" + "".join(map(re.escape, chars)) + "]")
                + rest,
            )
            for rest, chars in branches.items()
        ]
        if not options:
            return ""
        alone = len(options) == 1 and "" not in node
        body = options[0][1] if alone else "(?:" + _choice(options) + ")"
        return body + "?" if "" in node else body

    return build(root)


_HEAD = 3  # characters of a word that an expression looks for: with more, it takes a second to compile


class _Words:
    """Many literal words, and which of them stands at a place: the longest one.

    `heads`: a pattern that finds where one may begin; what it finds is given to `at`, or is a word already
    and begins no other (`whole`).
    """

    def __init__(self, words: Collection[str]) -> None:
        self.words = words
        self.heads = _trie_pattern({word[:_HEAD] for word in words})
        # How long the words are that begin like this, the longest first.
        self._by_head = _lengths(words, _HEAD, words)
        self.whole = {head for head, lengths in self._by_head.items() if lengths == (len(head),)}
        self._by_more = _lengths((word for word in words if len(word) > _HEAD), _HEAD + 1, words)

    def at(self, head: str, text: str, start: int, end: int) -> str:
        """The longest word that `text[start:end]` begins with; "" where there is none."""
        for size in self._by_more.get(text[start : start + _HEAD + 1]) or self._by_head[head]:
            word = text[start : start + size]
            if word in self.words and start + size <= end:
                return word
        return ""


def _lengths(words: Iterable[str], first: int, every: Collection[str]) -> dict[str, tuple[int, ...]]:
    """How long the words are by their `first` characters, the longest first; with those of `every` that these
    characters begin with."""
    known: dict[str, set[int]] = {}
    for word in words:
        known.setdefault(word[:first], set()).add(len(word))
    for head, lengths in known.items():
        lengths.update(size for size in range(1, len(head)) if head[:size] in every)
    return {head: tuple(sorted(lengths, reverse=True)) for head, lengths in known.items()}


def _entries() -> dict[str, _Entry]:
    text = resources.files("workers.targets").joinpath("words.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    entries = {mark: _Entry(Word.END) for mark in "。！？\n"}
    for name, patterns in document["words"].items():
        for pattern in patterns.split():
            for spelling in expand(pattern):
                entries[spelling] = _Entry(Word[name.upper()])
    for word, table in ((Word.BEFORE, document["before"]), (Word.BEHIND, document["behind"])):
        for comparator, spellings in table.items():
            for spelling in spellings.split():
                entries[spelling] = _Entry(word, comparator=Comparator(comparator))
    of_ids = cache(lambda ids: _Entry(Word.INDICATOR if ids else Word.VOID, ids))
    entries |= {spelling: of_ids(ids) for spelling, ids in load_vocabulary().aliases().items()}
    return entries


# What has a shape and no spelling, by the groups of the pattern; bonds (figureless.py) by comparators.
_SHAPES: Mapping[str, _Entry] = {
    "number": _Entry(Word.NUMBER),
    "han": _Entry(Word.NUMBER),
    "year": _Entry(Word.YEAR),
    "months": _Entry(Word.PART),
    "holiday": _Entry(Word.PART),
    "slogan": _Entry(Word.FILL),
    "multiple": _Entry(Word.MULTIPLE),
    "circumstance": _Entry(Word.FILL),
    "cause": _Entry(Word.FILL),
    "modal": _Entry(Word.FILL),
    "to_come": _Entry(Word.AHEAD),
    "hope": _Entry(Word.AIM),
    "pledge": _Entry(Word.ENSURE),
    "floor": _Entry(Word.FILL),
    "owner": _Entry(Word.OWNER),
    "years": _Entry(Word.BEHIND_US),
    "within": _Entry(Word.WITHIN),
    "rank": _Entry(Word.RANK),
    "place": _Entry(Word.RANK),
    **{comparator.value: _Entry(Word.BOND, comparator=comparator) for comparator in Comparator},
}


class _Lexicon(NamedTuple):
    """`pattern` finds what has a shape, and where a word may begin."""

    pattern: re.Pattern[str]
    words: _Words
    entries: Mapping[str, _Entry]


@cache
def _lexicon() -> _Lexicon:
    entries = _entries()
    words = _Words(entries)
    shapes = load_rules(__package__, "lexicon.rules.toml")
    group = {name: f"(?P<{name}>{rule.written})" for name, rule in shapes.items()}
    # The guards let the engine pass over most characters without trying what cannot begin there.
    pattern = (
        rf"(?=[\d前])(?:{group['year']}|{group['months']}|{group['place']}|(?P<number>{ARABIC_PATTERN}))"
        rf"|(?=[是为相达约在按扣剔全第连恢两二三四五])(?:{group['multiple']}|{group['circumstance']}|{group['owner']}"
        rf"|{group['rank']}|{group['years']}|{group['within']})"
        rf"|(?=[因由受]){group['cause']}"
        rf"|(?=[春国中元清端“五双‘])(?:{group['holiday']}|{group['slogan']})"
        rf"|(?=[能可再通用利经])(?:{group['to_come']}|{group['modal']})"
        rf"|(?=[奋冲力争挑底基保])(?:{group['hope']}|{group['floor']}|{group['pledge']})"
        rf"|(?=[翻倍百千万亿一二两三四五六七八九十])(?P<han>{HAN_PATTERN})"
        rf"|{BOND_PATTERN}|(?P<word>{words.heads})"
    )
    return _Lexicon(re.compile(pattern), words, entries)


_TELLING = 8  # characters of an alias that are looked for


@cache
def _naming() -> tuple[re.Pattern[str], _Words]:
    entries = _lexicon().entries.items()
    heads = _Words({spelling[:_TELLING] for spelling, entry in entries if entry.word is Word.INDICATOR})
    first, second = ("".join(sorted({re.escape(head[place]) for head in heads.words})) for place in (0, 1))
    # A first set lets the engine pass quickly over all other characters.
    return re.compile(f"[{first}](?=[{second}])(?<=(?=(?P<head>{heads.heads})).)"), heads


def may_name_an_indicator(text: str, start: int, end: int) -> bool:
    """Could `tokens` find an indicator in `text[start:end]`? Never False when it does; far quicker."""
    pattern, heads = _naming()
    while (match := pattern.search(text, start, end)) is not None:
        if heads.at(match[1], text, match.start(), end):
            return True
        start = match.end()
    return False


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """All tokens of `text[start:end]`, in order; what lies between two of them is unknown text."""
    pattern, known, entries = _lexicon()
    search, word_at, whole = pattern.search, known.at, known.whole
    end = len(text) if end is None else end
    words: list[Token] = []
    while (match := search(text, start, end)) is not None:
        begin, stop = match.span()
        group = match.lastgroup
        if group == "word":
            printed = match[0]
            if printed not in whole:
                printed = word_at(printed, text, begin, end)
                if not printed:
                    start = begin + 1
                    continue
            stop = begin + len(printed)
            word, ids, comparator = entries[printed]
        else:
            printed = match[0]
            word, ids, comparator = _SHAPES[str(group)]
        # Without the call of Token's own constructor, which costs more than all the rest.
        words.append(tuple.__new__(Token, (word, printed, begin, stop, ids, comparator)))
        start = stop
    return words

"""How what a pattern finds can begin, so that most lines need not be asked of it. Pure.

Read from the pattern as Python's own parser takes it apart. Where that says nothing, every line is asked.
Brackets and blanks at the head of a line are passed over: （一） begins many a line, （责任编辑 hardly any.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

_parser: Any = re._parser  # type: ignore[attr-defined]
_REPEATS = frozenset({_parser.MAX_REPEAT, _parser.MIN_REPEAT, _parser.POSSESSIVE_REPEAT})
_WIDTHLESS = frozenset({_parser.AT, _parser.ASSERT, _parser.ASSERT_NOT})
_CATEGORIES = {
    _parser.CATEGORY_DIGIT: r"\d",
    _parser.CATEGORY_SPACE: r"\s",
    _parser.CATEGORY_WORD: r"\w",
}
_ANY_CHAR = [(_parser.ANY, None)]
_NOTHING: Any = (None, None)
_HEAD = "（(【[ \t\u3000\xa0"
_FEW = 3  # characters of a set that are tried one by one: 办公[室厅]
_CACHED = 10_000  # characters: more than any honest pages begin their lines with


class _Anything(Exception):
    """It can begin with any character."""


class Beginnings(dict[str, bool]):
    """Whether something that a pattern finds at the start of a text can begin with a character, brackets and
    blanks apart. `words`: one of these stands in whatever else it finds (.{0,60}ICP备); () where it finds
    nothing else."""

    def __init__(self, pattern: str) -> None:
        super().__init__()
        self._class: re.Pattern[str] | None = None
        self.words: tuple[str, ...] = ()
        self._reach = 0  # characters at the head of a line, behind which no word stands
        words: dict[str, int] = {}
        tree = _parser.parse(pattern)
        try:
            chars = set(_chars(list(tree), words))
        except _Anything:
            return
        if words and tree.state.flags & re.I:
            return
        self._class = re.compile(f"[{''.join(sorted(chars))}]", re.I) if chars else re.compile("(?!)")
        self.words = tuple(word for word in words if not any(one in word for one in words.keys() - {word}))
        self._reach = max((before + len(word) for word, before in words.items()), default=0)

    def __missing__(self, char: str) -> bool:
        begins = char in _HEAD or char.isspace() or self._class is None or self._class.match(char) is not None
        if len(self) < _CACHED:
            self[char] = begins
        return begins

    def among(self, lines: Sequence[str], longest: float = math.inf) -> list[int]:
        """The places of the lines, none longer than `longest`, in which something may be found."""
        short = [line for line in dict.fromkeys(lines) if len(line) <= longest]
        found = {line for line in short if self[line[:1]] and self[line.lstrip(_HEAD)[:1]]}
        if self.words:
            heads = "\n".join([line[: self._reach] for line in short])
            words = [word for word in self.words if word in heads]
            found.update(line for line in short if any(word in line for word in words))
        return [place for place, line in enumerate(lines) if line in found] if found else []


def _chars(items: list[Any], words: dict[str, int]) -> Iterator[str]:
    """What of a set of characters ([a-z\\d]) the items can begin with; adds to `words` those that stand
    behind the first few characters, whatever these are (.{2,20}主办), and how many that can be."""
    if not items:
        raise _Anything
    (op, said), rest = items[0], items[1:]
    if op in (_parser.LITERAL, _parser.IN):
        one = re.compile(f"[{(chars := ''.join(map(_in_set, said if op is _parser.IN else items[:1])))}]")
        yield chars
        if any(map(one.match, _HEAD)):
            yield from _chars(rest, words)
    elif op in _WIDTHLESS:
        yield from _chars(rest, words)
    elif op in _REPEATS and list(said[2]) == _ANY_CHAR:
        for word in _words(rest, ""):
            words[word] = max(words.get(word, 0), said[1])
    else:
        for inner in _inside(op, said):
            yield from _chars([*inner, *rest], words)


def _words(items: Sequence[Any], begun: str) -> Iterator[str]:
    """The words that the items begin with."""
    op, said = items[0] if items else _NOTHING
    if op is _parser.LITERAL:
        yield from _words(items[1:], begun + chr(said))
    elif op is _parser.IN and len(said) <= _FEW and all(one is _parser.LITERAL for one, _ in said):
        for _, char in said:
            yield from _words(items[1:], begun + chr(char))
    elif op is _parser.BRANCH or (op is _parser.SUBPATTERN and not said[1]):  # no flag of its own
        for inner in _inside(op, said):
            yield from _words([*inner, *items[1:]], begun)
    elif begun:
        yield begun
    else:
        raise _Anything


def _inside(op: Any, said: Any) -> Iterator[list[Any]]:
    """What stands inside an item, each way that it can be taken."""
    if op is _parser.BRANCH:
        yield from map(list, said[1])
    elif op is _parser.SUBPATTERN:
        yield list(said[3])
    elif op is _parser.ATOMIC_GROUP:
        yield list(said)
    elif op in _REPEATS:
        yield list(said[2])
        if said[0] == 0:
            yield []
    else:
        raise _Anything


def _in_set(item: tuple[Any, Any]) -> str:
    op, said = item
    if op is _parser.LITERAL:
        return re.escape(chr(said))
    if op is _parser.RANGE:
        return f"{re.escape(chr(said[0]))}-{re.escape(chr(said[1]))}"
    if op is _parser.CATEGORY and said in _CATEGORIES:
        return _CATEGORIES[said]
    raise _Anything

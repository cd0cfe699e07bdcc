"""What sites put into a text, taken out of it: pinyin, jammer text, furniture, disclaimers, notes. Pure.

For comparing texts and for finding figures: the body that is kept, quoted and counted stays as it was read
(page/). Figures, names and years are never touched; only what is added between them goes. Tokens are
injected_tokens.py, entities and tags leftover_markup.py, the heads of printed pages running_heads.py.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from ingest.text.beginnings import Beginnings
from ingest.text.injected_tokens import (
    HAN,
    SENTENCE_END,
    may_stand_at_end,
    may_stand_before,
    tokens_within,
    without_tokens,
)
from ingest.text.leftover_markup import NOTHING, holds_markup, without_markup
from ingest.text.rules import load_rules
from ingest.text.running_heads import running
from ingest.text.traced import Lines, Span, Traced

_EDGE = " \t\r\u3000\xa0\u200b\ufeff\u2002\u2003"
_NOTHINGS = re.compile(f"{NOTHING}+")

# --- jammer text of forums -------------------------------------------------------------------

# `, X5 k# P8 `$ ~` at the end or the head of a line: groups of one to four printable characters.
_JAM = r"[!-~]{1,4}(?:[ \xa0]{1,20}[!-~]{1,4}){3,80}"
# A figure right behind the words is the text's: 附件1 and then jammer.
_OWN_FIGURE = r"(?!\d+(?:\.\d+)?[%‰]?[ \xa0])"
_JAM_AT_END = re.compile(
    rf"(?:(?<=[{HAN}{SENTENCE_END}，、]){_OWN_FIGURE}|(?<=\s)|^)\s{{0,20}}({_JAM})\s{{0,20}}$"
)
# The number that a sentence begins with is not of the jam: 5# ~a 2024年.
_JAM_AT_HEAD = re.compile(rf"^\s*({_JAM})(?:(?<![\d.%])\s*(?=[{HAN}])|\s+(?=[{HAN}“（《\d]))")
_ODD_BYTES = b"~!@#$^&*_+=|\\{}<>?;'\"`[]"
_ODD = re.compile(f"[{re.escape(_ODD_BYTES.decode())}]")
_FEWEST_ODD = 3

# --- pinyin in brackets ----------------------------------------------------------------------

# With the tone marks of pinyin, or in the letters of zhuyin (ㄏㄨㄟˋ).
_ZHUYIN = "ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙㄚㄛㄜㄝㄞㄟㄠㄡㄢㄣㄤㄥㄦㄧㄨㄩ"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿɑɡê" + _ZHUYIN
# One pass for each bracket: the engine finds a single character far quicker than one of a set.
_PINYIN = {
    bracket: re.compile(
        rf"{re.escape(bracket)}(?<=[{HAN}].)\s*([a-zA-Z{_TONED}ˊˇˋ˙\u0300-\u030c]{{1,9}})\s*[)）\]】〕]"
    )
    for bracket in "(（[【〔"
}
_SYLLABLE = re.compile(r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouüv]{1,3}(?:ng?|r)?")
_LONGEST_READING = 7
_FEWEST_PINYIN = 5  # without tone marks: (de) may be an abbreviation

# --- furniture and disclaimers ---------------------------------------------------------------

_WORDS = load_rules(__package__, "noise.rules.toml")
_SITE_LINES = load_rules(__package__, "noise_lines.rules.toml")
_LINES = _SITE_LINES.joined("whole")
_CLOSES = frozenset(")）】]")  # a credit
_LISTED, _CREDIT, _LABEL = _WORDS["listed_below"], _WORDS["credit"], _WORDS["label"]
_LONGEST_FURNITURE = 400
_LONGEST_TITLE = 60
_LONGEST_OF_LABELS = 160

# --- marks of notes ---------------------------------------------------------------------------

# [1] … [2] … [4]: nearly each a little more than the one before, whatever stands between bracket and number.
_UNSEEN = r"[\s\u200b-\u200f\u2060\ufeff\xad\ue000-\uf8ff\ufe00-\ufe0f\U000e0100-\U000e01ef]{0,6}"
_NOTE = re.compile(rf"[\[［〔【]{_UNSEEN}((?:\d{_UNSEEN}){{1,3}})[\]］〕】]")
_DIGITS = re.compile(r"\d")
_FEWEST_NOTES, _IN_A_ROW, _MISSING = 3, 0.8, 3  # the notes themselves begin at [1] again

# --- a first look ----------------------------------------------------------------------------

_LETTER_PAIR = re.compile(rb"(?=([A-Za-z]{2}))")
_LATIN_OR_ODD = frozenset(map(chr, range(0x21, 0x7F))) - frozenset("0123456789%().,;:!?-")
_SITE_ENDS = frozenset("网站坛库号]】")
_FOREIGN_END = re.compile(rf"[^\W\d_{HAN}]")
_FEWEST_PAIRS = 5
_SHORT, _HEAD = 24, 4_000


@functools.lru_cache(maxsize=8)
def cut_noise(body: str) -> Traced:
    """The lines of a body without what sites add. Linear; a text without noise comes back as it was, but for
    blank lines and the spaces around lines.

    Kept for a moment, so that a text is cut once for its hash (compare/fingerprint.py) and for clean.py.
    """
    spaced = without_markup(body)
    lines = _without_site_lines(spaced, _unjammed(spaced, Lines.of(spaced, _EDGE)))
    lines = without_tokens(spaced, lines)
    if heads := running(lines.printed):
        lines = lines.without(heads)
    text = _joined(spaced, lines)
    if spaced != body:
        text = text.without(run.span() for run in _NOTHINGS.finditer(text.text))
    text = text.without(tokens_within(text.text))
    text = text.without(_notes(text.text))
    return text.without(_pinyin(text.text))


def may_hold_noise(body: str) -> bool:
    """Does anything look like what `cut_noise` cuts out of the middle of a text? Costs next to nothing.

    Not looked for: lines of their own between two paragraphs (disclaimers, links); readings in brackets below
    the head.
    """
    ascii_only = body.encode("ascii", "ignore")
    if holds_markup(body) or _pinyin(body[:_HEAD]) or _notes(body):
        return True
    pairs = Counter(_LETTER_PAIR.findall(ascii_only)).most_common(1)
    if pairs and pairs[0][1] >= _FEWEST_PAIRS and tokens_within(body):
        return True
    ended = True
    lines = body.split("\n")
    if running(lines) or may_stand_before(lines):
        return True
    for line in lines:
        last = line[-1:]
        if last in _LATIN_OR_ODD and (_JAM_AT_END.search(line[-200:]) or (ended and len(line) <= 8)):
            return True
        if (last in _LATIN_OR_ODD or last in _SITE_ENDS or _FOREIGN_END.match(last)) and may_stand_at_end(
            line
        ):
            return True
        if line[:1] in _LATIN_OR_ODD and _JAM_AT_HEAD.search(line[:200]):
            return True
        if not ended and 0 < len(line) <= _SHORT and _LINES.find(line):
            return True
        ended = last in SENTENCE_END
    return False


def _without_site_lines(body: str, lines: Lines) -> Lines:
    """The lines but furniture and lists of other articles, and without the credits behind them."""
    each = list(dict.fromkeys(lines.printed))
    asked = [each[at] for at in _site_lines().among(each, _LONGEST_FURNITURE)]
    lists = set(filter(_LISTED.find, asked))
    furniture = set(filter(_is_furniture, asked))
    credits = {
        line: found.start()
        for line in each
        if line.rstrip()[-1:] in _CLOSES and (found := _CREDIT.find(line))
    }
    if not (lists or furniture or credits) and "" not in each:
        return lines
    kept: list[Span] = []
    listed: int | None = None
    for line, (start, end) in zip(lines.printed, lines.spans(), strict=True):
        if line in lists:
            listed = len(kept) if listed is None else listed
            continue
        if listed is not None and (len(line) > _LONGEST_TITLE or "。" in line):
            listed = None
        if line and line not in furniture:
            kept.append((start, start + credits[line] if line in credits else end))
    if listed is not None and 2 * listed >= len(kept):  # above most of a page it is no end of it
        del kept[listed:]
    return Lines.at(body, kept)


@functools.cache
def _site_lines() -> Beginnings:
    return Beginnings("|".join(f"(?:{rule.written})" for rule in (_LISTED, _LABEL, _LINES)))


def _is_furniture(line: str) -> bool:
    if _LINES.find(line):
        return True
    return len(line) <= _LONGEST_OF_LABELS and "。" not in line and len(_labels(line)) >= 2


def _labels(line: str) -> list[str]:
    """The labels in a line that begins with one."""
    label = _LABEL.pattern
    return label.findall(line) if label.match(line.lstrip("【[（( ")) else []


def _notes(text: str) -> list[Span]:
    """The marks of notes in brackets, where nearly each is a little more than the one before."""
    marks = list(_NOTE.finditer(text)) if any(bracket in text for bracket in "[［〔【") else []
    numbers = [int("".join(_DIGITS.findall(mark[1]))) for mark in marks]
    in_a_row = sum(a < b <= a + _MISSING for a, b in pairwise(numbers))
    if in_a_row < max(_FEWEST_NOTES - 1, _IN_A_ROW * (len(marks) - 1)):
        return []
    return [mark.span() for mark in marks]


def _stripped(body: str, start: int, end: int) -> Span:
    text = body[start:end].lstrip(_EDGE)
    return end - len(text), end - len(text) + len(text.rstrip(_EDGE))


def _joined(body: str, lines: Lines) -> Traced:
    """The lines with breaks between them: the body, where that is all that it has."""
    if sum(map(len, lines.printed)) + len(lines.printed) - 1 == len(body):
        return Traced(body)
    return Traced.joined(_pieces(body, lines.spans()))


def _pieces(body: str, lines: Iterable[Span]) -> Iterator[tuple[str, int]]:
    """The lines with breaks between them, as many in one piece as stand so in the body. A break stands behind
    its line, wherever the body breaks."""
    begun, behind = 0, -1
    for start, end in lines:
        if start != behind + 1:
            if behind >= 0:
                yield body[begun:behind], begun
                yield "\n", behind
            begun = start
        behind = end
    yield body[begun : max(behind, 0)], begun


def _unjammed(body: str, lines: Lines) -> Lines:
    if not _is_odd(body):
        return lines
    spans = lines.spans()
    cut = [
        _without_jam(body, span) if (_may_jam(line[0]) or _may_jam(line[-1])) and _is_odd(line) else span
        for line, span in zip(lines.printed, spans, strict=True)
    ]
    return lines if cut == spans else Lines.at(body, cut)


def _is_odd(text: str) -> bool:
    """Whether it has the odd characters of a jam, some of them."""
    ascii_only = text.encode("ascii", "ignore")
    return len(ascii_only) - len(ascii_only.translate(None, _ODD_BYTES)) >= _FEWEST_ODD


def _may_jam(edge: str) -> bool:
    """Most lines begin and end with a letter or a mark that no jam has: they need no search."""
    return edge <= "~" or edge.isspace()


def _without_jam(body: str, line: Span) -> Span:
    start, end = line
    tail = max(start, end - 200)
    may_end, may_begin = _may_jam(body[end - 1]), _may_jam(body[start])
    if may_end and (match := _JAM_AT_END.search(body[tail:end])) and _is_jam(match[1]):
        start, end = _stripped(body, start, tail + match.start(1))
    if (
        may_begin
        and (match := _JAM_AT_HEAD.search(body[start : min(end, start + 200)]))
        and _is_jam(match[1])
    ):
        start, end = _stripped(body, start + match.end(1), end)
    return start, end


def _is_jam(text: str) -> bool:
    """But | 5% | 3.2% | 4% | is the end of a row of a table."""
    odd = _ODD.findall(text)
    return len(odd) >= _FEWEST_ODD and set(odd) != {"|"}


def _pinyin(text: str) -> list[Span]:
    """The brackets that hold a reading, where enough of them do."""
    brackets = sorted(
        (bracket.span(), reading)
        for pattern in _PINYIN.values()
        for bracket in pattern.finditer(text)
        if len(reading := unicodedata.normalize("NFC", bracket[1]).lower()) <= _LONGEST_READING
    )
    if not brackets:
        return []
    toned = sum(any(char in _TONED for char in reading) for _, reading in brackets)
    plain = sum(_SYLLABLE.fullmatch(reading) is not None for _, reading in brackets)
    if not toned and plain < _FEWEST_PINYIN:
        return []
    return [
        span
        for span, reading in brackets
        if _SYLLABLE.fullmatch(reading) or any(char in _TONED for char in reading)
    ]

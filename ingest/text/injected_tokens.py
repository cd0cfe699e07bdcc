"""The tokens that sites put behind paragraphs, before them and between sentences. Pure.

pbY, ъЖф, （某某网 www.fanwen.example）: no paragraph goes on behind its full stop, so what stands there time
and again is the site's, whether it is always the same or never. Other noise is noise.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ingest.text.script import rare_chars
from ingest.text.traced import Lines, Span

HAN = "㐀-鿿"
_FIRST, _LAST = HAN[0], HAN[-1]
SENTENCE_END = "。！？；：!?;:”」》）)"

_LETTER = rf"[^\W\d_{HAN}]"  # of any alphabet
# A word of another alphabet, maybe in brackets, or an address.
_FOREIGN = rf"(?=[^{HAN}\s]{{0,60}}{_LETTER})[^{HAN}\s。！？；，、“”《》!?;,%％]{{2,40}}"
# Han too, but only what names a site or says where the text was taken from.
_NAMES_SITE = r"(?=.{0,40}(?:[网站坛库]|公众号|微信|www|转载|来源|整理))"
_SITE = rf"{_NAMES_SITE}[（(【\[]?[{HAN}\w][{HAN}\w .:：·/_-]{{1,38}}[）)】\]]?"
_AT_END = re.compile(rf"(?<=[{SENTENCE_END}])\s*(?:(?P<foreign>{_FOREIGN})|(?P<site>{_SITE}))$")
_NO_END = frozenset("。！？；，、")  # of any token: most lines end so
_ALONE = re.compile(_FOREIGN)
_AT_HEAD = re.compile(rf"({_LETTER}{{2,8}})(?!{_LETTER})")
_FEWEST = 3
_LONGEST_ALONE = 12
_LOOKED_AT = 60  # characters at the end of a line
_SHARE = 0.3  # of the paragraphs that end like a sentence

# In the middle of a paragraph: behind a sentence any token, inside one only what no word looks like (pbY).
# The engine passes quickly over what is not in the first set: Han, figures, marks (々 and 〇 are letters).
_WITHIN = re.compile(
    rf"[^{HAN}\u3000-\u3004\u3008-\u3020\uff00-\uff20 -@\n\u2010-\u2030]"
    rf"(?<=[{HAN}{SENTENCE_END}，、]{_LETTER})"
    rf"(?:(?<=[A-Za-z])[A-Za-z0-9]{{1,7}}|(?<![A-Za-z])(?:(?![A-Za-z]){_LETTER}){{1,7}})(?=[{HAN}“（《]|$)",
    re.M,
)
_LATIN_RUN = re.compile(rb"[A-Za-z][A-Za-z0-9]+")
_ONE_LETTER = re.compile(_LETTER)
_NO_WORD = re.compile("[a-z][A-Z]|[^\x00-\x7f]")
_FEWEST_WITHIN = 5
_WITHIN_SHARE = 0.1  # of the sentences
_SENTENCE_MARKS = "。！？；"
_RUN = re.compile(rf"(?<!{_LETTER}){_LETTER}[^\W{HAN}]*")
_LATIN = re.compile("[A-Za-z]")
# An address is nobody's sentence.
_ADDRESS = re.compile(r"(?:https?://|(?<![\w.])www\.)[A-Za-z0-9./?&=_%-]{4,200}")
_FEWEST_ADDRESSES = 3


def may_stand_at_end(line: str) -> bool:
    """Does a line end in what may be a token?"""
    return _AT_END.search(line[-_LOOKED_AT:]) is not None


def may_stand_before(lines: Iterable[str]) -> bool:
    """Does one token begin many lines?"""
    heads = Counter(match[1] for line in lines if (match := _AT_HEAD.match(line)))
    return any(count >= _FEWEST_WITHIN for count in heads.values())


def without_tokens(body: str, lines: Lines) -> Lines:
    """The lines without the token behind or before them, and without those that hold nothing else."""
    printed = lines.printed
    found: Counter[str] = Counter()
    foreign: set[str] = set()
    at_end: set[int] = set()
    for place in [place for place, line in enumerate(printed) if line[-1] not in _NO_END]:
        line = printed[place]
        if match := _AT_END.search(line[-_LOOKED_AT:]):
            at_end.add(place)
            found[match["foreign"] or match["site"]] += 1
            if match["foreign"]:
                foreign.add(match["foreign"])
        elif (
            place
            and len(line) <= _LONGEST_ALONE
            and place - 1 not in at_end
            and printed[place - 1][-1] in SENTENCE_END
            and _ALONE.fullmatch(line)
        ):
            found[line] += 1
    heads = Counter(
        match[1] for line in printed if not _FIRST <= line[0] <= _LAST and (match := _AT_HEAD.match(line))
    )
    if not found and not heads:
        return lines
    paragraphs = sum(place in at_end or line[-1] in SENTENCE_END for place, line in enumerate(printed))
    tokens = {t for t, n in found.items() if n >= _FEWEST and n >= _SHARE * paragraphs}
    others = {t: n for t, n in found.items() if t in foreign and t not in tokens}
    if sum(others.values()) >= max(_FEWEST_WITHIN, _SHARE * paragraphs):
        tokens |= others.keys()
    before = {t for t, n in heads.items() if n >= _FEWEST_WITHIN and n >= _SHARE * paragraphs}
    if not tokens and not before:
        return lines
    lengths = sorted({len(token) for token in tokens}, reverse=True)
    kept: list[Span] = []
    for start, end in lines.spans():
        if body[start:end] in tokens:
            continue
        if (head := _AT_HEAD.match(body, start, end)) and head[1] in before:
            start = head.end()
        for length in lengths:
            cut = end - length
            if cut >= start and body[cut:end] in tokens and not _LATIN.match(body, cut - 1, cut):
                end = start + len(body[start:cut].rstrip())
                break
        if start < end:
            kept.append((start, end))
    return Lines.at(body, kept)


def tokens_within(text: str) -> list[Span]:
    """One token that stands in the middle of many paragraphs, and the addresses between the words."""
    behind: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for match in _WITHIN.finditer(text) if _may_stand_within(text) else ():
        (behind if text[match.start() - 1] in SENTENCE_END else inside)[match[0]] += 1
    sentences = sum(map(text.count, _SENTENCE_MARKS)) if behind else 0
    tokens = {t for t, n in behind.items() if n >= _FEWEST_WITHIN and n >= _WITHIN_SHARE * sentences}
    tokens |= {t for t, n in inside.items() if n >= _FEWEST_WITHIN and _NO_WORD.search(t)}
    addresses: list[Span] = []
    if "www." in text or "://" in text:
        matches = list(_ADDRESS.finditer(text))
        often = Counter(match[0] for match in matches)
        addresses = [match.span() for match in matches if often[match[0]] >= _FEWEST_ADDRESSES]
    if not tokens:
        return addresses
    longest = max(map(len, tokens))
    spans: list[Span] = []
    for run in _RUN.finditer(text):
        start, length = run.start(), len(run[0]) if run[0] in tokens else 0
        if start and text[start - 1] in SENTENCE_END:
            # Behind a full stop what follows begins anew: a number, PM2.5.
            lengths = range(2, min(len(run[0]), longest) + 1)
            length = next((n for n in lengths if _is_token(run[0], n, tokens)), 0)
        if length:
            spans.append((start, start + length))
    return _apart(addresses, spans)


def _may_stand_within(text: str) -> bool:
    """Whether two letters, or one that is not Latin, stand in a text as often as a token has to: hardly any
    text is to be searched for one."""
    runs = _LATIN_RUN.findall(text.encode("ascii", "ignore"))
    pairs = Counter(run[at : at + 2] for run in runs for at in range(len(run) - 1))
    return max(pairs.values(), default=0) >= _FEWEST_WITHIN or any(
        text.count(char) >= _FEWEST_WITHIN for char in rare_chars(text) if _ONE_LETTER.match(char)
    )


def _is_token(run: str, length: int, tokens: set[str]) -> bool:
    return run[:length] in tokens and not run[length : length + 1].islower()


def _apart(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Both in order, without those of the others that begin inside one before."""
    apart: list[Span] = []
    for span in sorted([*spans, *others]):
        if not apart or span[0] >= apart[-1][1]:
            apart.append(span)
    return apart

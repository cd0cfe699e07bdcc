"""What sites put into a text, taken out of it: tokens, pinyin, jammer text, furniture, disclaimers. Pure.

For comparing texts and for finding figures: the body that is kept, quoted and counted stays as it was read
(page/). Figures, names and years are never touched; only what is added between them goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.identity.traced import Span, Traced

_HAN = "㐀-鿿"
_EDGE = " \t\r\u3000\xa0\u200b\ufeff\u2002\u2003"
_NOTHING = "\u200b"
_NOTHINGS = re.compile(f"{_NOTHING}+")
_ENTITY = re.compile(r"&(?:nbsp|emsp|ensp|thinsp);?|&#(?:160|12288);?")

# --- tokens after each paragraph (pbY) -------------------------------------------------------

_SENTENCE_END = "。！？；：!?;:”」》）)"
_TOKEN_AT_END = re.compile(rf"(?<=[{_SENTENCE_END}])\s*([A-Za-z][A-Za-z0-9]{{1,7}})$")
_TOKEN_ALONE = re.compile(r"[A-Za-z][A-Za-z0-9]{1,7}")
_FEWEST_TOKENS = 3
_LONGEST_TOKEN = 8
_TOKEN_SHARE = 0.3  # of the paragraphs that end like a sentence

# In the middle of a paragraph: behind a sentence any token, inside one only what no word looks like (pbY).
_TOKEN_WITHIN = re.compile(
    rf"(?<=[{_HAN}{_SENTENCE_END}，、])[A-Za-z][A-Za-z0-9]{{1,7}}(?=[{_HAN}“（《]|$)", re.M
)
_NO_WORD = re.compile("[a-z][A-Z]")
_FEWEST_WITHIN = 5
_WITHIN_SHARE = 0.1  # of the sentences
_SENTENCE_MARK = re.compile("[。！？；]")

# --- jammer text of forums -------------------------------------------------------------------

# `, X5 k# P8 `$ ~` at the end or the head of a line: groups of one to four printable characters.
_JAM = r"[!-~]{1,4}(?:[ \xa0]+[!-~]{1,4}){3,}"
# A figure right behind the words is the text's: 附件1 and then jammer.
_OWN_FIGURE = r"(?!\d+(?:\.\d+)?[%‰]?[ \xa0])"
_JAM_AT_END = re.compile(rf"(?:(?<=[{_HAN}{_SENTENCE_END}，、]){_OWN_FIGURE}|(?<=\s)|^)\s*({_JAM})\s*$")
# The number that a sentence begins with is not of the jam: 5# ~a 2024年.
_JAM_AT_HEAD = re.compile(rf"^\s*({_JAM})(?:(?<![\d.%])\s*(?=[{_HAN}])|\s+(?=[{_HAN}“（《\d]))")
_ODD = re.compile(r"[~!@#$^&*_+=|\\{}<>?;'\"`\[\]]")
_FEWEST_ODD = 3

# --- pinyin in brackets ----------------------------------------------------------------------

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿɑɡê"
_PINYIN = re.compile(rf"(?<=[{_HAN}])[(（]\s*([a-zA-Z{_TONED}\u0300-\u030c]{{1,9}})\s*[)）]")
_SYLLABLE = re.compile(r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouüv]{1,3}(?:ng?|r)?")
_LONGEST_READING = 7
_FEWEST_PINYIN = 5  # without tone marks: (de) may be an abbreviation

# --- furniture and disclaimers ---------------------------------------------------------------

_LINES = re.compile(
    "|".join(
        f"(?:{pattern})"
        for pattern in (
            r"[（(【\[]?\s*(?:责任编辑|责编|本文编辑|编辑|网络编辑|值班编辑|编审|审核|校对|作者|记者|供稿|来源|文章来源|信息来源|稿件来源|原标题)"
            r"\s*[:：][^。]{0,40}",
            r"[（(]?(?:本文|以上内容|文中观点)?仅代表.{0,60}",
            r"本文仅代表.{0,200}|.{0,30}不代表本[站网平].{0,120}",
            r"[【\[]?(?:免责|版权|特别|郑重|温馨)?(?:声明|提示)[】\]]?\s*[:：].{0,300}",
            r"凡(?:本网)?注明.{0,300}|.{0,40}(?:如有侵权|侵权必究|侵权.{0,6}删除|未经.{0,10}(?:许可|授权).{0,10}转载).{0,80}",
            r"(?:转载自?|转自|摘自|本文转自|原载|首发于?)\s*[:：][^。]{0,40}|.{0,12}转载请(?:注明|保留|联系).{0,60}",
            r"本(?:文|页)(?:地址|链接|网址|来自|来源于?|由).{0,120}",
            r"(?:上|下)一[篇页条](?:文章)?\s*[:：]?.{0,60}|相关(?:文章|链接|阅读|新闻|推荐)\s*[:：]?.{0,40}",
            r"[【\[（(]?\s*(?:打印|关闭|收藏|分享|纠错|返回|下载)(?:本页|本文|窗口|此页|正文|顶部|列表|到.{0,20})?\s*[】\]）)]?"
            r"(?:[\s|]*[【\[（(]?(?:打印|关闭|收藏|分享|纠错|返回顶部|返回)(?:本页|窗口)?[】\]）)]?)*",
            r"(?:扫一扫|扫描|长按|微信扫|关注|点击)[^。]{0,40}(?:二维码|公众号|手机|微信|微博)[^。]{0,20}",
            r"(?:浏览|点击|阅读|访问|查看|人气)(?:次数|量|数)?\s*[:：]\s*\d*\s*次?",
            r"[【\[（(]?\s*字\s*[体号](?:大小)?\s*[:：].{0,30}",
            r"(?:[您你])?(?:现在|当前)?(?:所在)?的?位置\s*[:：].*|(?:网站)?首页\s*[>»›].{0,80}",
            r"第\s*\d{1,3}\s*页\s*[/，,共]*\s*(?:共?\s*\d{1,3}\s*页)?|(?:\[?\d{1,2}\]?\s*)+(?:下一页|尾页).{0,8}|[-—]\s*\d{1,3}\s*[-—]",
            r"(?:©|Copyright|版权所有).*",
            r".{0,60}ICP备\s*\d.*|.{0,20}公网安备.*|网站标识码\s*[:：].*|Powered by.*",
            r"标签\s*[:：].{0,80}|Tags?\s*[:：].{0,80}|关键词\s*[:：].{0,80}|点赞|在看|推荐阅读|延伸阅读|网友评论.{0,20}|发表评论.{0,20}",
            r"本帖最后由.{1,60}编辑|(?:https?://|www\.)\S{4,200}",
        )
    )
)
_LONGEST_FURNITURE = 400

# --- a first look ----------------------------------------------------------------------------

_LETTER_PAIR = re.compile(rb"(?=([A-Za-z]{2}))")
_LATIN_OR_ODD = frozenset(map(chr, range(0x21, 0x7F))) - frozenset("0123456789%().,;:!?-")
_SHORT, _HEAD = 24, 4_000
_CREDIT = re.compile(
    r"[（(【\[]\s*(?:责任编辑|责编|编辑|记者|来源|作者|供稿)\s*[:：\s][^（）()。]{1,20}[)）】\]]\s*$"
)


def without_noise(body: str) -> str:
    """The lines of a body without what sites add. Linear; a text without noise comes back as it was, but for
    blank lines and the spaces around lines."""
    return cut_noise(body).text


def cut_noise(body: str) -> Traced:
    """As `without_noise`, with the place of every character in the body."""
    spaced = _ENTITY.sub(lambda entity: " " + _NOTHING * (len(entity[0]) - 1), body)
    lines: list[Span] = []
    for raw in _lines(spaced):
        start, end = _unjammed(spaced, raw)
        line = spaced[start:end]
        if line and not (len(line) <= _LONGEST_FURNITURE and _LINES.fullmatch(line)):
            credit = _CREDIT.search(line)
            lines.append((start, start + credit.start() if credit else end))
    text = Traced.joined(_broken(spaced, _without_tokens(spaced, lines)))
    if spaced != body:
        text = text.without(run.span() for run in _NOTHINGS.finditer(text.text))
    text = text.without(_tokens_within(text.text))
    return text.without(_pinyin(text.text))


def may_hold_noise(body: str) -> bool:
    """Does anything look like what `cut_noise` cuts out of the middle of a text? Costs next to nothing.

    Not looked for: lines of their own between two paragraphs (disclaimers, links); readings in brackets below
    the head.
    """
    ascii_only = body.encode("ascii", "ignore")
    if b"&" in ascii_only and _ENTITY.search(body):
        return True
    if _pinyin(body[:_HEAD]):
        return True
    pairs = Counter(_LETTER_PAIR.findall(ascii_only)).most_common(1)
    if pairs and pairs[0][1] >= _FEWEST_WITHIN and _tokens_within(body):
        return True
    ended = True
    for line in body.split("\n"):
        last = line[-1:]
        if last in _LATIN_OR_ODD and (
            _TOKEN_AT_END.search(line[-40:]) or _JAM_AT_END.search(line[-200:]) or (ended and len(line) <= 8)
        ):
            return True
        if line[:1] in _LATIN_OR_ODD and _JAM_AT_HEAD.search(line[:200]):
            return True
        if not ended and 0 < len(line) <= _SHORT and _LINES.fullmatch(line):
            return True
        ended = last in _SENTENCE_END
    return False


def _tokens_within(text: str) -> list[Span]:
    """One token that stands in the middle of many paragraphs."""
    behind: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for match in _TOKEN_WITHIN.finditer(text):
        (behind if text[match.start() - 1] in _SENTENCE_END else inside)[match[0]] += 1
    sentences = len(_SENTENCE_MARK.findall(text)) if behind else 0
    tokens = {t for t, n in behind.items() if n >= _FEWEST_WITHIN and n >= _WITHIN_SHARE * sentences}
    tokens |= {t for t, n in inside.items() if n >= _FEWEST_WITHIN and _NO_WORD.search(t)}
    if not tokens:
        return []
    either = "|".join(map(re.escape, sorted(tokens)))
    # Behind a full stop what follows begins anew: a number, PM2.5.
    token = re.compile(
        rf"(?<=[{_SENTENCE_END}])(?:{either})(?![a-z])|(?<![A-Za-z])(?:{either})(?![A-Za-z0-9])"
    )
    return [match.span() for match in token.finditer(text)]


def _lines(body: str) -> Iterator[Span]:
    """Every line with something in it, without the blanks around it."""
    at = 0
    for raw in body.split("\n"):
        span = _stripped(body, at, at + len(raw))
        if span[0] < span[1]:
            yield span
        at += len(raw) + 1


def _stripped(body: str, start: int, end: int) -> Span:
    text = body[start:end].lstrip(_EDGE)
    return end - len(text), end - len(text) + len(text.rstrip(_EDGE))


def _broken(body: str, lines: Sequence[Span]) -> Iterator[tuple[str, int]]:
    """The lines with breaks between them. A break stands behind its line, wherever the body breaks."""
    for number, (start, end) in enumerate(lines):
        if number:
            yield "\n", lines[number - 1][1]
        yield body[start:end], start


def _unjammed(body: str, line: Span) -> Span:
    start, end = line
    tail = max(start, end - 200)
    if (found := _JAM_AT_END.search(body[tail:end])) and _is_jam(found[1]):
        start, end = _stripped(body, start, tail + found.start(1))
    if (found := _JAM_AT_HEAD.search(body[start : min(end, start + 200)])) and _is_jam(found[1]):
        start, end = _stripped(body, start + found.end(1), end)
    return start, end


def _is_jam(text: str) -> bool:
    return len(_ODD.findall(text)) >= _FEWEST_ODD


def _without_tokens(body: str, lines: Sequence[Span]) -> list[Span]:
    """One token that stands after most paragraphs is no word of the text."""
    found: Counter[str] = Counter()
    paragraphs = 0
    ended = False
    for start, end in lines:
        at_end = _TOKEN_AT_END.search(body[max(start, end - 40) : end])
        if at_end:
            found[at_end[1]] += 1
        elif ended and end - start <= _LONGEST_TOKEN and _TOKEN_ALONE.fullmatch(body, start, end):
            found[body[start:end]] += 1
        ended = at_end is None and body[end - 1 : end] in _SENTENCE_END
        paragraphs += ended or at_end is not None
    tokens = {t for t, n in found.items() if n >= _FEWEST_TOKENS and n >= _TOKEN_SHARE * paragraphs}
    if not tokens:
        return list(lines)
    token_at_end = re.compile(rf"(?<![A-Za-z])\s*(?:{'|'.join(map(re.escape, sorted(tokens)))})$")
    kept: list[Span] = []
    for start, end in lines:
        text = body[start:end]
        if text not in tokens:
            at_end = token_at_end.search(text)
            kept.append((start, start + at_end.start() if at_end else end))
    return kept


def _pinyin(text: str) -> list[Span]:
    """The brackets that hold a reading, where enough of them do."""
    brackets = [
        (bracket.span(), reading)
        for bracket in _PINYIN.finditer(text)
        if len(reading := unicodedata.normalize("NFC", bracket[1]).lower()) <= _LONGEST_READING
    ]
    toned = sum(any(char in _TONED for char in reading) for _, reading in brackets)
    plain = sum(_SYLLABLE.fullmatch(reading) is not None for _, reading in brackets)
    if not toned and plain < _FEWEST_PINYIN:
        return []
    return [
        span
        for span, reading in brackets
        if _SYLLABLE.fullmatch(reading) or any(char in _TONED for char in reading)
    ]

"""What sites put into a text, taken out of it: tokens, pinyin, jammer text, furniture, disclaimers. Pure.

For comparing texts only: the body that is kept, quoted and counted stays as it was read (page/). Figures,
names and years are never touched; only what is added between them goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_HAN = "㐀-鿿"
_EDGE = " \t\r\u3000\xa0\u200b\ufeff\u2002\u2003"
_ENTITY = re.compile(r"&(?:nbsp|emsp|ensp|thinsp);?|&#(?:160|12288);?")

# --- tokens after each paragraph (pbY) -------------------------------------------------------

_SENTENCE_END = "。！？；：!?;:”」》）)"
_TOKEN_AT_END = re.compile(rf"(?<=[{_SENTENCE_END}])\s*([A-Za-z][A-Za-z0-9]{{1,7}})$")
_TOKEN_ALONE = re.compile(r"[A-Za-z][A-Za-z0-9]{1,7}")
_FEWEST_TOKENS = 3
_TOKEN_SHARE = 0.3  # of the paragraphs that end like a sentence

# --- jammer text of forums -------------------------------------------------------------------

# `, X5 k# P8 `$ ~` at the end or the head of a line: groups of one to four printable characters.
_JAM = r"[!-~]{1,4}(?:[ \xa0]+[!-~]{1,4}){3,}"
_JAM_AT_END = re.compile(rf"(?:(?<=[{_HAN}{_SENTENCE_END}，、])|(?<=\s)|^)\s*({_JAM})\s*$")
_JAM_AT_HEAD = re.compile(rf"^\s*({_JAM})\s*(?=[{_HAN}])")
_ODD = re.compile(r"[~!@#$^&*_+=|\\{}<>?;'\"`\[\]]")
_FEWEST_ODD = 3

# --- pinyin in brackets ----------------------------------------------------------------------

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿɑɡê"
_PINYIN = re.compile(rf"(?<=[{_HAN}])[(（]\s*([a-zA-Z{_TONED}]{{1,7}})\s*[)）]")
_SYLLABLE = re.compile(r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouüv]{1,3}(?:ng?|r)?")
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
_CREDIT = re.compile(
    r"[（(【\[]\s*(?:责任编辑|责编|编辑|记者|来源|作者|供稿)\s*[:：\s][^（）()。]{1,20}[)）】\]]\s*$"
)


def without_noise(body: str) -> str:
    """The lines of a body without what sites add. Linear; a text without noise comes back as it was, but for
    blank lines and the spaces around lines."""
    lines = [line for raw in _ENTITY.sub(" ", body).split("\n") if (line := raw.strip(_EDGE))]
    return "\n".join(lines_without_noise(lines))


def lines_without_noise(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for raw in lines:
        line = _unjammed(raw)
        if line and not (len(line) <= _LONGEST_FURNITURE and _LINES.fullmatch(line)):
            kept.append(_CREDIT.sub("", line))
    return _without_pinyin(_without_tokens(kept))


def _unjammed(line: str) -> str:
    for pattern in (_JAM_AT_END, _JAM_AT_HEAD):
        found = pattern.search(line[-200:] if pattern is _JAM_AT_END else line[:200])
        if found and len(_ODD.findall(found[1])) >= _FEWEST_ODD:
            at = len(line) - len(line[-200:]) if pattern is _JAM_AT_END else 0
            line = line[: at + found.start(1)] + line[at + found.end(1) :]
    return line.strip(_EDGE)


def _without_tokens(lines: Sequence[str]) -> list[str]:
    """One token that stands after most paragraphs is no word of the text."""
    found: Counter[str] = Counter()
    paragraphs = 0
    ended = False
    for line in lines:
        at_end = _TOKEN_AT_END.search(line[-40:])
        if at_end:
            found[at_end[1]] += 1
        elif ended and _TOKEN_ALONE.fullmatch(line):
            found[line] += 1
        ended = at_end is None and line[-1:] in _SENTENCE_END
        paragraphs += ended or at_end is not None
    tokens = {t for t, n in found.items() if n >= _FEWEST_TOKENS and n >= _TOKEN_SHARE * paragraphs}
    if not tokens:
        return list(lines)
    end = re.compile(rf"(?<![A-Za-z])\s*(?:{'|'.join(map(re.escape, sorted(tokens)))})$")
    return [end.sub("", line) for line in lines if line not in tokens]


def _without_pinyin(lines: Sequence[str]) -> list[str]:
    text = unicodedata.normalize("NFC", "\n".join(lines))
    found = _PINYIN.findall(text)
    toned = sum(any(char in _TONED for char in reading) for reading in found)
    plain = sum(_SYLLABLE.fullmatch(reading) is not None for reading in found)
    if not toned and plain < _FEWEST_PINYIN:
        return list(lines)

    def drop(bracket: re.Match[str]) -> str:
        reading = bracket[1].lower()
        return "" if _SYLLABLE.fullmatch(reading) or any(c in _TONED for c in reading) else bracket[0]

    return _PINYIN.sub(drop, text).split("\n")

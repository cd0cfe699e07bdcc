"""Which line is the title, and what a site adds to it. Pure.

Which report the title names is identity/.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.page.furniture import is_heading, is_salutation
from ingest.text.rules import load_rules
from ingest.text.script import simplified_name

TITLE_LINES = load_rules(__package__, "title_lines.rules.toml")
_GENRE = re.compile(
    r"报告|报\s告|规划|纲要|计划|通知|决定|意见|公报|通告|公示|细则|方案|决议|讲话|通报|公告|批复|办法|条例|规定|草案|要点|解读|预案|工作规则|开幕|闭幕"
    r"|工作总结|\d年.{2,40}[和及与暨](?:19|20)\d\d年.{0,12}(?:打算|思路|安排|部署)$|\d年.{0,20}(?:发展|运行)情况$|十[一二三四五六]?五”?.{0,16}(?:指标|目标)(?:（.*）)?$"
)
# What kind of paper it is, at the end of its title.
_KIND = r"(?:报告|通知|意见|规划|纲要|计划|决定|公告|办法|方案|草案|说明)(?:[（(].{1,12}[）)])?$"
_ENDS = re.compile(_KIND)
# 关于…, as far as it does not name what kind of paper it is, and what goes on with 和… or 的报告.
_UNFINISHED = re.compile(
    rf"关于(?!.*的[^的和与及、]{{0,8}}{_KIND})|(?:执行情况|[（(]草案[）)]|[的和与及、])$"
)
_BODY = re.compile(r"^[^，。]{2,20}(?:政府|委员会|办公室|局|厅)$")
_MOST_LINES = 4  # of one title
_LONGEST = 90  # characters
_TRADITIONAL = re.compile("[報劃綱計決見細則議講話復辦條規預開閉執況國經濟會]")
_PLACE = re.compile(r"[省市区县旗州盟]")
_YEAR = re.compile(r"(?:19|20)\d\d|二[〇○零]")
_WITH_YEAR = re.compile(r"(?:19|20)\d\d\s?年度?|二[〇○零][〇○零一二三四五六七八九]{2}年度?")
_SENTENCE = re.compile(r"[。；！？]|，.*，|[:：]$")
_LABELLED = re.compile(
    r"(?:来源|作者|时间|日期|位置|分享|责任编辑|概述|摘要|索引号|文号|名称|主题词)\s?[:：]"
)
UNSEEN = re.compile("[\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"[\s\u3000\xa0]+")
_EDGE = " |｜_"  # left over between a title and a site's name
_IGNORED = re.compile(r"[|｜\s\u3000\xa0《》“”\"'（）()【】\[\]—\-_:：,，。·]+")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|&lt;?/?\s?br\s?/?\s?(?:&gt;?|>)", re.I)
_SEPARATOR = re.compile(
    r"(?:(?<!\s)\s++)?+(?:_|\||｜|»|>>)+\s*|(?<!\s)\s++[-–—]+\s*|(?<![-–])[-–]++\s+"
    r"|(?<=[\u4e00-\u9fff）)！？”》])-+(?=[\u4e00-\u9fff])|(?<!-)-{2,}+$"
)
_CUT_END = re.compile(r"(?:(?<!\s)\s++)?+(?:(?<!…)…++|(?<!\.)\.{2,}+|(?<!。)。{2,}+)$")
_FILE_ENDING = re.compile(r"(?<=[\u4e00-\u9fff）)》])\.(?:docx?|wps|pdf|ofd|txt)$", re.I)
_LEAST = 4  # letters of a line that repeats a title
LONGEST_SAID = 4_000  # characters of what is called a title, which may be all of a page
_LOOKED_AT = 40  # characters at the head of a line
_CATEGORY = re.compile(r"^(?:\[[^\[\]]{1,12}\]|【[^【】]{1,12}】)\s*(?=\S)")


_REPORT = re.compile(
    r"工作报告|(?:计划|规划|预算|决算|执行情况).{0,30}报告|规划纲要|(?:国民经济|经济社会).{0,12}(?:计划|规划)"
)


def names_report(text: str | None) -> bool:
    """Whether a title is that of a work report, a plan or a budget report, as far as its words go."""
    return bool(text) and _REPORT.search(_plain(text or "")) is not None


def _plain(line: str) -> str:
    """Without blanks, in the characters of our words: 政府工作報告 names a report, too."""
    plain = _SPACES.sub("", line)
    return simplified_name(plain) if _TRADITIONAL.search(plain) else plain


def clean_title(text: str | None) -> str | None:
    """A title on one line: markup that a meta tag carried along is gone, and what is not seen but turns the
    text around it (U+202E) or hides in it; None where nothing is left. Of a whole page, its beginning."""
    if not text:
        return None
    seen = UNSEEN.sub("", _MARKUP.sub("", text.lstrip()[:LONGEST_SAID]))
    return _SPACES.sub(" ", seen).strip(_EDGE) or None


def same_title(one: str, other: str) -> bool:
    """Whether two lists may call one page so: alike but for spaces and signs, or cut, or with more around."""
    a, b = (_IGNORED.sub("", _CUT_END.sub("", text)) for text in (one, other))
    return a in b or b in a


def whole_title(listed: str | None, own: str | None) -> str | None:
    """What a list called a page, completed by the page's own title where the list had none or cut it (…)."""
    if not listed or not own:
        return own or listed or None
    cut = _CUT_END.sub("", listed)
    begins = _IGNORED.sub("", own).startswith(_IGNORED.sub("", cut))
    return own if cut != listed and begins else listed


def without_site(title: str, site: str | None = None) -> str:
    """A <title> without the column and the site's name after it (…_政府工作报告_福建省人民政府门户网站)."""
    return title_parts(title, site)[0]


def title_parts(title: str, site: str | None = None) -> list[str]:
    """The parts of a <title>: its document, its column, its site; at least one."""
    title = _SPACES.sub(" ", title).strip()
    if site and title.endswith(site) and len(title) > len(site):
        title = title[: -len(site)].rstrip(" _-|—–>")
    return [part for part in _SEPARATOR.split(title) if part] or [title]


def is_cut(title: str) -> bool:
    """Whether its end is missing (…)."""
    return _CUT_END.search(title) is not None


def without_info(text: str | None) -> str | None:
    """A heading without the date and the source that stand in it too, and without the ending of a file."""
    if text and (info := TITLE_LINES["info"].find(text)) and info.start() >= 4:
        text = text[: info.start()].rstrip(" \t\u3000\xa0|（(【[")
    return _FILE_ENDING.sub("", text) if text else text


def without_category(title: str) -> str:
    """A thread's title without the [category] that the board prints before it."""
    return _CATEGORY.sub("", title).strip()


def says_which(title: str) -> bool:
    """Whether a title says of which document, by place, year or matter: 政府工作报告 and 公告公示 do not."""
    return "关于" in title or _PLACE.search(title) is not None or _YEAR.search(title) is not None


def looks_like_title(line: str) -> bool:
    """A short line that names a document (…报告, …通知) and is no sentence, heading or label."""
    plain = _plain(line)
    return (
        4 <= len(plain) <= _LONGEST
        and _GENRE.search(plain) is not None
        and _SENTENCE.search(plain) is None
        and _LABELLED.search(plain) is None
        and not is_heading(plain)
        and not is_salutation(plain)
        and plain != "工作报告"
    )


def broken_title(lines: Sequence[str]) -> tuple[str, int]:
    """The title that is broken over lines from the first of them on, and over how many; ("", 0): none is.

    关于…社会发展 / 计划执行情况与…草案的报告, 某县2025年…计划执行情况 / 和2026年…计划（草案）的 / 报　告,
    某县人民政府 / 关于…的报告.
    """
    whole = _SPACES.sub("", lines[0]) if lines else ""
    of_body = _BODY.search(whole) is not None and len(lines) > 1 and lines[1].startswith("关于")
    if of_body or _UNFINISHED.search(whole):
        for count, line in enumerate(lines[1:_MOST_LINES], 2):
            whole += _SPACES.sub("", line)
            if len(whole) > _LONGEST or _SENTENCE.search(whole) is not None:
                break
            if _ENDS.search(whole) and not _UNFINISHED.search(whole) and looks_like_title(whole):
                return whole, count
    return "", 0


def title_around(lines: Sequence[str], index: int) -> str | None:
    """The broken title that this line is one of, or None: it may begin some lines above."""
    for begin in range(max(0, index - _MOST_LINES + 1), index + 1):
        title, count = broken_title(lines[begin:])
        if begin + count > index:
            return title
    return None


def lines_of_title(lines: Sequence[str], title: str | None) -> int:
    """How many lines at the top are the title of a report, printed on several: 某县2026年 / 政府工作报告."""
    if not names_report(title):
        return 0
    whole, said = _IGNORED.sub("", title or ""), ""
    for count, line in enumerate(lines[:_MOST_LINES], 1):
        said += _IGNORED.sub("", line[:_LONGEST])
        if not whole.startswith(said):
            return 0
        if said == whole:
            return count
    return 0


def with_year(title: str, lines: Sequence[str]) -> str:
    """The title as one of the lines has it with its year: 某县政府工作报告 -> 某县2026年政府工作报告."""
    if _YEAR.search(title) is None:
        plain = _IGNORED.sub("", title)
        for line in lines:
            if len(line) <= _LONGEST and _IGNORED.sub("", _WITH_YEAR.sub("", line, count=1)) == plain:
                return line if _YEAR.search(line) else title
    return title


def best_title(lines: Sequence[str]) -> str | None:
    """Of the title-like lines the one that says most: names a place, then a year; else the first."""
    best: str | None = None
    best_score = -1
    for line in lines:
        if not looks_like_title(line):
            continue
        score = 2 * (_PLACE.search(line) is not None) + (_YEAR.search(line) is not None)
        if score > best_score:
            best, best_score = line, score
    return clean_title(best)


def repeats(line: str, title: str | None) -> bool:
    """The line says no more than the title already does."""
    if title is None:
        return False
    whole = _IGNORED.sub("", title)
    # A line of the text, which may be long: its first letters are not those of the title.
    if _IGNORED.sub("", line[:_LOOKED_AT])[:_LEAST] not in whole:
        return False
    plain = _IGNORED.sub("", without_info(line) or "")
    # "——2026年1月26日在…会议上" says when and where: it stays, whether the page's title has it too or not.
    return len(plain) >= _LEAST and plain in whole and (plain == whole or looks_like_title(line))

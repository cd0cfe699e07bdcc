"""Read plain text as a reader sees it: a page that somebody saved as text. Pure.

HTML is article.py; the header block is header.py; what is no text is furniture.py.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from ingest.model import Article, Header
from ingest.page.charset import printable
from ingest.page.dates import parse_when
from ingest.page.furniture import (
    cut_tail,
    first_prose,
    is_button,
    is_furniture,
    is_heading,
    is_info,
    is_labelled,
    is_salutation,
)
from ingest.page.header import Block, find_header
from ingest.page.lines import as_cells, lines_of
from ingest.page.titles import (
    best_title,
    broken_title,
    clean_title,
    lines_of_title,
    looks_like_title,
    repeats,
    without_category,
)
from ingest.text.rows import cells_below, is_of_a_table

_EDGE = " \t\u3000\xa0\u200b\ufeff\u2002\u2003\r"
_MARKUP = re.compile(r"<(?:/(?:div|p|td|tr|li|span|table|h\d|body)|meta\s[^<>]{3,400}|br\s?/?)>", re.I)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,6});")  # some dumps kept &nbsp; and &ldquo; as they stood
_INFO = re.compile(
    r"(?:文章|信息|稿件)?来源\s?[:：]|(?:发布|发表|更新)?(?:时间|日期)\s?[:：]|(?:19|20)\d\d[-年./]\d"
)
_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_GAP = re.compile(r"\?\?|\s{2,}|\s*[【|（(]")
_SUMMARY = re.compile(r"(?:内容摘要|内容概述|摘要|核心提示|导读)\s?[:：]?")
_CONTENTS = re.compile(r"目\s*[录次]")
_ABOVE = 15  # lines of title, meeting and speaker above the first sentence
_NOTES = 0.7  # of the lines, at least
_FIGURE = re.compile(r"\d(?![\d年月日号/.:：-])")  # not of a date

# The head of a newspaper's page: 2026年1月15日 星期四 某城日报 第01版：要闻
_SHEET = re.compile(r"日\s{0,4}星期[一二三四五六日天](?:\s.{0,20})?\s第?\s?[A-D]?\d{1,3}\s?版")
_POSTED = re.compile(
    r"(楼主\s?\|?\s?)?发表于\s?((?:19|20)\d\d-\d{1,2}-\d{1,2}[ \d:]*)\s?\|"
    r".{0,40}(?:显示全部楼层|只看该作者|只看大图|倒序浏览).{0,20}"
)
_EDITED = re.compile(r"本帖最后由.{1,40}编辑")
_BUTTONS = "回复 举报 使用道具 收藏 支持 反对 淘帖 评分 点评 返回列表 楼主热帖 TA的每日心情 本版积分规则"
_POST_ENDS = frozenset(_BUTTONS.split())
_POST_END = re.compile(
    r"您需要登录后才可以.*|本帖子中包含更多资源.*|(?:收藏|分享|淘帖|支持|反对)\s?\d*|相关帖子.*"
)


def read_text(text: str) -> Article:
    """The article in a plain text; an empty body where it holds a header block only.

    Cut away: menus, the header block, info lines, the title at the head of the body, disclaimers, comment
    forms, attachment names. A thread saved as text keeps the posts of its starter. Text that turns out to
    be HTML is read as its lines.
    """
    text = printable(_BREAK.sub("\n", text))
    if "<" in text and len(_MARKUP.findall(text[:20_000])) >= 3:
        lines = [as_cells(line) for line in lines_of(text, written=True)]
    else:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text
        lines = [line for raw in text.split("\n") if (line := raw.strip(_EDGE))]
    posts = [index for index, line in enumerate(lines) if _POSTED.fullmatch(line)]
    if posts:
        return _thread(lines, posts)
    return article_of(lines)


def article_of(
    lines: Sequence[str],
    *,
    title: str | None = None,
    metas: Mapping[str, str] | None = None,
    of_file: bool = False,
) -> Article:
    """The article in the lines of a whole page; `title` where it is known from elsewhere. `of_file`: no site
    stands around it, so that a long table above the first sentence is its own."""
    block = find_header(lines)
    summaries = {index + 1 for index, line in enumerate(lines[:60]) if _SUMMARY.fullmatch(line)}
    skipped = block.lines | summaries
    if block.lines:
        # What stands above the block is the site's; but a title may stand there too.
        above = [line for index, line in enumerate(lines[: max(block.lines)]) if index not in skipped]
    else:
        above = []
    kept = [line for index, line in enumerate(lines) if index not in skipped]
    start = first_prose(kept)
    title = clean_title(title or block.header.title) or best_title([*above, *kept[:start]])
    if start == len(kept) and block.lines:
        body = [line for line in lines[max(block.lines) + 1 :] if not is_furniture(line)]
    else:
        own = of_file or start == len(kept) or _are_notes(kept[:start])
        above_text = len(kept) if own else _ABOVE
        body = [*_above_text(kept[:start], above_text), *kept[start:]]
    body = cut_tail(body)
    return Article(
        title=title,
        body="\n".join(without_title(body, title)),
        header=block.header,
        metas=dict(metas or {}),
        published_at=printed_when(block, kept[:start]),
        origin=printed_origin(block),
    )


def _above_text(head: Sequence[str], most: int) -> list[str]:
    """Of the lines above the first sentence, those that belong to the document.

    That is the unbroken run of at most `most` just above, from its first title on (no row of a table is one);
    furniture breaks the run, a lone date or info line does not.
    """
    run: list[str] = []
    cells = cells_below(head, is_button)
    for place in reversed(range(max(0, len(head) - most), len(head))):
        line = head[place]
        if is_info(line):
            continue
        if _CONTENTS.fullmatch(line):
            run = []  # what stood below were its rows
            continue
        if place not in cells and is_furniture(line):
            if not _is_info_line(line):
                break
            continue
        run.insert(0, line)
    for index, line in enumerate(run):
        if looks_like_title(line) and not is_of_a_table(line.split()):
            return run[index:]
    return run


def _are_notes(head: Sequence[str]) -> bool:
    """Whether the lines above the first sentence are a document's own, below its title: headings and lines
    with a figure (地区生产总值增长6%), and next to none of a menu."""
    if not head or not looks_like_title(head[0]):
        return False
    below = [line for line in head[1:] if not is_info(line)]
    told = sum(is_heading(line) or _FIGURE.search(line) is not None for line in below)
    return told > 0 and told >= _NOTES * len(below)


def _is_info_line(line: str) -> bool:
    return (_INFO.match(line) is not None and is_furniture(line)) or is_labelled(line)


def without_title(body: Sequence[str], title: str | None) -> list[str]:
    """The body without leading lines that only repeat the title, and without info lines among the first."""
    whole, count = broken_title(body)
    start = count if repeats(whole, title) else lines_of_title(body, title)
    while start < min(len(body), 3) and repeats(body[start], title) and not is_salutation(body[start]):
        start += 1
    top = [line for line in body[start : start + 6] if not _is_info_line(line)]
    return [*top, *body[start + 6 :]]


def printed_when(block: Block, head: Sequence[str]) -> datetime | date | None:
    """When the page was put up, as its info line or header block says it; never the report's own day."""
    for label in ("发布时间", "发布日期", "发表时间", "更新时间", "时间", "日期", "公开日期", "公布日期"):
        if when := parse_when(block.others.get(label)):
            return when
    for line in head:
        if (is_info(line) or _is_info_line(line) or _SHEET.search(line)) and (when := parse_when(line)):
            return when
    return block.header.published_on


def printed_origin(block: Block) -> str | None:
    """来源, where the page prints one."""
    for label in ("来源", "信息来源", "文章来源", "稿件来源", "稿源"):
        printed = block.others.get(label, "").strip(" \t\u3000\xa0?|")
        if origin := _GAP.split(printed)[0]:
            return origin[:80]
    return None


def _thread(lines: Sequence[str], posts: Sequence[int]) -> Article:
    """A Discuz thread as text: the starter's posts; profiles, score tables and buttons are not body."""
    title: str | None = None
    for line, following in pairwise(lines):
        if following == "[复制链接]" or line.endswith("[复制链接]"):
            title = without_category(line.removesuffix("[复制链接]").strip(_EDGE))
            break
    body: list[str] = []
    for number, index in enumerate(posts):
        match = _POSTED.fullmatch(lines[index])
        if number and not (match and match[1]):
            continue
        end = posts[number + 1] if number + 1 < len(posts) else len(lines)
        for line in lines[index + 1 : end]:
            if line in _POST_ENDS or _POST_END.fullmatch(line):
                break
            if not _EDITED.fullmatch(line):
                body.append(line)
    head = lines[posts[0]]
    title = title or best_title(body[:3])
    return Article(
        title=title,
        body="\n".join(without_title(cut_tail(body), title)),
        header=Header(),
        published_at=parse_when(head.partition("发表于")[2]),
    )

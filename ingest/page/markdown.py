"""Markdown as the lines of a document, and the front matter above a text. Pure.

What is made of the lines is text.py. Collections of reports are kept so: a file a report, its title, day and
address above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.page.dates import parse_when

if TYPE_CHECKING:  # who only passes on what is to be read pays for neither
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LINES, _LONGEST = 60, 2_000  # of a front matter; characters of a value
_PAIR = re.compile(r"([\w-]{1,40})\s?[:：]\s?(.*)")
_BULLET = re.compile(r"[-*+•]\s+")
# What collections call it, in lower case.
_KEYS: Mapping[str, str] = {
    **dict.fromkeys(("title", "name", "标题", "名称"), "title"),
    **dict.fromkeys(("date", "published", "published_at", "published_on", "pubdate"), "published"),
    **dict.fromkeys(("日期", "发布日期", "发布时间", "时间"), "published"),
    **dict.fromkeys(("source", "origin", "来源"), "origin"),
    **dict.fromkeys(("url", "link", "source_url", "original_url", "网址", "链接", "原文链接"), "address"),
    **dict.fromkeys(("issuer", "publisher", "发布机构", "发文机关"), "issuer"),
    **dict.fromkeys(("region", "地区", "区划"), "region"),
}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands above a text, of what can be used."""

    title: str | None = None
    published: date | datetime | None = None
    origin: str | None = None
    address: str | None = None  # http or https
    issuer: str | None = None
    region: str | None = None  # a code or a name, as it is written


def front_matter(text: str) -> tuple[FrontMatter, str]:
    """What stands between two lines of `---` at the beginning, and the text below; the whole text where
    nothing does. One value a line (`title: …`); what is more than that, lists or nested, is passed over."""
    lines = text.lstrip("\ufeff").split("\n", _LINES)
    if lines[0].strip() != "---":
        return FrontMatter(), text
    end = next((n for n, line in enumerate(lines[1:_LINES], 1) if line.strip() in ("---", "...")), None)
    if end is None:
        return FrontMatter(), text
    said: dict[str, str] = {}
    for line in lines[1:end]:
        pair = _PAIR.fullmatch(line.strip()[:_LONGEST])
        if pair and line[:1].strip() and (key := _KEYS.get(pair[1].lower())) and (value := _value(pair[2])):
            said.setdefault(key, value)
    if (origin := said.get("origin")) and _is_address(origin):
        said.setdefault("address", said.pop("origin"))
    found = FrontMatter(
        title=said.get("title"),
        published=parse_when(said.get("published")),
        origin=said.get("origin"),
        address=address if (address := said.get("address")) and _is_address(address) else None,
        issuer=said.get("issuer"),
        region=said.get("region"),
    )
    return found, "\n".join(lines[end + 1 :])


def _value(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].strip()
    return text


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in text


def markdown_lines(text: str) -> list[str]:
    """The lines that a reader sees: without marks, pictures and addresses; cells apart by a bar. A line of
    the file is a line of the text, also where Markdown would join the two."""
    return [line for line in _lines(_reader().parse(text)) if line]


# Neither code (Chinese texts are indented) nor lists: 1. of a report is a number that it says itself.
@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("zero").enable(
        ["heading", "table", "emphasis", "link", "image", "escape", "entity", "blockquote", "hr", "newline"]
    )


def _lines(tokens: Iterable[Token]) -> Iterator[str]:
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            yield "|".join(cells)
            cells = None
        elif token.type == "inline":
            said = _said(token.children or [])
            if cells is not None:
                cells.append(" ".join(said.split()))
            else:
                yield from (_BULLET.sub("", line.strip(), count=1) for line in said.split("\n"))


def _said(tokens: Iterable[Token]) -> str:
    return "".join(
        "\n" if token.type in ("softbreak", "hardbreak") else token.content
        for token in tokens
        if token.type not in ("image", "html_inline")
    )

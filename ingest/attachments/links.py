"""Which links of an article page lead to the report itself, where the page has only the link. Pure.

A report-like link names one (…政府工作报告.docx), or it is the one document on a page whose title does.
Fetching it, and whether the page's own text wins, is ingest/follow.py.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from ingest.attachments.choice import ANNEX, MOST_TABLES, REPORT, names_targets, sort_of
from ingest.attachments.names import (
    file_name,
    has_file_ending,
    has_picture_ending,
    has_sheet_ending,
    may_get_file_ending,
    path_of,
    without_ending,
)
from ingest.errors import ParseError
from ingest.model import ArticleLayout
from ingest.page.list_links import address_called
from ingest.page.parsed import ParsedPage
from ingest.page.titles import clean_title, names_report
from ingest.page.urls import canonical_url

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_TITLE_REPORT = re.compile(r"报告|规划|纲要|计划")
# 附件.docx, P020260122512.docx, 20260122.pdf, a 32-digit name: say nothing
_MEANINGLESS = re.compile(
    r"附?件?\s?\d{0,3}[:：.、]?|[A-Za-z0-9_\-（()） ]+|点击(?:下载|查看).{0,6}|下载|查看|正文|全文"
    r"|预览|(?:点击)?在线(?:阅读|预览|浏览|查看)"
    r"|.{0,6}(?i:pdf|word|docx?|ofd|wps)\s?(?:版本?|格式|文[档件]|下载|全文){1,2}"
)
_BOXES = (
    "ul.attachment, .attachment, .attachments, .attach, .fj, .fujian, .fjxz, .enclosure, .accessory, #fj,"
    " #fujian, .downfile, .file-list, .xgfj, .gkxl-fj, .zwxl-fj"
)
_BODIES = (
    ".TRS_UEDITOR, .TRS_Editor, #UCAP-CONTENT, #zoom, #Zoom, #mainText, .article-content, .article_content,"
    " .pages_content, .view, .content, .article, .zwxl-article, .gkxl-article, #cmsArticleContent"
)
_TRS_FILE = re.compile(r"/P0\d{15,24}\.[A-Za-z]{2,4}$")
_QUOTED_FILE = re.compile(
    r"""["']([^"'<>\s]{1,300}\.(?:pdf|ofd|docx?|wps))(?:[?#][^"'<>\s]{0,100})?["']""", re.I
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
_SERVED = re.compile(r"/(?:downfile|downLoad|download|fileDownload|attach(?:ment)?|file)(?:[/.?]|$)", re.I)
_RANKS = {"docx": 0, "pdf": 1, "doc": 2, "wps": 3, "ofd": 4, "zip": 5, "rar": 6, "7z": 7, "ceb": 8}
_SIGNS = re.compile(r"[\s《》“”（）()【】\[\]—\-_:：,，。·]+")
_MOST_UNNAMED = 4  # files that are fetched to see which is the report
_LONGEST = 200  # characters of a name


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a file: absolute canonical address, and what the page calls it."""

    url: str
    name: str


def report_attachments(page: ParsedPage, layout: ArticleLayout) -> tuple[Link, ...]:
    """The files of an article page that may be the report, in page order, each document once.

    Of the same document in several formats the most readable is given. () where no link is report-like.
    """
    title = _title(page)
    own, everywhere = _own_files(page, layout)
    named = [link for link in own or everywhere if REPORT.search(link.name) and not ANNEX.search(link.name)]
    if named:
        return _as_titled(_one_format(named), title or "")
    alone = _one_format(link for link in own if not ANNEX.search(link.name))
    if title and _TITLE_REPORT.search(title) and len(alone) == 1 and _readable_alone(alone[0], title):
        return alone
    return ()


def unnamed_attachments(page: ParsedPage, layout: ArticleLayout) -> tuple[Link, ...]:
    """The few files (附件1, 附件2) of a page that is titled a report, of which none is called one: what they
    are is seen in their text."""
    title = _title(page)
    own, _ = _own_files(page, layout)
    files = _one_format(own)
    if title is None or not _TITLE_REPORT.search(title) or len(files) > _MOST_UNNAMED:
        return ()
    named = any(REPORT.search(link.name) for link in files)
    return () if named or not any(_readable_alone(link, title) for link in files) else files


def table_attachments(page: ParsedPage, layout: ArticleLayout) -> tuple[Link, ...]:
    """The sheets with the targets of a report, on a page that is titled one."""
    title = _title(page)
    if not names_report(title):
        return ()
    own, _ = _linked_files(page, layout)  # no script shows a sheet
    return tuple(
        link for link in own if any(map(has_sheet_ending, (link.url, link.name))) and names_targets(link.name)
    )[:MOST_TABLES]


def _own_files(page: ParsedPage, layout: ArticleLayout) -> tuple[list[Link], list[Link]]:
    """The files of the article, and those of the whole page."""
    own, everywhere = _linked_files(page, layout)
    linked = {link.url for link in everywhere}
    return own or [link for link in _in_script(page) if link.url not in linked], everywhere


def _linked_files(page: ParsedPage, layout: ArticleLayout) -> tuple[list[Link], list[Link]]:
    """As `_own_files`, without what only a script shows."""
    shown = list(_shown(page))
    root = page.without(layout.drop).root
    files = {node.mem_id: file for node in root.css("a[href]") if (file := _file(node, page.base))}
    everywhere = _distinct([*files.values(), *shown])
    if not everywhere:
        return [], []
    places = ", ".join(filter(None, (layout.body, _BOXES, _BODIES)))
    anchors = {anchor.mem_id for node in root.css(places) for anchor in node.css("a[href]")}
    inside = {link.url for link in [*(files[anchor] for anchor in anchors & files.keys()), *shown]}
    own = [link for link in everywhere if link.url in inside or _TRS_FILE.search(urlsplit(link.url).path)]
    return own, everywhere


def _as_titled(links: tuple[Link, ...], title: str) -> tuple[Link, ...]:
    """Of several reports the one that is called as the page is, or is of the sort that the page names."""
    if len(links) < 2:
        return links
    plain = _SIGNS.sub("", title)
    called = tuple(
        link
        for link in links
        if (name := _SIGNS.sub("", without_ending(link.name))) == plain or plain in name
    )
    if plain and len(called) == 1:
        return called
    sort = sort_of(title)
    alike = tuple(link for link in links if sort is not None and sort_of(link.name) == sort)
    return alike if len(alike) == 1 else links


def _shown(page: ParsedPage) -> Iterator[Link]:
    """Files that the page shows in a frame, by itself or through a viewer (…/view.aspx?src=…docx)."""
    for source in page.frames:
        if (link := _document(source, page.base) or _document(_viewed(source), page.base)) is not None:
            yield link
    for node in page.root.css("embed[src][type='application/pdf' i]"):
        with suppress(ParseError):
            yield Link(canonical_url(node.attributes.get("src") or "", page.base), "")


def _viewed(source: str) -> str:
    """The address of the document that a viewer is asked to show, in base64 as well (kkFileView)."""
    query = source.partition("?")[2].partition("#")[0]
    for _, said in parse_qsl(query):
        with suppress(ValueError):
            said = said if has_file_ending(said) else b64decode(said, validate=True).decode()
            if has_file_ending(said):
                return said
    return source


def _in_script(page: ParsedPage) -> list[Link]:
    """Files that a script shows: PDFObject.embed('/a.pdf'), showVsbpdfIframe('/a.pdf'), data-src='/a.pdf'; a
    name may stand beside the address: {name: "某县政府工作报告.docx", path: "/a.docx"}."""
    quoted = [match[1] for match in _QUOTED_FILE.finditer(page.html)]
    addressed = any("/" in said for said in quoted)
    step = 1 if quoted and "/" in quoted[0] else -1  # names follow their addresses, or stand in front
    links = []
    for place, said in enumerate(quoted):
        if addressed and _CHINESE.search(said) and "/" not in said:
            continue
        if (link := _document(said, page.base)) is not None:
            beside = quoted[place + step] if 0 <= place + step < len(quoted) else ""
            is_name = _CHINESE.search(beside) and "/" not in beside
            links.append(replace(link, name=beside) if is_name else link)
    return _distinct(links)


def _document(source: str, base: str) -> Link | None:
    try:
        address = canonical_url(source, base)
    except (ParseError, ValueError):  # about:blank, a script, http://[1]
        return None
    return Link(address, file_name(None, address)) if has_file_ending(address) else None


def _readable_alone(link: Link, title: str) -> bool:
    """The only file of a page that names a report: called nothing in particular, or like the page."""
    plain = without_ending(link.name)
    return _MEANINGLESS.fullmatch(plain) is not None or plain in title or title in plain


def _title(page: ParsedPage) -> str | None:
    for name, said in page.metas.items():
        if name.lower() == "articletitle":
            return clean_title(said)
    for selector in ("h1", "h2", "title"):
        heading = page.root.css_first(selector)
        if heading and (text := clean_title(heading.text())) and _TITLE_REPORT.search(text):
            return text
    return None


def _file(anchor: LexborNode, base: str) -> Link | None:
    """The link, if it looks like a file: by the ending of address or text, or by how a CMS serves files."""
    attributes = anchor.attributes
    href = (attributes.get("href") or "").strip()
    if href.startswith(("#", "javascript:")):
        href = address_called(anchor) or ""
    if not href or href.startswith(("mailto:", "data:")):
        return None
    said = anchor.text(), attributes.get("title"), attributes.get("download")
    texts = list(filter(None, map(clean_title, said)))
    called_report, called_file = any(map(REPORT.search, texts)), any(map(has_file_ending, texts))
    if not (called_report or called_file or any(map(may_get_file_ending, (href, base)))):
        return None
    try:
        address = canonical_url(href, base)
    except ParseError:  # one unreadable link does not hide the others
        return None
    served = called_report and _SERVED.search(urlsplit(address).path)
    # A picture that is called a report may be a scan of it; others are pictures.
    scan = called_report and has_picture_ending(address)
    if has_file_ending(address) or called_file or served or scan:
        return Link(address, _best_name(texts, address))
    return None


def _best_name(texts: list[str], address: str) -> str:
    """The text that names the most: a report, then a file, then anything but 下载."""
    telling = [text for text in texts if not _MEANINGLESS.fullmatch(without_ending(text))]
    for wanted in (REPORT.search, has_file_ending):
        for text in telling:
            if wanted(text):
                return text[:_LONGEST]
    return (telling[0] if telling else file_name(None, address) or (texts[0] if texts else ""))[:_LONGEST]


def _distinct(links: Iterable[Link]) -> list[Link]:
    """Each address once, with the most telling of its names (name and 下载 are often two links)."""
    seen: dict[str, Link] = {}
    for link in links:
        known = seen.get(link.url)
        if known is None or (_MEANINGLESS.fullmatch(without_ending(known.name)) and link.name):
            seen[link.url] = link
    return list(seen.values())


def _one_format(links: Iterable[Link]) -> tuple[Link, ...]:
    """Of files that differ only in their ending, the most readable."""
    chosen: dict[str, Link] = {}
    for link in links:
        stem = without_ending(link.name)
        if stem not in chosen or _rank(link) < _rank(chosen[stem]):
            chosen[stem] = link
    return tuple(chosen.values())


def _rank(link: Link) -> int:
    name = link.url if has_file_ending(link.url) else link.name
    return _RANKS.get(path_of(name).rpartition(".")[2].lower(), len(_RANKS))

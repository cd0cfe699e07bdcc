"""One link of a list: where it leads, and what it calls the page. Pure.

What else belongs to the item is list_boxes.py, its day list_days.py; which links are items is list_choice.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import ParseError
from ingest.page.script_values import Script
from ingest.page.titles import clean_title, without_category
from ingest.page.urls import canonical_url, is_route

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# What a list prints of a day, and nothing else: [2026-01-10], 01/10, 2026年1月10日 09:30 星期六.
DAY_ALONE = re.compile(
    r"[\[(（【]?\s{0,3}(?:发布(?:时间|日期)[:：]?\s{0,3})?(?:(?:(?:19|20)\d\d\s?[-/.年]|\d\d[-/.])\s?)?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?"
    r"(?:\s{0,3}\d{1,2}:\d\d(?::\d\d)?)?(?:\s{0,3}(?:星期|周)[一二三四五六日天])?\s{0,3}[\])）】]?"
)
_ISO_DAY = r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:\s\d{1,2}:\d\d(?::\d\d)?)?"
_DAY_BEFORE = re.compile(rf"^\s{{0,3}}(?:[\[【]{_ISO_DAY}[\]】]\s{{0,3}}|{_ISO_DAY}\s{{1,3}})(?=\S)")
_DAY_AFTER = re.compile(rf"\s{{0,3}}[\[【]{_ISO_DAY}[\]】]\s{{0,3}}$|(?<=\S)\s{{1,3}}{_ISO_DAY}\s{{0,3}}$")
_CUT = re.compile(r"(?:(?<!…)…++|(?<!\.)\.{2,}+|(?<!。)。{2,}+|(?<!．)．{2,}+|(?<!·)·{3,}+)$")
_BULLET = re.compile(r"^[\s·•●■◆▪▶►>»*-]+(?=\S)")
_NUMBER = re.compile(r"^\d{1,3}(?:、|[.．](?!\d(?!\d{3}年)))\s{0,3}(?=\S)")  # not of 1.5万
# mc: Hanweb; a tooltip of Bootstrap takes the title away.
_ATTRIBUTES = ("mc", "title", "data-title", "data-original-title", "data-bs-original-title", "aria-label")
# What lists stamp on a title: new, pinned, the row's number, whether it is in force.
_MARK = re.compile(
    r"[\[(（【]?(?i:new|hot|top)!?[\])）】]?|[\[(（【]?(?:置顶|顶|热|热门|荐|推荐|最新|新|原创|图文|视频|附件|现行有效|有效|已失效|失效|已废止|废止"
    r"|[1-9]\d{0,2})[\])）】]?"
)
# A line break inside a Chinese sentence is the editor's, not the author's.
_WRAPPED = re.compile(
    r"(?<=[\u4e00-\u9fff\d，、：（）《》“”])[ \t\r]{0,40}\n\s{0,80}(?=[\u4e00-\u9fff\d，、：（）《》“”])"
)
# How often it was read: another number at each look.
_READ = re.compile(
    r"\s{0,3}[\[(（【]\s?(?:(?:点击|浏览|阅读|访问)[量数次]{0,2}[:：]?\s?\d{1,8}\s?次?|\d{1,8}\s?(?:次|人(?:浏览|阅读)))\s?[\])）】]$"
)
_PREVIEW = re.compile(r"^点?击?(?:查看|阅读|浏览)(?:全文|详情|文章|原文)?\s?[:：]\s?(?=\S)")
_PINNED = re.compile(r"^(?:[\[【(（](?:置顶|最新|热点?|推荐|图文?)[\]】)）])\s*(?=\S)")
_LABELLED = re.compile(
    r"(?:发文|发布|公开|公布|制发|所属)?(?:机关|机构|单位|部门|日期|时间|文号|字号|索引号|来源|作者|浏览|浏览量|浏览次数|点击|点击量|阅读|阅读量|有效性|时效性?|状态|编号)"
    r"(?:次数)?\s{0,2}[:：].{0,60}"
)
# Who published it, in a cell of its own.
_OFFICE = re.compile(
    r"(?!.{0,12}关于)[\u4e00-\u9fff]{1,14}(?:人民政府|政府办公?[室厅]?|办公[室厅]|委员会|管委会|[局厅科])(?:办公[室厅])?"
)
_NUMBER_OF_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{2,14}[〔\[（(]\d{4}[〕\]）)]第?\d{1,5}号")
_NAMED = re.compile(r"(?:标\s?题|名\s?称)\s?[:：]\s?([^\r\n]{2,300})")
_NEXT_LABEL = re.compile(
    r"\s(?:发布|成文|生成|公开|更新)?(?:日期|时间|机构|单位|来源|文号|作者)\s?[:：].*$", re.S
)
_LINK_ROWS = ("li", "tr", "div", "p", "dd", "dl", "article", "section")  # see give_addresses
ROW_LINKS = ", ".join(f"{tag}[href]" for tag in _LINK_ROWS)
_LINKS = f"a[href], {ROW_LINKS}"
_ROWS = frozenset({*_LINK_ROWS, "td", "dt", "span", "h3", "h4", "footer"})
_ROW_LEVELS = 4  # around a link that says nothing
# What a link says that stands beside the title of its item.
_BUTTON = re.compile(
    r"(?!查?看?更多)[\[【（(<]?(?:点击|在线)?(?:查看|阅读|浏览|了解|预览|打开|下载)?(?:更多|全文|原文|详情|详细|内容|正文|附件|文件)?(?:内容)?[\]】）)>»›…]{0,3}"
)
_ASIDE = re.compile(
    r"[\[【（(]?(?:政策|相关|文件|图文|图表|视频|媒体|专家)?(?:解读|图解)[\]】）)]?"
)  # of the item, on another page
_TELLING = 6  # characters
_CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
_HEADINGS = "h1, h2, h3, h4, h5, h6"
_TITLE_CLASS = re.compile(r"(?:^|[\s_-])(?:tit|title|tt|bt|name|mc|biaoti|headline|subject)", re.I)
_BLOCKS = frozenset({"p", "div", "dt", "dd", "section"})
_INLINE = frozenset({"span", "em", "i", "b", "time", "small", "font", "label", "strong", "sup", "u"})
_HOLDERS = frozenset({"td", "li", "p", "span", "h3", "h4", "dd", "dt"})
_PARTS = "span, em, i, b, time, small, font, label, strong, sup, u, p, div, dt, dd, section"
# An address in the quotes of a call: window.open('/a/1.html'), location.href="detail.jsp?id=3".
_SHORTEST = 4  # characters of a title
_MANY = 3  # texts of links; one item has a title, a summary or a button
_QUOTED = re.compile(r"""["']([^"'\s<>\\]{2,500})["']""")
_ADDRESS = re.compile(
    r"^(?:https?:)?//|^\.{0,2}/|\.(?:s?html?|jsp|aspx?|php|do|action|pdf|docx?|wps|ofd|xlsx?|zip|rar)(?:$|[?#])|^\?\w+=|\w\?\w+="
)
_DATA = ("data-url", "data-href", "data-link", "data-src-url", "data-linkurl", "tagname")
_CLICKED = ", ".join(f"{row}[{said}]" for row in _LINK_ROWS for said in ("onclick", *_DATA[:3]))


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its address and title. `rest` is what stands inside it besides the title."""

    node: LexborNode
    url: str
    title: str
    rest: tuple[str, ...]


def links_of(tree: LexborHTMLParser | LexborNode, base: str) -> list[Link]:
    """The links of a page or a part of it that lead to a page and say something, in page order."""
    return [link for node in tree.css(_LINKS) if (link := read_link(node, base))]


def read_link(node: LexborNode, base: str) -> Link | None:
    href = (node.attributes.get("href") or "").strip()
    if not href or href.startswith(("javascript:", "mailto:", "tel:")):
        return None
    try:
        address = canonical_url(href, base)
    except ParseError:  # one unreadable link does not break the list
        return None
    if href.startswith("#") and not is_route(address):
        return None
    text, rest = _visible_title(node)
    title = _title(node, text)
    return Link(node, address, title, rest) if title else None


def give_addresses(tree: LexborHTMLParser) -> None:
    """Write into `href` where links lead that a script opens: onclick="window.open('…')", data-url="…",
    href="javascript:open('…')", also where the whole row is what is clicked."""
    called = []
    for node in tree.css("a"):
        href = (node.attributes.get("href") or "").strip()
        if href and not href.startswith(("javascript:", "#")):
            continue
        if is_route(f"http://x/{href}"):
            continue
        above = node.parent
        called.append((node, address_called(node) or (address_called(above) if above is not None else None)))
    _give(called)
    # lexbor makes no element of ours: the row itself becomes the link that is looked for
    rows = (node for node in tree.css(_CLICKED) if node.css_first("a[href]") is None)
    _give([(node, address_called(node)) for node in rows])


def _give(called: Sequence[tuple[LexborNode, str | None]]) -> None:
    """What many call, each with a text of its own, is a part of their addresses: open('7', '/zwgk')."""
    texts: dict[str, set[str]] = {}
    for node, address in called:
        if address:
            texts.setdefault(address, set()).add("".join(node.text().split()))
    for node, address in called:
        if address and len(texts[address]) < _MANY:
            node.attrs["href"] = address


def picture_says(node: LexborNode) -> str:
    """What stands for the picture in an element."""
    picture = node.css_first("img[alt]")
    return (picture.attributes.get("alt") or "") if picture is not None else ""


def give_rows_addresses(tree: LexborHTMLParser) -> None:
    """Make links of the rows whose own link says nothing (查看, [详情], an empty box over a card), the title
    standing beside it; of a picture that says its title, give it that."""
    known: dict[int, bool | None] = {}
    for node in tree.css("a[href], button[onclick]"):
        text = "".join(node.text().split())
        if text and not _BUTTON.fullmatch(text):
            continue
        said = "" if text else picture_says(node)
        if len(said) >= _TELLING and _CHINESE.search(said):
            node.attrs["title"] = node.attributes.get("title") or said
        elif not node.attributes.get("title") and (row := _row_of(node, known)) is not None:
            address = (node.attributes.get("href") or "").strip() or address_called(node)
            if address and "href" not in row.attributes:
                row.attrs["href"] = address
            node.decompose()


def _row_of(node: LexborNode, known: dict[int, bool | None]) -> LexborNode | None:
    """The smallest element around a link that says nothing in which a title stands. `known`: of elements,
    whether one does; None where a link does that says something."""
    row = node.parent
    for _ in range(_ROW_LEVELS):
        if row is None or row.tag not in _ROWS:
            return None
        if row.mem_id not in known:
            known[row.mem_id] = _holds_title(row)
        if (holds := known[row.mem_id]) is None:
            return None
        if holds and row.tag in _LINK_ROWS:
            return row
        row = row.parent
    return None


def _holds_title(row: LexborNode) -> bool | None:
    said = ["".join(link.text().split()) for link in row.css("a[href], button")]
    if not all(_BUTTON.fullmatch(one) or _ASIDE.fullmatch(one) for one in said):
        return None
    pieces = ("".join(piece.split()) for piece in row.text(separator="\n").split("\n"))
    text = "".join(piece for piece in pieces if piece not in said and not _is_beside(piece))
    return len(text) >= _TELLING and _CHINESE.search(text) is not None


def address_called(node: LexborNode) -> str | None:
    """Where a script leads that a click on it calls; None where it names no address, or not all of it."""
    said = node.attributes
    for name in _DATA:
        if (value := (said.get(name) or "").strip()) and _ADDRESS.search(value):
            return value
    href = said.get("href") or ""
    for call in (said.get("onclick"), href if href.startswith("javascript:") else None):
        called = (call or "")[:1000]
        for match in _QUOTED.finditer(called):
            if _ADDRESS.search(match[1]):
                return Script("").value(called, match.start())[0]  # '/a.jsp?id=' + 7
    return None


def _title(node: LexborNode, text: str | None) -> str | None:
    """What is printed, completed by the attribute where that is cut (…), bare where it is decorated."""
    full = _attribute(node)
    text = clean_title(text)
    if text is None:
        return full
    cut = _CUT.sub("", text).strip()
    if full is None or len(_CUT.sub("", full)) < len(cut):
        if full and full in cut and len(full) * 2 >= len(cut):  # 规划 | …, …（新）: the attribute is exact
            return full
        return cut if full and cut != text else without_category(text)
    # A title attribute that says something else ("点击查看") is no title.
    return full if cut != text or full.startswith(cut) or cut in full else without_category(text)


def _attribute(node: LexborNode) -> str | None:
    """The title in the attribute `title` or one like it, which may say more: 标题：… 发布时间：…"""
    said = next(filter(None, map(node.attributes.get, _ATTRIBUTES)), "")
    if not said and node.parent is not None and node.parent.tag in _HOLDERS:
        said = node.parent.attributes.get("title") or ""
    said = _PREVIEW.sub("", said)
    if named := _NAMED.search(said):
        said = _NEXT_LABEL.sub("", named[1])
    lines = [line.strip() for line in said.splitlines()]
    kept = [line for line in lines if not DAY_ALONE.fullmatch(line) and not _LABELLED.fullmatch(line)]
    return clean_title(_DAY_AFTER.sub("", _DAY_BEFORE.sub("", _WRAPPED.sub("", "\n".join(kept)))))


def _visible_title(node: LexborNode) -> tuple[str | None, tuple[str, ...]]:
    """The title as it is printed, without day, number and marks, and what stands beside it in the link."""
    parts = node.css(_PARTS)
    if not parts and node.tag == "a":
        return _plain(node.text())
    title = _title_part(node, parts)
    if title is None:
        return _plain(*_texts_of(node))
    text, more = _plain(*_texts_of(title))
    return text, (*more, *(said for said in _around(node, title)))


def _title_part(node: LexborNode, parts: list[LexborNode]) -> LexborNode | None:
    """The element in a link that holds the title, where an element of its own does: a heading, one that is
    classed so, else the first block that says something."""
    if node.tag == "tr":
        cells = [cell for cell in node.css("td") if _says_something(cell)]
        return max(cells, key=lambda cell: len(cell.text(strip=True)), default=None)
    heading = node.css_first(_HEADINGS)
    if heading is not None and len(heading.text(strip=True)) >= _SHORTEST:
        return heading
    for part in parts:
        classes = part.attributes.get("class")
        if classes and _TITLE_CLASS.search(classes) and _says_something(part):
            return part
    for part in parts:
        if (
            part.tag in _BLOCKS
            and _says_something(part)
            and not any(c.tag in _BLOCKS for c in part.css(_PARTS)[1:])
        ):
            return part
    telling = [part for part in parts if part.tag in _INLINE and _says_something(part)]
    if len(telling) > 1 and "。" in telling[1].text() and "。" not in telling[0].text():
        return telling[0]  # a title, and what the page is about
    return None


def _says_something(part: LexborNode) -> bool:
    text = part.text(strip=True)
    return len(text) >= _SHORTEST and not _is_beside(text)


def _is_beside(text: str) -> bool:
    """A day, a mark, 来源：…: what a list prints beside a title."""
    return any(shape.fullmatch(text) for shape in (DAY_ALONE, _MARK, _LABELLED, _OFFICE, _NUMBER_OF_DOCUMENT))


def _texts_of(node: LexborNode) -> tuple[str, ...]:
    """The text of an element, and after it that of the parts that are no title."""
    kept: list[str] = []
    beside: list[str] = []
    waiting = [iter([node])]
    while waiting:
        part = next(waiting[-1], None)
        if part is None:
            waiting.pop()
        elif part.is_text_node:
            kept.append(part.text())
        elif (
            part.mem_id != node.mem_id and part.tag in _INLINE | _BLOCKS and _is_beside(part.text(strip=True))
        ):
            kept.append(" ")
            beside.append(part.text(separator=" "))
        else:
            waiting.append(iter(list(part.iter(include_text=True))))
    return ("".join(kept), *beside)


def _around(node: LexborNode, title: LexborNode) -> Iterator[str]:
    """What stands in a link around the element that holds its title, a text a piece."""
    inside = {part.mem_id for part in title.traverse(include_text=True)}
    for part in node.traverse(include_text=True):
        if part.is_text_node and part.mem_id not in inside and (text := part.text().strip()):
            yield text


def _plain(text: str, *beside: str) -> tuple[str | None, tuple[str, ...]]:
    """`text` without a day before or behind it, a bullet, a number; those days with what is beside it."""
    days = [match[0] for shape in (_DAY_BEFORE, _DAY_AFTER) if (match := shape.search(text))]
    text = _DAY_AFTER.sub("", _DAY_BEFORE.sub("", text))
    text = _READ.sub("", _WRAPPED.sub("", _PINNED.sub("", _NUMBER.sub("", _BULLET.sub("", text)))))
    return clean_title(text), (*days, *beside)

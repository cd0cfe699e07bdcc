"""Find the main text of a page: a known container, else the densest run of lines. Pure.

What a line is, is lines.py; which lines are no text, furniture.py; title and header block, article.py.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.errors import ShapeChanged
from ingest.model import ArticleLayout
from ingest.page.boxes import BoxedLines, boxed_lines, end_in_box
from ingest.page.contents import without_contents
from ingest.page.furniture import (
    begins_comments,
    cut_tail,
    ends_text,
    first_prose,
    inserted,
    is_furniture,
    is_heading,
    is_info,
    is_prose,
    without,
)
from ingest.page.header import FORESIGHT, find_header
from ingest.page.hidden_text import holds_markup
from ingest.page.lines import (
    CELL,
    LINK,
    UNLINK,
    WHITE,
    Kept,
    as_cells,
    as_text,
    html_without,
    lines_of,
    outermost,
)
from ingest.page.parsed import ParsedPage
from ingest.page.text import without_title
from ingest.page.titles import repeats

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# In the order worth trying: the editors' own containers first, a theme's generic names last.
_CONTAINER_NAMES = """
    div.trs_editor_view div.TRS_UEDITOR div.TRS_Editor div.Custom_UnionStyle #UCAP-CONTENT ucapcontent
    #cmsArticleContent #zoom #Zoom div.zoom #zoomcon #mainText #ivs_content #trsContent #xlrllt
    div.zwxl-article div.gkxl-article div.zwxl-main div.wzcon.j-fontContent div.wip_art_con div.xly_Box
    div.article-content div.article_content div.Article_content div.pages_content div.article-body
    div.article_con div.con-article div.bt_content div.wp_articlecontent div.v_news_content #vsb_content
    #js_content #read_tpc #detailContent #artibody #articleContent #article-content div.newsCon
    div.detail-news div.view div.article div.content
"""
_CONTAINERS = tuple(_CONTAINER_NAMES.split())
_SELECTORS = frozenset(_CONTAINERS)
_RANK = {selector.lower(): rank for rank, selector in enumerate(_CONTAINERS)}
_TWO_CLASSES = {"div.wzcon", "div.j-fontContent"}
_GENERIC = _RANK["div.view"]  # from here on the names say little: a menu may stand inside
_TOP = 100  # rows among which a header block is looked for first
_LONGEST_NAMES = 200  # characters of an element's names that are worth remembering
_ENOUGH = 80  # characters that make a container believable
_SHORT = 1_000  # characters of a container with a common name, above which it is believed
_LONGER = 3  # times as long as that is the text that takes its place
_PARAGRAPHS = 120  # characters that nobody hides to spoil a copy
_BELIEVED = 200  # characters of text below which comments are no other text
_LAST = 12  # short lines at the end of a text
_SIGNATURE = 40  # characters of the name of an authority
_SIGNED_ON = re.compile(
    r"(?:19|20|二)[\d〇○零一二三四五六七八九]{2,3}\s?年[^。，；：]{1,6}月[^。，；：]{1,6}日"
)
_CELLS = 2  # marks between the cells of a row of figures, at least
_ROW = 10.0  # what such a row counts
_PAUSE = re.compile(r"[，。；：！？,;]")
_REFERENCE = re.compile(
    r"&(?:nbsp|[lr][ds]quo|mdash|ndash|hellip|middot|em?sp|ensp|#\d{2,5}|#x[0-9a-f]{2,4});", re.I
)
_FIGURE = re.compile(r"[一-龥][^\d]{0,60}\d")
_FOLLOW = re.compile(r"[+＋]?\s?关注")
# Labels of the page that may stand on a line of their own, and whose name may stand below one.
_OF_PAGE = """
    来源 信息来源 文章来源 稿件来源 作者 编辑 责任编辑 发布机构 发布单位 发布时间 发布日期 更新时间 时间 日期
"""
_ALONE = frozenset(_OF_PAGE.split())
_NAME = re.compile(r"(?!.{0,20}(?:会议|报告))[^，。；：:（）()\d]{2,20}")
_JSON_CONTENT = re.compile(r'"content"\s?:\s?"((?:[^"\\]|\\.)*+)"')
_FURNITURE = (
    "input, button, nav, marquee, .share, .bdsharebuttonbox, #share, .jiathis_style, .social-share, .qrcode,"
    " .print, .zrbj, .editor-info, .pagination, .page-turn, .breadcrumb, .crumbs"
)
# What a reader does not see, or sees struck out: sown against copying, or left behind by an editor.
_STRUCK = ("del", "s", "strike", "rt", "rp")
_UNSEEN = ", ".join(("[hidden]", *_STRUCK))
_HIDING = (
    *("display:none", "display: none", "visibility:hidden", "visibility: hidden"),
    *("text-decoration:line-through", "text-decoration: line-through"),
    *("font-size:0px", "font-size: 0px", "font-size:0pt", "font-size: 0pt", "font-size:0;", "font-size: 0;"),
    *("font-size:1px", "font-size: 1px"),
)
_HIDING_AT_END = ("font-size:0", "font-size: 0")
_HIDDEN = {said: f"[style*='{said}' i]" for said in _HIDING} | {
    said: f"[style$='{said}' i]" for said in _HIDING_AT_END
}


def main_text(page: ParsedPage, layout: ArticleLayout, title: str | None) -> list[str]:
    """The lines of the main text, without header block and furniture.

    The layout's `body`, else its `body_hint` if that holds a text, else the best of the known containers;
    where that holds next to nothing, the JSON that some portals keep their article in, or the densest part
    of the page.

    Raises ShapeChanged where the layout's body is not there, or nothing on the page reads like a text.
    """
    page = without_contents(page)
    bodies = _bodies(page, layout)
    generic = layout.body is None and bool(bodies) and _rank(bodies[0]) >= _GENERIC
    if generic:
        rows = _rows_of_any([boxed_lines(_html_of_text(node)) for node in bodies], title)
    else:
        rows = [line for node in bodies for line in lines_of(_html_of_text(node))]
    body = _main_lines(rows, title)
    if layout.body is None and _size(body) < _ENOUGH // 2:
        body = max(body, _main_lines(_in_script(page.html), title), _from_whole_page(page, title), key=_size)
    elif generic and _size(body) < _SHORT:
        body = _beside_box(page, title, body) or body
    if not body and layout.body is None:  # a script shows it later: it fades in, or stands behind a tab
        body = _from_whole_page(page, title, hidden=True)
    tagged = [line for line in body if "<" in line]
    if 2 * _size(filter(holds_markup, tagged)) > _size(body):  # HTML that was written out as text
        body = _main_lines(lines_of("\n".join(body)), title)
    if any("&" in line for line in body):
        body = [_REFERENCE.sub(lambda found: html.unescape(found[0]), line).strip(WHITE) for line in body]
    if not body:
        raise ShapeChanged(
            f"reading {page.url}: no main text found (an attachment, a script or a list may be all there is);"
            " where a source has it, `body` in its file can name the selector"
        )
    return body


# --- body ------------------------------------------------------------------------------------


def _bodies(page: ParsedPage, layout: ArticleLayout) -> list[LexborNode]:
    """The elements that hold the main text, in page order; [] where no known container is there."""
    if layout.body:
        found = [node for node in page.root.css(layout.body) if _has_text(node)]
        if not found:
            raise ShapeChanged(
                f"reading {page.url}: nothing matches the body selector {layout.body!r}, or it is empty;"
                " look at the page and correct the source file"
            )
        return outermost(found)
    if layout.body_hint:
        hinted = outermost(node for node in page.root.css(layout.body_hint) if _has_text(node))
        if hinted and sum(len(node.text(strip=True)) for node in hinted) >= _ENOUGH:
            return hinted
    small: list[tuple[int, int, LexborNode]] = []
    ranked = sorted(enumerate(_containers(page)), key=lambda found: _rank(found[1]))
    for rank, group in groupby(ranked, key=lambda found: _rank(found[1])):
        nodes = list(group)
        if len(nodes) == 1 and _size_up_to(_ENOUGH, nodes[0][1]) >= _ENOUGH:  # its whole text is long
            return [nodes[0][1]]
        sized = [(-len(node.text(strip=True)), place, node) for place, node in nodes]
        if -min(sized)[0] >= _ENOUGH:
            parts = outermost(node for size, _, node in sized if -size >= _ENOUGH)
            return _parts(parts) if rank < _GENERIC or _beside(parts) else [min(sized)[2]]
        small += sized
    return [min(small)[2]] if small and -min(small)[0] >= _ENOUGH // 4 else []


def _parts(nodes: Iterable[LexborNode]) -> list[LexborNode]:
    """Each with another text: some pages have theirs a second time, for telephones."""
    apart: dict[str, LexborNode] = {}
    for node in nodes:
        apart.setdefault(node.text(strip=True), node)
    return list(apart.values())


def _beside(nodes: Sequence[LexborNode]) -> bool:
    """Whether elements stand in one: comments and summaries each have a box of their own around them."""
    return len({node.parent.mem_id for node in nodes if node.parent is not None}) == 1


def _has_text(node: LexborNode) -> bool:
    return node.text().strip(WHITE) != ""


def _size_up_to(enough: int, node: LexborNode) -> int:
    """The characters in an element, counted until they are enough."""
    size = 0
    for inner in node.traverse(include_text=True):
        if inner.is_text_node:
            size += len((inner.text_content or "").strip())
            if size >= enough:
                break
    return size


def _containers(page: ParsedPage) -> list[LexborNode]:
    """What the known names select, in page order.

    Few elements bear such a name: to try fifty selectors on all of them takes as long as to parse the page.
    """
    known = []
    for node in page.root.css("div[class], [id], ucapcontent"):
        attributes = node.attributes
        name, classes = attributes.get("id") or "", attributes.get("class") or ""
        judge = _is_known if len(name) + len(classes) <= _LONGEST_NAMES else _is_known.__wrapped__
        is_known = judge(node.tag or "", name, classes)
        if is_known:
            known.append(node)
        elif is_known is None:
            return page.root.css(", ".join(_CONTAINERS))
    return known


@lru_cache(maxsize=2_048)
def _is_known(tag: str, name: str, classes: str) -> bool | None:
    """Whether a selector of one step names such an element; None where it does in other letters: the same
    name in quirks mode, another otherwise. Most elements of a page are called like others of it."""
    names = {tag, f"#{name}"}
    if tag == "div" and classes:
        names.update(f"div.{each}" for each in classes.split())
        if _TWO_CLASSES.issubset(names):
            names.add("div.wzcon.j-fontContent")
    if any(each in _SELECTORS for each in names):
        return True
    return None if any(each.lower() in _RANK for each in names) else False


def _rank(node: LexborNode) -> int:
    attributes = node.attributes
    names = [f"#{attributes.get('id') or ''}".lower(), (node.tag or "").lower()]
    classes = (attributes.get("class") or "").lower().split()
    names += [f"div.{name}" for name in classes]
    if "wzcon" in classes:
        names.append("div.wzcon.j-fontcontent")
    return min((_RANK[name] for name in names if name in _RANK), default=len(_CONTAINERS))


def _main_lines(rows: Sequence[str], title: str | None) -> list[str]:
    """The lines of a container without header block, furniture at its head, and what follows the text."""
    block = find_header([as_cells(row) for row in rows[:_TOP]])
    if len(rows) > _TOP and (block.end is None or block.end + FORESIGHT >= _TOP):
        block = find_header([as_cells(row) for row in rows])
    texts = [as_text(row) if CELL in row else row for row in rows]
    out = block.lines.union(_block_below(rows))
    lines = [line for index, line in enumerate(texts) if line and index not in out]
    start = first_prose(lines)
    if start == len(lines):
        start = 0
    head = [line for line in _without_account(lines[:start]) if not is_furniture(line) and not is_info(line)]
    return _once(without_title(cut_tail([*head, *lines[start:]]), title), title)


def _block_below(rows: Sequence[str]) -> Sequence[int]:
    """The rows of a header block that stands below the text."""
    end = next((index + 1 for index in reversed(range(len(rows))) if is_prose(rows[index])), len(rows))
    below = rows[end:]
    if not any("索" in row for row in below):
        return ()
    block = find_header([as_cells(row) for row in below])
    return [end + index for index in block.lines] if block.header.index_number else ()


def _once(lines: list[str], title: str | None) -> list[str]:
    """Without what stands on the page again, all of it or each time under its title: for telephones, to be
    printed."""
    half = len(lines) // 2
    if lines[:half] == lines[half:] and _size(lines[:half]) >= _ENOUGH:
        return lines[:half]
    begins = [index for index, line in enumerate(lines) if line == lines[0]]  # most lines are of no title
    again = [index - 1 for index in begins if index and repeats(lines[index - 1], title)]
    if not again:
        return lines
    first = lines[: again[0]]
    known = {*first, *(lines[index] for index in again)}
    return first if _size(first) >= _ENOUGH and known.issuperset(lines[again[0] :]) else lines


def _without_account(head: Sequence[str]) -> list[str]:
    """The lines above a text without whose account it is, and the button below that name; without labels that
    are lines of their own (来源：), and their values below."""
    asked = {index for index, line in enumerate(head) if _FOLLOW.fullmatch(line)}
    out = asked | {index - 1 for index in asked}
    for index, line in enumerate(head):
        if line.rstrip(":： ") in _ALONE and line[-1] in ":：":
            named = index + 1 < len(head) and _NAME.fullmatch(head[index + 1])
            out |= {index, index + 1} if named else {index}
    return [line for index, line in enumerate(head) if index not in out]


@dataclass(frozen=True, slots=True)
class _Text:
    """The characters in an element, those of them in links, and whether some are running text."""

    size: int
    linked: int
    has_prose: bool


def _texts_in(nodes: Sequence[LexborNode]) -> Iterator[tuple[LexborNode, _Text]]:
    """What text each of `nodes` (in document order) holds, the last first; what one holds inside another is
    looked through once."""
    known: dict[int, _Text] = {}
    for node in reversed(nodes):
        texts: list[_Text] = []
        waiting = [(node, False)]
        while waiting:
            around, in_link = waiting.pop()
            for part in around.iter(include_text=True):
                if part.is_text_node:
                    said = part.text_content or ""
                    size = len(said.strip())
                    texts.append(_Text(size, size * in_link, any(map(is_prose, said.split("\n")))))
                elif (inner := known.get(part.mem_id)) is None:
                    waiting.append((part, in_link or part.tag == "a"))
                else:
                    texts.append(replace(inner, linked=inner.size) if in_link else inner)
        known[node.mem_id] = text = _Text(
            sum(text.size for text in texts),
            sum(text.linked for text in texts),
            any(text.has_prose for text in texts),
        )
        yield node, text


def _appearing(nodes: Sequence[LexborNode], within: LexborNode, *, texts: bool = False) -> set[int]:
    """Which parts of a text are hidden only until a script shows them, page after page or behind a heading:
    what is sown against copying is short. With `texts`, those that hold running text, and more of that than
    of links."""
    found = {
        node.mem_id
        for node, text in _texts_in(nodes)
        if text.size >= _PARAGRAPHS
        and node.tag not in _STRUCK
        and (not texts or (text.has_prose and 2 * text.linked < text.size))
    }
    return found.difference(node.mem_id for node in within.css(_FURNITURE)) if found else found


def _html_of_text(node: LexborNode, kept: Kept | None = None) -> str | None:
    """The serialised element without what is never text in it, but for what is `kept`: what appears later, if
    nothing else is said. Of the ways in which a style hides something, only those are asked of each element
    that one of them has: all take longer than the other selectors."""
    styles = "\n".join([styled.attributes.get("style") or "" for styled in node.css("[style]")]).lower()
    hidden = (selector for said, selector in _HIDDEN.items() if said in styles)
    return html_without(
        node, ", ".join((_FURNITURE, _UNSEEN, *hidden)), kept or partial(_appearing, within=node)
    )


def _from_whole_page(page: ParsedPage, title: str | None, *, hidden: bool = False) -> list[str]:
    """The main text of a page without a known container: the densest run of lines below its title, with the
    parts of it that a script shows; with `hidden`, whatever is not seen."""
    if (whole := page.body) is None:
        return []
    if hidden:
        return _run(html_without(whole, _FURNITURE), title)
    later: list[LexborNode] = []

    def remember(nodes: Sequence[LexborNode]) -> Collection[int]:
        appearing = _appearing(nodes, whole, texts=True)
        later.extend(node for node in nodes if node.mem_id in appearing)
        return ()

    seen = _run(_html_of_text(whole, remember), title)
    if not later:
        return seen
    every = _run(_html_of_text(whole, lambda _: {node.mem_id for node in later}), title)
    # What is seen stands between a text and another one: terms of use, a form. A heading may end a page.
    goes_on = {as_text(line) for node in outermost(later) for line in lines_of(node.html)}
    goes_on.update(filter(is_heading, every))
    return every if set(seen) <= set(every) <= goes_on.union(seen) else seen


def _run(html: str | None, title: str | None) -> list[str]:
    """The densest run of the lines of a page."""
    every, places, boxes = boxed_lines(html)
    rows = _below(title, every)
    put_in = inserted([_unlinked(row) for row in rows])
    places = without(places[len(every) - len(rows) :], put_in)
    rows = without(rows, put_in)
    start, end = _densest(rows)
    lines = [_unlinked(row) for row in rows[start:end]]
    lines = lines[: end_in_box(lines, places[start:end], boxes)]
    return _main_lines(lines, title) if any(map(is_prose, lines)) else []


def _whole(rows: Sequence[str]) -> Sequence[str]:
    """The rows without what stands in the middle of a text, and would part it."""
    return without(rows, inserted([_unlinked(row) for row in rows]))


def _below(title: str | None, rows: Sequence[str]) -> Sequence[str]:
    """The rows below a title; where it stands above the text several times (in a header block, too), below
    the last of them."""
    top = -1
    for index, row in enumerate(rows) if title else ():
        plain = _unlinked(row)
        if plain == title:
            top = index
        elif top >= 0 and is_prose(plain):
            break
    return rows[top + 1 :]


def _beside_box(page: ParsedPage, title: str | None, box: Sequence[str]) -> list[str]:
    """The main text of a page on which a box with a common name holds something else (a pop-up, a leader's
    post, a summary); [] where nothing on it is much longer, or that is a list of links."""
    lines = _from_whole_page(page, title)
    if _size(lines) <= _LONGER * _size(box):
        return []
    links = {node.text(strip=True) for node in page.root.css("a")}
    if sum(line in links for line in lines) * 10 > len(lines):
        return []
    if lines[: len(box)] == box:
        return lines[len(box) :]
    return lines[: -len(box)] if lines[-len(box) :] == box else lines


def _rows_of_any(boxed: Sequence[BoxedLines], title: str | None) -> list[str]:
    """The rows of containers with a common name, which may hold menus and comments too, and other texts in
    boxes behind their own."""
    rows = [row for lines, _, _ in boxed for row in lines]
    if sum(map(_linked, rows)) * 10 > _size(rows):
        rows = list(_whole(_below(title, rows)))
        start, end = _densest(rows)
        return [_unlinked(row) for row in rows[start:end]]
    own: list[str] = []
    for lines, places, boxes in boxed:
        plain = [_unlinked(row) for row in lines]
        own += plain[: end_in_box(plain, places, boxes)]
    return own


def _in_script(html: str) -> list[str]:
    """The rows of an article that the page keeps as JSON in a script (gkmlpt, the portals of Guangdong)."""
    if "_CONFIG" not in html:
        return []
    longest = max((match[1] for match in _JSON_CONTENT.finditer(html)), key=len, default="")
    try:
        return lines_of(json.loads(f'"{longest}"', strict=False), written=True)
    except ValueError:  # cut off inside an escape: nothing to read there
        return []


def _linked(row: str) -> int:
    return sum(len(piece.split(UNLINK)[0]) for piece in row.split(LINK)[1:]) if LINK in row else 0


def _unlinked(row: str) -> str:
    return row.replace(LINK, "").replace(UNLINK, "")


def _size(lines: Iterable[str]) -> int:
    return sum(map(len, lines))


def _densest(rows: Sequence[str]) -> tuple[int, int]:
    """The run of lines with most running text and fewest links (the maximum-sum subarray), widened upwards
    by the few short lines above it."""
    best = total = 0.0
    span = (0, 0)
    start = 0
    for index, row in enumerate(rows):
        linked = _linked(row)
        plain = len(row) - linked
        if ends_text(unlinked := _unlinked(row)):
            if best >= _BELIEVED and begins_comments(unlinked):
                break
            total = 0.0
            continue
        if linked > plain:
            score = -10.0 - min(linked, 40)
        elif is_furniture(row):
            score = -20.0
        elif plain >= 25 and _PAUSE.search(row):
            score = float(plain)
        elif row.count(CELL) >= _CELLS and not linked and _FIGURE.search(row):
            score = _ROW  # of a table of figures: part of the text, also where it ends it
        else:
            score = -4.0
        if total <= 0:
            total, start = 0.0, index
        total += score
        if total > best:
            best, span = total, (start, index + 1)
    above = span[0]
    while above and span[0] - above < 8 and LINK not in rows[above - 1]:
        above -= 1
    return above, _to_marker(rows, _signed(rows, span[1]))


def _to_marker(rows: Sequence[str], end: int) -> int:
    """The end of a text that ends at `end`, with the few lines above what follows every text (责任编辑 …)."""
    for index, row in enumerate(rows[end : end + _LAST], end):
        if ends_text(_unlinked(row)):
            return index
        if LINK in row or is_furniture(row):
            break
    return end


def _signed(rows: Sequence[str], end: int) -> int:
    """The end of a text that ends at `end`, behind who signed it and on which day (落款), if that follows."""
    for index, row in enumerate(rows[end : end + 4], end):
        if LINK in row or len(row) > _SIGNATURE or is_furniture(row):
            break
        if _SIGNED_ON.fullmatch(row):
            return index + 1
    return end

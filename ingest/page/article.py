"""Read an article page: title, main text, header block, <meta> tags, when put up, where from. Pure.

A Discuz thread is discuz.py, plain text is text.py; which of them a page needs, reader.py decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.errors import ShapeChanged
from ingest.model import Article, ArticleLayout, Header
from ingest.page.dates import parse_when
from ingest.page.furniture import cut_tail, ends_text, first_prose, is_furniture, is_info, is_prose
from ingest.page.header import Block, find_header
from ingest.page.lines import LINK, UNLINK, as_cells, as_text, lines_of, strip_invisible
from ingest.page.text import printed_origin, printed_when, without_title
from ingest.page.titles import clean_title, looks_like_title, without_site

# In the order worth trying: the editors' own containers first, a theme's generic names last.
_CONTAINER_NAMES = """
    div.trs_editor_view div.TRS_UEDITOR div.TRS_Editor div.Custom_UnionStyle #UCAP-CONTENT ucapcontent
    #cmsArticleContent #zoom #Zoom div.zoom #zoomcon #mainText #ivs_content #trsContent #xlrllt
    div.zwxl-article div.gkxl-article div.zwxl-main div.wzcon.j-fontContent div.wip_art_con div.xly_Box
    div.article-content div.article_content div.Article_content div.pages_content div.article-body
    div.article_con div.con-article div.bt_content div.wp_articlecontent div.v_news_content #vsb_content
    #js_content #detailContent #artibody #articleContent #article-content div.newsCon div.detail-news
    div.view div.article div.content
"""
_CONTAINERS = tuple(_CONTAINER_NAMES.split())
_RANK = {selector.lower(): rank for rank, selector in enumerate(_CONTAINERS)}
_GENERIC = _RANK["div.view"]  # from here on the names say little: a menu may stand inside
_SPACE = re.compile(r"\s+")
_SITE_NAME = re.compile(r"(?:政府|网|网站|官网|平台|门户|委员会|首页)$")
_SOURCE = re.compile(r"来源\s?[:：]\s?([^\s|【\[（(]{2,40})")
_JSON_CONTENT = re.compile(r'"content"\s?:\s?"((?:[^"\\]|\\.)*+)"')
_ENOUGH = 80  # characters that make a container believable

_NEVER_TEXT = (
    "input, button, nav, .share, .bdsharebuttonbox, #share, .jiathis_style, .social-share, .qrcode, .print,"
    " .zrbj, .editor-info, .pagination, .page-turn, .breadcrumb, .crumbs, [hidden], [style*='display:none'],"
    " [style*='display: none']"
)
_TITLE_PLACES = (
    "h1, h2, h3, .title, .article-title, .article_title, .cont_title, .bt, .tit, .wzbt, #title, ucaptitle,"
    " .xl-title"
)
_DATE_METAS = (
    "pubdate",
    "publishdate",
    "firstpublishedtime",
    "article:published_time",
    "pubtime",
    "publish_time",
)
_ORIGIN_METAS = ("contentsource", "source", "article:author:source")


def read_article(tree: LexborHTMLParser, html: str, url: str, layout: ArticleLayout) -> Article:
    """The article of a page and its tree; the tree is consumed: scripts and furniture are taken out.

    Raises ShapeChanged where the layout's body is not there, or nothing on the page reads like a text.
    """
    metas = read_metas(tree)
    named = _named(tree, layout, metas)
    strip_invisible(tree)
    for selector in layout.drop:
        _remove(tree.css(selector))
    bodies = _bodies(tree, layout, url)
    body_html = [node.html for node in bodies]
    page_lines = [as_cells(line) for line in lines_of(tree.body.html if tree.body else "")]
    block = _header(tree, layout, page_lines)
    title = named or _visible_title(tree, metas)
    _remove(found for node in bodies for found in node.css(_NEVER_TEXT) if found.mem_id != node.mem_id)
    rows = [line for node in bodies for line in lines_of(node.html)]
    if layout.body is None and bodies and _rank(bodies[0]) >= _GENERIC:
        rows = _without_menus(lines_of(bodies[0].html, links=True), title)
    body = _main_text(rows, title)
    if layout.body is None and sum(map(len, body)) < _ENOUGH // 2:
        body = max(body, _main_text(_in_script(html), title), _from_whole_page(tree, title), key=_size)
    if not body:
        raise ShapeChanged(
            f"reading {url}: no main text found"
            + (" (the page may hold an attachment or a script only)" if body_html or page_lines else "")
            + "; name its selector as `body` in the source file"
        )
    title = title or next((line for line in body[:3] if looks_like_title(line)), None)
    near = _near_title(page_lines, title)
    return Article(
        title=title,
        body="\n".join(without_title(body, title)),
        header=block.header,
        metas=metas,
        published_at=_first_date(metas) or _first_when(near) or printed_when(block, page_lines[:80]),
        origin=_first(metas, _ORIGIN_METAS) or _first_source(near) or printed_origin(block),
    )


def read_metas(tree: LexborHTMLParser) -> dict[str, str]:
    """The `<meta name=…>` tags with something in them, names as printed; the first of a name counts."""
    metas: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or ""
        content = (attributes.get("content") or "").strip()
        if name and content and name.lower() not in ("viewport", "renderer"):
            metas.setdefault(name, content)
    return metas


def _first(metas: Mapping[str, str], names: Sequence[str]) -> str | None:
    lower = {name.lower(): value for name, value in metas.items()}
    return next((clean for name in names if (clean := clean_title(lower.get(name)))), None)


def _first_date(metas: Mapping[str, str]) -> datetime | date | None:
    lower = {name.lower(): value for name, value in metas.items()}
    return next((when for name in _DATE_METAS if (when := parse_when(lower.get(name)))), None)


def _remove(nodes: Iterable[LexborNode]) -> None:
    for node in list(nodes):
        if node.parent is not None:
            node.decompose()


def _text(node: LexborNode) -> str:
    return clean_title(node.text(separator=" " if node.css_first("br") else "")) or ""


# --- title -----------------------------------------------------------------------------------


def _named(tree: LexborHTMLParser, layout: ArticleLayout, metas: Mapping[str, str]) -> str | None:
    """The title where the page or its source file says which it is."""
    if layout.title:
        for node in tree.css(layout.title):
            if text := _text(node):
                return text
    return _first(metas, ("articletitle",))


def _visible_title(tree: LexborHTMLParser, metas: Mapping[str, str]) -> str | None:
    """The heading that <title> begins with or holds; else <title> without the site; else a heading.

    The first <h1> alone is no guide: on many themes it is the site's logo. Nor is <title> alone: on many
    county sites it is the site's name.
    """
    head = tree.css_first("title")
    site = _first(metas, ("sitename",))
    printed = clean_title(head.text()) if head else None
    headings = [
        text
        for node in tree.css(_TITLE_PLACES)[:60]
        if 4 <= len(text := _text(node)) <= 150 and text != site and not is_furniture(text)
    ]
    if printed:
        plain = _SPACE.sub("", printed)
        begins = [text for text in headings if plain.startswith(_SPACE.sub("", text)) and len(text) >= 6]
        if begins:
            return max(begins, key=len)
        if within := [text for text in headings if _SPACE.sub("", text) in plain and looks_like_title(text)]:
            return max(within, key=len)
        if (own := without_site(printed, site)) and own != site and not _SITE_NAME.search(own):
            return own
    named = [text for text in headings if looks_like_title(text)]
    return next(iter(named or headings), printed)


def _near_title(page_lines: Sequence[str], title: str | None) -> list[str]:
    """The short lines just below the page's title, where date and source are printed."""
    for index, line in enumerate(page_lines):
        if title and line == title:
            return [near for near in page_lines[index + 1 : index + 9] if len(near) < 120]
    return []


def _first_when(lines: Iterable[str]) -> datetime | date | None:
    return next((when for line in lines if "会议" not in line and (when := parse_when(line))), None)


def _first_source(lines: Iterable[str]) -> str | None:
    return next((found[1] for line in lines if (found := _SOURCE.search(line))), None)


# --- header ----------------------------------------------------------------------------------


def _header(tree: LexborHTMLParser, layout: ArticleLayout, page_lines: Sequence[str]) -> Block:
    """The header block: where the layout says, else among the lines above the text, else anywhere."""
    above = find_header(page_lines)
    if layout.header:
        lines = [as_cells(line) for node in tree.css(layout.header) for line in lines_of(node.html)]
        return Block(find_header(lines).header, others=above.others)
    if above.header != Header():
        return above
    for index, line in enumerate(page_lines):
        # Some themes print the block below the text, or after a long introduction.
        if "索" in line and re.search(r"索\s{0,6}引\s{0,6}号", line):
            below = find_header(page_lines[index : index + 40])
            return Block(below.header, others={**below.others, **above.others})
    return above


# --- body ------------------------------------------------------------------------------------


def _bodies(tree: LexborHTMLParser, layout: ArticleLayout, url: str) -> list[LexborNode]:
    """The elements that hold the main text, in page order; [] where no known container is there."""
    if layout.body:
        found = [node for node in tree.css(layout.body) if node.html and lines_of(node.html)]
        if not found:
            raise ShapeChanged(
                f"reading {url}: nothing matches the body selector {layout.body!r}, or it is empty;"
                " look at the page and correct the source file"
            )
        return _outermost(found)
    best: tuple[int, int] | None = None
    chosen: LexborNode | None = None
    for node in tree.css(", ".join(_CONTAINERS)):
        size = len(node.text(strip=True))
        if size < _ENOUGH // 4 or (best and size < _ENOUGH <= -best[1]):
            continue
        rank = _rank(node) if size >= _ENOUGH else len(_CONTAINERS)
        if best is None or (rank, -size) < best:
            best, chosen = (rank, -size), node
    return [chosen] if chosen is not None else []


def _rank(node: LexborNode) -> int:
    attributes = node.attributes
    names = [f"#{attributes.get('id') or ''}".lower(), (node.tag or "").lower()]
    classes = (attributes.get("class") or "").lower().split()
    names += [f"div.{name}" for name in classes]
    if "wzcon" in classes:
        names.append("div.wzcon.j-fontcontent")
    return min((_RANK[name] for name in names if name in _RANK), default=len(_CONTAINERS))


def _outermost(nodes: Sequence[LexborNode]) -> list[LexborNode]:
    """`nodes` without those inside another of them, so that no text is read twice."""
    known = {node.mem_id for node in nodes}
    kept = []
    for node in nodes:
        parent = node.parent
        while parent is not None and parent.mem_id not in known:
            parent = parent.parent
        if parent is None:
            kept.append(node)
    return kept


def _main_text(rows: Sequence[str], title: str | None) -> list[str]:
    """The lines of a container without header block, furniture at its head, and what follows the text."""
    used = find_header([as_cells(row) for row in rows]).lines
    lines = [line for index, row in enumerate(rows) if index not in used and (line := as_text(row))]
    start = first_prose(lines)
    if start == len(lines):
        start = 0
    head = [line for line in lines[:start] if not is_furniture(line) and not is_info(line)]
    return without_title(cut_tail([*head, *lines[start:]]), title)


def _from_whole_page(tree: LexborHTMLParser, title: str | None) -> list[str]:
    """The main text of a page without a known container: the densest run of lines below its title."""
    if tree.body is None:
        return []
    _remove(found for found in tree.css(_NEVER_TEXT) if found.tag != "body")
    rows = lines_of(tree.body.html, links=True)
    top = next((index for index, row in enumerate(rows) if title and _unlinked(row) == title), -1)
    rows = rows[top + 1 :]
    start, end = _densest(rows)
    lines = [_unlinked(row) for row in rows[start:end]]
    return _main_text(lines, title) if any(map(is_prose, lines)) else []


def _without_menus(rows: Sequence[str], title: str | None) -> list[str]:
    """The rows of a container that may hold menus and comments too; untouched where few of them are links."""
    if sum(map(_linked, rows)) * 5 > _size(rows):
        top = next((index for index, row in enumerate(rows) if title and _unlinked(row) == title), -1)
        rows = rows[top + 1 :]
        start, end = _densest(rows)
        rows = rows[start:end]
    return [_unlinked(row) for row in rows]


def _in_script(html: str) -> list[str]:
    """The rows of an article that the page keeps as JSON in a script (gkmlpt, the portals of Guangdong)."""
    if "_CONFIG" not in html:
        return []
    longest = max((found[1] for found in _JSON_CONTENT.finditer(html)), key=len, default="")
    try:
        return lines_of(json.loads(f'"{longest}"', strict=False))
    except ValueError:  # cut off inside an escape: nothing to read there
        return []


def _linked(row: str) -> int:
    return sum(len(piece.split(UNLINK)[0]) for piece in row.split(LINK)[1:])


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
        if ends_text(_unlinked(row)):
            total = 0.0
            continue
        if linked > plain:
            score = -10.0 - min(linked, 40)
        elif is_furniture(row):
            score = -20.0
        elif plain >= 25 and re.search(r"[，。；：！？,;]", row):
            score = float(plain)
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
    return above, span[1]

"""An article split over several pages: where it goes on, and its pages made one text. Pure.

Fetching the pages is follow.py. Where a list goes on is pagination.py: there 下一页 leads to older items,
here to the rest of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

from ingest.errors import ParseError
from ingest.page.furniture import first_prose, is_furniture, is_heading, is_prose, is_salutation
from ingest.page.list_links import address_called
from ingest.page.parsed import ParsedPage, parse_page
from ingest.page.script_calls import called_out
from ingest.page.titles import repeats
from ingest.page.urls import canonical_url

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MOST_PAGES = 40  # of one article; none was seen with more than a dozen

_KEYS = ("page", "pageno", "pagenum", "pageindex", "p", "pn", "part", "cur_page", "currentpage")
_ENDING = re.compile(r"\.(?:s?html?|jsp|aspx?|php)$", re.I)
_TRS = re.compile(r"^t(?:19|20)\d{6}_\d+$")
_COUNTER = re.compile(r"createPage(?:HTML)?\s{0,9}\(([^()]{1,200})\)")
_COUNT = re.compile(r"""\b(?:countPage|_PAGE_COUNT)\s{0,5}=\s{0,5}["']?(\d{1,4})\b""")
_LINK = "a[href], a[onclick], link[rel='next']"
_PAGE_KEY = re.compile(rf"(?:^|[?&;])(?:{'|'.join(_KEYS)})=\d{{1,3}}(?=[&\s#]|$)", re.I)
_FIRST = re.compile(r"(?<=\w)[_-]p?1(\.\w{2,6})\Z")
# What says nothing in a link's text: blanks, brackets, arrows, an icon font. Then 2, 2/5, 第2页：二、安排.
_BESIDE = re.compile(r"[\s\[\]()（）【】>＞»›→.…|\ue000-\uf8ff]+")
_NUMBER = re.compile(
    r"第?(\d{1,3})(?:[页頁](?:[:：].{1,60})?|/\d{1,3}[页頁]?)?|第([一二三四五六七八九十])[页頁](?:[:：].{1,60})?"
)
_ONWARD = re.compile(
    r"(?:[下后後]一?[页頁节]|[末尾][页頁]|最[后後]一?[页頁]|余下全文|查看全文|阅读全文|继续阅读|next(?:page)?|last)?(?:\d{1,3}/\d{1,3}[页頁]?)?",
    re.I,
)
_NUMERALS = "一二三四五六七八九十"
_WHOLE = re.compile(
    r"[\[【（(<《>…]*(?:请?点击(?:此处|这里)?)?(?:查看|阅读|浏览|展开|详见)?(?:报告|文章|原文|正文)?全文(?:阅读|链接)?[\]】）)>》»›→…]*"
)
_PAGE_MARK = re.compile(
    r"(?<!\s)\s*+[（(\[【]?\s*+第?\s*+(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*+[页頁]?\s*+[)）\]】]?$"
)
_CLOSED = re.compile(r"[。！？；：:!?;…”’」』）)》]$")


@dataclass(frozen=True, slots=True)
class _Link:
    """A link to page `number` as the address counts; `label` as its text does, None: 下一页."""

    number: int
    label: int | None
    spelled: SplitResult


def next_pages(page: ParsedPage, *, first: str | None = None) -> tuple[str, ...]:
    """The further pages, in order, of the article that begins at `first` (None: on this page), as far as this
    page tells; () where it is all there is.

    Believed are a script that counts the pages of this very file (TRS), and links that say a number, 下一页
    or 末页 and lead to the same address with a number in it: `123_2.html`, `123_p2.html`, `…&page=2`,
    `t20240205_7_1.html`; also by a function of the page: `javascript:goPage(2)`. Of another host or another
    article none is. At most MOST_PAGES - 1.
    """
    if _calls_onward(page) and (called := called_out(page.html)) != page.html:
        page = parse_page(called, page.url)
    try:
        start = urlsplit(canonical_url(first or page.url))
    except ParseError:
        return ()
    # The one spelling of …/index.html is …/, of index_2.html it is not.
    files = [start, *([start._replace(path=f"{start.path}index.html")] if start.path.endswith("/") else ())]
    if (one := _FIRST.search(start.path)) and not _TRS.match(_file(start)[0]):
        files.append(start._replace(path=start.path[: one.start()] + one[1]))  # bg_1.html, then bg_2.html
    return next(filter(None, (_next_pages(page, file) for file in files)), ())


def _calls_onward(page: ParsedPage) -> bool:
    """Whether a script leads on. To look for what it does takes longer than to read the page."""
    links = page.root.css("a[href^='javascript:'], a[onclick]")
    texts = (_BESIDE.sub("", node.text()) for node in links)
    return any(text and (_NUMBER.fullmatch(text) or _ONWARD.fullmatch(text)) for text in texts)


def _next_pages(page: ParsedPage, start: SplitResult) -> tuple[str, ...]:
    if counted := _counted(page.html, start):
        return counted
    if not _may_go_on(page, start):
        return ()
    links = [link for link in _links(page, start) if link.label != 1]
    if not links:
        return ()
    # TRS calls the second page _1; others call it _2.
    labelled = [link.number - link.label for link in links if link.label is not None]
    lowest = 1 if (any(step == -1 for step in labelled) or (not labelled and links[0].number == 1)) else 2
    spelled = {link.number: link.spelled for link in links}
    pattern = links[0]
    numbers = range(lowest, min(max(spelled), lowest + MOST_PAGES - 2) + 1)
    return tuple(urlunsplit(spelled.get(n) or _renumbered(pattern, n)) for n in numbers)


def whole_text(page: ParsedPage) -> str | None:
    """Where a page that has only the beginning of a text leads to all of it (查看全文), on the same host."""
    for node in page.root.css("a[href]"):
        if _WHOLE.fullmatch("".join(node.text().split())):
            with suppress(ParseError):
                target = canonical_url(node.attributes.get("href") or "", page.base)
                here = canonical_url(page.url)
                if urlsplit(target).netloc == urlsplit(here).netloc and target != here:
                    return target
    return None


def join_pages(bodies: Sequence[str], title: str | None = None) -> str:
    """The main texts of an article's pages (lines apart by "\\n") as one.

    What a page repeats from the head of the first, title and date of the congress, is left out; a sentence
    that runs over the end of a page is whole again.
    """
    lines = bodies[0].split("\n") if bodies and bodies[0] else []
    head = {_bare(line) for line in lines[: first_prose(lines)] if line[:1] in "—―-" or not is_heading(line)}
    for body in bodies[1:]:
        more = [line for line in body.split("\n") if line]
        while more and not is_salutation(more[0]) and _repeated(more[0], head, title):
            del more[0]
        if lines and more and _runs_on(lines[-1], more[0]):
            lines[-1] += more.pop(0)
        lines += more
    return "\n".join(lines)


def _bare(line: str) -> str:
    return re.sub(r"\s+", "", line)


def _repeated(line: str, head: set[str], title: str | None) -> bool:
    if _bare(line) in head or is_furniture(line):
        return True
    return not is_prose(line) and (repeats(line, title) or repeats(_PAGE_MARK.sub("", line), title))


def _runs_on(last: str, following: str) -> bool:
    """A paragraph that ends in mid-sentence goes on with what comes next, unless that begins a new one."""
    return (
        (is_prose(last) or last.endswith(("，", "、", ",")))
        and _CLOSED.search(last) is None
        and not is_heading(following)
        and not is_salutation(following)
    )


# --- what the page says ----------------------------------------------------------------------


def _counted(html: str, start: SplitResult) -> tuple[str, ...]:
    """The pages that a TRS script counts: createPageHTML(3, 0, "t20240205_7", "html"), countPage = 3."""
    stem, ending = _file(start)
    total = 0
    for found in _COUNTER.finditer(html) if "createPage" in html else ():
        given = [piece.strip(" \t\r\n\"'") for piece in found[1].split(",")]
        if stem in given and (numbers := [int(one) for one in given if one.isdigit() and len(one) < 6]):
            total = max(total, numbers[0])
    if not total and _TRS.match(stem) and ("countPage" in html or "_PAGE_COUNT" in html):
        count = _COUNT.search(html)
        total = int(count[1]) if count else 0
    folder = start.path.rpartition("/")[0]
    paths = [f"{folder}/{stem}_{n}{ending}" for n in range(1, min(total, MOST_PAGES))]
    return tuple(urlunsplit(start._replace(path=path)) for path in paths)


def _may_go_on(page: ParsedPage, start: SplitResult) -> bool:
    """Whether a link to another page can be there at all: few pages have one, and to look at each link takes
    longer than to parse the page."""
    if _hrefs(page, "a[href*='=']", _PAGE_KEY):
        return True
    if start.path.endswith("forum.php") and _hrefs(page, "a[href*='thread-']"):
        return True
    stem, _ = _file(start)
    numbered = re.compile(rf"{re.escape(stem)}(?:{_ENDING.pattern[:-1]})?[_\-/]p?\d")
    return bool(stem) and _hrefs(page, f'[href*="{stem}"], a[onclick*="{stem}"]', numbered)


def _hrefs(page: ParsedPage, selector: str, pattern: re.Pattern[str] = re.compile("")) -> bool:
    """Whether a link that the selector matches leads to an address with the pattern in it."""
    shown = (_address(node) for node in page.root.css(selector))
    return any(pattern.search(href) for href in (*shown, *(href for href, _ in page.scriptless)))


def _links(page: ParsedPage, start: SplitResult) -> Iterator[_Link]:
    shown = ((_address(node), node.text()) for node in page.root.css(_LINK))
    for href, text in (*shown, *page.scriptless):
        href, text = href.strip(), _BESIDE.sub("", text)
        if not href or href.startswith(("#", "javascript:")):
            continue
        numbered = _NUMBER.fullmatch(text)
        if numbered is None and not _ONWARD.fullmatch(text):
            continue
        try:
            target = urlsplit(canonical_url(href, page.base))
        except ParseError:
            continue
        if (number := _number(target, start)) is not None:
            yield _Link(number, _label(numbered) if numbered else None, target)


def _address(node: LexborNode) -> str:
    """Where a link leads, also by a script that opens it: onclick="location.href='…'"."""
    href = (node.attributes.get("href") or "").strip()
    return address_called(node) or "" if not href or href.startswith(("#", "javascript:")) else href


def _label(numbered: re.Match[str]) -> int:
    return int(numbered[1]) if numbered[1] else _NUMERALS.index(numbered[2]) + 1


def _file(parts: SplitResult) -> tuple[str, str]:
    """The last piece of a path without its ending, and the ending."""
    name = parts.path.rstrip("/").rpartition("/")[2]
    ending = _ENDING.search(name)
    return (name[: ending.start()], ending[0]) if ending else (name, "")


def _number(target: SplitResult, start: SplitResult) -> int | None:
    """Which page of the article at `start` the address is, as it counts; None where it is another one."""
    if target.netloc != start.netloc:
        return None
    if target.path == start.path:
        return _number_in_query(target.query, start.query)
    if target.query != start.query:
        return None
    stem, ending = _file(start)
    folder = start.path.rstrip("/").rpartition("/")[0]
    if not stem:
        return None
    pattern = rf"{re.escape(f'{folder}/{stem}')}[_\-/]p?(\d{{1,3}}){re.escape(ending)}/?"
    match = re.fullmatch(pattern, target.path)
    return int(match[1]) if match else None


def _number_in_query(query: str, of_start: str) -> int | None:
    added = [piece for piece in query.split("&") if piece and piece not in of_start.split("&")]
    lost = [piece for piece in of_start.split("&") if piece and piece not in query.split("&")]
    if len(added) != 1 or any(not _keyed(piece) for piece in (*added, *lost)):
        return None
    return int(added[0].partition("=")[2])


def _keyed(piece: str) -> bool:
    key, _, value = piece.partition("=")
    return key.lower() in _KEYS and value.isdigit() and len(value) < 4


def _renumbered(link: _Link, number: int) -> SplitResult:
    """The address of another page, spelled like that of `link`."""
    parts = link.spelled
    pieces = parts.query.split("&")
    for index, piece in enumerate(pieces):
        if _keyed(piece) and piece.endswith(f"={link.number}"):
            pieces[index] = f"{piece.partition('=')[0]}={number}"
            return parts._replace(query="&".join(pieces))
    head, _, tail = parts.path.rpartition(str(link.number))
    return parts._replace(path=f"{head}{number}{tail}")

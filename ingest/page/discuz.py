"""Read a Discuz! thread (X and 7): the starter's posts as one text. Pure.

Lists of threads are lists.py; the thread's one address is urls.py; a thread saved as plain text is text.py.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from ingest.errors import ShapeChanged
from ingest.model import Article, ArticleLayout
from ingest.page.dates import parse_when
from ingest.page.furniture import cut_tail
from ingest.page.lines import as_text, lines_of
from ingest.page.parsed import ParsedPage
from ingest.page.text import without_title
from ingest.page.titles import clean_title, without_category, without_site

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_TITLE = "#thread_subject, #threadtitle h1, h1.ts span, h1.ts"
_POSTS = "#postlist > div[id^='post_'], #postlist > table[id^='pid'], div.mainbox.viewthread"
_MESSAGE = "[id^='postmessage_']"
# font.jammer and hidden spans are sown against copying; the rest is the board's own.
_NOISE = (
    "font.jammer, span[style*='display:none'], span[style*='display: none'], i.pstatus, ignore_js_op,"
    " .attach_nopermission, .locked, .quote, .tip, .t_attach, .aimg_tip, .a_pr, .sign, .pcbs"
)
_USER = re.compile(r"(?:space-uid-|[?&]uid=)(\d+)")
_EDITED = re.compile(r"\s*本帖最后由.{1,60}编辑\s*")
_CONTINUES = 60  # characters; a shorter later post of the starter ("顶一下") does not continue the text


def is_thread(page: ParsedPage) -> bool:
    """A page with posts in it; Discuz lists and portal articles have none."""
    return page.root.css_first(f"#postlist {_MESSAGE}, div.viewthread {_MESSAGE}") is not None


def thread_starter(page: ParsedPage) -> str | None:
    """Who wrote the first post on the page: a number, else a name, "" if it is not said; None: no thread."""
    if not is_thread(page):
        return None
    posts = [post for post in page.root.css(_POSTS) if post.css_first(_MESSAGE)]
    return (_author(posts[0]) if posts else None) or ""


def read_thread(page: ParsedPage, layout: ArticleLayout, *, starter: str | None = None) -> Article:
    """The first post of the page with the later posts by the same author.

    `starter`: who began the thread, on its further pages; where no post there is theirs, the body is empty.
    Raises ShapeChanged where no post has text (deleted, locked, for members only).
    """
    heading = page.root.css_first(layout.title or _TITLE)
    printed = page.root.css_first("title")
    title = clean_title(heading.text() if heading else None)
    if title is None and printed is not None:
        title = clean_title(without_site(printed.text()))
    title = without_category(title) if title else None
    root = page.without((_NOISE, *layout.drop)).root
    posts = [post for post in root.css(_POSTS) if post.css_first(_MESSAGE)] or root.css(_MESSAGE)
    body: list[str] = []
    further = starter is not None
    if not further:
        starter = _author(posts[0]) if posts else None
    for number, post in enumerate(posts):
        opens = number == 0 and not further
        if not opens and (starter is None or _author(post) != starter):
            continue
        lines = _lines(post)
        if opens or sum(map(len, lines)) >= _CONTINUES:
            body += lines
    if not body and not (further and posts):
        raise ShapeChanged(
            f"reading {page.url}: a Discuz thread without a readable post ({_MESSAGE} is empty)"
        )
    return Article(
        title=title,
        body="\n".join(without_title(cut_tail(body) or body, title)),
        metas=dict(page.metas),
        published_at=_posted(posts[0]),
    )


def _lines(post: LexborNode) -> list[str]:
    message = post if (post.id or "").startswith("postmessage_") else post.css_first(_MESSAGE)
    rows = lines_of(message.html if message else None)
    return [text for row in rows if not _EDITED.fullmatch(row) and (text := as_text(row))]


def _author(post: LexborNode) -> str | None:
    """The user's number, else the name; None where the post does not say."""
    for link in post.css(".authi a, .postauthor a, td.postauthor cite a, .pls a"):
        if match := _USER.search(link.attributes.get("href") or ""):
            return match[1]
    named = post.css_first(".authi, .postinfo")
    return (clean_title(named.text()) if named else None) or None


def _posted(post: LexborNode) -> datetime | date | None:
    stamp = post.css_first("em[id^='authorposton'], .authi em, .postinfo em")
    if stamp is None:
        return None
    exact = stamp.css_first("span[title]")
    return parse_when((exact.attributes.get("title") if exact else None) or stamp.text())

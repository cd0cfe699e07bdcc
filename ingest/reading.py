"""Bytes -> Reading: decode, read the page, say which report it is. Pure.

Fetching the bytes is web/; what becomes of the reading is pipeline.py.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ingest.errors import Blocked, NotADocument
from ingest.identity import content_hash, identify
from ingest.model import ArticleLayout, Reading
from ingest.page import blocked, decode, read_page, read_text

# A page with less text than this is an empty shell: a template without its article.
LEAST_BODY = 30  # characters


def read_document(
    raw: bytes,
    url: str,
    *,
    content_type: str | None = None,
    layout: ArticleLayout | None = None,
    region: str | None = None,
    least: int = LEAST_BODY,
) -> Reading:
    """Read a page or a plain text whole.

    `url` may be a file's path; its ending decides where `content_type` says nothing. `region` is the
    code that 本区 means there. Raises Blocked, NotADocument, Undecodable, ShapeChanged.
    """
    text = decode(raw, content_type)
    if is_plain_text(url, content_type):
        article = read_text(text)
    else:
        if wall := blocked(text):
            raise Blocked(f"reading {url}: the answer is a block page ({wall}), not the document")
        article = read_page(text, url, layout or ArticleLayout())
    if len(article.body) < least and not (article.header.index_number or article.header.title):
        raise NotADocument(
            f"reading {url}: {len(article.body)} characters of text were found, fewer than {least}; "
            "the page is an empty shell or needs JavaScript"
        )
    return Reading(article, identify(article, url, region), content_hash(article.body))


def is_plain_text(url: str, content_type: str | None) -> bool:
    if content_type:
        return content_type.split(";")[0].strip().lower() == "text/plain"
    return PurePosixPath(urlsplit(url).path).suffix.lower() == ".txt"

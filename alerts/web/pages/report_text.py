"""The full text of a report with its figures marked, and what was searched for in it.

`?q=` marks words, `#q` is the paragraph to lead to: that of the character `?at=`, else the first with all of
them. How it is cut up is text_views.py.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import HTTPException, Query, Request, Response

from alerts.listing.records import report_ref
from alerts.web.http.dependencies import RootDep, StoreDep
from alerts.web.http.room import room
from alerts.web.pages import report_views, text_views
from alerts.web.pages.named_report import report_named
from alerts.web.pages.templating import TemplatesDep
from alerts.words.marked_text import hits_of

router = room(include_in_schema=False)


@router.get("/reports/{key:path}/text")
def text(
    request: Request,
    key: str,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    q: Annotated[str, Query(max_length=100)] = "",
    at: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    of: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    words = templates.words
    with store.read() as tx:
        detail = report_named(tx, key, words)
    if detail.moved_to is not None:
        return templates.redirect(request, text_views.text_href(root, detail.moved_to))
    if detail.version is None:
        raise HTTPException(404, words.say("报告 %(key)s 没有可读的文本。", key=key))
    article = text_views.article_of(detail, of)
    if article is None:
        raise HTTPException(404, words.say("此报告没有指纹为 %(digits)s 的文本。", digits=of))
    body, href = article.version.body, text_views.article_href(root, detail, article)
    hits = hits_of(body, q)
    return templates.TemplateResponse(
        request,
        "report_text.html",
        {
            "here": "report",
            "name": words.report_name(report_ref(detail.report)),
            "back": report_views.report_href(root, key),
            "chars": len(body),
            "texts": text_views.texts(root, detail),
            "here_text": href,
            "of": of,
            "parts": [part for part in text_views.parts(article, href) if part.heading],
            "paragraphs": text_views.paragraphs(root, key, article, words, q, hits, at),
            "asked": q,
            "hits": len(hits),  # the edge of a figure in one breaks its mark in two
        },
        headers={"Cache-Control": "no-cache"},
    )

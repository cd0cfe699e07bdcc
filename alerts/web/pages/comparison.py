"""Two texts of a report side by side. What differs is comparison_views.py."""

from __future__ import annotations

from typing import Annotated

from fastapi import HTTPException, Query, Request, Response

from alerts.listing.records import report_ref
from alerts.web.http.dependencies import RootDep, StoreDep
from alerts.web.http.room import room
from alerts.web.pages import comparison_views, report_views
from alerts.web.pages.named_report import report_named
from alerts.web.pages.templating import TemplatesDep
from ingest.store import relations

router = room(include_in_schema=False)


@router.get("/reports/{key:path}/compare")
def compare(
    request: Request,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    key: str,
    before: Annotated[str, Query(alias="from", max_length=80)],
    after: Annotated[str, Query(alias="to", max_length=80)],
) -> Response:
    words = templates.words
    with store.read() as tx:
        detail = report_named(tx, key, words)
        related = relations.of_report(tx, detail.report.id)
    texts = [comparison_views.version_of(detail.versions, digits) for digits in (before, after)]
    for digits, version in zip((before, after), texts, strict=True):
        if version is None:
            raise HTTPException(404, words.say("此报告没有指纹为 %(digits)s 的文本。", digits=digits))
    left, right = (version for version in texts if version is not None)
    pairs = {(r.version_id, r.other_version_id): r for r in related}
    return templates.TemplateResponse(
        request,
        "compare.html",
        {
            "here": "report",
            "name": words.report_name(report_ref(detail.report)),
            "back": report_views.report_href(root, key),
            "swap": comparison_views.compare_href(root, key, right.content_hash, left.content_hash),
            "c": comparison_views.comparison(
                left,
                right,
                detail.copies,
                detail.version.id if detail.version else None,
                pairs.get((left.id, right.id)),
                words,
            ),
        },
        headers={"Cache-Control": "no-cache"},
    )

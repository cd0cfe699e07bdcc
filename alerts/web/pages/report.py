"""The page of a report: its figures, its copies, what happened.

What it says is report_views.py, event_views.py and last_year_views.py; its full text is report_text.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import Request, Response

from alerts.listing.captures import links
from alerts.listing.records import report_ref
from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.room import room
from alerts.web.pages import comparison_views, event_views, last_year_views, report_views, text_views
from alerts.web.pages.named_report import report_named
from alerts.web.pages.offers import mails, offer, told_of
from alerts.web.pages.templating import TemplatesDep
from alerts.words.language import Words
from ingest.last_year import NOTHING
from ingest.model import Copy
from ingest.store import browse, evidence, relations
from ingest.store.last_year import past_of
from ingest.store.regions import reports_beside

router = room(include_in_schema=False)


@router.get("/reports/{key:path}")
def report(
    request: Request,
    key: str,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    settings: SettingsDep,
) -> Response:
    words = templates.words
    with store.read() as tx:
        detail = report_named(tx, key, words)
        if detail.moved_to is not None:  # for as long as the operator says so
            return templates.redirect(request, report_views.report_href(root, detail.moved_to))
        captures = evidence.exhibits(tx, detail.report.id)
        related = relations.of_report(tx, detail.report.id)
        past = past_of(tx, detail.report, [detail.version.id]) if detail.version else NOTHING
        others = reports_beside(tx, detail.report)
    headline = [figure for figure in detail.targets if figure.headline]
    archived = links(root, captures, detail.copies)
    return templates.TemplateResponse(
        request,
        "report.html",
        {
            "here": "report",
            "name": words.report_name(report_ref(detail.report)),
            "printed": detail.report.title or "",
            "page": report_views.report_href(root, key),
            "text": text_views.text_href(root, key),
            "parts_of_text": text_views.parts(root, detail),
            "last": last_year_views.last_years(root, detail, past, words),
            "around": last_year_views.around(root, detail.report, others, words),
            "json": f"{root}/api/v1{report_views.report_href('', key)}",
            "tags": report_views.report_tags(detail.report, headline, words),
            "region_feed": report_views.region_feed(root, detail.report, words),
            "offer": offer(root, told_of(detail.report.region), words, mail=mails(settings)),
            "region": report_views.region_link(root, detail.report, words),
            "facts": report_views.report_facts(detail, words),
            "chips": [report_views.figure_view(f, words) for f in headline],
            "headline": report_views.passages(headline, words),
            "commitments": report_views.passages((f for f in detail.targets if not f.headline), words),
            "outcomes": report_views.passages(detail.outcomes, words),
            "totals": {"targets": len(detail.targets), "outcomes": len(detail.outcomes)},
            "no_targets": report_views.why_no_targets(detail, words),
            "copies": _copies(root, detail, related, archived, words),
            "happenings": event_views.happenings(
                detail.events, detail.version.id if detail.version else None, words
            ),
        },
        headers={"Cache-Control": "no-cache"},
    )


def _copies(
    root: str,
    detail: browse.ReportDetail,
    related: Sequence[relations.Related],
    archived: Mapping[int, str],
    words: Words,
) -> list[report_views.CopyView]:
    """The copies in order of appearance, those of other texts with what they are to the leading one."""
    leader = detail.version
    hashes = {v.id: v.content_hash for v in detail.versions}
    to_leader = {r.version_id: r for r in related if leader and r.other_version_id == leader.id}

    def view(copy: Copy) -> report_views.CopyView:
        if leader is None or copy.version_id == leader.id or copy.version_id not in hashes:
            return report_views.copy_view(copy, leader.id if leader else None, words, archived.get(copy.id))
        return report_views.copy_view(
            copy,
            leader.id,
            words,
            archived.get(copy.id),
            coverage=comparison_views.coverage_text(to_leader.get(copy.version_id), words),
            compare=comparison_views.compare_href(
                root, detail.report.key, hashes[copy.version_id], leader.content_hash
            ),
        )

    return [view(copy) for copy in sorted(detail.copies, key=lambda c: (c.first_seen_at, c.id))]

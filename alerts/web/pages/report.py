"""The page of a report: its figures, its copies, what happened.

What it says is report_views.py, event_views.py and last_year_views.py; its full text is report_text.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

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
from ingest.model import Copy, Figure
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
        past = past_of(tx, detail.report, [one.version.id for one in detail.articles])
        others = reports_beside(tx, detail.report)
    headline = [figure for figure in detail.targets if figure.headline]
    texts = [(one, text_views.article_href(root, detail, one)) for one in detail.articles]

    def passages(of: Callable[[browse.Article], Iterable[Figure]]) -> list[report_views.Passage]:
        return [p for one, href in texts for p in report_views.passages(of(one), words, href)]

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
            "texts": text_views.texts(root, detail),
            "parts_of_text": [part for one, href in texts for part in text_views.parts(one, href)],
            "last": last_year_views.last_years(root, detail, past, words),
            "around": last_year_views.around(root, detail.report, others, words),
            "json": f"{root}/api/v1{report_views.report_href('', key)}",
            "tags": report_views.report_tags(detail.report, headline, words),
            "region_feed": report_views.region_feed(root, detail.report, words),
            "offer": offer(root, told_of(detail.report.region), words, mail=mails(settings)),
            "region": report_views.region_link(root, detail.report, words),
            "facts": report_views.report_facts(detail, words),
            "chips": [report_views.figure_view(f, words) for f in headline],
            "headline": passages(lambda one: (f for f in one.targets if f.headline)),
            "commitments": passages(lambda one: (f for f in one.targets if not f.headline)),
            "outcomes": passages(lambda one: one.outcomes),
            "totals": {"targets": len(detail.targets), "outcomes": len(detail.outcomes)},
            "no_targets": report_views.why_no_targets(detail, words),
            "copies": _copies(root, detail, related, archived, words),
            "happenings": event_views.happenings(
                detail.events, {one.version.id for one in detail.articles}, words
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
    speaking = {one.version.id for one in detail.articles}
    hashes = {v.id: v.content_hash for v in detail.versions}
    to_leader = {r.version_id: r for r in related if leader and r.other_version_id == leader.id}

    def view(copy: Copy) -> report_views.CopyView:
        if leader is None or copy.version_id in speaking or copy.version_id not in hashes:
            return report_views.copy_view(copy, speaking, words, archived.get(copy.id))
        return report_views.copy_view(
            copy,
            speaking,
            words,
            archived.get(copy.id),
            coverage=comparison_views.coverage_text(to_leader.get(copy.version_id), words),
            compare=comparison_views.compare_href(
                root, detail.report.key, hashes[copy.version_id], leader.content_hash
            ),
        )

    return [view(copy) for copy in sorted(detail.copies, key=lambda c: (c.first_seen_at, c.id))]

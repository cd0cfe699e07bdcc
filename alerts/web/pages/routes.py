"""The pages for people: the newest, one report, two of its texts side by side, the state of the service.

A region's page is regions.py. What they say is report_views.py, event_views.py, comparison.py and
status_views.py, how they look templates/ and static/.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import HTTPException, Query, Request, Response

from alerts.listing.captures import links
from alerts.listing.lists import coverage_list
from alerts.listing.records import report_ref
from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.parameters import refused_as
from alerts.web.http.room import room
from alerts.web.pages import comparison, event_views, last_year_views, report_views, status_views, text_views
from alerts.web.pages.covered import coverage_now
from alerts.web.pages.named_report import report_named
from alerts.web.pages.offers import Asked, mails, offer
from alerts.web.pages.templating import TemplatesDep
from alerts.words.language import Words
from ingest.identity.kinds import REPORTS
from ingest.last_year import NOTHING
from ingest.model import Copy, Filter, Kind, Region
from ingest.regions.named import place_named
from ingest.store import browse, evidence, outbox, overview, presence, relations, subscriptions
from ingest.store.last_year import past_of
from ingest.store.leaders import leading_versions
from ingest.store.regions import reports_beside

REPORTS_A_PAGE = 20
NEWEST_TARGETS = 50  # events read for the side column, which shows BULLETINS reports of them
BULLETINS = 5
EVERY_KIND = "all"  # news and notices, too; when no kind is asked for, reports are shown
SEARCHED_KINDS = ("work_report", "plan_report", "budget_report", "five_year_plan", "notice", "news", "other")


router = room(include_in_schema=False)


@router.get("/")
def index(
    request: Request,
    store: StoreDep,
    templates: TemplatesDep,
    root: RootDep,
    settings: SettingsDep,
    q: Annotated[str, Query(max_length=100)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    region: Annotated[str, Query(max_length=60)] = "",
    unclear: bool = False,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    words = templates.words
    kind_asked = kind if kind in words.kinds or kind == EVERY_KIND else ""
    place = _place(region)
    asked: dict[str, str | bool] = {
        "q": q,
        "kind": kind_asked,
        "region": place.key if place else "",
        "unclear": unclear,
    }
    first = (page - 1) * REPORTS_A_PAGE
    with store.read() as tx:
        rows = browse.reports(
            tx,
            region=place.key if place else None,
            kind=_kinds(kind_asked),
            query=q.strip() or None,
            unclear=unclear,
            limit=REPORTS_A_PAGE + 1,
            offset=first,
        )
        doubtful = browse.unclear_reports(tx)
        events = outbox.events(tx, Filter(types=("target.*",)), limit=NEWEST_TARGETS)
        told = event_views.newest_targets(events)[:BULLETINS]
        leading = leading_versions(tx, sorted({e.report_id for one in told for e in one if e.report_id}))
        sources, counts = overview.source_rows(tx, counted=False), overview.totals(tx)

    return templates.TemplateResponse(
        request,
        "index.html",
        {
            "here": "index",
            "counts": status_views.first_page_counts(counts, words),
            "reports": [report_views.card(root, row, words) for row in rows[:REPORTS_A_PAGE]],
            "bulletins": event_views.bulletins(root, told, leading, words),
            "sources": [status_views.source_view(source, words) for source in sources],
            "kinds": [(k, words.kinds[k]) for k in SEARCHED_KINDS],
            "every_kind": EVERY_KIND,
            "asked": asked,
            "place": (words.place(place), report_views.region_href(root, place)) if place else None,
            "searched": bool(q.strip() or kind_asked or place or unclear),
            "unclear": doubtful,
            "offer": offer(root, _told_of(place, kind_asked), words, mail=mails(settings)),
            "newer": _index_href(root, asked, page - 1) if page > 1 else None,
            "older": _index_href(root, asked, page + 1) if len(rows) > REPORTS_A_PAGE else None,
        },
        headers={"Cache-Control": "no-cache"},
    )


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
    texts = [comparison.version_of(detail.versions, digits) for digits in (before, after)]
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
            "swap": comparison.compare_href(root, key, right.content_hash, left.content_hash),
            "c": comparison.comparison(
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
        past = past_of(tx, detail.report, detail.version.id) if detail.version else NOTHING
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
            "offer": offer(root, _told_of(detail.report.region, ""), words, mail=mails(settings)),
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


@router.get("/status")
def status(
    request: Request, store: StoreDep, templates: TemplatesDep, root: RootDep, settings: SettingsDep
) -> Response:
    words, now = templates.words, datetime.now(UTC)
    with store.read() as tx:
        counts = overview.counts(tx)
        sources = [status_views.source_view(s, words) for s in overview.source_rows(tx, counted=False)]
        problems = [status_views.problem_view(p) for p in overview.problems(tx)]
        dead = [status_views.dead_view(root, report, version, words) for report, version in overview.dead(tx)]
        beats = [status_views.beat_view(b, now, words) for b in presence.beats(tx)]
        endpoints = status_views.endpoint_counts(subscriptions.all(tx), words)
        shares, years = coverage_now(settings, tx, now)
    return templates.TemplateResponse(
        request,
        "status.html",
        {
            "here": "status",
            "offer": offer(root, [("type", "source.*")], words, mail=mails(settings)),
            "now": now,
            "verdict": status_views.verdict(counts, sources, beats, words),
            "counts": status_views.status_counts(counts, words),
            "sources": sources,
            "problems": problems,
            "dead": dead,
            "beats": beats,
            "deliveries": status_views.delivery_counts(counts, words),
            "endpoints": endpoints,
            "coverage": coverage_list(shares, years).records,
            "years": years,
        },
        headers={"Cache-Control": "no-cache"},
    )


def _place(asked: str) -> Region | None:
    """The region that the first page is asked for; a form that is sent empty asks for none."""
    if not asked.strip():
        return None
    with refused_as(422):
        return place_named(asked, "region")


def _told_of(place: Region | None, kind: str) -> Asked:
    """What a feed can be asked for of what the first page shows."""
    of_place = [("region", place.code)] if place is not None and place.code is not None else []
    return [*of_place, *([("kind", kind)] if kind and kind != EVERY_KIND else [])]


def _kinds(asked: str) -> str | Collection[Kind] | None:
    if asked == EVERY_KIND:
        return None
    return asked or REPORTS


def _index_href(root: str, asked: Mapping[str, str | bool], page: int) -> str:
    query = {k: "true" if v is True else v for k, v in asked.items() if v}
    if page > 1:
        query["page"] = str(page)
    return f"{root}/{'?' + urlencode(query) if query else ''}"


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
            coverage=comparison.coverage_text(to_leader.get(copy.version_id), words),
            compare=comparison.compare_href(
                root, detail.report.key, hashes[copy.version_id], leader.content_hash
            ),
        )

    return [view(copy) for copy in sorted(detail.copies, key=lambda c: (c.first_seen_at, c.id))]

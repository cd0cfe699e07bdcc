"""The state of the service: sources, pages that cannot be read, processes, deliveries.

What it says is status_views.py.
"""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import Request, Response

from alerts.listing.lists import coverage_list
from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.room import room
from alerts.web.pages import status_views
from alerts.web.pages.covered import coverage_now
from alerts.web.pages.offers import mails, offer
from alerts.web.pages.templating import TemplatesDep
from ingest.store import overview, presence, subscriptions

router = room(include_in_schema=False)


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
            "verdict": status_views.verdict(counts, sources, beats, words, ocr=settings.ocr),
            "counts": status_views.status_counts(counts, words, ocr=settings.ocr),
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

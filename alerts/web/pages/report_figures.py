"""The figures of one report as a CSV file: what it promises, or what it says was reached.

As JSON they are in the API (api/reports.py); what a CSV looks like is alerts/listing/table.py.
"""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response

from alerts.listing import lists
from alerts.web.api.negotiation import BY_ACCEPT, listing_response
from alerts.web.http.dependencies import StoreDep
from alerts.web.http.language import WordsDep
from alerts.web.http.room import room
from alerts.web.pages.named_report import report_named
from ingest.store import browse

router = room(include_in_schema=False)


@router.get("/reports/{key:path}/{of}.csv")
def figures(
    request: Request, key: str, of: Literal["targets", "outcomes"], store: StoreDep, words: WordsDep
) -> Response:
    with store.read() as tx:
        detail = report_named(tx, key, words)
    rows = [
        browse.TargetRow(detail.report, text.id, text.content_hash, one.copy, figure, figure_id=0)
        for one in detail.articles
        for text in (one.version,)
        for figure in (one.targets if of == "targets" else one.outcomes)
    ]
    name = f"{key.replace('/', '-')}-{of}.csv"
    plain = name.encode("ascii", "replace").decode().replace('"', "?")
    headers = BY_ACCEPT | {"Content-Disposition": f'attachment; filename="{plain}"'}
    return listing_response(request, "csv", lists.targets(rows), headers)

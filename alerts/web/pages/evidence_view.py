"""An archived answer to look at: the text that was read out of it, and the page as it was, in a sandbox.

What a site sent is shown only by `page_as_it_was`: as a document of no origin (CSP sandbox), which runs no
script, loads nothing and sends nothing. The bytes themselves are evidence.py.
"""

from __future__ import annotations

from fastapi import HTTPException, Request, Response
from sqlalchemy import Connection

from alerts.web.http.dependencies import StoreDep
from alerts.web.http.language import words_of
from alerts.web.http.layers import HEADERS as PAGE_HEADERS
from alerts.web.http.room import room
from alerts.web.pages.evidence import ArchiveDep, CaptureId, exhibit_of, read_from
from alerts.web.pages.templating import TemplatesDep
from alerts.words.safe_text import web_address
from ingest import evidence
from ingest.attachments.kinds import AttachmentKind, kind_of
from ingest.errors import ParseError
from ingest.model import Version
from ingest.page.charset import decode
from ingest.page.lines import parse_html, remove
from ingest.store import documents
from ingest.store import evidence as captures
from ingest.store.evidence import Exhibit

# What would ask the network for something, or lead elsewhere by itself; the policy forbids it a second time.
_REACHING_OUT = (
    "script, link, base, meta[http-equiv], iframe, frame, frameset, object, embed, applet, audio, video"
)
SANDBOX = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": SANDBOX,
    "X-DNS-Prefetch-Control": "off",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-transform, max-age=3600",
}
# Its own page may hold it in a frame, and nothing else.
_FRAMING = f"{PAGE_HEADERS['Content-Security-Policy']}; frame-src 'self'"

router = room(include_in_schema=False)


@router.get("/evidence/{capture_id}/view")
def view(
    request: Request, store: StoreDep, archive: ArchiveDep, templates: TemplatesDep, capture_id: CaptureId
) -> Response:
    exhibit = exhibit_of(store, capture_id, templates.words)
    body = read_from(archive, exhibit, templates.words, evidence.payload)
    with store.read() as tx:
        version = documents.version(tx, exhibit.version_id) if exhibit.version_id is not None else None
        report = documents.report(tx, version.report_id) if version is not None else None
        pictures = [] if version is None or not version.ocr else _pages_of(tx, exhibit, version)
    return templates.TemplateResponse(
        request,
        "evidence.html",
        {
            "here": "evidence",
            "exhibit": exhibit,
            "url": web_address(exhibit.capture.url or exhibit.page_url),
            "is_page": kind_of(body, exhibit.attachment or "") is AttachmentKind.PAGE,
            "pictures": pictures,
            "lines": [line for line in version.body.split("\n") if line.strip()] if version else [],
            "report": report.key if report else None,
        },
        headers={"Cache-Control": "no-cache", "Content-Security-Policy": _FRAMING},
    )


def _pages_of(tx: Connection, exhibit: Exhibit, version: Version) -> list[Exhibit]:
    """What OCR saw of each page of the scan; of one of these, itself."""
    if _is_picture(exhibit):
        return [exhibit]
    behind = captures.exhibits(tx, version.report_id, version.id)
    return sorted(
        (e for e in behind if e.page_id == exhibit.page_id and _is_picture(e)), key=lambda e: e.part or 0
    )


def _is_picture(exhibit: Exhibit) -> bool:
    """Kept by us beside a scan, and not what a site sent."""
    return exhibit.part is not None and exhibit.attachment is not None


@router.get("/evidence/{capture_id}/page")
def page_as_it_was(request: Request, store: StoreDep, archive: ArchiveDep, capture_id: CaptureId) -> Response:
    words = words_of(request)
    body = read_from(archive, exhibit_of(store, capture_id, words), words, evidence.payload)
    try:
        tree = parse_html(decode(body))
    except ParseError as exc:
        raise HTTPException(404, words.say("存档 %(id)s 不是网页，无法这样显示。", id=capture_id)) from exc
    remove(tree.css(_REACHING_OUT))
    return Response(
        (tree.html or "").encode("utf-8", "replace"), media_type="text/html; charset=utf-8", headers=HEADERS
    )

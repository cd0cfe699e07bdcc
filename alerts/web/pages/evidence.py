"""Archived bytes for download: what a page was when it was read. Never shown as a page of ours.

Which captures there are is store/evidence.py, where the bytes are ingest/archive/archive.py; how they can be
looked at is evidence_view.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import structlog
from fastapi import Depends, HTTPException, Path, Query, Request, Response
from starlette.responses import RedirectResponse

from alerts.listing.captures import public
from alerts.web.http.dependencies import RootDep, StoreDep
from alerts.web.http.language import words_of
from alerts.web.http.rate_limit import TOO_MANY
from alerts.web.http.room import room
from alerts.words.language import Words
from ingest import evidence
from ingest.attachments.kinds import AttachmentKind, kind_of
from ingest.errors import ArchiveError, ConfigError
from ingest.settings import Settings
from ingest.store import evidence as captures
from ingest.store.db import Store
from ingest.store.evidence import Exhibit

if TYPE_CHECKING:
    from ingest.archive.archive import Archive

log = structlog.get_logger(__name__)

# Whatever a site sent, a browser must neither run it nor show it as coming from here.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-transform, max-age=3600",
}
_PAGE: dict[str, Any] = {"text/html": {}}  # people follow these links
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/warc": {}, "application/octet-stream": {}},
        "description": "The record, or the bytes in the type that they show, as an attachment",
    },
    403: {"content": _PAGE, "description": "A local file; it is not given out"},
    404: {"content": _PAGE, "description": "No such capture, or its bytes were not archived"},
    422: {"content": _PAGE, "description": "A parameter is wrong"},
    503: {"content": _PAGE, "description": "The archive cannot be read now"},
}


WARC = "application/warc"
# What the bytes show themselves to be; a page is text, so that nobody's browser runs it.
_TYPES = {
    AttachmentKind.PAGE: ("text/plain", "html.txt"),
    AttachmentKind.PDF: ("application/pdf", "pdf"),
    AttachmentKind.DOCX: ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    AttachmentKind.DOC: ("application/msword", "doc"),
    AttachmentKind.WPS: ("application/vnd.ms-works", "wps"),
    AttachmentKind.OFD: ("application/ofd", "ofd"),
    AttachmentKind.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    AttachmentKind.XLS: ("application/vnd.ms-excel", "xls"),
    AttachmentKind.CSV: ("text/plain", "csv"),
    AttachmentKind.RTF: ("application/rtf", "rtf"),
    AttachmentKind.ZIP: ("application/zip", "zip"),
    AttachmentKind.RAR: ("application/vnd.rar", "rar"),
}

_OTHER = ("application/octet-stream", "bin")

router = room(tags=["evidence"], responses=TOO_MANY)


def archive_of(settings: Settings) -> Archive:
    """Only read from: it opens nothing before it is asked. Few ask, and it brings warcio."""
    from ingest.archive.archive import Archive

    return Archive.from_settings(settings)


async def _archive(request: Request) -> Any:
    state = request.app.state
    if state.archive is None:
        state.archive = archive_of(state.settings)
    return state.archive


ArchiveDep = Annotated[Any, Depends(_archive)]
CaptureId = Annotated[int, Path(ge=1, lt=2**63)]


@router.get("/evidence/{capture_id}", response_class=Response, responses=ANSWERS)
def capture(
    request: Request,
    store: StoreDep,
    archive: ArchiveDep,
    capture_id: CaptureId,
    part: Annotated[
        Literal["record", "payload"],
        Query(description="the WARC record with its headers, or only the bytes that the site sent"),
    ] = "record",
) -> Response:
    """What was fetched, byte for byte, as a download."""
    words = words_of(request)
    exhibit = exhibit_of(store, capture_id, words)
    if part == "record":
        body, type_, ending = read_from(archive, exhibit, words, evidence.record), WARC, "warc"
    else:
        body = read_from(archive, exhibit, words, evidence.payload)
        type_, ending = _TYPES.get(kind_of(body, exhibit.attachment or ""), _OTHER)
        if is_jpeg(body):
            type_, ending = "image/jpeg", "jpg"
    name = f"gongbao-evidence-{capture_id}.{ending}"
    return Response(
        body,
        headers={
            **HEADERS,
            "Content-Type": type_,
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


def is_jpeg(body: bytes) -> bool:
    """What the pictures of a scan's pages are kept as."""
    return body.startswith(b"\xff\xd8\xff")


def exhibit_of(store: Store, capture_id: int, words: Words) -> Exhibit:
    """The capture, if it may be shown and was archived. Raises HTTPException."""
    with store.read() as tx:
        exhibit = captures.exhibit(tx, capture_id)
    if exhibit is None:
        raise HTTPException(404, words.say("没有编号为 %(id)s 的存档。", id=capture_id))
    if not public(exhibit):
        raise HTTPException(403, words.say("本地文件不经网页提供。"))
    if exhibit.capture.warc_file is None:
        raise HTTPException(404, words.say("存档 %(id)s 只保留了指纹，没有保留原文。", id=capture_id))
    return exhibit


def read_from(
    archive: Archive, exhibit: Exhibit, words: Words, read: Callable[[Archive, Exhibit], bytes]
) -> bytes:
    """Bytes of a capture. Raises HTTPException where the archive cannot give them."""
    try:
        return read(archive, exhibit)
    except ArchiveError as exc:
        log.error("archived bytes cannot be had", capture=exhibit.id, error=str(exc))
        name = exhibit.capture.warc_file
        raise HTTPException(503, words.say("存档文件 %(name)s 现在无法读取。", name=name)) from exc


@router.get("/reports/{key:path}/evidence", include_in_schema=False)
def evidence_of_text(
    request: Request,
    key: str,
    text: Annotated[str, Query(pattern=r"^(sha256:)?[0-9a-f]{8,64}$")],
    store: StoreDep,
    root: RootDep,
) -> RedirectResponse:
    """The capture to show first of one text of a report: where entries of feeds lead to."""
    try:
        with store.read() as tx:
            trail = evidence.behind(tx, text)
        best = replace(trail, exhibits=tuple(filter(public, trail.exhibits))).best
    except (ConfigError, ArchiveError) as exc:
        said = words_of(request).say(
            "报告 %(key)s 的这份文本（%(text)s…）没有存档的网页。", key=key, text=text[:16]
        )
        raise HTTPException(404, said) from exc
    return RedirectResponse(f"{root}/evidence/{best.id}/view", 307)  # another may be the first one later

"""The files that a .docx takes in whole (w:altChunk), as programs leave them that put documents together.
Pure.

ECMA-376 part 1, clause 17.17.2. Where they stand in the text is docx.py.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from xml.sax import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from ingest.attachments.kinds import AttachmentKind, kind_of
from ingest.attachments.office_xml import value
from ingest.errors import NotADocument


class ChunkTargets(ContentHandler):
    """The parts that a document takes in, by their relation."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._folder = folder

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if (value(attrs, "Type") or "").endswith("/aFChunk"):
            path = posixpath.join(f"/{self._folder}", value(attrs, "Target") or "")
            self.found[value(attrs, "Id") or ""] = posixpath.normpath(path).lstrip("/")


def chunk_lines(raw: bytes, what: str, read_docx: Callable[[bytes], list[str]]) -> list[str]:
    """Raises NotADocument for what Word would not take in either."""
    match kind := kind_of(raw):
        case AttachmentKind.DOCX:
            return read_docx(raw)
        case AttachmentKind.RTF:
            from ingest.attachments.rtf import read_rtf  # few need it

            return read_rtf(raw, what)
        case AttachmentKind.PAGE:
            from ingest.page.charset import decode
            from ingest.page.saved import html_of, lines_of_saved

            page, said = html_of(raw) or (raw, None)
            return lines_of_saved(page, said, "") if b"<" in page else decode(page, said).splitlines()
        case _:
            raise NotADocument(f"{what}: it takes in {kind.label}, which is not read")

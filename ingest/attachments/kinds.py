"""What a file is, by its bytes; its name and the Content-Type only settle what the bytes leave open. Pure.

Sites serve Word files as .pdf, error pages as .docx and anything at all as application/octet-stream.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath


class AttachmentKind(StrEnum):
    """What can hang on a page. PAGE: none of these; HTML or plain text for all that the first bytes say."""

    DOCX = "docx"
    PDF = "pdf"
    DOC = "doc"  # Word 97-2003
    WORD_XML = "xml"  # one file of XML, as Word 2003 wrote it, or all parts of a .docx
    WPS = "wps"  # Kingsoft Writer, before it wrote .docx
    OFD = "ofd"  # GB/T 33190, the national fixed-layout format
    XLS = "xls"
    XLSX = "xlsx"
    SHEET_XML = "sheet.xml"  # one file of XML, as Excel 2003 wrote it
    CSV = "csv"
    ODF = "odf"  # OpenDocument: .odt, .ods
    PPT = "ppt"
    PPTX = "pptx"
    CEB = "ceb"  # Founder Apabi, of older portals
    RTF = "rtf"
    LOCKED = "locked"  # an Office file behind a password
    OLE = "ole"  # an old Office container with something else in it
    ZIP = "zip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    GZIP = "gz"
    IMAGE = "image"
    PAGE = "page"

    @property
    def label(self) -> str:
        """For a message: "a .doc file (Word 97-2003)"."""
        return _LABELS[self]


ARCHIVES = frozenset({AttachmentKind.ZIP, AttachmentKind.RAR, AttachmentKind.SEVEN_ZIP})
SHEETS = frozenset({AttachmentKind.XLS, AttachmentKind.XLSX, AttachmentKind.SHEET_XML, AttachmentKind.CSV})

_LABELS = {
    AttachmentKind.DOCX: "a .docx file",
    AttachmentKind.PDF: "a PDF",
    AttachmentKind.DOC: "a .doc file (Word 97-2003)",
    AttachmentKind.WORD_XML: "a Word document as XML",
    AttachmentKind.WPS: "a .wps file (Kingsoft Writer)",
    AttachmentKind.OFD: "an .ofd file (GB/T 33190)",
    AttachmentKind.XLS: "an .xls file (a table)",
    AttachmentKind.XLSX: "an .xlsx file (a table)",
    AttachmentKind.SHEET_XML: "a table as XML",
    AttachmentKind.CSV: "a .csv file (a table)",
    AttachmentKind.ODF: "an OpenDocument file (.odt, .ods)",
    AttachmentKind.PPT: "a .ppt file (slides)",
    AttachmentKind.PPTX: "a .pptx file (slides)",
    AttachmentKind.CEB: "a .ceb file (Founder Apabi)",
    AttachmentKind.RTF: "an .rtf file",
    AttachmentKind.LOCKED: "an Office file locked with a password",
    AttachmentKind.OLE: "an old Office file",
    AttachmentKind.ZIP: "a zip archive",
    AttachmentKind.RAR: "a rar archive",
    AttachmentKind.SEVEN_ZIP: "a 7z archive",
    AttachmentKind.GZIP: "a gzip archive",
    AttachmentKind.IMAGE: "an image",
    AttachmentKind.PAGE: "a page",
}

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*", b"BM")
_ARCHIVES = {
    b"Rar!": AttachmentKind.RAR,
    b"7z\xbc\xaf": AttachmentKind.SEVEN_ZIP,
    b"\x1f\x8b": AttachmentKind.GZIP,
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

# Names in an OLE directory are UTF-16; the order is that of certainty.
_STREAMS = {
    "EncryptedPackage": AttachmentKind.LOCKED,
    "WordDocument": AttachmentKind.DOC,
    "Workbook": AttachmentKind.XLS,
    "PowerPoint Document": AttachmentKind.PPT,
    "Book": AttachmentKind.XLS,
}
_PARTS = {
    b"word/document": AttachmentKind.DOCX,
    b"OFD.xml": AttachmentKind.OFD,
    b"xl/workbook": AttachmentKind.XLSX,
    b"ppt/presentation": AttachmentKind.PPTX,
}
_XML, _WORD_XML = (b"<?xml", b"\xef\xbb\xbf<?xml"), b'progid="Word.Document"'
_SHEET_XML = b'"urn:schemas-microsoft-com:office:spreadsheet"'
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 4096  # bytes in which a sheet has its first rows, and XML says whose it is
_ODF = b"mimetypeapplication/vnd.oasis.opendocument."  # the first entry, stored as it is
_PDF_HEAD = 1024  # bytes in which %PDF- may stand: readers allow dirt before it (PDF 32000-1, annex H)


def kind_of(raw: bytes, name: str = "", content_type: str | None = None) -> AttachmentKind:
    """What `raw` is. `name` is the file's name or address; PAGE for everything that is no binary format.

    A zip whose directory is cut off is known by the names before its entries.
    """
    if raw.startswith(_ZIP):
        return _in_zip(raw)
    if raw.startswith(_OLE):
        return _in_ole(raw, name, content_type)
    if raw.startswith(b"%PDF-") or _dirty_pdf(raw):
        return AttachmentKind.PDF
    if raw.startswith(b"{\\rtf"):
        return AttachmentKind.RTF
    if raw.startswith(_XML) and _WORD_XML in raw[:_HEAD]:
        return AttachmentKind.WORD_XML
    if raw.startswith(_XML) and _SHEET_XML in raw[:_HEAD]:
        return AttachmentKind.SHEET_XML
    if raw.startswith(b"Founder CEB"):
        return AttachmentKind.CEB
    for sign, kind in _ARCHIVES.items():
        if raw.startswith(sign):
            return kind
    if raw.startswith(_IMAGES) and not (raw.startswith((b"BM", b"RIFF")) and _is_text(raw)):
        return AttachmentKind.IMAGE
    called_csv = _says("csv", name, content_type) or _is_sheet_of_tabs(raw, name)
    if called_csv and not raw.lstrip().startswith(b"<"):
        return AttachmentKind.CSV
    return AttachmentKind.PAGE


def _in_zip(raw: bytes) -> AttachmentKind:
    if raw.startswith(_ODF, 30):
        return AttachmentKind.ODF
    # A zip may hold a .docx as it is, with a directory of its own: that of the whole stands at the end.
    end = raw.rfind(b"PK\x05\x06")
    size = int.from_bytes(raw[end + 12 : end + 16], "little") if end >= 0 else 0
    if 0 < size <= end and raw.startswith(b"PK\x01\x02", end - size):
        raw = raw[end - size : end]
    for part, kind in _PARTS.items():
        at = raw.find(part)
        # The name of an entry stands 30 bytes after its local header, 46 after its central one.
        while at >= 0:
            local, central = raw[max(at - 30, 0) : at], raw[max(at - 46, 0) : at]
            if local.startswith(b"PK\x03\x04") or central.startswith(b"PK\x01\x02"):
                return kind
            at = raw.find(part, at + 1)
    return AttachmentKind.ZIP


def _in_ole(raw: bytes, name: str, content_type: str | None) -> AttachmentKind:
    for stream, kind in _STREAMS.items():
        if raw.find((stream + "\0").encode("utf-16-le")) >= 0:
            if kind is AttachmentKind.DOC and _says("wps", name, content_type):
                return AttachmentKind.WPS  # the same container: only the name tells them apart
            return kind
    return AttachmentKind.WPS if _says("wps", name, content_type) else AttachmentKind.OLE


def _says(format: str, name: str, content_type: str | None) -> bool:
    ending = PurePosixPath(name.lower().split("?")[0]).suffix
    return ending == f".{format}" or format in (content_type or "").lower()


def _is_sheet_of_tabs(raw: bytes, name: str) -> bool:
    """What many programs export as .xls: lines of cells, for Excel to make a sheet of."""
    head = raw[:_HEAD].lower()
    text = (_is_text(raw) or raw.startswith(_UTF_16)) and b"<t" not in head
    return text and b"\t" in head and any(_says(ending, name, None) for ending in ("xls", "et"))


def _dirty_pdf(raw: bytes) -> bool:
    head = raw[:_PDF_HEAD]
    at = head.find(b"%PDF-")
    # A page that writes about PDF is no PDF.
    return at > 0 and b"<" not in head[:at] and raw.find(b"endobj") > 0


def _is_text(raw: bytes) -> bool:
    return b"\0" not in raw[:512]

"""What an attachment is called: Content-Disposition, the link's text, the address. Pure.

A name is data: it is shown and compared, never used as a path. Bytes are stored by their sha256.
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from pathlib import PurePosixPath
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from ingest.page.charset import charset_named

_ENDINGS = "docx|doc|wps|pdf|ofd|xlsx|xls|et|csv|pptx|ppt|ceb|rtf|txt|zip|rar|7z"
_ENDING = re.compile(rf"\.(?:{_ENDINGS})$", re.I)
_MAY_BE_ENDING = re.compile(rf"\.(?:{_ENDINGS})|[%\r\n\t]", re.I)
_EXTENDED = re.compile(r"filename\*\s*=\s*([A-Za-z0-9_-]{1,20})'[^']{0,20}'([^;\s]+)", re.I)
_QUOTED = re.compile(r'filename\s*=\s*"((?:[^"\\]|\\.)*)"', re.I)
_TOKEN = re.compile(r"filename\s*=\s*([^;\"]+)", re.I)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LONGEST = 200  # characters of a name that are kept


def file_name(disposition: str | None, url: str, text: str = "") -> str:
    """The file's name: as Content-Disposition says (RFC 6266, RFC 5987), else the link's text where that is
    a file's name, else the end of the address. Folders before it are cut off; "" where nothing names it."""
    for name in (_disposed(disposition or ""), text if _ENDING.search(text) else "", _in_address(url), text):
        if clean := _base(name):
            return clean
    return ""


def has_file_ending(name: str) -> bool:
    """The name, or the path of the address, ends like a document that is no page (.docx, .pdf …)."""
    return _ENDING.search(path_of(name)) is not None


def may_get_file_ending(href: str) -> bool:
    """Whether `has_file_ending` can be true of the address that a link is spelled out to: to spell it out
    takes ten times as long."""
    return _MAY_BE_ENDING.search(href) is not None


def has_picture_ending(name: str) -> bool:
    """Likewise, of a picture: a page of a scan, it may be."""
    return path_of(name).lower().endswith((".jpg", ".jpeg", ".png", ".tif", ".tiff"))


def has_sheet_ending(name: str) -> bool:
    """Likewise, of a table."""
    return path_of(name).lower().endswith((".xls", ".xlsx", ".et", ".csv"))


def path_of(name: str) -> str:
    """The path of an address; a name, or what only begins like an address (http://[1]), as it is."""
    try:
        return urlsplit(name).path if "://" in name else name.strip()
    except ValueError:
        return name.strip()


def without_ending(name: str) -> str:
    return _ENDING.sub("", name.strip())


def _disposed(header: str) -> str:
    """The name in a Content-Disposition header; servers send it in five ways, most of them wrong."""
    if extended := _EXTENDED.search(header):
        raw = unquote_to_bytes(extended[2])
        charset = charset_named(extended[1])
        try:
            return raw.decode(charset) if charset else decode_name(raw)
        except UnicodeDecodeError:
            return decode_name(raw)
    found = _QUOTED.search(header) or _TOKEN.search(header)
    if found is None:
        return ""
    name = found[1].strip().replace('\\"', '"')
    if name.startswith("=?"):
        try:
            return str(make_header(decode_header(name)))
        except (HeaderParseError, LookupError, UnicodeDecodeError):
            return ""
    if "%" in name:
        return decode_name(unquote_to_bytes(name))
    try:
        return decode_name(name.encode("latin-1"))  # raw UTF-8 or GBK bytes, read as Latin-1 on the way
    except UnicodeEncodeError:
        return name


def decode_name(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _in_address(url: str) -> str:
    """The last part of the path where it names a file; else a `filename=` or the like in the query."""
    try:
        parts = urlsplit(url)
    except ValueError:  # a name that only begins like an address
        return url
    last = unquote(parts.path).rsplit("/", 1)[-1]
    if _ENDING.search(last):
        return last
    for piece in parts.query.split("&"):
        value = unquote(piece.partition("=")[2])
        if _ENDING.search(value):
            return value
    return last if "." in last else ""


def _base(name: str) -> str:
    name = PurePosixPath(_UNPRINTABLE.sub("", name).replace("\\", "/").strip()).name
    return name[:_LONGEST] if name not in {".", ".."} else ""

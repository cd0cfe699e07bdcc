"""Turn the bytes of a page into text. Pure.

What was declared is a hint: many county sites declare one charset and send the other. Fetching and
inflating are web/; reading is the rest of this room.
"""

from __future__ import annotations

import codecs
import re
from functools import partial
from urllib.parse import quote

import webencodings

from ingest.errors import NotADocument, Undecodable

_MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip container (docx, xlsx, zip)",
    b"PK\x05\x06": "a zip container (docx, xlsx, zip)",
    b"\xd0\xcf\x11\xe0": "an old Office file (doc, xls, wps)",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a RIFF container (WebP, AVI)",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
    b"\x1f\x8b": "gzip data",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"{\\rtf": "an RTF file",
}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# A page's first tag in UTF-16 without a BOM (XML 1.0, appendix F): no other charset writes it so.
_WIDE = {
    "utf-16-le": re.compile(rb"(?:[\t\r\n ]\0){0,99}<\0[!?a-zA-Z]\0"),
    "utf-16-be": re.compile(rb"(?:\0[\t\r\n ]){0,99}\0<\0[!?a-zA-Z]"),
}

# In small letters: to fold the case while searching takes several times as long.
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,4}=\s{0,4}["']?\s{0,4}([a-z0-9_.:-]{2,24})""")
_HEAD = 4096  # bytes in which a declaration is looked for

# Sites that declare gb2312 or gbk use gb18030 characters all the same (镕, ㎡, €).
_GB = frozenset(
    {"gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "ms936", "gb18030", "euc-cn", "chinese", "hz"}
)
# The encodings of the WHATWG that Chinese can be written in. iso-8859-1, which servers add by default, says
# nothing on a Chinese page, nor does another alphabet's: every byte is a letter there, nothing contradicts.
_ALLOWED = frozenset(
    {"utf-8", "utf-16le", "utf-16be", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", *_GB}
)

_COMMON = "的年和人大政府工作月日有中以上不一民主"  # the same in both scripts: five in a hundred, at least
_RARE = 100  # bytes in which one of them must stand
_LEAST_JUDGED = 100  # bytes beyond ASCII; of fewer nothing is said
_MISREAD = re.compile("[\x80-\xff□]")
_ASKED = re.compile("[?？]{2,}")  # each but the first stands for a character
_CHINESE = re.compile("[\u4e00-\u9fff]")
# show.asp?name=政府公报
_QUERY = re.compile(
    r"""(\bhref\s?=\s?["']?[^"'<>?#\s]{0,500}\?)([^"'<>#\s]{0,500}[^\x00-\x7f][^"'<>#\s]{0,500})""", re.I
)
_IN_A_QUERY = "".join(map(chr, range(0x21, 0x7F)))
_TOLERATED = 0.01  # share of non-ASCII bytes that may be broken (a description cut inside a character)
# Bytes that are taken out to count them: over a whole page many times quicker than a pattern.
_ASCII = bytes(range(0x80))
_CONTROL = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x1b"})  # ESC begins a shift in iso-2022
_UNPRINTABLE_BYTES = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def decode(raw: bytes, content_type: str | None = None) -> str:
    """The text of a page; `content_type` is the HTTP header, if there was one.

    BOM (or a first tag in UTF-16) first, then the header's charset, then the page's own, then UTF-8 and
    gb18030, then piece by piece both of these; a declaration that the bytes contradict is overruled. NULs,
    control characters and lone surrogates are removed.

    Raises NotADocument for empty or binary bytes, Undecodable where no charset fits.
    """
    bom, encoded = next((known for known in _BOMS if raw.startswith(known[0])), (b"", None))
    if not raw[len(bom) :].strip():
        raise NotADocument("reading a page: it is empty; look at the address in a browser")
    for magic, what in _MAGIC.items():
        if raw.startswith(magic):
            raise NotADocument(f"reading a page: the bytes are {what}, not a page")
    clean = _is_clean(raw)
    if encoded is None and b"\0" in raw[:2]:
        encoded = next((name for name, tag in _WIDE.items() if tag.match(raw)), None)
    if encoded is not None:
        text = _lenient(raw[len(bom) :], encoded, None)
    else:
        declared = declared_charset(raw, content_type)
        if not clean and (declared is None or not declared.startswith("utf-16")):
            _refuse_binary(raw.rstrip(b"\0"))  # some servers fill up their last block
        text = _fitting(raw, declared)
    # No charset makes a control character, or half of a pair, of other bytes.
    return _printed(text, clean)


def printable(text: str) -> str:
    """`text` without NULs, control characters and lone surrogates (a feed cannot carry them)."""
    try:
        raw = text.encode()
    except UnicodeEncodeError:  # surrogates
        return _UNPRINTABLE.sub("", text)
    return _printed(text, _is_clean(raw))


def _is_clean(raw: bytes) -> bool:
    return len(raw.translate(None, _UNPRINTABLE_BYTES)) == len(raw)


def _printed(text: str, clean: bool) -> str:
    """`clean`: its bytes hold no control character; what is no character at all may be there yet."""
    if clean and not ("\ufffe" in text or "\uffff" in text):
        return text
    return _UNPRINTABLE.sub("", text.replace("\x0b", "\n").replace("\x0c", "\n"))


def declared_charset(raw: bytes, content_type: str | None = None) -> str | None:
    """The codec that the header or the page names; None where neither names one that is of use.

    UTF-16 is believed where there are NULs (its markup is full of them), and never of the page itself: who
    could read that much of it reads no UTF-16.
    """
    head = raw[:_HEAD]
    for source in ((content_type or "").encode("ascii", "replace"), head):
        for match in _DECLARED.finditer(source.lower()):
            name = charset_named(match[1].decode("ascii"))
            if name is None or (name.startswith("utf-16") and (source is head or b"\0" not in head)):
                continue
            return name
    return None


def charset_named(label: str) -> str | None:
    """The codec of a charset's label; None for one that is no charset of pages or says nothing.

    Known are the labels of the WHATWG's Encoding Standard, and other names of GB 18030: of Python's codecs
    some inflate (zlib, bz2), some are no charsets (hex, idna), some fail in their own ways (undefined).
    """
    label = label.strip().lower()
    if label in _GB:
        return "gb18030"
    known = webencodings.lookup(label)
    if (
        known is None or known.name not in _ALLOWED
    ):  # charset=utf8mb4, charset=gb-2312: as if nothing was said
        return None
    return "gb18030" if known.name in _GB else known.codec_info.name


def _refuse_binary(raw: bytes) -> None:
    sample = raw[:65536]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    # A stray NUL is dirt; a page in which every twentieth byte is a control character is no page.
    if controls > 8 and controls > len(sample) // 20:
        raise NotADocument(
            f"reading a page: {controls} of the first {len(sample)} bytes are control characters: a binary"
        )


def _fitting(raw: bytes, declared: str | None) -> str:
    """The text in the codec that fits best. Chinese text in GBK is next to never valid UTF-8, not the other
    way round."""
    if raw.isascii():
        name = "utf-8" if declared is None or not declared.startswith("utf-16") else declared
        return _lenient(raw, name, declared)
    text = _strict(raw, "utf-8")
    if text is not None and declared in (None, "utf-8"):  # most pages
        return _believed(text, "utf-8", declared)
    foreign = len(raw.translate(None, _ASCII))
    broken = 0.0 if text is not None else _broken(raw, "utf-8", foreign)
    # A few broken bytes (a description cut inside a character) make no GBK page of a UTF-8 one, though
    # gb18030 may read them without an error, as gibberish.
    if broken <= _TOLERATED and (declared in (None, "utf-8") or foreign >= 12):
        return _lenient(raw, "utf-8", declared) if text is None else _believed(text, "utf-8", declared)
    candidates = [declared] if declared and declared != "utf-8" else []
    candidates += [name for name in ("gb18030",) if name not in candidates]
    for name in candidates:
        if (text := _strict(raw, name)) is not None:
            if name == "gb18030" and (other := _big5(raw, text, foreign)) is not None:
                text, name = other, "big5hkscs"
            return _believed(text, name, declared)
    candidates.append("utf-8")
    shares = {name: _broken(raw, name, foreign) for name in candidates}
    best = min(shares, key=lambda name: shares[name])
    if shares[best] > _TOLERATED:
        if (mixed := _pieces(raw)).count("\ufffd") <= _TOLERATED * foreign:
            return _believed(mixed, "utf-8", declared)
        raise Undecodable(
            f"decoding a page declared as {declared or 'nothing'}: "
            + ", ".join(f"{name} fails on {share:.0%} of the bytes" for name, share in shares.items())
        )
    return _lenient(raw, best, declared)


def _pieces(raw: bytes) -> str:
    """The text of a page whose head or foot was put in from a file in another charset, each piece in the one
    that reads it: a `<` is part of no character, neither in UTF-8 nor in gb18030."""
    pieces = (
        piece if (piece := _strict(part, "utf-8")) is not None else _replaced(part, "gb18030")
        for part in raw.split(b"<")
    )
    return "<".join(pieces)


def is_garbled(text: str) -> bool:
    """Whether a text was decoded wrongly before it was sent: it holds bytes that are no characters (U+FFFD),
    or more of what stands for others (æ for 来, ???, □□□) than of Chinese."""
    if "\ufffd" in text:
        return True
    found = len(_MISREAD.findall(text)) + sum(len(run) - 1 for run in _ASKED.findall(text))
    return found >= _LEAST_JUDGED and found > len(_CHINESE.findall(text))


def _big5(raw: bytes, text: str, foreign: int) -> str | None:
    """The text in Big5, whose bytes are next to always gb18030 as well, and gibberish: the commonest of all
    characters are not in it. None where `text`, of gb18030, is no gibberish."""
    if foreign < _LEAST_JUDGED or _common(text) * _RARE > foreign:
        return None
    other = _replaced(raw, "big5hkscs")
    broken = other.count("\ufffd") > _TOLERATED * foreign
    return other if not broken and _common(other) * _RARE > foreign else None


def _common(text: str) -> int:
    return sum(map(text.count, _COMMON))


def _strict(raw: bytes, name: str) -> str | None:
    """The text, if `name` reads every byte; a character cut off at the end does not count."""
    try:
        return codecs.getincrementaldecoder(name)("strict").decode(raw)
    except UnicodeDecodeError:
        return None


def _replaced(raw: bytes, name: str) -> str:
    return codecs.getincrementaldecoder(name)("replace").decode(raw)


def _broken(raw: bytes, name: str, foreign: int) -> float:
    """The share of non-ASCII bytes that `name` cannot read; a character cut off at the end does not count."""
    if _strict(raw, name) is not None:
        return 0.0
    return max(_replaced(raw, name).count("\ufffd"), 1) / foreign


def _lenient(raw: bytes, name: str, declared: str | None) -> str:
    return _believed(_replaced(raw, name), name, declared)


def _believed(text: str, name: str, declared: str | None) -> str:
    if text.count("\ufffd") > max(8, len(text) // 100):
        raise Undecodable(f"decoding a page declared as {declared or name}: {name} does not fit the bytes")
    return text if name.startswith("utf") else _QUERY.sub(partial(_as_sent, name), text)


def _as_sent(charset: str, link: re.Match[str]) -> str:
    """The link with its query escaped in the charset of the page, as browsers send it (WHATWG URL, 5.1)."""
    try:
        return link[1] + quote(link[2].encode(charset), safe=_IN_A_QUERY)
    except UnicodeEncodeError:  # a character that was replaced
        return link[0]

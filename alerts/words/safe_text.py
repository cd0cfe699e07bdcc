"""What may stand in a feed: text that every format carries, addresses that a reader may follow. Pure.

What an entry says is entry_body.py.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# What XML 1.0 cannot carry (feedgen raises ValueError), and what UTF-8 cannot (lone surrogates).
_FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
# What turns the text after it around (U+202E and its like): one in a title would turn the page of a reader.
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE = re.compile(f"[{_FORBIDDEN}{_TURNING}]")

_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")  # %u5E74, %zz
_UP_TO_HOST = re.compile(r"[^/?#]*//[^/?#]*")


def clean(text: str) -> str:
    """Without control characters, non-characters and lone surrogates, which no feed can carry, and without
    what turns text around."""
    return _UNSAFE.sub("", text)


def web_address(url: object) -> str | None:
    """The address if a reader may follow it (http, https), with anything odd in it escaped."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(clean(url))
    except ValueError:  # "http://[": an address that no reader can take apart
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    quoted = _NO_ESCAPE.sub("%25", quote(clean(url), safe="!#$%&'()*+,/:;=?@[]~"))
    host = _UP_TO_HOST.match(quoted)
    end = host.end() if host else 0
    # RFC 3986 §3.2.2: brackets stand around an IPv6 address and nowhere else.
    return quoted[:end] + quoted[end:].replace("[", "%5B").replace("]", "%5D")


def report_url(home_url: str, key: str) -> str:
    """The report's page of this service."""
    return f"{home_url}/reports/{quote(key, safe='/', errors='replace')}"


def spoken(address: str, lang: str) -> str:
    """A page of this service in a language; the usual one is not named."""
    return address if lang == "zh" else f"{address}?lang={lang}"

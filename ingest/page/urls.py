"""One address, one spelling. Pure: nothing is resolved or fetched here.

Whether an address may be fetched at all is web/'s guard.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from ingest.errors import ParseError

_DEFAULT_PORT = {"http": 80, "https": 443}
_THREAD = re.compile(r"^(?P<folder>.*/)?thread-(?P<tid>\d+)(?:-(?P<page>\d+))?(?:-\d+)?\.html?$")
_APP_TWIN = re.compile(r"_app(?=\.s?html?$)")  # cq.gov.cn publishes an article a second time for its app
_MOBILE_POST = re.compile(r"/mpost_(?=\d+\.s?html?$)")  # NFCMS does so for telephones
_MOBILE_HOST = re.compile(r"^(?:wap|3g|m|mobile)\.(?=(?:[\w-]+\.){1,3}gov\.cn$)")
# The gate that many portals put before themselves for readers of traditional characters.
_BIG5_HOST = re.compile(r"^(?:big5|cht|tw)\.")
_BIG5_GATE = re.compile(r"^/gate/(?:big5|gb)/(?P<host>(?:[\w-]+\.){1,4}gov\.cn)(?P<path>/.*|$)", re.I)
_SCRIPT = re.compile(r"variant=zh(?:-\w{2,5})?", re.I)
_SESSION = re.compile(r";jsessionid=[^/?]*", re.I)
_NOISE = frozenset({"spm", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"})


def canonical_url(url: str, base: str | None = None) -> str:
    """`url` (relative to `base`, if given) in its one spelling, which can still be fetched.

    Host in lower case, no fragment, no default port, no session id, no `..`, non-ASCII percent-encoded.
    Discuz: `thread-N-P-1.html` and `forum.php?mod=viewthread&tid=N&extra=…` become
    `forum.php?mod=viewthread&tid=N` (with `&page=P` from page 2 on, `&authorid=U` kept): the one form
    that every board answers, with rewriting or without.

    Twins are folded into the page for desktops: `…_app.html`, NFCMS's `mpost_N.html`, and of a portal
    (gov.cn only) the hosts `wap.`, `3g.`, `m.`, `mobile.` into `www.`. So are those in traditional
    characters: `big5.x.gov.cn/gate/big5/www.x.gov.cn/…`, `?variant=zh-hant`.

    Raises ParseError for what is not an http(s) address (javascript:, mailto:, a broken port).
    """
    text = url.strip().replace("\n", "").replace("\t", "")
    try:
        if base:
            text = urljoin(base, text)
        elif text.startswith("//"):
            text = "http:" + text
        parts = urlsplit(text)
        host, port = _MOBILE_HOST.sub("www.", (parts.hostname or "").rstrip(".")), parts.port
    except ValueError as exc:
        raise ParseError(f"reading the address {url[:200]!r}: {exc}") from exc
    if parts.scheme not in _DEFAULT_PORT or not host:
        raise ParseError(f"reading the address {url[:200]!r}: not an http or https address")
    gate = _BIG5_GATE.match(parts.path) if _BIG5_HOST.match(host) else None
    if gate:
        host, port = gate["host"].lower(), None
        parts = parts._replace(path=gate["path"] or "/")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORT[parts.scheme]:
        netloc += f":{port}"
    # urljoin takes `..` out only when it joins.
    path = (
        urlsplit(urljoin(f"{parts.scheme}://{netloc}/", parts.path)).path
        if "/." in parts.path
        else parts.path
    )
    path = _MOBILE_POST.sub("/post_", _APP_TWIN.sub("", _SESSION.sub("", path))) or "/"
    path, query = _one_thread(path, _plain_query(parts.query))
    path = quote(path, safe="/%:@!$&'()*+,;=~-._")
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def _plain_query(query: str) -> str:
    if not query:
        return ""
    kept = [
        piece
        for piece in query.split("&")
        if piece and piece.partition("=")[0].lower() not in _NOISE and not _SCRIPT.fullmatch(piece)
    ]
    return quote("&".join(kept), safe="/%:@!$&'()*+,;=~-._?[]")


def _one_thread(path: str, query: str) -> tuple[str, str]:
    """The two spellings of a Discuz thread made one; any other address as it was."""
    if thread := _THREAD.match(path):
        folder, tid, page, author = thread["folder"] or "/", thread["tid"], thread["page"], None
    elif path.rsplit("/", 1)[-1] in ("forum.php", "viewthread.php"):
        fields = dict(parse_qsl(query))
        if path.endswith("forum.php") and fields.get("mod") != "viewthread":
            return path, query
        if not fields.get("tid", "").isdigit():
            return path, query
        folder, tid = path.rsplit("/", 1)[0] + "/", fields["tid"]
        page, author = fields.get("page"), fields.get("authorid")
    else:
        return path, query
    wanted = {"mod": "viewthread", "tid": tid}
    if page and page.isdigit() and int(page) > 1:
        wanted["page"] = page
    if author and author.isdigit():
        wanted["authorid"] = author
    if path.endswith("viewthread.php"):  # Discuz 7 and older know no forum.php
        del wanted["mod"]
        return path, urlencode(wanted)
    return folder + "forum.php", urlencode(wanted)

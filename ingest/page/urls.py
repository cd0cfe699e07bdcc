"""One address, one spelling. Pure: nothing is resolved or fetched here.

Whether an address may be fetched at all is web/'s guard.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

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
# Tomcat's session in the path, and that of ASP.NET without cookies.
_SESSION = re.compile(r";jsessionid=[^/?]*|/\(S\([a-z0-9]{24}\)\)(?=/)", re.I)
# Who sent the reader, and which session is theirs: nothing of the page.
_NOISE = re.compile(
    r"(?:spm|utm_(?:source|medium|campaign|term|content)|hm(?:sr|pl|cu|kw|ci)|gclid|fbclid|bd_vid|nsukey"
    r"|tdsourcetag|share_token|isappinstalled|_t|_|phpsessid|jsessionid"
    r"|aspsessionid[a-z]{8}|asp\.net_sessionid|session_?id)",
    re.I,
)
_SENT_FROM = re.compile(r"from=[a-z]+", re.I)  # from=timeline; with a figure in it, it may be a range
_BUSTER = re.compile(r"(?:t|ts|time|timestamp|v|r|rnd|rand|random|nocache)=(?:\d{10,17}|0\.\d{5,20})", re.I)
# A page of a script that shows a file: /pdfjs/web/viewer.html?file=/a.pdf
_VIEWER = re.compile(r"/viewer\.html?$", re.I)
_VIEWED = re.compile(r"\.(?:pdf|ofd|docx?|wps|xlsx?)(?:$|[?#])", re.I)
_INDEX = re.compile(r"/index\.s?html?$", re.I)
_ROUTE = re.compile(r"!?/.")  # #/detail/5, #!/detail/5: which page it is, is known to a script alone
# How systems number the pages that hold one document: by its day, by a long number, or both.
ARTICLE_ADDRESS = re.compile(
    r"/t(?:\d{8}_)?\d{4,}|/art_\w+|/art/\d{4}/|/m?post_\d+|/content[_-]\d+|/content/(?:\d{4}|article|detail)/"
    r"|/contents/\d+/\d+|/\d{6}/\d+\.|/\d{6}/c\d\d_\d+|/\d{8}/\w+\.|/\d{4}/\d\d-\d\d/\d+|/\d{4}-\d\d-\d\d/"
    r"|/doc/\d{4}/|/public/\d+/\d+\.html|/info/\d+/\d+\.htm|/[0-9a-f]{32}\.|/\d{16,20}\.s?html|/(?:[0-9A-F]{32}|\d{16,20})/"
    r"|/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.s?html"
)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PLACE = re.compile(r"\{\{|\$\{|<%")  # {{item.url}}, ${url}, <%=url%>
_LONE = re.compile(r"[\ud800-\udfff]")
_SLASHES = re.compile(r"(?P<scheme>(?:https?:)?)/{3,}", re.I)


def absolute_url(url: str, base: str | None = None) -> str:
    """`url` as it stands, seen from `base`: with scheme and host, as a browser understands it.

    RFC 3986, 5.2, and what the WHATWG adds for links as people write them: `\\` is `/`, white space around
    counts for nothing, line breaks inside neither, half a character (a cut emoji) is U+FFFD. Dots are taken
    out of the path, empty segments stay.

    Raises ParseError for what is not an http(s) address (javascript:, mailto:, a broken port, a place that a
    script was to fill).
    """
    if _PLACE.search(url):
        raise ParseError(f"reading the address {_shown(url)}: a script was to fill it in")
    try:
        parts = _resolved(_spelled(url), base)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise ParseError(f"reading the address {_shown(url)}: {exc}") from exc
    if parts.scheme not in _DEFAULT_PORT or not host:
        raise ParseError(f"reading the address {_shown(url)}: not an http or https address")
    return urlunsplit(parts._replace(path=_without_dots(parts.path) or "/"))


def canonical_url(url: str, base: str | None = None) -> str:
    """`url` (relative to `base`, if given) in its one spelling, which can still be fetched.

    Host in lower case (政务.cn as xn--…), no fragment, no default port, no `..`, escapes in upper case and
    only where needed, non-ASCII percent-encoded, `index.html` left out, parameters in the order of their
    names. No session (`PHPSESSID`, `;jsessionid=`), no cache buster (`_t`), not who sent the reader
    (`from=timeline`).
    A fragment stays where it is the route of a script (`#/detail/5`): see `is_route`.

    Discuz: `thread-N-P-1.html` and `forum.php?mod=viewthread&tid=N&extra=…` become
    `forum.php?mod=viewthread&tid=N` (with `&page=P` from page 2 on, `&authorid=U` kept): the one form
    that every board answers, with rewriting or without.

    Twins are folded into the page for desktops: `…_app.html`, NFCMS's `mpost_N.html`, and of a portal
    (gov.cn only) the hosts `wap.`, `3g.`, `m.`, `mobile.` into `www.`. So are those in traditional
    characters: `big5.x.gov.cn/gate/big5/www.x.gov.cn/…`, `?variant=zh-hant`. A viewer
    (`viewer.html?file=a.pdf`) is the file that it shows.

    Raises ParseError as absolute_url does.
    """
    parts = urlsplit(absolute_url(url, base))
    if parts.query and _VIEWER.search(parts.path):
        shown = next(
            (said for name, said in parse_qsl(parts.query) if name == "file" and _VIEWED.search(said)), None
        )
        if shown is not None:
            parts = urlsplit(absolute_url(shown, urlunsplit(parts)))
    host, port = _MOBILE_HOST.sub("www.", ascii_host(parts.hostname or "").rstrip(".")), parts.port
    gate = _BIG5_GATE.match(parts.path) if _BIG5_HOST.match(host) else None
    if gate:
        host, port = gate["host"].lower(), None
        parts = parts._replace(path=gate["path"] or "/")
    if not host:
        raise ParseError(f"reading the address {_shown(url)}: it names no host")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORT[parts.scheme]:
        netloc += f":{port}"
    path = _MOBILE_POST.sub("/post_", _APP_TWIN.sub("", _SESSION.sub("", parts.path))) or "/"
    path, query = _one_thread(path, _plain_query(parts.query))
    if not query:
        path = _INDEX.sub("/", path)
    path = _escaped(path, safe="/%:@!$&'()*+,;=~-._")
    route = _escaped(parts.fragment, safe="/%:@!$&'()*+,;=~-._?") if _ROUTE.match(parts.fragment) else ""
    return urlunsplit((parts.scheme, netloc, path, query, route))


def ascii_host(host: str) -> str:
    """A host as it is asked for: in lower case, and 政务.cn as `xn--…` (RFC 3490); as it is where it is no
    name."""
    try:
        return host.lower() if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def is_route(url: str) -> bool:
    """Whether which page is meant stands behind the `#`, where no server is told of it."""
    return _ROUTE.match(urlsplit(url).fragment) is not None


def _spelled(url: str) -> str:
    text = _LONE.sub("\ufffd", url).strip().replace("\r", "").replace("\n", "").replace("\t", "")
    end = min((at for mark in "?#" if (at := text.find(mark)) >= 0), default=len(text))
    path = text[:end].replace("\\", "/")
    slashes = _SLASHES.match(path)
    return (f"{slashes['scheme']}//{path[slashes.end() :]}" if slashes else path) + text[end:]


def _resolved(text: str, base: str | None) -> SplitResult:
    """RFC 3986, 5.2.2. Not urljoin, which takes empty segments out of the path and dots only now and then."""
    parts = urlsplit(text)
    if base is None:
        return urlsplit("http:" + text) if text.startswith("//") else parts
    start = urlsplit(base)
    if parts.netloc or parts.scheme not in ("", start.scheme):
        return parts if parts.scheme else parts._replace(scheme=start.scheme)
    parts = parts._replace(scheme=start.scheme, netloc=start.netloc)
    if not parts.path:
        return parts._replace(path=start.path, query=parts.query or start.query)
    if parts.path.startswith("/"):
        return parts
    return parts._replace(path=f"{start.path.rpartition('/')[0]}/{parts.path}")


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    if "." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        match _ESCAPE.sub(lambda found: "." if found[1].lower() == "2e" else found[0], segment):
            case ".":
                pass
            case "..":
                del kept[-1:]
            case _:
                kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _escaped(text: str, safe: str) -> str:
    """With escapes where they are needed and in one spelling (RFC 3986, 6.2.2)."""

    def one(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return quote(_ESCAPE.sub(one, text), safe=safe)


def _shown(url: str) -> str:
    return ascii(url[:200]) if _LONE.search(url) else repr(url[:200])


def _plain_query(query: str) -> str:
    kept = [piece for piece in query.split("&") if piece and not _says_nothing(piece)]
    if all("=" in piece for piece in kept):  # ?OpenDocument, ?/news/5: not parameters
        # Discuz's `mod` is what the rest is parameters of.
        kept.sort(key=lambda piece: (not piece.startswith("mod="), piece.partition("=")[0]))
    return _escaped("&".join(kept), safe="/%:@!$&'()*+,;=~-._?[]")


def _says_nothing(piece: str) -> bool:
    name = piece.partition("=")[0]
    return any(
        (
            _NOISE.fullmatch(name),
            _SENT_FROM.fullmatch(piece),
            _BUSTER.fullmatch(piece),
            _SCRIPT.fullmatch(piece),
        )
    )


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

"""What real servers do to a poller, each as a change to a good answer. Not a test file.

    misbehave(site.server, path, fault, rng)    # from now on, or for one request, as the fault is
    behave(site.server, path)                   # as before

Which site and page, and when, is tests/test_world_days.py.
"""

# ruff: noqa: E501  (markup as it comes)
from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tests.support.web_server import Script, WebServer, Wire
from tests.support.world_plans import Plan

HTML_LISTS = frozenset({"ul", "table", "divs", "nfcms", "reposts"})
JSON_LISTS = frozenset({"jpaas", "gkmlpt", "ucap", "was5"})
FEEDS = frozenset({"rss", "atom"})
_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})


@dataclass
class Answer:
    """A good answer; `turn` counts those that were spoilt before."""

    body: bytes
    status: int
    headers: dict[str, str]
    plan: Plan
    rng: random.Random
    turn: int

    @property
    def text(self) -> str:
        return self.body.decode(self.charset)

    @property
    def charset(self) -> str:
        json = self.headers.get("Content-Type", "").startswith("application/json")
        return "utf-8" if json else self.plan.charset

    def send(self, wire: Wire, text: str | None = None, **headers: str) -> None:
        body = self.body if text is None else text.encode(self.charset)
        wire.answer(
            body, self.status, {**self.headers, **{n.replace("_", "-"): v for n, v in headers.items()}}
        )


@dataclass
class _Recorder(Wire):
    """Takes an answer down instead of sending it."""

    taken: tuple[bytes, int, dict[str, str]] = field(default=(b"", 0, {}))

    def answer(self, body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.taken = (body, status, dict(headers or {}))


@dataclass(frozen=True)
class Fault:
    """`lasts`: until it is taken back; else for one request."""

    name: str
    spoil: Callable[[Wire, Answer], None]
    lasts: bool
    fits: Callable[[Plan], bool] = lambda plan: True


def misbehave(server: WebServer, path: str, fault: Fault, plan: Plan, rng: random.Random) -> None:
    real = behave(server, path)
    turns = iter(range(10**6))

    def spoilt(wire: Wire) -> None:
        turn = next(turns)
        if turn and not fault.lasts:
            real(wire)
            return
        seen = {name: value for name, value in wire.seen.headers.items() if name not in _CONDITIONS}
        recorder = _Recorder(wire.sock, replace(wire.seen, headers=seen), wire.stopping)
        real(recorder)
        body, status, headers = recorder.taken
        headers.pop("ETag", None)
        fault.spoil(wire, Answer(body, status, headers, plan, rng, turn))

    spoilt.real = real  # type: ignore[attr-defined]
    server.script(path, spoilt)
    server.script(_onward(path), real)


def behave(server: WebServer, path: str) -> Script:
    """The server answers this path as it should; gives back how."""
    script = server._pages[path]
    real: Script = getattr(script, "real", script)
    server.script(path, real)
    return real


# --- articles --------------------------------------------------------------------------------


def _bytes_in_the_head(wire: Wire, answer: Answer) -> None:
    answer.send(wire, Set_Cookie="名=1".encode("gbk").decode("latin-1"), X_A="caf\xe9; b=\xe9")


def _bytes_in_a_name(wire: Wire, answer: Answer) -> None:
    answer.send(wire, **{"名".encode("gbk").decode("latin-1"): "1"})


def _odd_charset(wire: Wire, answer: Answer) -> None:
    name = answer.rng.choice(CHARSETS)
    answer.send(wire, Content_Type=f"{answer.headers['Content-Type'].split(';')[0]}; charset={name}")


def _counter(wire: Wire, answer: Answer) -> None:
    """A line in the article's own box that says another number at each look."""
    tag, _, name = answer.plan.container.replace("#", ".#").partition(".")
    attribute = f'id="{name[1:]}"' if name.startswith("#") else f'class="{name}"'
    number = 1000 + 37 * answer.turn
    line = answer.rng.choice(
        (
            f"已有 {number} 人浏览",
            f"您是第 {number} 位访客",
            f"点赞 {number}</p><p>收藏 {number // 7}",
            f"点赞 {number}　收藏 {number // 7}",
        )
    )
    box = f"<{tag} {attribute}>"
    assert box in answer.text
    answer.send(wire, answer.text.replace(box, f"{box}<p>{line}</p>", 1))


def _always_not_modified(wire: Wire, answer: Answer) -> None:
    if "if-modified-since" in wire.seen.headers:
        wire.answer(b"", 304)
    else:
        answer.send(wire, Last_Modified="Mon, 04 Mar 2041 08:00:00 GMT")


def _cookie_first(wire: Wire, answer: Answer) -> None:
    if "pass=1" in wire.seen.headers.get("cookie", ""):
        answer.send(wire)
    else:
        wire.answer(b"", 302, {"Location": wire.seen.path, "Set-Cookie": "pass=1; path=/"})


def _folded_head(wire: Wire, answer: Answer) -> None:
    """As a server of 1999 writes it: HTTP/1.0, bare line feeds, a folded line, no length."""
    head = f"HTTP/1.0 200\nServer: old\n one\nContent-Type: {answer.headers['Content-Type']}\n\n"
    wire.send(head.encode("latin-1") + answer.body)


def _page(body: str, status: int = 200) -> Callable[[Wire, Answer], None]:
    return lambda wire, answer: wire.answer(body.encode(), status)


def _cut(wire: Wire, answer: Answer) -> None:
    """A part of it, and no Content-Length to tell."""
    part = int(len(answer.body) * answer.rng.uniform(0.20, 0.97))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {answer.headers['Content-Type']}\r\nConnection: close\r\n\r\n"
    wire.send(head.encode("latin-1") + answer.body[:part])


def _to(place: str) -> Callable[[Wire, Answer], None]:
    return lambda wire, answer: wire.answer(b"", 302, {"Location": place})


def _onward(path: str) -> str:
    """Where the document is when its address only sends on."""
    return f"{path}{'&' if '?' in path else '?'}on=1"


def _sends_on(wire: Wire, answer: Answer) -> None:
    place = _onward(wire.seen.path)
    how = (
        f"<html><head><meta http-equiv='refresh' content='0; url={html.escape(place)}'></head><body></body></html>",
        f'<html><body><script>window.location.href = "{place}";</script></body></html>',
        f"<html><body><iframe src='{html.escape(place)}' width='100%' height='100%'></iframe></body></html>",
    )
    answer.send(wire, answer.rng.choice(how))


def _slow_lines_around(wire: Wire, answer: Answer) -> None:
    """Below the article."""
    lines = "".join(f"<p>{line}</p>" for line in SLOW_LINES)
    answer.send(wire, answer.text.replace("</body>", f"<div class='data'>{lines}</div></body>", 1))


def _one_page(plan: Plan) -> bool:
    return plan.article != "thread" and not any(quirk.startswith("split") for quirk in plan.quirks)


MENU = (
    "<div class='nav'><a href='/'>网站首页</a><a href='/zwgk/'>政务公开</a><a href='/hd/'>互动交流</a></div>"
)

CHARSETS = (
    "zlib", "hex", "bz2", "base64", "quopri", "uu", "rot13", "undefined", "idna", "punycode",
    "utf-7", "utf-16", "utf-32", "unicode_escape", "x-none", "名".encode("gbk").decode("latin-1"), "utf-8\"; x=\"",
)  # fmt: skip

# Lines that are ordinary, and that a regular expression may be slow with.
SLOW_LINES = (
    " ".join(f"{year}" for year in range(2012, 2026)),
    "1234567890" * 6,
    " ".join(f"{number}" for number in range(10, 36)),
    "一 | " * 26,
)

ARTICLE_FAULTS = (
    Fault("bytes in the head", _bytes_in_the_head, lasts=True),
    Fault("bytes in a header's name", _bytes_in_a_name, lasts=False),
    Fault("odd charset", _odd_charset, lasts=True),
    Fault("slow lines around", _slow_lines_around, lasts=True, fits=lambda plan: plan.article != "thread"),
    Fault("sends on", _sends_on, lasts=True),
    Fault("counter", _counter, lasts=True, fits=lambda plan: plan.article != "thread"),
    Fault("always 304", _always_not_modified, lasts=True),
    Fault("cookie first", _cookie_first, lasts=True),
    Fault("folded head", _folded_head, lasts=True),
    Fault("not found, 200", _page(f"<html><title>404</title><body>{MENU}<h2>您访问的页面不存在或已删除</h2><p>请检查网址，或返回首页。</p></body></html>"), lasts=False),
    Fault("maintenance, 200", _page("<html><body><h1>系统维护中</h1><p>网站正在升级维护，给您带来不便敬请谅解，请稍后访问。</p></body></html>"), lasts=False),
    Fault("login, 200", _page("<html><title>用户登录</title><body><form><p>请先登录后再访问本页面</p><input name=user><input name=password type=password></form></body></html>"), lasts=False),
    Fault("error in JSON", _page('{"code":500,"msg":"系统异常，请联系管理员","data":null}'), lasts=False),
    Fault("welcome to nginx", _page("<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed and working. Further configuration is required.</p></body></html>"), lasts=False),
    Fault("parked", _page("<html><title>域名出售</title><body><h1>此域名可出售</h1><p>该域名正在出售中，如需购买请联系我们。This domain may be for sale. Related searches: loans, hotels, insurance.</p></body></html>"), lasts=False),
    Fault("to the home page", _to("/"), lasts=False),
    Fault("to the page of errors", _to("/404.html"), lasts=False),
    Fault("to the log-in", _to("/login"), lasts=False),
    Fault("cut", _cut, lasts=False, fits=_one_page),
    Fault("404", _page("not here", 404), lasts=False),
    Fault("503", _page("busy", 503), lasts=False),
    Fault("reset", lambda wire, answer: wire.reset(), lasts=False),
    Fault("empty", _page(""), lasts=False),
)  # fmt: skip


ALL_GONE = Fault("all gone", _page("not here", 404), lasts=True)

# --- lists -----------------------------------------------------------------------------------


def _relative(wire: Wire, answer: Answer) -> None:
    text = answer.text.replace('href="/', 'href="').replace("<head>", "<head><base href='/'>", 1)
    answer.send(wire, text if "<base" in text else f"<base href='/'>{text}")


def _backslashes(wire: Wire, answer: Answer) -> None:
    answer.send(wire, re.sub(r'href="([^"?]*)', lambda m: m[0].replace("/", "\\"), answer.text))


def _strange_links(wire: Wire, answer: Answer) -> None:
    strange = "".join(
        f'<li><a href="{href}">某地的一条奇怪的通知公告</a><span>2026-01-01</span></li>'
        for href in ("//[1]/./a.html", "http://x:99999/a.html", "http://%zz/a.html", "#/detail/5")
    )
    answer.send(wire, answer.text.replace("</ul>", f"{strange}</ul>", 1))


def _sessions(wire: Wire, answer: Answer) -> None:
    """Another address for each article at each look."""
    noise = f"PHPSESSID={answer.rng.getrandbits(64):x}&amp;_t={answer.turn}&amp;from=timeline"
    answer.send(wire, re.sub(r'(href="[^"?]*\.s?html?)"', rf'\1?{noise}"', answer.text))


def _half_characters(wire: Wire, answer: Answer) -> None:
    answer.send(wire, answer.text.replace('"title": "', '"title": "\\ud83d'))


def _loose_ampersands(wire: Wire, answer: Answer) -> None:
    answer.send(wire, re.sub(r"(<title>)", r"<generator>A&B&nbsp;C</generator>\1", answer.text, count=1))


def _dates_out_of_range(wire: Wire, answer: Answer) -> None:
    dates = ("<{0}>0001-01-01T00:00:00+08:00</{0}>", "<{0}>9999-12-31T23:59:59-12:00</{0}>")
    item, day, link = (
        ("item", "pubDate", "<link>/odd/{}.html</link>")
        if answer.plan.form == "rss"
        else ("entry", "updated", "<link href='/odd/{}.html'/>")
    )
    more = "".join(
        f"<{item}><title>某地的一条旧通知</title>{link.format(n)}{said.format(day)}</{item}>"
        for n, said in enumerate(dates)
    )
    end = "</channel>" if answer.plan.form == "rss" else "</feed>"
    answer.send(wire, answer.text.replace(end, more + end, 1))


def _routes(wire: Wire, answer: Answer) -> None:
    """Articles that only a script can show."""
    more = "".join(
        f'<li><a href="#/detail/{n}">某地第{n}号通知公告</a><span>2026-01-0{n}</span></li>' for n in (5, 6)
    )
    answer.send(wire, answer.text.replace("</ul>", f"{more}</ul>", 1))


def _pinned(wire: Wire, answer: Answer) -> None:
    answer.send(wire, answer.text.replace('id="normalthread_', 'id="stickthread_9'))


def _base_in_xml(wire: Wire, answer: Answer) -> None:
    base = f"http://{wire.seen.headers['host']}"
    text = answer.text.replace(f">{base}/a/", ">").replace('href="/a/', 'href="')
    answer.send(wire, re.sub(r"<(rss|feed) ", rf'<\1 xml:base="{base}/a/" ', text, count=1))


def _no_permalinks(wire: Wire, answer: Answer) -> None:
    """A guid that looks like an address, and is none."""
    base, numbers = f"http://{wire.seen.headers['host']}", iter(range(100))
    answer.send(
        wire,
        re.sub(
            "<item>",
            lambda m: f'<item><guid isPermaLink="False">{base}/?p={next(numbers)}</guid>',
            answer.text,
        ),
    )


def _escaped_titles(wire: Wire, answer: Answer) -> None:
    text = re.sub(
        r"(<(?:item|entry)>)<title>(.*?)</title>",
        r'\1<title type="html">&lt;b&gt;\2&lt;/b&gt;</title>',
        answer.text,
    )
    answer.send(wire, text)


LIST_FAULTS = (
    Fault("bytes in the head", _bytes_in_the_head, lasts=True),
    Fault("bytes in a header's name", _bytes_in_a_name, lasts=False),
    Fault("odd charset", _odd_charset, lasts=True),
    Fault("always 304", _always_not_modified, lasts=True),
    Fault("cookie first", _cookie_first, lasts=True),
    Fault("folded head", _folded_head, lasts=True),
    Fault("sends on", _sends_on, lasts=True, fits=lambda plan: plan.form in HTML_LISTS),
    Fault("routes", _routes, lasts=True, fits=lambda plan: plan.form in ("ul", "reposts")),
    Fault("pinned", _pinned, lasts=True, fits=lambda plan: plan.form == "threads"),
    Fault("base in XML", _base_in_xml, lasts=True, fits=lambda plan: plan.form in FEEDS),
    Fault("no permalinks", _no_permalinks, lasts=True, fits=lambda plan: plan.form == "rss"),
    Fault("escaped titles", _escaped_titles, lasts=True, fits=lambda plan: plan.form in FEEDS),
    Fault("base", _relative, lasts=True, fits=lambda plan: plan.form in HTML_LISTS),
    Fault("backslashes", _backslashes, lasts=True, fits=lambda plan: plan.form in HTML_LISTS),
    Fault("strange links", _strange_links, lasts=True, fits=lambda plan: plan.form in ("ul", "reposts")),
    Fault("sessions", _sessions, lasts=True, fits=lambda plan: plan.form in HTML_LISTS and "twins" not in plan.quirks),
    Fault("half characters", _half_characters, lasts=True, fits=lambda plan: plan.form in JSON_LISTS),
    Fault("loose ampersands", _loose_ampersands, lasts=True, fits=lambda plan: plan.form in FEEDS),
    Fault("dates out of range", _dates_out_of_range, lasts=True, fits=lambda plan: plan.form in FEEDS),
    Fault("maintenance, 200", _page("<html><body><h1>系统维护中</h1><p>网站正在升级维护。</p></body></html>"), lasts=False),
    Fault("404", _page("not here", 404), lasts=False),
    Fault("503", _page("busy", 503), lasts=False),
    Fault("reset", lambda wire, answer: wire.reset(), lasts=False),
    Fault("empty", _page(""), lasts=False),
    Fault("cut", _cut, lasts=False),
)  # fmt: skip

"""Text that a page holds for its script to show, and answers that are JSON."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import pytest

from ingest.errors import ErrorPage, NotADocument, ParseError
from ingest.model import ArticleLayout, Kind
from ingest.page.hidden_text import page_of_json, uncovered
from ingest.reading import FirstPage, ReadingHints, read_first_page
from tests.support.growth import Work, grows_with_size_only

URL = "http://www.example.gov.cn/detail?id=7"
TITLE = "荣昌区2026年政府工作报告"
LINES = [
    "各位代表：现在，我代表区人民政府向大会报告工作，请予审议，并请区政协委员提出意见。",
    *(f"{n}是办好第{n}件实事，让人民群众的获得感、幸福感、安全感更有保障。" for n in "一二三四五六七八"),
    "今年的主要预期目标是：地区生产总值增长6%左右，一般公共预算收入增长5%。",
]
MARKUP = "".join(f"<p>{line}</p>" for line in LINES)
BODY = "\n".join(LINES)


def in_page(hidden: str) -> bytes:
    menu = '<div class="nav"><a href="/">首页</a><a href="/zwgk/">政务公开</a></div>'
    foot = '<div class="foot">主办：荣昌区人民政府办公室</div>'
    head = f'<html><head><meta charset="utf-8"><title>{TITLE}</title></head>'
    return f"{head}<body>{menu}<h1>{TITLE}</h1><div id='app'></div>{hidden}{foot}</body></html>".encode()


def read(raw: bytes, **hints: Any) -> FirstPage:
    first = read_first_page(raw, URL, ReadingHints(**hints))
    assert isinstance(first, FirstPage)
    return first


def escaped(text: str) -> str:
    """As the old escape() of JavaScript does."""
    return "".join(f"%u{ord(c):04x}" if ord(c) > 255 else f"%{ord(c):02x}" for c in text)


@pytest.mark.parametrize(
    "hidden",
    [
        f'<textarea style="display:none">{html.escape(MARKUP)}</textarea>',
        f'<textarea style="display:none">{MARKUP}</textarea>',
        f"<textarea>{BODY}</textarea>",
        f"<script>var content = {json.dumps(MARKUP, ensure_ascii=False)}; show(content);</script>",
        f"<script>window.__INITIAL_STATE__={json.dumps({'article': {'content': MARKUP}})}</script>",
        f"<script type='application/json'>{json.dumps({'text': BODY}, ensure_ascii=False)}</script>",
        f"<script>app.innerHTML = '{MARKUP}'</script>",
        f"<script>app.innerHTML = `{MARKUP}`</script>",
        # packed against copying
        f"<script>document.write(decodeURIComponent('{quote(MARKUP)}'))</script>",
        f"<script>document.write(unescape('{escaped(MARKUP)}'))</script>",
        f"<script>show(Base64.decode('{b64encode(MARKUP.encode()).decode()}'))</script>",
        f"<script>var a = 'it\\'s'; app.innerHTML = \"{html.escape(MARKUP)}\"</script>",
        f'<script type="text/template" id="t">{MARKUP}</script>',
        f"<template>{MARKUP}</template>",
        f"<noscript>{MARKUP}</noscript>",
        f'<input type="hidden" value="{html.escape(MARKUP)}">',
        f'<div data-content="{html.escape(MARKUP)}"></div>',
        f'<div data-html="{b64encode(MARKUP.encode()).decode()}"></div>',
        f'<div style="display:none">{html.escape(MARKUP)}</div>',
        f"<div>{html.escape(MARKUP)}</div>",
        f"<app-page :article='{html.escape(json.dumps({'content': MARKUP}))}'></app-page>",
        # in pieces
        "<script>var s = '';{}app.innerHTML = s;</script>".format(
            "".join(f"s += '<p>{x}</p>';" for x in LINES)
        ),
        f"<script>app.innerHTML = {json.dumps([f'<p>{line}</p>' for line in LINES])}.join('');</script>",
        "<script>{}</script>".format("".join(f"document.write('<p>{line}</p>');" for line in LINES)),
        f'<iframe srcdoc="{html.escape(MARKUP)}"></iframe>',
        # in comments
        f"<code style='display:none'><!--{MARKUP}--></code>",
        f"<div id=t><!--{MARKUP}--></div><script>if (t.firstChild.nodeType === 8) show(t)</script>",
    ],
)
def test_the_text_that_a_script_would_show_is_read(hidden: str) -> None:
    reading = read(in_page(hidden)).reading
    assert (reading.article.title, reading.identity.kind) == (TITLE, Kind.WORK_REPORT)
    assert reading.article.body == BODY


def test_the_day_beside_a_text_in_json_ld_is_read() -> None:
    said = {
        "@type": "Article",
        "headline": TITLE,
        "datePublished": "2026-01-28T10:00:00+08:00",
        "articleBody": BODY,
    }
    page = in_page(f"<script type='application/ld+json'>{json.dumps(said, ensure_ascii=False)}</script>")
    article = read(page).reading.article
    assert (article.body, str(article.published_at)[:10]) == (BODY, "2026-01-28")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("docRelTime", 1769565600000),
        ("publishTime", "1769565600"),
        ("addDate", "2026-01-28T10:00:00"),
        ("DOCPUBTIME", "2026-01-28 10:00:00"),
    ],
)
def test_the_day_beside_a_text_in_json_may_be_a_number(name: str, value: Any) -> None:
    answer = {"data": {"docTitle": TITLE, "releaseType": "1", name: value, "docHtmlCon": MARKUP}}
    article = read(json.dumps(answer).encode(), content_type="application/json").reading.article
    assert (article.title, str(article.published_at)[:10]) == (TITLE, "2026-01-28")


def test_what_is_shown_wins() -> None:
    shown = f'<div id="zoom">{MARKUP}</div>'
    hidden = f"<script>var other = {json.dumps('本站声明：' + MARKUP * 2)}</script>"
    assert read(in_page(shown + hidden)).reading.article.body == BODY


def test_little_hides_no_article() -> None:
    with pytest.raises(ParseError):
        read(in_page("<noscript>请启用 JavaScript 后继续访问本网站，以便查看全部内容。</noscript>"))


def test_what_a_script_says_in_pieces_is_no_text_without_a_sentence() -> None:
    names = "".join(f"s += '<p>河湾县第{n}中学附属幼儿园</p>';" for n in range(40))
    with pytest.raises(ParseError):
        read(in_page(f"<script>var s = ''; {names}</script>"))


def test_a_source_that_names_its_body_is_held_to_it() -> None:
    with pytest.raises(ParseError):
        read(in_page(f"<textarea>{BODY}</textarea>"), layout=ArticleLayout(body="div.article"))


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("text", [MARKUP, BODY, html.escape(MARKUP)])
def test_a_page_that_is_json_is_read(text: str, ascii_only: bool) -> None:
    data = {"id": 7, "fileName": TITLE, "publishDate": "2026-01-25 09:00:00", "html": text}
    answer = {"code": 200, "msg": "ok", "data": data, "site": {"title": "门户"}}
    raw = json.dumps(answer, ensure_ascii=ascii_only).encode()
    for sent in (raw, b"callback(" + raw + b");"):
        article = read(sent, content_type="application/json").reading.article
        assert (article.title, article.body) == (TITLE, BODY)
        assert isinstance(article.published_at, datetime)
        assert article.published_at.date() == date(2026, 1, 25)


def test_a_page_that_is_json_packed_as_base64_is_read() -> None:
    def packed(text: str) -> str:
        return b64encode(text.encode()).decode()

    data = {"title": TITLE, "publishDate": "2026-01-25 09:00:00", "content": packed(MARKUP)}
    whole = json.dumps(data)
    for sent in (whole, packed(whole), json.dumps({"code": 0, "data": packed(whole)})):
        article = read(sent.encode()).reading.article
        assert (article.title, article.body) == (TITLE, BODY)


def test_a_page_that_is_xml_is_read() -> None:
    sent = f"<?xml version='1.0'?><article><title>{TITLE}</title><text><![CDATA[{MARKUP}]]></text></article>"
    assert read(sent.encode()).reading.article.body == BODY


def test_json_without_a_text_is_no_page() -> None:
    rows = [{"title": f"关于{n}的通知", "url": f"/{n}.html"} for n in range(99)]
    with pytest.raises(NotADocument, match="JSON, and no long text"):
        read(json.dumps({"rows": rows}, ensure_ascii=False).encode())
    with pytest.raises(ErrorPage):
        read('{"code": 404, "msg": "不存在"}'.encode())


def test_what_only_begins_like_json_is_a_page() -> None:
    assert read(f"[首页] <h1>{TITLE}</h1><div id='zoom'>{MARKUP}</div>".encode()).reading.article.body == BODY


BESIDE = {"id": 7, "name": "正文", "title": TITLE, "pubDate": "2026-01-25 09:00:00", "source": "县政府办"}


@pytest.mark.parametrize(
    "script",
    [
        "var article=HELD;show(article.content)",
        "window.pages = [\n  HELD\n]",
        'render({"site": {"title": "某县政府工作报告", "source": "本站"}, "page": HELD})',
    ],
)
def test_what_stands_beside_a_hidden_text_is_read_with_it(script: str) -> None:
    held = json.dumps({**BESIDE, "content": MARKUP}, ensure_ascii=False)
    page = f"<title>政府工作报告</title><div id='app'></div><script>{script.replace('HELD', held)}</script>"
    article = read(page.encode()).reading.article
    assert (article.title, article.origin, article.body) == (TITLE, "县政府办", BODY)
    assert isinstance(article.published_at, datetime)
    assert article.published_at.date() == date(2026, 1, 25)


def test_what_stands_beside_it_and_names_no_document_is_no_title() -> None:
    held = json.dumps({"name": "正文", "source": "/a/1.html", "content": MARKUP}, ensure_ascii=False)
    article = read(in_page(f"<script>var article={held}</script>")).reading.article
    assert (article.title, article.origin) == (TITLE, None)


@pytest.mark.parametrize(
    "part",
    [
        "<textarea>",
        '=["=[",',
        '={"a":"={\\"a\\":',
        '"\\"',
        "`\\`",
        "<script>'",
        "</script><noscript>",
        "</script><li><noscript>",
        "\\u4e00",
        '<input value="一',
        "'\n",
    ],
)
def test_looking_for_it_takes_linear_time(part: str) -> None:
    def work_on(size: int) -> Work:
        page = "<html><body><script>" + part * size

        def work() -> None:
            with suppress(ParseError):
                uncovered(page)

        return work

    grows_with_size_only(work_on, 40_000)


def test_a_deep_answer_is_looked_through() -> None:
    deep: Any = MARKUP
    for _ in range(300):
        deep = [deep]
    assert LINES[0] in (page_of_json(json.dumps(deep, ensure_ascii=False), URL) or "")

"""What the scripts of a list page ask for: the address, and what they send, as far as it stands there; scripts of any
shape in linear time."""

# ruff: noqa: E501  (scripts as the sites print them)
from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.errors import EmptyList, ShapeChanged
from ingest.page.lines import parse_html
from ingest.page.script_calls import called_out, give_clicked
from ingest.page.script_lists import inert_shown, items_in_scripts, written_out
from ingest.page.script_requests import Asked, asked_for
from ingest.sources.items import read_list_text
from ingest.sources.spec import Source
from tests.support.growth import Work, grows_with_size_only

BASE = "http://www.mouxian.gov.cn/zwgk/zfgzbg/"
SITE = "http://www.mouxian.gov.cn"


@pytest.mark.parametrize(
    ("script", "url", "post"),
    [
        ('$.getJSON("/api/list?cid=7", show)', "/api/list?cid=7", None),
        ('$.getJSON("/api/list?cid=7&callback=?", show)', "/api/list?cid=7", None),
        ('$.getJSON("/api/list", {cid: 7, size: size}, show)', "/api/list?cid=7", None),
        ('$.ajax({url: "/api/list", data: "cid=7&page=1"})', "/api/list?cid=7&page=1", None),
        ('var id = "8a"; $.ajax({url: "/api/" + id + "/list"})', "/api/8a/list", None),
        ('var api = ctx + "/query.do"; $.ajax({url: api, data: {id: 3}})', "/query.do?id=3", None),
        ("const c = '8a'; fetch(`${base}/docs?c=${c}`)", "/docs?c=8a", None),
        ('axios.get("/api/all/0", {params: {page: page, sid: 2}})', "/api/all/0?page=1&sid=2", None),
        ('$("#3").pagination({url: "/jpage/dataproxy.jsp?perpage=15"})', "/jpage/dataproxy.jsp?perpage=15", None),
        ('$.post("/getDocList", {channelId: "zfgzbg", pageNo: n})', "/getDocList", "channelId=zfgzbg&pageNo=1"),
        ('$.ajax({type: "POST", url: "/list.do", data: {id: 33}})', "/list.do", "id=33"),
        ('$.ajax({url:"/search",method:"post",data:JSON.stringify({id:"a","page":1})})', "/search", '{"id": "a", "page": 1}'),
        ('axios.post("/api/list", {page: 1, channel: "a"})', "/api/list", '{"page": 1, "channel": "a"}'),
        ('fetch("/list?x",{method:"POST",body:JSON.stringify({id:1})})', "/list?x", '{"id": 1}'),
        ("x.open('POST', '/list.jsp')", "/list.jsp", ""),
    ],
)  # fmt: skip
def test_what_a_script_asks_for(script: str, url: str, post: str | None) -> None:
    counted = "$.get('/hits.jsp?id=1');$.getScript('/a.js');"
    assert asked_for(f"<script>{counted}{script}</script>", BASE) == (Asked(f"{SITE}{url}", post),)


@pytest.mark.parametrize(
    "script", ["$.ajax({url: u})", '$.get("/a/" + id)', "fetch(`/a?c=${c}`)", '$.post("zfgzbg", {})']
)
def test_an_address_that_is_not_known_whole_is_none(script: str) -> None:
    assert asked_for(f"<script>{script}</script>", BASE) == ()


@pytest.mark.parametrize(
    "script",
    [
        '$.post("/comment/save", {text: "a"})', '$.post("/news/addComment", {id: 1})', '$.get("/list/delete?id=1")',
        '$.post("/x.do", {id: 1})', 'axios.post("/api/vote", {id: 1})', 'fetch("/user/add?id=1")',
    ],
)  # fmt: skip
def test_nothing_is_asked_of_what_may_change_something(script: str) -> None:
    assert asked_for(f"<script>{script}</script>", BASE) == ()


@pytest.mark.parametrize(
    ("box", "error"), [("<ul id=l></ul>", EmptyList), ("<p>2026-01-02</p><p>2026-01-03</p>", ShapeChanged)]
)
def test_a_list_without_items_says_what_its_scripts_ask_for(box: str, error: type[ShapeChanged]) -> None:
    source = Source.model_validate({"slug": "a", "name": "a", "kind": "portal", "lists": [BASE]})
    page = f'<html><body>{box}<script>$.post("/getDocList", {{id: 7}})</script></body></html>'
    with pytest.raises(ShapeChanged) as raised:
        read_list_text(page, BASE, source)
    assert type(raised.value) is error
    assert f"its scripts ask for {SITE}/getDocList (POST id=7): if the list comes from there" in str(
        raised.value
    )


@pytest.mark.parametrize(
    "work",
    [
        asked_for,
        lambda page, url: called_out(page),
        lambda page, url: written_out(inert_shown(page)),
        lambda page, url: items_in_scripts(page, url, None),
    ],
)
@pytest.mark.parametrize(
    "script",
    [
        *('url:"/a/"', "a=a+", "{url:a+", "var a=b;b=a;$.get(a+b+", '$.post("/a/b",{a:b,', "`${a}"),
        *("function a(b){", "function a(b){open(b+", "<script>", "a=(b)=>{location=`${b}/x", "a(7)"),
        *("a(1 , ", 'a("title" , ', "a( 1         "),
    ],
)
def test_scripts_are_read_in_linear_time(script: str, work: Callable[[str, str], object]) -> None:
    def work_on(size: int) -> Work:
        page = f"<script>function a(b){{open('/a'+b)}}{script * (size // len(script))}</script>"
        return lambda: work(page, BASE)

    grows_with_size_only(work_on, 200_000)


@pytest.mark.parametrize("bound", ["$('li').click(function(){this.dataset.a;", "$('li:first').click(e=>{"])
def test_clicks_are_read_in_linear_time(bound: str) -> None:
    def work_on(size: int) -> Work:
        page = f"<li data-a=1>一</li><script>{bound * (size // len(bound))}</script>"
        return lambda: give_clicked(parse_html(page), page)

    grows_with_size_only(work_on, 200_000)

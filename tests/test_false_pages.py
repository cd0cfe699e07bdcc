"""What servers send with status 200 in place of a page, over real sockets: nobody is told what is not so."""

# ruff: noqa: E501  (markup as the sites print it)

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingest.model import Filter
from ingest.store import browse, outbox
from ingest.store.db import Store
from tests.support.watched_report import LINES, PATH, START, TITLE, Site, report
from tests.support.web_server import WebServer, Wire


@pytest.fixture
def site(store: Store) -> Iterator[Site]:
    with WebServer() as server:
        one = Site(store, server)
        one.look()
        assert one.told() == ["report.published", *["target.published"] * 6]
        yield one


MENU = '<div class="nav"><a href="/">首页</a><a href="/xxgk/">政务公开</a><a href="/login">用户登录</a></div>'
FALSE_PAGES = {
    "no such page": (f"<html><body>{MENU}<p>抱歉，您访问的页面不存在或已被删除</p></body></html>", "Replaced"),
    "404": ("<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>", "Replaced"),
    "maintenance": (f"<html><body>{MENU}<h2>系统正在维护中，请稍后访问</h2></body></html>", "ErrorPage"),
    "nginx": ("<html><body><h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed and working.</p></body></html>", "ErrorPage"),
    "log-in": ('<html><body><form>用户名<input name="u">密码<input type="password">登录</form></body></html>', "ErrorPage"),
    "parked": ("<html><body><h1>本域名正在出售</h1><p>联系我们购买此域名，价格面议，先到先得。</p></body></html>", "ErrorPage"),
    "json": ('{"code":500,"msg":"系统异常","data":null}', "ErrorPage"),
    "closed": (report(["因机房搬迁，本网站将于1月26日至28日暂停服务，给您带来不便，敬请谅解。"]), "ErrorPage"),
    "another matter": (
        f"<html><body>{MENU}<h1>本网站使用说明</h1><div class='TRS_Editor'>"
        + "".join(f"<p>第{n}条，访问者可以在右上角的搜索框里输入关键词，系统会列出相关的栏目供选择使用。</p>" for n in range(30))
        + "</div></body></html>",
        "Replaced",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE_PAGES)
def test_an_error_page_with_status_200_is_no_text(site: Site, name: str) -> None:
    body, error = FALSE_PAGES[name]
    site.server.page(PATH, body)
    site.look()
    page = site.page()
    assert page is not None
    assert page.error == error
    assert site.told() == []
    assert page.next_fetch_at - site.now < timedelta(minutes=20), "a second look soon"
    site.server.page(PATH, report())
    site.look()
    assert site.told() == [], "it is back, and was never away"
    page = site.page()
    assert page is not None
    assert page.error is None


@pytest.mark.parametrize(
    "said",
    [
        "由于您长时间没有操作，会话已经在1月26日12时30分超时，请重新进入本系统，谢谢您的配合。",
        "政府工作报告正在按程序修改完善，待区人代会审议通过后公布，敬请关注。如有疑问请致电023-67821314。",
        "根据集约化平台迁移的统一部署，下列栏目在迁移期间暂时不能显示，请谅解："
        + "、".join(f"第{n}号栏目" for n in range(9))
        + "，共完成80%。",
    ],
)
def test_a_sentence_in_the_frame_of_a_report_is_not_the_report(site: Site, said: str) -> None:
    site.server.page(PATH, report([said]))
    site.look()
    assert (site.error(), site.told()) == ("Replaced", [])
    site.server.page(PATH, report())
    site.look()
    assert (site.error(), site.told()) == (None, [])


def test_a_sentence_in_the_frame_of_a_report_that_stays_withdraws_it_whole(site: Site) -> None:
    site.server.page(
        PATH, report(["本文件因保密审查需要，暂不对外公开，如需查阅，请依法提出政府信息公开申请。"])
    )
    site.look()
    site.look()
    assert site.told() == ["report.withdrawn"]


def test_a_report_whose_place_is_held_by_a_sentence_is_told_when_it_comes(store: Store) -> None:
    with WebServer() as server:
        one = Site(store, server)
        server.page(PATH, report(["政府工作报告正在按程序修改完善，待区人代会审议通过后公布，敬请关注。"]))
        one.look()
        assert one.told() == []
        server.page(PATH, report())
        one.look()
        assert one.told() == ["report.published", *["target.published"] * 6]


@pytest.mark.parametrize("first", ["another matter", "last year", "half"])
def test_what_first_came_of_a_report_is_looked_at_again_soon(store: Store, first: str) -> None:
    """However old it says it is."""
    came = {
        "another matter": FALSE_PAGES["another matter"][0],
        "last year": of_year(2025),
        "half": report(LINES[:9]),
    }
    with WebServer() as server:
        one = Site(store, server, now=START + timedelta(days=60))
        row = f'<li><a href="{PATH}">渝北区人民政府2026年政府工作报告</a><span>2026-01-18</span></li>'
        row += '<li><a href="/n.html">关于做好春运工作的通知</a><span>2026-01-10</span></li>'
        server.page("/list/", f'<html><body><ul class="news">{row}</ul></body></html>')
        server.page(PATH, came[first].replace("<title>", '<meta name="PubDate" content="2025-01-18"><title>'))
        one.look()
        page = one.page()
        assert page is not None
        assert page.error is None
        assert page.next_fetch_at - one.now < timedelta(hours=2)
        server.page(PATH, report())
        one.look()
        assert one.told().count("target.published") >= 6


@pytest.mark.parametrize("target", ["/", "/index.html", "/404.html", "/error/404.htm", "/login.do"])
def test_a_redirect_away_from_the_page_is_no_text(site: Site, target: str) -> None:
    site.server.page(target, FALSE_PAGES["another matter"][0])
    site.server.page(PATH, status=302, location=target)
    site.look()
    assert site.told() == []
    site.server.page(PATH, report())
    site.look()
    assert site.told() == []


def test_a_page_that_says_twice_that_it_is_not_there_is_gone(site: Site) -> None:
    site.server.page(PATH, FALSE_PAGES["no such page"][0])
    site.look()
    assert site.told() == []
    site.look()
    assert site.told() == ["report.withdrawn"]


def test_another_text_that_stays_is_believed(site: Site) -> None:
    site.server.page(PATH, FALSE_PAGES["another matter"][0])
    site.look()
    assert site.told() == []
    site.look()
    assert site.told() == ["report.withdrawn"]


def of_year(year: int) -> str:
    return report([line.replace("2026", str(year)).replace("6%左右", "5.5%左右") for line in LINES]).replace(
        "2026-01", f"{year}-01"
    )


def test_another_report_of_the_site_by_mistake_withdraws_nothing(site: Site) -> None:
    site.server.page(PATH, of_year(2025))
    site.look()
    assert (site.error(), site.told()) == ("Replaced", [])
    site.server.page(PATH, report())
    site.look()
    assert (site.error(), site.told()) == (None, [])
    site.server.page(PATH, of_year(2025))
    site.look()
    site.look()
    assert "report.withdrawn" in site.told(), "it stays"


def test_the_report_of_the_next_year_at_the_same_address_is_told_at_once(site: Site) -> None:
    site.server.page(PATH, of_year(2027))
    site.look()
    assert site.told().count("report.published") == 1


def test_the_report_of_a_later_year_that_has_its_own_page_withdraws_nothing_by_mistake(site: Site) -> None:
    later, beside = of_year(2027), "/xxgk/t20270118_1.html"
    items = "".join(
        f'<li><a href="{path}">{TITLE}</a><span>2027-01-18</span></li>' for path in (beside, PATH)
    )
    site.server.page("/list/", f"<html><body><ul class='news'>{items}</ul></body></html>")
    site.server.page(beside, later)
    site.now += timedelta(days=360)
    site.look()
    assert site.told().count("report.published") == 1
    site.server.page(PATH, later)
    site.look()
    assert (site.error(), site.told()) == ("Replaced", [])
    site.server.page(PATH, report())
    site.look()
    assert (site.error(), site.told()) == (None, [])
    site.server.page(PATH, later)
    site.look()
    site.look()
    assert "report.withdrawn" in site.told(), "it stays"


TEMPLATE = f"<html><head><title>某区人民政府</title></head><body><div>{MENU * 30}</div><div class='con'>%s</div></body></html>"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("<p>该文章已被删除！</p>", "Replaced"),
        ("<p>该信息已过期，无法查看</p>", "Replaced"),
        ("<h1>Not Found</h1><p>The requested URL was not found on this server.</p>", "Replaced"),
        ("<p>系统繁忙，请稍后再试！</p>", "ErrorPage"),
        ("<p>本站将于今晚22时至次日8时停机升级。</p>", "ErrorPage"),
        ("<h1>Error establishing a database connection</h1>", "ErrorPage"),
        ("<p>内容正在更新中……</p>", "ShapeChanged"),
    ],
)
def test_an_error_among_long_menus_is_no_text_and_looked_at_again_soon(
    site: Site, said: str, error: str
) -> None:
    site.server.page(PATH, TEMPLATE % said)
    site.look()
    page = site.page()
    assert page is not None
    assert (page.error, site.told()) == (error, [])
    assert page.next_fetch_at - site.now < timedelta(minutes=20)


def test_a_text_with_a_torn_character_is_no_revision(site: Site) -> None:
    raw, at = report().encode(), report().encode().index("老旧".encode())
    site.server.page(PATH, raw[: at + 1] + raw[at + 2 :])
    for _ in range(6):
        site.look()
        assert (site.error(), site.told()) == ("BadAnswer", [])
    site.server.page(PATH, report())
    site.look()
    assert (site.error(), site.told()) == (None, [])


def test_a_page_that_told_the_report_is_no_copy_of_it(site: Site) -> None:
    """Not when a line of the site's comes to stand below its text, nor with the speaker's name above it."""
    for lines in ([*LINES, "（此件公开发布）"], [LINES[0], "渝北区人民政府区长　某某", *LINES[1:]]):
        site.server.page(PATH, report(lines))
        site.look()
        assert (site.error(), site.told()) == (None, [])
    with site.store.read() as tx:
        assert outbox.events(tx, Filter(types=("copy.appeared",))) == []


def _misread(text: str) -> str:
    """UTF-8 that a program took for Latin-1, and sent as UTF-8."""
    return text.encode().decode("latin-1")


@pytest.mark.parametrize(
    "garbled",
    [
        report([_misread(line) for line in LINES]),
        report(["□" * len(line) for line in LINES]),
        _misread(report()),
        re.sub("[一-龥]", "?", report()),
    ],
    ids=["text", "squares", "page", "question marks"],
)
def test_a_garbled_text_is_no_news(site: Site, garbled: str) -> None:
    site.server.page(PATH, garbled)
    for _ in range(5):
        site.look()
        assert site.told() == []
        assert site.error() is not None
    site.server.page(PATH, report())
    site.look()
    assert (site.error(), site.told()) == (None, [])


def test_a_report_that_comes_garbled_is_told_when_it_can_be_read(store: Store) -> None:
    with WebServer() as server:
        site = Site(store, server)
        server.page(PATH, report([_misread(line) for line in LINES]))
        site.look()
        assert site.told() == []
        server.page(PATH, report())
        site.look()
        assert site.told() == ["report.published", *["target.published"] * 6]


@pytest.mark.parametrize("title", ["关于做好春运工作的通知", "渝北区2026年政府工作报告解读"])
def test_a_report_under_a_wrong_title_is_told_when_that_is_put_right(store: Store, title: str) -> None:
    with WebServer() as server:
        site = Site(store, server)
        server.page(PATH, report().replace(TITLE, title))
        site.look()
        assert "report.published" not in site.told()
        server.page(PATH, report())
        site.look()
        assert "report.published" in site.told()
        server.page(PATH, report().replace(TITLE, title))
        site.look()
        assert site.told() == [], "it says itself which report it is"


def test_a_site_under_maintenance_withdraws_nothing_however_long(site: Site) -> None:
    site.server.page(PATH, FALSE_PAGES["maintenance"][0])
    for _ in range(12):
        site.look()
    assert site.told() == []


# --- cut answers -----------------------------------------------------------------------------


def cut(site: Site, share: float) -> None:
    raw = report().encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n"

    def half(wire: Wire) -> None:
        wire.send(head + raw[: int(len(raw) * share)])

    site.server.script(PATH, half)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.95])
def test_a_cut_answer_is_no_revision(site: Site, share: float) -> None:
    cut(site, share)
    site.look()
    page = site.page()
    assert page is not None
    assert (page.error, site.told()) == ("CutShort", [])
    assert page.next_fetch_at - site.now < timedelta(minutes=2)
    site.server.page(PATH, report())
    site.look()
    assert site.told() == []


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8, 0.93, 0.975])
def test_a_text_that_stays_cut_never_becomes_what_was_told(site: Site, share: float) -> None:
    cut(site, share)
    for _ in range(10):
        site.look()
    assert site.error() == "CutShort", "asked again, later and later"
    assert site.told() == []
    site.server.page(PATH, report())
    site.look()
    assert (site.error(), site.told()) == (None, [])


@pytest.mark.parametrize("share", [0.5, 0.93])
def test_a_piece_that_a_cache_keeps_with_its_length_is_no_text(site: Site, share: float) -> None:
    raw = report().encode()
    site.server.page(PATH, raw[: int(len(raw) * share)])
    for _ in range(9):
        site.look()
    assert (site.error(), site.told()) == ("CutShort", [])


def test_a_text_that_its_template_cuts_in_mid_sentence_is_no_text(site: Site) -> None:
    site.server.page(PATH, report([*LINES[:-6], LINES[-6][:20]]))
    for _ in range(9):
        site.look()
    assert (site.error(), site.told()) == ("CutShort", [])


def test_paragraphs_taken_off_the_end_are_believed_when_they_stay_away(site: Site) -> None:
    site.server.page(PATH, report(LINES[:-5]))
    site.look()
    assert (site.error(), site.told()) == ("CutShort", [])
    site.look()
    assert site.error() is None


def test_a_text_that_is_cut_and_has_another_figure_takes_back_what_it_lacks(site: Site) -> None:
    """No server changes a figure: lists and events say the same of what the page no longer shows."""
    corrected = [line.replace("6%左右", "7%左右") for line in LINES]
    site.server.page(PATH, report(corrected[:15]))
    site.look()
    assert (site.error(), site.told()) == ("CutShort", [])
    site.look()
    assert site.told() == ["report.revised", "target.revised", *["target.withdrawn"] * 3]
    with site.store.read() as tx:
        assert {row.figure.indicator for row in browse.targets(tx)} == {
            "gdp", "industrial_value_added", "fixed_asset_investment",
        }  # fmt: skip
    site.server.page(PATH, report(corrected))
    site.look()
    assert site.told() == ["target.published"] * 3


@pytest.mark.parametrize("with_length", [False, True])
def test_a_page_that_is_cut_at_its_first_look_is_asked_again_before_it_is_told(
    store: Store, with_length: bool
) -> None:
    with WebServer() as server:
        site = Site(store, server)
        cut(site, 0.7)
        if with_length:
            raw = report().encode()
            server.page(PATH, raw[: int(len(raw) * 0.7)])
        site.look()
        assert (site.error(), site.told()) == ("CutShort", [])
        server.page(PATH, report())
        site.look()
        assert site.told() == ["report.published", *["target.published"] * 6]

"""Bytes, dates and addresses: the small readings that everything else in ingest/page stands on."""

from __future__ import annotations

import zlib
from datetime import date, datetime
from encodings.aliases import aliases

import pytest

from ingest.china_time import CHINA
from ingest.errors import (
    Blocked,
    ErrorPage,
    GongbaoError,
    NotADocument,
    ParseError,
    Replaced,
    ShapeChanged,
    Undecodable,
)
from ingest.page.charset import charset_named, decode
from ingest.page.dates import parse_date, parse_when
from ingest.page.lines import html_without
from ingest.page.parsed import parse_page
from ingest.page.urls import canonical_url
from ingest.page.walls import blocked
from ingest.reading import FirstPage, read_first_page

LINE = "各位代表：今年要把余镕说的三座桥修完，新添厂房12㎡，花费不超过8€。"
DECLARED = '<meta http-equiv="Content-Type" content="text/html; charset={}">'


@pytest.mark.parametrize(
    ("written_in", "declared", "header"),
    [
        ("utf-8", "utf-8", None),
        ("gb18030", "gb2312", None),
        ("gb18030", "gbk", None),
        ("gb18030", None, "text/html; charset=GB2312"),
        ("utf-8-sig", "gb2312", None),
        ("utf-8", "gb2312", None),  # rtfund.com and others: declared one, sent the other
        ("utf-8", None, "text/html; charset=gbk"),
        ("gb18030", "utf-8", "text/html; charset=utf-8"),
        ("gb18030", None, None),
        ("utf-8", None, "text/html; charset=ISO-8859-1"),
        ("gb18030", "gb-made-up", None),
        ("utf-16", None, None),
        ("utf-16-le", "utf-8", None),
        ("utf-16-be", "utf-8", "text/html; charset=utf-8"),
        ("utf-16-le", None, None),
    ],
)
def test_decode_finds_the_charset(written_in: str, declared: str | None, header: str | None) -> None:
    page = (DECLARED.format(declared) if declared else "") + f"<p>{LINE}</p>"
    assert LINE in decode(page.encode(written_in), header)
    assert LINE in decode(f"\r\n {page}".encode(written_in), header)


def test_decode_reads_big5_where_it_is_declared() -> None:
    page = "<p>沙坪壩區政府工作報告</p>"
    assert decode(page.encode("big5"), "text/html; charset=big5") == page


BIG5 = (
    "各位代表：現在，我代表縣人民政府，向大會報告工作，請予審議，並請各位政協委員提出意見。過去一年，我們堅持以發展為第一要務，"
    "全縣地區生產總值增長百分之六，城鄉居民收入穩步提高。"
)


@pytest.mark.parametrize("declared", [None, "gb2312", "utf-8", "big5", "iso-8859-1"])
def test_decode_knows_big5_whatever_is_declared(declared: str | None) -> None:
    page = (DECLARED.format(declared) if declared else "") + f"<p>{BIG5}</p>"
    assert BIG5 in decode(page.encode("big5"))
    assert BIG5 in decode(page.encode("gb18030"), "text/html; charset=gb2312")


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", None])
@pytest.mark.parametrize(("own", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_a_page_with_a_foot_in_another_charset_is_read(own: str, other: str, declared: str | None) -> None:
    main, foot = f"<p>{LINE}</p>" * 9, f"<p>主办单位：河湾县人民政府办公室</p><p>{LINE}</p>" * 3
    raw = main.encode(own) + f"<div>{foot}</div>".encode(other)
    assert decode(raw, f"text/html; charset={declared}" if declared else None) == f"{main}<div>{foot}</div>"


@pytest.mark.parametrize(
    ("charset", "query"), [("gb18030", "%D5%FE%B8%AE"), ("big5", "%ACF%A9%B2"), ("utf-8", "政府")]
)
def test_queries_of_links_are_sent_in_the_charset_of_their_page(charset: str, query: str) -> None:
    page = f"<a href='show.asp?name=政府&amp;id=7#正文'>{BIG5}</a><a HREF=/政府/?a=1>政府</a>"
    asked = decode(page.encode(charset), f"text/html; charset={charset}")
    assert f"'show.asp?name={query}&amp;id=7#" in asked
    assert "HREF=/政府/?a=1>政府<" in asked


NO_CHARSETS = ("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "utf_7", "")


@pytest.mark.parametrize("name", sorted({*aliases, *aliases.values(), *NO_CHARSETS}))
def test_whatever_codec_a_page_names_it_is_read_as_what_it_is(name: str) -> None:
    page = DECLARED.format(name) + f"<p>{LINE}</p>"
    others = (charset_named(name) or "").startswith(("big5", "euc", "shift", "cp9"))  # these read GBK, too
    for written_in in ("utf-8",) if others else ("utf-8", "gb18030"):
        assert LINE in decode(page.encode(written_in))
        assert LINE in decode(f"<p>{LINE}</p>".encode(written_in), f"text/html; charset={name}")
    assert "Plain" in decode(DECLARED.format(name).encode() + b"<p>Plain</p>", f"text/html; charset={name}")


def test_a_charset_that_would_inflate_inflates_nothing() -> None:
    bomb = zlib.compress(bytes(8 * 2**20))
    with pytest.raises(ParseError):
        decode(bomb, "text/html; charset=zlib")


def test_utf_16_that_begins_with_no_tag_is_believed_of_the_header_alone() -> None:
    page = f"{LINE} <br>" * 9
    assert LINE in decode(page.encode("utf-16-le"), "text/html; charset=UTF-16")
    assert LINE in decode(page.encode("utf-16-be"), "text/html; charset=utf-16be")


def test_decode_forgives_a_character_cut_in_two() -> None:
    whole = (LINE * 20).encode()
    assert decode(whole[:-1]).startswith(LINE)
    inside = DECLARED.format("utf-8").encode() + b'<meta content="\xe5\x90">' + whole
    assert LINE in decode(inside)


def test_decode_takes_out_what_no_feed_can_carry() -> None:
    assert decode(b"<p>a\x00b\x08c\n\td</p>") == "<p>abc\n\td</p>"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" \n\t ",
        b"\xef\xbb\xbf \n",
        b"\xff\xfe",
        b"%PDF-1.7 ...",
        b"PK\x03\x04\x14\x00",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        bytes(range(32)) * 40,
    ],
)
def test_decode_refuses_what_is_no_page(raw: bytes) -> None:
    with pytest.raises(NotADocument, match="reading a page"):
        decode(raw)


def test_decode_says_that_no_charset_fits() -> None:
    with pytest.raises(Undecodable, match="gb18030 fails"):
        decode(bytes(range(128, 256)) * 50)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-7-5 21:02:51", datetime(2024, 7, 5, 21, 2, 51, tzinfo=CHINA)),
        ("发布时间:2023-02-03 23:23", datetime(2023, 2, 3, 23, 23, tzinfo=CHINA)),
        ("2026-02-02-08:46:23", datetime(2026, 2, 2, 8, 46, 23, tzinfo=CHINA)),
        ("2026-01-31 06\u223630", datetime(2026, 1, 31, 6, 30, tzinfo=CHINA)),
        ("2026-02-02 08:102026-02-02 08:10", datetime(2026, 2, 2, 8, 10, tzinfo=CHINA)),
        ("2024/1/23 19:45:59", datetime(2024, 1, 23, 19, 45, 59, tzinfo=CHINA)),
        ("2024年2月4日", date(2024, 2, 4)),
        ("(2024年1月10日)", date(2024, 1, 10)),
        ("2024.02.04", date(2024, 2, 4)),
        ("２０２４年１２月３日", date(2024, 12, 3)),
        ("2020 年 01 月 18 日", date(2020, 1, 18)),
        ("二〇〇五年一月十一日", date(2005, 1, 11)),
        ("二○二四年十二月三十一日", date(2024, 12, 31)),
        ("20240204", date(2024, 2, 4)),
        ("Posted on January 12th, 2026 by admin", date(2026, 1, 12)),
        ("12 Jan. 2026", date(2026, 1, 12)),
        ("Jan 32, 2026", None),
        ("2024-13-45, 2024-01-02", date(2024, 1, 2)),
        ("3 天前", None),
        ("2024年", None),
        ("", None),
        (None, None),
    ],
)
def test_parse_when(text: str | None, expected: datetime | date | None) -> None:
    assert parse_when(text) == expected
    day = expected.date() if isinstance(expected, datetime) else expected
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.CQ.gov.cn:80/a/./b/../t1.html#top", "http://www.cq.gov.cn/a/t1.html"),
        ("https://x.gov.cn:443", "https://x.gov.cn/"),
        ("http://重庆。政务.cn:8080/a", "http://xn--zwt745i.xn--zfr164b.cn:8080/a"),
        ("https://x.gov.cn:8443/a", "https://x.gov.cn:8443/a"),
        ("//x.gov.cn/a?utm_source=wx&id=3&spm=1.2", "http://x.gov.cn/a?id=3"),
        ("//x.gov.cn/a?id=3&tdsourcetag=s_pctim&hmsr=wx&bd_vid=77", "http://x.gov.cn/a?id=3"),
        ("http://x.gov.cn/公开/a b.html", "http://x.gov.cn/%E5%85%AC%E5%BC%80/a%20b.html"),
        ("http://x.gov.cn/show;jsessionid=A1B2?id=7", "http://x.gov.cn/show?id=7"),
        ("http://x.gov.cn/t20260203_15_app.html", "http://x.gov.cn/t20260203_15.html"),
        ("http://b.cn/thread-12-1-3.html", "http://b.cn/forum.php?mod=viewthread&tid=12"),
        ("http://b.cn/bbs/thread-12-2-3.html", "http://b.cn/bbs/forum.php?mod=viewthread&tid=12&page=2"),
        (
            "http://b.cn/forum.php?mod=viewthread&tid=12&extra=page%3D1&page=1#pid9",
            "http://b.cn/forum.php?mod=viewthread&tid=12",
        ),
        (
            "http://b.cn/forum.php?tid=12&authorid=4&mod=viewthread",
            "http://b.cn/forum.php?mod=viewthread&tid=12&authorid=4",
        ),
        ("http://b.cn/viewthread.php?tid=12&highlight=a", "http://b.cn/viewthread.php?tid=12"),
        ("http://b.cn/forum.php?mod=forumdisplay&fid=2", "http://b.cn/forum.php?mod=forumdisplay&fid=2"),
    ],
)
def test_canonical_url(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


def test_canonical_url_joins_with_a_base() -> None:
    assert canonical_url("../b/t1.html", "https://x.gov.cn/a/index.html") == "https://x.gov.cn/b/t1.html"
    assert canonical_url("//y.gov.cn/t1.html", "https://x.gov.cn/") == "https://y.gov.cn/t1.html"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:void(0)",
        "mailto:a@b.cn",
        "http://[bad",
        "http://x:99999/",
        "",
        "/a",
        "http://a.cn/{{item.url}}",
    ],
)
def test_canonical_url_refuses(url: str) -> None:
    with pytest.raises(ParseError, match="reading the address"):
        canonical_url(url)


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<html><body>如果您是网站管理员，请登录知道创宇云防御查看详情</body></html>", "知道创宇云防御"),
        ("<script>document.cookie='__jsl_clearance=1|0|x';location.href='/'</script>", "加速乐 (JS cookie)"),
        ("<html><head><script>$_ts=window['$_ts'];</script></head><body></body></html>", "瑞数 (JS cookie)"),
        ('<script>var dynamicurl="/WZWSREL3p3";var wzwschallenge="RANDOMSTR14"</script>', "网宿 (JS cookie)"),
        ("<script>function YunSuoAutoJump(){location=1}</script>", "云锁 (JS cookie)"),
        ("<p>您的访问过于频繁，请稍后再试</p>", "an access limit"),
        ("<title>安全验证</title><p>请完成下列安全验证</p>", "a captcha"),
        ("<title>滑动验证页面</title><div>请按住滑块，拖动到最右边</div>", "a captcha"),
        ("<p>抱歉，您所在的地区无法访问本网站</p>", "a limit to mainland China"),
        ("<title>Just a moment...</title>", "a browser check"),
        ("<h1>Access Denied</h1>", "a firewall"),
        ("<p>您的访问请求可能对网站造成安全威胁，请求已被 管理员 阻断</p>", "a firewall"),
        ("<p>" + "全区推广创宇盾等网站防火墙，拦截攻击三万次。" * 60 + "</p>", None),
        ("<html><body><p>璧山区2025年政府工作报告</p></body></html>", None),
    ],
)
def test_blocked_names_the_wall(html: str, name: str | None) -> None:
    assert blocked(parse_page(html, "http://a.example/")) == name


@pytest.mark.parametrize(
    ("html", "error"),
    [
        (
            "<title>提示信息</title><p>您需要先登录才能继续本操作，没有账号请立即注册，等待管理员审核</p>",
            ErrorPage,
        ),
        (
            "<title>提示信息</title><p>抱歉，您没有权限查看该信息，请使用内网访问，谢谢您的理解和支持</p>",
            ErrorPage,
        ),
        ("<p>抱歉，您所在的用户组无法进行此操作，请与论坛的管理员联系，或返回上一页再试一次</p>", ErrorPage),
        ("<h2>该内容已被发布者删除</h2>", Replaced),
        (
            "<div>此内容因违规无法查看</div><div>由用户投诉并经平台审核，涉嫌违反相关法律法规和政策</div>",
            Replaced,
        ),
        ("<div>该公众号已迁移</div><p>该公众号已迁移至新的账号，请点击下方按钮访问文章</p>", ErrorPage),
        ("<h2>当前访问疑似黑客攻击，已被网站管理员设置为拦截</h2><p>若有疑问，请与管理员联系</p>", Blocked),
        ("<p>县政府门户网站已迁移至新平台，页面将在5秒后自动跳转，请更新您的收藏夹</p>", ErrorPage),
        (
            "<p>Id为7的文章未审核，请返回！</p><p>如果你的浏览器没反应，请点击这里继续，谢谢您的访问</p>",
            ErrorPage,
        ),
        (
            "<h1>您的浏览器版本过低</h1><p>为了更好的体验，建议您升级浏览器，或使用其他浏览器访问本网站。</p>",
            ErrorPage,
        ),
        ("<h1>HTTP状态 404 - 未找到</h1><p>类型 状态报告</p><p>源服务器未能找到目标资源的表示</p>", Replaced),
        ("<h1>HTTP状态 500 - 内部服务器错误</h1><p>类型 异常报告</p><p>服务器遇到意外情况</p>", ErrorPage),
        ("<h1>Whitelabel Error Page</h1><p>an unexpected error (type=Not Found, status=404).</p>", Replaced),
        ("<h1>Whitelabel Error Page</h1><p>an unexpected error (type=None, status=999).</p>", ErrorPage),
        ("<p>Microsoft VBScript 运行时错误 错误 '800a0009'</p><p>下标越界，/show.asp，行 45</p>", ErrorPage),
        (
            "<p>Microsoft OLE DB Provider for ODBC Drivers 错误 '80004005'</p><p>/conn.asp，行 9</p>",
            ErrorPage,
        ),
        ("<script>alert('该信息不存在或已删除！');history.back();</script>", Replaced),
        ("<title>提示</title><script>alert( '文章已被屏蔽' ); window.close()</script>", Replaced),
        ("<script>alert('参数错误');location='about:blank'</script>", ErrorPage),
        ("java.lang.NullPointerException\n\tat com.example.web.Servlet.doGet(Servlet.java:33)\n", ErrorPage),
        ("<p>ORA-12514: TNS:listener does not currently know of service requested</p>", ErrorPage),
        ("<p>您当前的访问行为存在异常，请稍后重试或联系网站管理员，事件编号7</p>", Blocked),
        ("Warning: mysql_connect(): Too many connections in /www/inc/db.php on line 12", ErrorPage),
    ],
)
def test_a_notice_of_a_site_is_no_document(html: str, error: type[GongbaoError]) -> None:
    with pytest.raises(error):
        read_first_page(f"<html><body>{html}</body></html>".encode(), "http://a.example/1.html")


@pytest.mark.parametrize(
    "around",
    [
        "<div class='tip'>您的浏览器版本过低，建议升级后访问</div>{}",
        "{}<p>您需要登录后才可以回帖 登录 | 立即注册</p>",
        "{}<p>您需要登录后才能查看附件</p>",
        "<p>本网站已迁移</p>{}",
        "<script>if (old) alert('您访问的页面不存在')</script>{}",
    ],
)
def test_a_short_text_beside_a_notice_is_one(around: str) -> None:
    text = "<h1>关于清理河道的通知</h1><p>各乡镇人民政府：请于6月底以前把河道里的淤泥清完，把垃圾运走。</p>"
    first = read_first_page(f"<html><body>{around.format(text)}</body></html>".encode(), "http://a.example/1")
    assert isinstance(first, FirstPage)
    assert "请于6月底以前" in first.reading.article.body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-19T16:30Z", datetime(2026, 1, 20, 0, 30, tzinfo=CHINA)),
        ("2026-01-19T16:30:00.000+0000", datetime(2026, 1, 20, 0, 30, tzinfo=CHINA)),
        ("2026-01-19 16:30:00 +00:00", datetime(2026, 1, 20, 0, 30, tzinfo=CHINA)),
        ("2026-01-19 16:30 UTC", datetime(2026, 1, 20, 0, 30, tzinfo=CHINA)),
        ("2026-01-19T16:30:00-05:00", datetime(2026, 1, 20, 5, 30, tzinfo=CHINA)),
        ("2026-01-19T23:30:00 GMT+0800", datetime(2026, 1, 19, 23, 30, tzinfo=CHINA)),
        ("2026-01-19T23:30:00+08:00", datetime(2026, 1, 19, 23, 30, tzinfo=CHINA)),
        ("Mon, 19 Jan 2026 16:30:00 GMT", datetime(2026, 1, 20, 0, 30, tzinfo=CHINA)),
        # From nine to half past eleven, not eleven and a half hours behind Greenwich.
        ("2026-01-19 09:00-11:30", datetime(2026, 1, 19, 9, 0, tzinfo=CHINA)),
    ],
)
def test_a_time_with_an_offset_is_told_by_the_clock_of_china(text: str, expected: datetime) -> None:
    assert parse_when(text) == expected
    assert parse_date(text) == expected.date()


@pytest.mark.parametrize(
    "spellings",
    [
        # A session, a cache buster, who sent the reader.
        (
            "http://x.gov.cn/show.jsp?id=7",
            "http://x.gov.cn/show.jsp;jsessionid=0A1B?id=7",
            "http://x.gov.cn/show.jsp?id=7&PHPSESSID=9f8a&_t=1700000000",
            "http://x.gov.cn/show.jsp?JSESSIONID=1&id=7&from=timeline&isappinstalled=0",
            "http://x.gov.cn/(S(lit3py55t21z5v55vlm25s55))/show.jsp?id=7&rnd=0.8493019",
        ),
        ("http://x.gov.cn/a?b=2&a=1", "http://x.gov.cn/a?a=1&b=2"),
        ("http://x.gov.cn/%E6%8A%A5.html", "http://x.gov.cn/%e6%8a%a5.html", "http://x.gov.cn/报.html"),
        ("http://x.gov.cn/%7Ea/%62.html", "http://x.gov.cn/~a/b.html"),
        ("http://x.gov.cn/a/", "http://x.gov.cn/a/index.html", "http://x.gov.cn/a/index.shtml"),
        ("http://x.gov.cn/a/b.html", "http:\\\\x.gov.cn\\a\\b.html", "http:///x.gov.cn/a/%2e/b.html"),
    ],
)
def test_one_page_has_one_address(spellings: tuple[str, ...]) -> None:
    assert len({canonical_url(url) for url in spellings}) == 1
    assert canonical_url(canonical_url(spellings[-1])) == canonical_url(spellings[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://x.gov.cn/a?from=20250101&to=20251231", "http://x.gov.cn/a?to=20251231"),
        ("http://x.gov.cn/a?t=3", "http://x.gov.cn/a"),
        ("http://x.gov.cn/show.nsf?OpenDocument&b", "http://x.gov.cn/show.nsf?b&OpenDocument"),
        ("http://x.gov.cn/#/detail/5", "http://x.gov.cn/#/detail/6"),
        ("http://x.gov.cn/a//b.html", "http://x.gov.cn/a/b.html"),
    ],
)
def test_two_pages_have_two_addresses(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("http://x//a/./b.html", None, "http://x//a/b.html"),
        ("http://x//[1]/./a.html", None, "http://x//%5B1%5D/a.html"),
        ("b.html", "http://x//a/list.html", "http://x//a/b.html"),
        ("..\\b.html", "http://x/a/list.html", "http://x/b.html"),
        ("?id=3", "http://x/a/list.html", "http://x/a/list.html?id=3"),
        ("http:b.html", "http://x/a/list.html", "http://x/a/b.html"),
        ("a\ud83d.html", "http://x/", "http://x/a%EF%BF%BD.html"),
        ("/../../a.html", "http://x/b/", "http://x/a.html"),
    ],
)
def test_an_address_is_joined_as_a_browser_does(url: str, base: str | None, expected: str) -> None:
    assert canonical_url(url, base) == expected


def test_an_element_is_serialised_without_some_of_it_and_stays_what_it_was() -> None:
    menus = "<nav>甲<nav>乙</nav></nav><nav>丙</nav>"
    inside = f"<nav>栏目</nav>一<b>二</b>{menus}<p>三</p><i><nav>丁</nav></i><nav>戊</nav>"
    page = parse_page(f"<div><nav id=all>{inside}</nav></div>", "http://site.example/")
    node = page.root.css_first("#all")
    assert node is not None
    whole, before = page.root.html, node.html
    assert html_without(node, "nav, nav") == '<nav id="all">一<b>二</b><p>三</p><i></i></nav>'
    assert (page.root.html, node.html) == (whole, before)
    assert html_without(node, ".none") == before


def test_a_page_that_its_server_fills_up_is_text() -> None:
    assert decode("<p>政府工作报告</p>".encode() + bytes(5000)) == "<p>政府工作报告</p>"


def test_a_page_of_pictures_alone_is_said_to_be_one() -> None:
    pages = "".join(f"<p><img src='/files/2026/{n}.jpg'></p>" for n in range(1, 19))
    around = "<a href='/'><img src='/p/top.jpg'></a><img src='/images/logo.png'><img src='/p/qrcode.png'>"
    page = f"<title>某县政府工作报告</title>{around}<h1>某县政府工作报告</h1><div id='zoom'>{pages}</div>"
    with pytest.raises(NotADocument, match=r"no text, but pictures \(18\)"):
        read_first_page(page.encode(), "http://x.gov.cn/1.html")
    with pytest.raises(ShapeChanged, match="no main text"):
        read_first_page(page.replace(pages, "").encode(), "http://x.gov.cn/1.html")
    decorated = page.replace(pages, "").replace("<h1>", "<div><img src='/p/mountains.jpg'></div><h1>")
    with pytest.raises(ShapeChanged, match="no main text"):
        read_first_page(decorated.encode(), "http://x.gov.cn/1.html")

"""Pages in two languages: which one a request is answered in, and what it says of the other."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from protego import Protego
from selectolax.lexbor import LexborHTMLParser

from tests.support.site_server import served, stored

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stored(tmp_path_factory.mktemp("languages")) as store, served(store) as url:
        yield url


def _lang(answer: httpx.Response) -> str | None:
    lang = LexborHTMLParser(answer.text).css_first("html").attributes["lang"]
    assert answer.headers["content-language"] == lang
    assert answer.headers["vary"] == "Accept-Language, Cookie"
    return lang


@pytest.mark.parametrize("path", ["/", "/status", "/no-such-page"])
def test_the_browser_and_then_the_reader_choose_the_language(site: str, path: str) -> None:
    with httpx.Client(base_url=site, headers=ENGLISH) as client:
        assert _lang(client.get(path)) == "en"
        assert _lang(client.get(path, params={"lang": "zh"})) == "zh-CN"
        assert _lang(client.get("/status")) == "zh-CN", "it stays"
        [cookie] = client.cookies.jar
        assert (cookie.path, cookie.secure, cookie.has_nonstandard_attr("HttpOnly")) == ("/", False, True)
        again = client.get(path, params={"lang": "zh"})
        assert "set-cookie" not in again.headers
    assert _lang(httpx.get(site + path)) == "zh-CN"


@pytest.mark.parametrize("path", ["/", "/status", "/regions/500106"])
def test_what_is_counted_is_said_in_small_letters(site: str, path: str) -> None:
    page = LexborHTMLParser(httpx.get(site + path, params={"lang": "en"}).text)
    counted = [node.text() for node in page.css(".counts dt")]
    assert counted
    assert [label for label in counted if not label[0].islower()] == []


def test_the_switch_keeps_what_is_asked(site: str) -> None:
    page = LexborHTMLParser(httpx.get(site, params={"q": "沙坪坝", "kind": "", "utm_source": "x"}).text)
    assert page.css_first("a.switch").attributes["href"] == "?q=%E6%B2%99%E5%9D%AA%E5%9D%9D&lang=en"
    other = LexborHTMLParser(httpx.get(f"{site}/?q=%E6%B2%99%E5%9D%AA%E5%9D%9D&lang=en").text)
    assert other.css_first("a.switch").attributes["href"] == "?q=%E6%B2%99%E5%9D%AA%E5%9D%9D&lang=zh"
    assert other.css_first("a.switch").text(strip=True) == "中文"


def test_search_engines_are_told_of_both(site: str) -> None:
    page = LexborHTMLParser(httpx.get(f"{site}/regions/500106", params={"lang": "en"}).text)
    there = {n.attributes["hreflang"]: n.attributes["href"] for n in page.css("link[hreflang]:not([type])")}
    plain = f"{site}/regions/500106"
    assert there == {"zh": plain, "en": f"{plain}?lang=en", "x-default": plain}
    assert page.css_first("link[rel=canonical]").attributes["href"] == f"{plain}?lang=en"
    robots = Protego.parse(httpx.get(f"{site}/robots.txt").text)
    assert all(robots.can_fetch(str(address), "anybody") for address in there.values())
    assert not robots.can_fetch(f"{plain}?q=x&lang=en", "anybody")


@pytest.mark.parametrize("path", ["/", "/status", "/search", "/indicators", "/regions", "/season", "/mail"])
def test_another_language_is_refused_with_those_there_are(site: str, path: str) -> None:
    answer = httpx.get(site + path, params={"lang": "fr"}, headers=ENGLISH)
    assert answer.status_code == 422
    said = LexborHTMLParser(answer.text).css_first(".printed")
    assert said.text() == "lang can be: zh, en.", "once, whoever asks for it"
    assert _lang(answer) == "en"


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("/evidence/999999/view", "没有编号为 999999 的存档。", "There is no capture 999999."),
        ("/evidence/999999", "没有编号为 999999 的存档。", "There is no capture 999999."),
        ("/evidence/999999/page", "没有编号为 999999 的存档。", "There is no capture 999999."),
        ("/evidence/x", "capture_id 要是一个整数。", "capture_id has to be a whole number."),
        ("/indicators?year=1", "year 不能小于 1978。", "year cannot be less than 1978."),
        ("/season?year=9999", "year 不能大于 2100。", "year cannot be more than 2100."),
        ("/season?year=1&year=2", "year 只给一次，不能给 2 次。", "year is given once, not 2 times."),
        (
            "/evidence/x?part=pyload",
            "capture_id 要是一个整数。 part 没有 pyload，也许是 payload。",
            "capture_id has to be a whole number. part cannot be pyload, perhaps payload.",
        ),
    ],
)
def test_an_error_is_said_in_the_language_of_the_request(
    site: str, path: str, chinese: str, english: str
) -> None:
    for headers, said in ((None, chinese), (ENGLISH, english)):
        answer = httpx.get(site + path, headers=headers)
        shown = LexborHTMLParser(answer.text).css_first(".printed")
        assert shown.text() == said
        assert "lang" not in shown.attributes


def test_what_has_no_chinese_is_marked_as_english(site: str) -> None:
    shown = LexborHTMLParser(httpx.get(f"{site}/indicators/xx").text).css_first(".printed")
    assert shown.attributes["lang"] == "en"
    assert "gongbao" not in shown.text(), "no command for who reads a page"


def test_behind_a_path_the_choice_is_kept_for_that_path(tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        stored(tmp_path_factory.mktemp("path"), seeded=False) as store,
        served(store, base="https://x.example/gongbao") as url,
    ):
        answer = httpx.get(url, params={"lang": "en"}, headers={"Host": "x.example"})
    kept = answer.headers["set-cookie"].lower()
    assert "path=/gongbao;" in kept
    assert "secure" in kept
    page = LexborHTMLParser(answer.text)
    assert page.css_first("link[rel=canonical]").attributes["href"] == "https://x.example/gongbao/?lang=en"


@pytest.mark.parametrize(
    ("address", "status", "said", "meant"),
    [
        ("/?regions=310000", 422, "There is no parameter regions, perhaps region.", "/?region=310000"),
        ("/regions/500106?yaer=2026", 422, "There is no parameter yaer. Known here: lang.", None),
        ("/region/500106", 404, "/region/500106", "/regions/500106"),
        ("/report/work_report/500106/2026", 404, "", "/reports/work_report/500106/2026"),
        ("/reports/work_report/500106/1999", 404, "There is no report with the key", None),
        ("/no-such-page", 404, "/no-such-page", None),
    ],
)
def test_who_errs_is_told_what_was_perhaps_meant(
    site: str, address: str, status: int, said: str, meant: str | None
) -> None:
    answer = httpx.get(site + address, headers=ENGLISH)
    page = LexborHTMLParser(answer.text)
    assert answer.status_code == status
    assert said in page.css_first(".printed").text()
    links = [link.attributes["href"] for link in page.css("main a")]
    assert links == [meant, "/"] if meant else links == ["/"]
    if meant:
        assert httpx.get(site + meant).status_code == 200

"""A list that puts up more than its first page holds, something further back, or anew at an old address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from ingest.page.pagination import NOT_FOLLOWED
from ingest.store import tables
from ingest.store.db import Store
from tests.support.watched_site import MENU, World, article, list_page
from tests.support.web_server import WebServer, Wire

PAGE = 10  # items


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    with WebServer() as server:
        server.page("/robots.txt", status=404)
        yield World(store, server)


def put_up(
    world: World, numbers: Sequence[int], *, title: str = "关于做好第{}号事项的通知", day: str = ""
) -> None:
    """The list shows these documents in this order, ten on a page, and each is there."""
    pages = [numbers[at : at + PAGE] for at in range(0, len(numbers), PAGE)]
    for index, part in enumerate(pages):
        rows = "".join(
            f'<li><a href="/a/{n}.html">{title.format(n)}</a><span>{day or day_of(n)}</span></li>'
            for n in part
        )
        more = f'<a href="/list/index_{index + 1}.html">下一页</a>' if index + 1 < len(pages) else ""
        path = f"/list/index_{index}.html" if index else "/list/"
        world.server.page(path, f'{MENU}<ul class="news">{rows}</ul>{more}')
    for n in numbers:
        world.server.page(f"/a/{n}.html", article(n, "2025-12-01"))


def day_of(number: int) -> str:
    return f"{2010 + number // 28}-01-{1 + number % 28:02}"


def known(world: World) -> list[int]:
    with world.store.read() as tx:
        urls = tx.scalars(select(tables.pages.c.url).where(tables.pages.c.body_sha256.is_not(None)))
        return sorted(int(url.rpartition("/")[2].removesuffix(".html")) for url in urls)


def asked(world: World) -> list[str]:
    return [path for path in world.server.paths() if path.startswith("/list")]


def test_what_stands_behind_the_first_page_at_the_first_look_is_old(world: World) -> None:
    world.source = {"interval": "6h"}
    put_up(world, range(60, 0, -1))
    world.look()
    assert known(world) == list(range(51, 61))
    world.look(9)  # two days and more
    assert known(world) == list(range(51, 61))


def test_more_new_items_than_the_first_page_holds_are_all_found(world: World) -> None:
    put_up(world, range(60, 0, -1))
    world.look()
    world.server.seen.clear()
    put_up(world, range(85, 0, -1))
    world.look()
    assert known(world) == list(range(51, 86))
    assert asked(world) == ["/list/", "/list/index_1.html", "/list/index_2.html"]
    world.server.seen.clear()
    world.look()
    assert asked(world) == ["/list/"]


def test_a_walk_that_breaks_off_is_made_up_for(world: World) -> None:
    put_up(world, range(60, 0, -1))
    world.look()
    put_up(world, range(95, 0, -1))
    world.server.page("/list/index_2.html", status=503)
    world.look()
    assert known(world) == [*range(51, 61), *range(76, 96)]
    put_up(world, range(97, 0, -1))
    world.look()
    assert known(world) == list(range(51, 98))


def test_a_site_that_moved_everything_is_not_walked_to_its_end(world: World) -> None:
    put_up(world, range(30, 0, -1))
    world.look()
    world.server.seen.clear()
    put_up(world, range(330, 180, -1))
    world.look()
    assert len(asked(world)) == 10
    with world.store.read() as tx:
        assert "more is new than 10 pages hold" in (tx.scalar(select(tables.lists.c.warning)) or "")


def test_it_is_said_where_more_may_be_new_behind_a_form(world: World) -> None:
    form = "<form method=post><a href=\"javascript:__doPostBack('p','2')\">下一页</a></form>"
    said = []
    for newest in (10, 12, 30):
        put_up(world, range(newest, newest - PAGE, -1))
        rows = "".join(
            f'<li><a href="/a/{n}.html">关于做好第{n}号事项的通知</a><span>{day_of(n)}</span></li>'
            for n in range(newest, newest - PAGE, -1)
        )
        world.server.page("/list/", f'{MENU}<ul class="news">{rows}</ul>{form}')
        world.look()
        with world.store.read() as tx:
            said.append(tx.scalar(select(tables.lists.c.warning)))
    assert said == [None, None, NOT_FOLLOWED]


def test_what_is_put_up_with_an_earlier_date_is_found_within_a_day(world: World) -> None:
    world.source = {"interval": "4h"}
    put_up(world, range(60, 0, -1))
    world.look()
    put_up(world, [*range(60, 35, -1), 99, *range(35, 0, -1)])  # on the third page
    end = world.now + timedelta(days=1, hours=4)
    world.look_until(end)
    assert known(world) == [*range(51, 61), 99]


def test_what_is_taken_off_a_list_makes_no_news_of_what_moves_up(world: World) -> None:
    world.source = {"interval": "6h"}
    put_up(world, range(80, 0, -1))
    world.look()
    put_up(world, range(74, 0, -1))
    world.look_until(world.now + timedelta(days=2, hours=6))
    assert [n for n in known(world) if n < 65] == []


def test_a_list_that_always_answers_304_is_asked_for_whole_once_a_day(world: World) -> None:
    world.source = {"interval": "4h"}

    def stubborn(numbers: Sequence[int]) -> None:
        put_up(world, numbers)
        real = world.server._pages["/list/"]

        def answer(wire: Wire) -> None:
            if "if-modified-since" in wire.seen.headers:
                wire.answer(b"", 304)
            else:
                real(wire)

        world.server.script("/list/", answer)

    world.server.page("/list/index_1.html", status=404)
    stubborn(range(5, 0, -1))
    world.look(2)
    stubborn(range(6, 0, -1))
    world.look_until(world.now + timedelta(days=1, hours=4))
    assert known(world) == list(range(1, 7))


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("2026年第{}号事项的安排", "2026-01-21"),
        ("关于做好第{}号事项的通知", "2026-01-21"),
        ("2026年第{}号事项的安排", "2025-01-02"),
    ],
)
def test_a_known_address_under_a_new_title_or_with_a_later_day_is_due_now(
    world: World, title: str, day: str
) -> None:
    world.source = {"interval": "1d"}
    put_up(world, [1], day="2025-01-02")
    world.look(5)  # more than three days, so that the page rests for days
    world.server.seen.clear()
    world.look()
    assert "/a/1.html" not in world.server.paths()
    put_up(world, [1], title=title, day=day)
    world.look()
    assert world.server.paths().count("/a/1.html") == 1
    assert "if-none-match" not in next(s for s in world.server.seen if s.path == "/a/1.html").headers
    world.look(2)
    assert world.server.paths().count("/a/1.html") == 1


def test_a_feed_with_a_loose_ampersand_is_read_with_a_warning_on_the_source(world: World) -> None:
    world.source = {"family": "feed", "lists": [f"{world.base}/rss.xml"]}
    feed = "<rss><channel><item><title>甲&nbsp;R{}D 通知</title><link>/a/1.html</link></item></channel></rss>"
    world.server.page("/a/1.html", article(1, "2026-01-20"))
    for loose, warning in (("&", "loose &"), ("&amp;", "loose &"), ("", None)):
        text = feed.format(loose) if warning else feed.format("").replace("&nbsp;", " ")
        world.server.page("/rss.xml", text, headers={"Content-Type": "text/xml"})
        world.look()
        assert known(world) == [1]
        with world.store.read() as tx:
            said = tx.scalar(select(tables.lists.c.warning))
        assert (warning in (said or "")) if warning else said is None


def test_a_page_that_always_answers_304_is_asked_for_whole_every_few_days(world: World) -> None:
    world.source = {"interval": "1d"}
    put_up(world, [1])
    text = [article(1, "2026-01-20")]

    def stubborn(wire: Wire) -> None:
        if "if-modified-since" in wire.seen.headers:
            wire.answer(b"", 304)
        else:
            wire.answer(text[0].encode(), headers={"Last-Modified": "Mon, 04 Mar 2041 08:00:00 GMT"})

    world.server.script("/a/1.html", stubborn)
    world.look(5)
    text[0] = text[0].replace("已经研究", "已经再次研究")
    world.look_until(world.now + timedelta(days=8))
    with world.store.read() as tx:
        bodies = tx.scalars(select(tables.versions.c.body).order_by(tables.versions.c.id)).all()
    assert ["再次" in body for body in bodies] == [False, True]


def test_a_route_of_a_script_is_said_not_to_be_had(world: World) -> None:
    rows = "".join(
        f'<li><a href="/app/#/a/{n}">某县第{n}号事项的通知全文</a><span>2026-01-1{n}</span></li>'
        for n in (1, 2)
    )
    world.server.page("/list/", f"{MENU}<ul>{rows}</ul>")
    world.look()
    with world.store.read() as tx:
        found = tx.execute(
            select(tables.pages.c.url, tables.pages.c.error_message).order_by(tables.pages.c.url)
        ).all()
    assert [url for url, _ in found] == [f"{world.base}/app/#/a/{n}" for n in (1, 2)]
    assert all("family json" in said for _, said in found)
    assert "/app/" not in world.server.paths()


# --- a list in a frame -----------------------------------------------------------------------


def test_a_list_in_a_frame_of_the_whole_template_is_read_and_followed(world: World) -> None:
    validators = {"ETag": '"template"'}
    frame = f"<html><body>{MENU}<iframe src='/inner/' width='100%'></iframe><p>主办：某县</p></body></html>"
    world.server.page("/list/", frame, headers=validators)
    world.server.page("/inner/", list_page(["2026-01-19", "2026-01-18"], 1))
    for n in (1, 2, 3):
        world.server.page(f"/a/{n}.html", article(n, "2025-12-01"))
    world.look()
    assert known(world) == [1, 2]
    world.look()
    assert world.check().state == "healthy"
    world.server.page("/inner/", list_page(["2026-01-20", "2026-01-19", "2026-01-18"], 1))
    world.look()
    assert known(world) == [1, 2, 3], "though the page around it is as it was"
    world.server.page("/inner/", status=404)
    world.look(2)
    assert world.check().state == "gone"


def test_a_list_without_items_and_a_frame_without_any_is_what_it_is(world: World) -> None:
    world.server.page("/list/", f"<html><body>{MENU}<iframe src='/inner/'></iframe></body></html>")
    world.server.page("/inner/", f"<html><body>{MENU}</body></html>")
    world.look()
    assert world.check().state == "empty_list"

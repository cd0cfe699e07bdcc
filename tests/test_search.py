"""Full-text search: what finds what, which sentence is shown, and that it is kept up, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from ingest.filters import Years
from ingest.model import Extraction, Kind, Reading
from ingest.search.fold import Places, folded
from ingest.search.passage import passage_of
from ingest.search.query import Searched, terms
from ingest.search.tokens import beside, number, packed, piece_tokens, text_tokens
from ingest.store import search, text_index, vanished
from ingest.store.db import Store
from ingest.store.search import Asked
from ingest.store.tables import reports, search_texts
from tests.support.extracted import save_extraction
from tests.support.growth import grows_with_size_only
from tests.support.store_samples import HOUR, NOW, a_figure, a_page, a_reading, show, watch

LOW = (
    "各位代表：去年，航空经济起步。\n一、工作安排\n"
    "大力发展低空经济，建设低空飞行\n服务站三座；地区生产总值增长6%左右。"
)
OLD = "各位代表：本縣發展農業，開辦低空經濟講習所。國內生產總值增長5．5％。"
CITY = "各位代表：工业经营稳步向好，农业经济总量做大，GDP增长7%，R&D投入强度3%。"


# --- pure ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("低空经济", LOW, ["低空经济"]),
        ("低空", LOW, ["低空", "低空"]),
        ("站", LOW, ["站"]),
        ("飞行服务站", LOW, ["飞行\n服务站"]),
        ("低空经济", OLD, ["低空經濟"]),
        ("低空經濟", LOW, ["低空经济"]),
        ("GDP", LOW, ["地区生产总值"]),
        ("ｇｄｐ", CITY, ["GDP"]),
        ("地区生产总值", CITY, ["GDP"]),
        ("5.5%", OLD, ["5．5％"]),
        ("R&D", CITY, ["R&D"]),
        ("服务站 生产总值", LOW, ["服务站"]),
        ("“低空 飞行”", LOW, ["低空飞行"]),
    ],
)
def test_what_is_marked(query: str, text: str, marked: Sequence[str]) -> None:
    wanted = terms(query)
    assert all(term.is_in(Searched("", text)) for term in wanted)
    found = passage_of(text, wanted)
    assert found is not None
    assert [text[start:end] for start, end in found.marks] == list(marked)
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("query", ["空经", "低空产业", "AND", "农业经营", "低空* NEAR(经济)"])
def test_what_does_not_stand_there_is_not_found(query: str) -> None:
    assert not all(term.is_in(Searched("", CITY)) for term in terms(query))


def test_the_sentence_with_most_of_what_is_asked_is_shown_and_a_long_one_is_cut() -> None:
    text = "低空经济一句。发展低空经济，建设服务站。" + "甲" * 300 + "山" + "乙" * 300 + "。"
    found = passage_of(text, terms("服务站 低空经济"))
    assert found is not None
    assert found.text == "发展低空经济，建设服务站。"
    assert (found.cut_before, found.cut_behind) == (False, False)
    cut = passage_of(text, terms("山"))
    assert cut is not None
    assert cut.text == "甲" * 70 + "山" + "乙" * 70
    assert (cut.cut_before, cut.cut_behind) == (True, True)


@pytest.mark.parametrize(
    ("before", "behind", "shown"),
    [
        ("增长5.9%，" + "甲" * 67, "乙" * 66 + "，增长4.6%", "甲" * 67 + "山" + "乙" * 66 + "，"),
        ("增长5.9%" + "甲" * 67, "乙" * 67 + "4.6万人", "甲" * 67 + "山" + "乙" * 67),
        ("2025年" + "甲" * 67, "乙" * 66 + "15.25亿元", "年" + "甲" * 67 + "山" + "乙" * 66),
        ("，" + "甲" * 69, "乙" * 69 + "GDP", "甲" * 69 + "山" + "乙" * 69),
        ("5" * 200, "6" * 200, "山"),
    ],
)
def test_a_long_sentence_is_cut_between_clauses_and_never_in_a_number(
    before: str, behind: str, shown: str
) -> None:
    found = passage_of(f"{'子' * 90}{before}山{behind}{'丑' * 90}。", terms("山"))
    assert found is not None
    assert found.text == shown
    assert (found.cut_before, found.cut_behind) == (True, True)


@pytest.mark.parametrize("query", ["", "  ", "，。！", '"', '""', "\x00", "()*^:-", "\ud800", "%"])
def test_marks_ask_for_nothing(query: str) -> None:
    assert terms(query) == ()


def test_every_token_has_a_number_of_its_own() -> None:
    tokens = text_tokens(f"{LOW}{OLD}{CITY}。𬭸𬭸𬭸。aaa", ["f" * 15, "0" * 14 + "1"])
    words = tokens.words().split()
    assert {"𬭸", "𬭸𬭸", "a", "aa", "f" * 15} <= set(words)
    assert tokens.numbers() == sorted({number(word) for word in words})
    assert len(tokens.numbers()) == len(words)
    assert all(-(2**63) <= one < 2**63 for one in tokens.numbers())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("低", "低"),
        ("低 空\n经济", "低 空 经 济 低空 空经 经济"),
        ("低，空。", "低 空"),
        ("低，空空空", "低 空 空空"),
        ("、低、", "低"),
        ("。", ""),
        ("R&D 5.5%", "r & d 5 . % r& &d d5 5. .5 5%"),
        ("低\ud800空", "低 空"),
    ],
)
def test_the_tokens_of_a_text(text: str, words: str) -> None:
    assert sorted(text_tokens(text).words().split()) == sorted(words.split())


@pytest.mark.parametrize(
    "text",
    [
        f"{LOW}，ＧＤＰ增长5.5%\n發展\u200b㎡①ÀÉß·8○二六；GDP、R&D。" * 3,
        "".join(map(chr, range(0x300, 0x370))) * 2 + "甲，\n乙",
        "".join(map(chr, range(0x21, 0x3000))),
    ],
    ids=["text", "marks", "everything"],
)
def test_a_long_text_is_folded_as_its_characters_are(text: str) -> None:
    assert folded(text) == "".join(map(folded, text))


@pytest.mark.parametrize("about", ["", "重庆市2026年政府工作报告\n张三", "甲", "。", "GDP"])
@pytest.mark.parametrize("text", ["", "低", LOW, f"{LOW}{OLD}{CITY}。𬭸𬭸𬭸。aaa", "，。", "\n乙"])
def test_the_tokens_of_a_text_are_known_before_what_is_said_of_it(about: str, text: str) -> None:
    """Whoever reads a page makes those of its text, and whoever stores it adds the others."""
    facets = ["f" * 15]
    assert beside(about, packed(text), facets) == text_tokens(f"{about}。{text}", facets)


def test_a_text_has_the_tokens_of_its_pieces() -> None:
    assert piece_tokens("低空经济") <= set(text_tokens(LOW).words().split())


def test_the_way_back_from_a_folded_text() -> None:
    text = " 低\u200b空\r\n经\u3000济 ８·５％ ㎡\n"
    letters, places = folded(text), Places(text)
    assert letters == "低空经济8.5%\n"
    assert [text[slice(*places.span(at, at + 1))] for at in range(7)] == list("低空经济８·５")


def test_hostile_texts_cost_what_they_are_long() -> None:
    asked = terms("低空经济 空空 低")
    grows_with_size_only(lambda n: lambda: passage_of("低空 " * n + "低" * n, asked), 2_000)
    grows_with_size_only(lambda n: lambda: text_tokens("\x00低" * n), 2_000)


# --- on both databases -----------------------------------------------------------------------

both = pytest.mark.both_databases


def keys(store: Store, query: str, **narrowed: object) -> list[str]:
    with store.read() as tx:
        return [hit.report.key for hit in search.search(tx, Asked(query, **narrowed)).hits]  # type: ignore[arg-type]


def put(store: Store, page: str, reading: Reading, source: str = "portal", at: int = 0) -> int:
    now = NOW + at * HOUR
    with store.begin() as tx:
        applied = show(tx, a_page(tx, source, page, now), reading, sha256=f"{page}{at}" * 32, now=now)
    assert applied.version_id is not None
    return applied.version_id


@pytest.fixture
def filled(store: Store) -> Store:
    """Three reports: 沙坪坝区 2024, 渝北区 2023, 成都市 2024."""
    with store.begin() as tx:
        watch(tx)
    first = put(store, "1", a_reading(LOW))
    put(store, "2", a_reading(OLD, code="500112", year=2023, title="渝北县工作報告", kind=Kind.PLAN_REPORT))
    put(store, "3", a_reading(CITY, code="510100", title="成都市2024年政府工作报告"))
    with store.begin() as tx:
        save_extraction(tx, first, Extraction((a_figure(),), (), "test"), NOW)
    return store


SPB, YB, CD = "work_report/500106/2024", "plan_report/500112/2023", "work_report/510100/2024"


@both
def test_what_is_found(filled: Store) -> None:
    assert keys(filled, "低空经济") == [SPB, YB]  # the newer year first
    assert keys(filled, "低空") == [SPB, YB]
    assert keys(filled, "經") == [CD, SPB, YB]  # of one year what came last
    assert keys(filled, "GDP") == keys(filled, "国内生产总值") == [CD, SPB, YB]
    assert keys(filled, "农业经营") == []  # whose pairs of letters 成都市 has all
    assert keys(filled, "5.5%") == [YB]
    assert keys(filled, "重庆 低空") == [SPB, YB]  # a place is found by what it lies in
    assert keys(filled, "Chengdu") == [CD]
    assert keys(filled, "某某 成都市") == [CD]  # who spoke
    assert keys(filled, "没有这句话") == []

    assert keys(filled, "低空", regions=["500106"]) == [SPB]
    assert keys(filled, "低空", regions=["500000"]) == [SPB, YB]
    assert keys(filled, "经济", regions=["000000"]) == [CD, SPB, YB]
    assert keys(filled, "低空", regions=["510000", "110000"]) == []
    assert keys(filled, "低空", kind=Kind.PLAN_REPORT) == [YB]
    assert keys(filled, "低空", years=Years(2024, 2100)) == [SPB]
    assert keys(filled, "低空", years=Years(2020, 2023)) == [YB]
    assert keys(filled, "低空", years=Years(1949, 2022)) == []
    assert keys(filled, "经济", indicators=["retail_sales", "gdp"]) == [SPB]

    for hostile in (
        '"',
        "''; DROP TABLE reports; --",
        "低空 AND",
        "*",
        "tokens:低空",
        "(",
        "\x00",
        "，",
        "甲" * 200,
    ):
        assert keys(filled, hostile) == []
    assert keys(filled, " ".join("低空经济大力发展建设低空")) == [SPB]

    with filled.read() as tx:
        page = search.search(tx, Asked("经济"), limit=2)
        rest = search.search(tx, Asked("经济"), limit=2, after=page.after)
        assert [hit.report.key for hit in page.hits + rest.hits] == [CD, SPB, YB]
        assert (page.count, page.exact, rest.count, rest.after) == (3, True, 3, None)
        once = search.search(tx, Asked("农业经营"))
        assert (once.hits, once.count, once.exact) == ((), 0, True)
        name_only = search.search(tx, Asked("Shapingba")).hits[0]
        assert name_only.passage is None
        assert name_only.url == "https://portal.example/1.html"


@both
def test_more_texts_than_are_looked_at_for_a_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 4)
    with store.begin() as tx:
        watch(tx)
    for number_, code in enumerate(("500106", "500107", "500108", "500109", "500112", "500113", "510100")):
        body = (
            LOW
            if code in ("500106", "500113")
            else f"{CITY}第{number_}篇，{'农业经营' if number_ == 6 else ''}"
        )
        put(store, str(number_), a_reading(body, code=code, title=f"{code}报告", year=2024))
    with store.read() as tx:
        first = search.search(tx, Asked("农业经济"), limit=2)
        assert len(first.hits) == 2
        assert (first.count, first.exact) == (5, False)
        every = search.every_hit(tx, Asked("农业经济"), 100, None)
        assert len(every) == 5
        some = search.every_hit(tx, Asked("农业经济"), 2, None)
        assert some + search.every_hit(tx, Asked("农业经济"), 100, search.place_of_hit(some[-1])) == every
        assert len(some) == 2
        lone = search.search(tx, Asked("农业经营"), limit=2)
        assert [hit.report.region.code for hit in lone.hits if hit.report.region] == ["510100"]
        assert lone.after is not None  # of those left it is not known yet
        assert search.search(tx, Asked("农业经营"), limit=2, after=lone.after).after is None
        assert len(search.every_hit(tx, Asked("农业经营"), 100, None)) == 1


@both
def test_it_is_kept_up(filled: Store) -> None:
    """With a text that leads instead, a page that is gone, a merge and its end, a year that is learnt."""
    newer = a_reading(LOW.replace("低空经济", "银发经济").replace("三座", "四座"))
    put(filled, "1", newer, at=1)
    assert keys(filled, "银发经济") == [SPB]
    assert keys(filled, "低空经济") == [YB]

    with filled.begin() as tx:
        page = a_page(tx, "portal", "1")
        for day in range(8):
            vanished.page_missing(tx, page.id, NOW + timedelta(days=day + 1), NOW, "http_404", "gone")
    assert keys(filled, "银发经济") == [SPB]  # withdrawn, and still what leads its report

    with filled.begin() as tx:
        tx.execute(reports.update().where(reports.c.key == YB).values(merged_into=1))
        search.refresh(tx, tx.execute(select(reports.c.id)).scalars())
    assert keys(filled, "农业") == [CD]

    with filled.begin() as tx:
        tx.execute(reports.update().where(reports.c.key == YB).values(merged_into=None, year=2025))
        search.refresh(tx, tx.execute(select(reports.c.id)).scalars())
    assert keys(filled, "农业") == [YB, CD]
    assert keys(filled, "农业", years=Years(2025, 2025)) == [YB]


@both
def test_it_is_made_anew_where_it_is_not_there(filled: Store) -> None:
    with filled.begin() as tx:
        text_index.drop(tx)
    with pytest.raises(Exception, match=r"gongbao migrate"):
        filled.check()
    filled.migrate()
    filled.check()
    assert keys(filled, "低空经济") == [SPB, YB]
    with filled.read() as tx:
        assert len(tx.execute(select(search_texts.c.place)).all()) == 3


@both
def test_what_is_in_the_index_is_taken_out_with_the_report(filled: Store) -> None:
    """Also on SQLite, whose index must be told what it holds."""
    with filled.begin() as tx:
        tx.execute(reports.update().values(merged_into=1))
        search.refresh(tx, tx.execute(select(reports.c.id)).scalars())
    with filled.read() as tx:
        for token in ("经济", "低", "a"):
            assert text_index.find(tx, text_index.Wanted([[{token}]], 0, 2**62), 10, 10) == ([], 0)

"""Every kind of copy of a report is known for what it is; what is another report is kept apart.

`make bench-copies` does the same on many reports, and counts.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.compare.fingerprint import content_hash, fingerprint_of, text_of
from ingest.compare.relate import Evidence, compare
from ingest.identity.compilation import is_compilation
from ingest.identity.decide import is_nameless
from ingest.identity.identify import identify
from ingest.model import Article, Fingerprint, Relation
from ingest.reading import read_document
from ingest.text.noise import cut_noise
from ingest.text.script import simplified, simplified_char
from tests.support import copies, opencc_table
from tests.support.growth import Work, grows_with_size_only

DOCS = [copies.synthetic_report(n) for n in range(3)]
SAMPLES = [(doc, sample) for n, doc in enumerate(DOCS) for sample in copies.copies_of(doc, n)]


@pytest.mark.parametrize(("doc", "sample"), SAMPLES, ids=[s.how for _, s in SAMPLES])
def test_every_kind_of_copy(doc: copies.Document, sample: copies.Sample) -> None:
    made = sample.document
    found = compare(text_of(made.body), text_of(doc.body), made.title, doc.title, nameless=made.title is None)
    assert found.relation is sample.relation, found
    assert Evidence.from_json(found.as_json()).relation is found.relation
    if sample.relation is Relation.RESTATED:
        assert found.changed


@pytest.mark.parametrize("noise", sorted(copies.EXACT, key=lambda n: n.__name__), ids=lambda n: n.__name__)
@pytest.mark.parametrize("number", range(3))
def test_noise_leaves_the_content_hash(noise: copies.Noise, number: int) -> None:
    body = DOCS[number].body
    assert content_hash(noise(body, random.Random(number))) == content_hash(body)


def test_real_reports_and_their_copies(shared: Path) -> None:
    paths = sorted((shared / "data" / "reports").glob("*_2025.txt"))[:3]
    assert paths
    wrong = []
    for number, path in enumerate(paths):
        article = read_document(path.read_bytes(), str(path)).article
        doc = copies.Document(article.title or path.stem, article.body)
        for sample in copies.copies_of(doc, number, noisy=False):
            made = sample.document
            found = compare(
                text_of(made.body), text_of(doc.body), made.title, doc.title, nameless=made.title is None
            )
            if found.relation is not sample.relation:
                wrong.append((path.name, sample.how, found.relation))
    assert wrong == []


def test_cut_late_with_a_line_below_that_no_list_knows() -> None:
    late, whole = copies.cut_late(DOCS[0], random.Random(0)), text_of(DOCS[0].body)
    assert compare(text_of(f"{late.body}\n好文章值得一读再读"), whole).relation is Relation.TRUNCATED
    assert compare(text_of(f"{late.body}\n增长7%"), whole).relation is not Relation.TRUNCATED


def test_a_figure_in_other_words_is_another_figure() -> None:
    """Also in a text that is cut, and where the cut goes through a figure it is none."""
    body = DOCS[0].body
    at = body.index("亿元", len(body) // 4)
    other = body[:at].rstrip("0123456789.") + "预计可达999" + body[at:]
    for text in (other, other[: len(body) // 2]):
        found = compare(text_of(text), text_of(body))
        assert found.relation is Relation.RESTATED
        assert any("999" in change.this for change in found.changed)
    cut = next(m.start() + 1 for m in re.finditer(r"\d\d处", body) if m.start() > len(body) // 3)
    for one, two in ((body[:cut], body), (body, body[:cut])):
        assert compare(text_of(one), text_of(two)).changed == ()


def test_a_hostile_traditional_text_takes_linear_time() -> None:
    """Thousands of sentences of one length, none of them the other text's."""

    def body(seed: int, mark: str, sentences: int) -> str:
        chance = random.Random(seed)
        return "".join(
            f"{mark}{''.join(chance.choices('发展改革经济社会民生教育', k=9))}。" for _ in range(sentences)
        )

    def compared(sentences: int) -> Work:
        one, other = text_of(body(1, "國", sentences)), text_of(body(2, "国", sentences))
        assert one.converted != other.converted
        return lambda: compare(one, other)

    grows_with_size_only(compared, 8_000)


def test_many_figures_behind_the_same_words_take_linear_time() -> None:
    def compared(sentences: int) -> Work:
        one, other = (
            text_of("".join(f"{verb}投资{n * step % 997}亿元，带动就业{n}人。" for n in range(sentences)))
            for verb, step in (("完成", 31), ("预计", 37))
        )
        return lambda: compare(one, other)

    grows_with_size_only(compared, 6_000)


@pytest.mark.parametrize(
    "line",
    [
        "第{n}句话说的是什么呢。aB{n}xyz",
        "这里aB{half}xyz那里aB{half}xyz这里",
        "某某公报第二期\n这一行是很长很长很长很长很长很长很长的话",
        "<p style={n}<b>&#{n}&amp;\\u",
        "[[1  [{n}]字",
        "www.a{half}.example/www.",
    ],
)
def test_hostile_noise_takes_linear_time(line: str) -> None:
    def looked_through(lines: int) -> Work:
        body = "\n".join(line.format(n=n, half=n // 9) for n in range(lines))
        return lambda: cut_noise.__wrapped__(body)

    grows_with_size_only(looked_through, 12_000)


def test_headings_of_a_table_that_come_again_on_each_page_are_no_running_head() -> None:
    heading = "指标名称 单位 2025年完成 2026年预期目标"
    rows = [f"第{n}类居民人均可支配收入增长 % 4.{n} 5.{n}" for n in range(9)]
    pages = [line for at in (0, 3, 6) for line in (heading, *rows[at : at + 3])]
    body = "\n".join(["主要预期目标如下表。", *pages, "三、主要任务"])
    assert cut_noise(body).text == body


@pytest.mark.parametrize(
    "other",
    [
        lambda d: copies.neighbour(d, "铜梁区", "永川区"),
        lambda d: copies.next_year(d, 2026),
        lambda d: copies.plan_report(d, "重庆市铜梁区", 2026),
    ],
    ids=["neighbour", "next year", "plan"],
)
def test_another_report_has_another_key(other: Callable[[copies.Document], copies.Document]) -> None:
    def key(doc: copies.Document) -> str:
        return identify(Article(doc.title, doc.body)).report_key

    assert key(DOCS[0]) == "work_report/500151/2026"
    assert key(other(DOCS[0])) != key(DOCS[0])
    assert not key(other(DOCS[0])).startswith("doc/")


def test_a_compilation_is_no_report() -> None:
    book = copies.compilation(DOCS)
    assert is_compilation(book.body)
    assert not any(is_compilation(doc.body) for doc in DOCS)
    assert not is_compilation(copies.twice(DOCS[0].body, random.Random(0))), "one report twice is one"
    of_two = "\n".join(f"{doc.title}\n" + doc.body.split("请予审议。\n")[1] for doc in DOCS[:2])
    assert is_compilation(of_two), "two titles, and no opening"
    assert is_compilation(of_two.replace("\n", "&nbsp;\n")), "two titles, whatever stands around them"
    assert not is_compilation(of_two.replace("永川区2026年", "铜梁区人民政府2026年")), (
        "one title in other words"
    )
    plan = copies.plan_report(DOCS[1], "重庆市永川区", 2026)
    assert is_compilation(f"{DOCS[0].body}\n{plan.body}"), "a work report, and the plan report below it"
    of_one_place = f"{DOCS[0].body}\n{plan.body}".replace("铜梁区人民政府", "区人民政府")
    assert is_compilation(of_one_place), "whatever they call the government"
    assert not is_compilation(plan.body)
    links = "\n".join(f"{doc.title}" for doc in DOCS * 3)
    assert not is_compilation(f"{DOCS[0].body}\n{links}"), "a list of links is no compilation"
    found = identify(Article(book.title, book.body), "https://a.example/1")
    assert (found.kind.value, found.region, found.year) == ("other", None, None)


def test_a_page_in_the_middle_has_no_name() -> None:
    page = copies.page_two(DOCS[0], random.Random(0))
    assert is_nameless(identify(Article(page.title, page.body)))
    assert not is_nameless(identify(Article(DOCS[0].title, DOCS[0].body)))


@pytest.mark.parametrize(
    ("body", "clean"),
    [
        ("一、回顾。pbY\n二、安排。pbY\n三、保障。pbY", "一、回顾。\n二、安排。\n三、保障。"),
        ("引进设备GPU\n建成数据中心。\n接入5G。", "引进设备GPU\n建成数据中心。\n接入5G。"),
        ("會(huì)議", "會議"),
        ("标准（ISO）与数据（GDP）", "标准（ISO）与数据（GDP）"),
        ("各位代表：\n关注民生改善\n首发经济", "各位代表：\n关注民生改善\n首发经济"),
        ("增长6%。\n本文仅代表作者观点，不代表本站立场。", "增长6%。"),
        ("增长6%。  a$ #x 9~ |@ Q& {b", "增长6%。"),
        ("增长7  a$ #x 9~ |@ Q& {b", "增长7"),  # the figure is the text's
        ("见附件1\xa0 ~! @# $^ &*", "见附件1"),
        ("下篇：今年安排\n上一篇：某区报告", "下篇：今年安排"),
        (
            "增长6%。\n投资5亿元。\n【相关阅读】\n某区2025年政府工作报告\n· 某县2024年政府工作报告",
            "增长6%。\n投资5亿元。",
        ),
        (
            "增长6%。\n相关链接：\n某区简介\n某区位于西部，增长5%。",
            "增长6%。\n某区简介\n某区位于西部，增长5%。",
        ),
        ("<p>一、&ldquo;十五五&rdquo;</p>\n<br/>增长<b>6</b>%。", "一、“十五五”\n增长6%。"),
        ("\\u3000增长6%。\\n完成投资5亿元&#12289;3亿元。", "增长6%。\n完成投资5亿元、3亿元。"),
        ("PM2.5<35，A&B，R&D；C:\\new", "PM2.5<35，A&B，R&D；C:\\new"),
        ("發(ㄈㄚ)展(ㄓㄢˇ)", "發展"),
        ("数字经济[1]，\n双碳【 2 】和海绵[3]城市", "数字经济，\n双碳和海绵城市"),
        ("(1)道路(2)桥梁(3)隧道", "(1)道路(2)桥梁(3)隧道"),
        ("国办发〔2024〕12号、〔2025〕3号、〔2026〕8号", "国办发〔2024〕12号、〔2025〕3号、〔2026〕8号"),
        ("发布时间：2026-01-22 09:13　来源：区政府办　浏览：302次　字号：[大 中 小]\n正文。", "正文。"),
        ("时间：2026年1月\n地点：礼堂", "时间：2026年1月\n地点：礼堂"),
        (
            "地区生产总值\n6%左右\n就业\n6%左右\n价格\n6%左右",
            "地区生产总值\n6%左右\n就业\n6%左右\n价格\n6%左右",
        ),
    ],
)
def test_noise_goes_and_words_stay(body: str, clean: str) -> None:
    assert cut_noise(body).text == clean


@pytest.mark.parametrize(
    "token", ["ъЖф", "のをか", "가나다", "[k3X]", "好公文网", "（好公文网整理）", "www.a.example"]
)
def test_what_stands_behind_the_paragraphs_of_a_text(token: str) -> None:
    said = [f"第{n}条要办好{n}件实事。" for n in range(9)]
    assert cut_noise("\n".join(line + token for line in said)).text == "\n".join(said)
    addressed = "\n".join(f"各位代表：\n{line}" for line in said)
    assert cut_noise(re.sub("(?m)$", token, addressed)).text == addressed
    twice = "\n".join([*said, said[0] + token, said[1] + token])
    assert cut_noise(twice).text == twice, "twice is no pattern"


def test_a_line_that_runs_through_a_text() -> None:
    said = [f"第{n}条要在全区范围内办好{n}件民生实事并抓紧落实。" for n in range(12)]

    def with_line(line: str, every: int = 3) -> str:
        return "\n".join(one + (f"\n{line}" if n % every == 0 else "") for n, one in enumerate(said))

    assert cut_noise(with_line("某某公报2026年第2期")).text == "\n".join(said)
    assert cut_noise(with_line("各位代表！")).text == with_line("各位代表！"), "it is a sentence"
    irregular = "\n".join([*said[:2], "重点任务", *said[2:4], "重点任务", *said[4:11], "重点任务", said[11]])
    assert cut_noise(irregular).text == irregular


def test_figures_survive_every_noise() -> None:
    text = "2011年的1.\n37倍，增长-3%，区间5%—6%，一是5、6项，10²处。"
    assert content_hash(text) == content_hash(text.replace("\n", ""))
    for one, other in [("1.\n37", "13.7"), ("-3%", "3%"), ("5%—6%", "5%6%"), ("5、6", "56"), ("10²", "102")]:
        assert content_hash(text.replace(one, other)) != content_hash(text)


def test_traditional_characters() -> None:
    assert [simplified_char(c) for c in "報鎔乾徵A"] == ["报", "镕", "乾", "徵", "A"]
    assert (
        simplified("著力推動重慶發展，著名企業進駐，徵求意見") == "着力推动重庆发展，著名企业进驻，征求意见"
    )
    # Another table of OpenCC would make other hashes of old texts: then FORM goes up (docs/copies.md).
    every = "".join(map(simplified_char, map(chr, range(0x4E00, 0xA000))))
    assert hashlib.sha256(every.encode()).hexdigest()[:16] == "c801e94314e6acda"
    assert opencc_table.FILE.read_text(encoding="utf-8") == opencc_table.table()
    plain = "乾安县县长瞿鎔作报告。" + "今年工作很多。" * 100
    assert simplified(plain) == plain, "a name does not make a text traditional"


def test_a_fingerprint_is_packed_and_read_back() -> None:
    print_ = fingerprint_of(text_of(DOCS[0].body))
    assert Fingerprint.unpack(*print_.pack()) == print_

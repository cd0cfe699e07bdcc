"""What a person is told of two texts: which sentences went, came, changed, and which figures in them."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from ingest.compare.difference import Change, difference
from ingest.compare.fingerprint import text_of
from ingest.compare.highlights import Mark, excerpt, readable
from tests.support import copies
from tests.support.growth import Work, grows_with_size_only

GOALS = (
    "今年经济社会发展的主要预期目标是：地区生产总值增长5.5%左右，"
    "社会消费品零售总额增长6%，居民收入与经济增长同步。"
)
JOBS = "我们将稳住就业，城镇新增就业3万人以上，零就业家庭动态清零。"
PARKS = "推进产业园区扩容，新建标准厂房二十万平方米，引进配套企业。"
SCHOOLS = "办好人民满意的教育，新建改扩建学校12所，增加学位8000个。"
BODY = "\n".join((GOALS, JOBS, PARKS, SCHOOLS))


def said(changes: tuple[Change, ...]) -> list[tuple[str, list[str], list[str]]]:
    """Kind, and what is marked on either side; figures in «»."""

    def marked(text: str, marks: tuple[Mark, ...]) -> list[str]:
        return [f"«{text[m.start : m.end]}»" if m.figure else text[m.start : m.end] for m in marks]

    return [(c.kind.value, marked(c.before, c.before_marks), marked(c.after, c.after_marks)) for c in changes]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (BODY, BODY, []),
        (BODY, BODY.replace("5.5%", "6%"), [("changed", ["«5.5%»"], ["«6%»"])]),
        (BODY, BODY.replace("5.5%左右", "6%以上"), [("changed", ["«5.5%»", "左右"], ["«6%»", "以上"])]),
        (BODY, BODY.replace("3万人", "3.2万人"), [("changed", ["«3»"], ["«3.2»"])]),
        (BODY, BODY.replace(JOBS, ""), [("removed", ["«3»"], [])]),
        (BODY.replace(PARKS, ""), BODY, [("added", [], [])]),
        (BODY, BODY.replace("引进配套企业", "引进上下游配套企业"), [("changed", [], ["上下游"])]),
        (BODY, BODY.replace("增长6%", "增长百分之六"), [("changed", ["«6%»"], ["«百分之六»"])]),
        (BODY, BODY.replace("增长5.5%", "增长-5.5%"), [("changed", ["«5.5%»"], ["«-5.5%»"])]),
        (
            BODY,
            BODY.replace("12所", "15所").replace(JOBS, "").replace("8000", "9000"),
            [("removed", ["«3»"], []), ("changed", ["«12»", "«8000»"], ["«15»", "«9000»"])],
        ),
        # Another stop makes one sentence of two; only the figure is news.
        (
            "稳住工业经济基本盘；规上工业增加值增长7%。推进乡村振兴工作。",
            "稳住工业经济基本盘，规上工业增加值增长8%。推进乡村振兴工作。",
            [("changed", ["«7%»"], ["«8%»"])],
        ),
        ("", JOBS, [("added", [], ["«3»"])]),
        (JOBS, "", [("removed", ["«3»"], [])]),
        ("", "", []),
    ],
)
def test_difference(before: str, after: str, expected: list[tuple[str, list[str], list[str]]]) -> None:
    assert said(difference(before, after)) == expected


@pytest.mark.parametrize(
    "noisy",
    [
        BODY.replace("，", ",").replace("：", ":"),
        BODY.replace("%", "％").replace("5.5", "５．５"),
        BODY.replace("\n", "\n\n\u3000\u3000"),
        BODY.replace("零售总额", "零售\n总额"),
        BODY.replace("。", "。pbY\n"),
        BODY + "\n责任编辑：某某\n本文仅代表作者个人观点，与本站无关。",
        BODY.replace("居民收入", "居民(jūmín)收入").replace("教育", "教(jiào)育"),
        BODY.replace("，城镇新增", "；城镇新增"),
        BODY.replace("发展", "發展").replace("产业", "產業").replace("万", "萬").replace("学", "學"),
    ],
)
def test_what_sites_do_to_a_text_is_no_difference(noisy: str) -> None:
    assert difference(BODY, noisy) == ()
    assert said(difference(noisy, BODY.replace("5.5%", "6%"))) == [("changed", ["«5.5%»"], ["«6%»"])]


@pytest.mark.parametrize("noise", copies.NOISES, ids=lambda noise: noise.__name__)
def test_through_every_noise_only_the_changed_figure_is_seen(noise: copies.Noise) -> None:
    for number in range(3):
        report = copies.synthetic_report(number)
        restated = copies.restated(report, random.Random(number))
        found = difference(report.body, noise(restated.body, random.Random(number)))
        if noise is copies.extra_line:  # a line of words might be a line of the report
            assert len(found) == 2
        else:
            assert difference(report.body, noise(report.body, random.Random(number))) == ()
            assert len(found) == 1
        [change] = [c for c in found if c.figures]
        [mark], [other] = change.before_marks, change.after_marks
        assert change.before[: mark.start] == change.after[: other.start]
        assert change.before[mark.end :] == change.after[other.end :]


def test_the_order_is_that_of_the_text_and_places_fit() -> None:
    after = "\n".join((GOALS.replace("6%", "7%"), PARKS, "加快建设数字政府，让数据多跑路。", SCHOOLS))
    found = difference(BODY, after)
    assert [c.kind.value for c in found] == ["changed", "removed", "added"]
    assert [c.before_at for c in found] == [(0, 1), (1, 2), (3, 3)]
    assert [c.after_at for c in found] == [(0, 1), (1, 1), (2, 3)]
    assert found[0].figures
    assert not found[2].figures


def test_sentences_are_printed_as_chinese_is() -> None:
    normal = '坚持"稳字当头"(下同),增长4.5%-5%:比1,000多;甲-乙'
    assert readable(normal) == "坚持“稳字当头”（下同），增长4.5%-5%：比1,000多；甲—乙"
    assert len(readable(normal)) == len(normal)


@pytest.mark.parametrize("longest", [40, 60, 200])
def test_an_excerpt_keeps_what_is_marked(longest: int) -> None:
    sentence = "前" * 300 + "5.5%" + "中" * 300 + "改" + "后" * 300
    marks = (Mark(300, 304, True), Mark(604, 605, False))
    text, placed = excerpt(sentence, marks, longest)
    assert len(text) <= longest
    assert text[placed[0].start : placed[0].end] == "5.5%"
    assert text.startswith("…")
    assert text.endswith("…")
    if longest == 200:
        assert text[placed[1].start : placed[1].end] == "改"
    assert excerpt("短", (), 200) == ("短", ())
    assert len(excerpt("长" * 999, (), longest)[0]) <= longest
    assert len(excerpt("长" * 999, (Mark(0, 999, False),), longest)[0]) <= longest


def _numbered(letters: int) -> list[str]:
    return [f"第{n}项工作要抓紧抓实抓出成效。" for n in range(letters // 18)]


HOSTILE: dict[str, Callable[[int], tuple[str, str]]] = {
    "one letter a sentence": lambda n: ("甲。" * (n // 2), "甲。乙。" * (n // 4)),
    "one sentence": lambda n: ("甲" * n, "乙" * n),
    "one sentence, letters in turn": lambda n: ("甲乙" * (n // 2), "乙甲丙" * (n // 3)),
    "all in reverse": lambda n: ("".join(_numbered(n)), "".join(reversed(_numbered(n)))),
    "a word in each": lambda n: ("".join(_numbered(n)), "".join(_numbered(n)).replace("要", "必须")),
    "a figure in each": lambda n: ("".join(_numbered(n)), "".join(_numbered(n)).replace("第", "第1")),
    "quotes and dashes": lambda n: ('"' * n, "-甲" * (n // 2)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_compared_in_linear_time(name: str) -> None:
    def compared(letters: int) -> Work:
        before, after = HOSTILE[name](letters)
        text_of(before), text_of(after)  # they are kept, so that only the comparison is measured
        return lambda: difference.__wrapped__(before, after)

    grows_with_size_only(compared, 250_000)

"""How two versions of one report relate, what a page's new reading means, which version leads."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime

import pytest

from ingest.compare.figures import figures_of
from ingest.compare.fingerprint import content_hash, text_of
from ingest.compare.relate import compare
from ingest.identity.decide import (
    Candidate,
    Known,
    NewCopy,
    NewVersion,
    SameVersion,
    Unchanged,
    decide,
    leading,
)
from ingest.model import Article, Identity, Kind, Reading, Relation

SENTENCES = [
    f"第{n}项工作：新建道路{n + 3}公里，改造小区{n * 2 + 5}个，完成投资{n}.{n % 9 + 1}亿元。"
    for n in range(1, 41)
]
WHOLE = "\n".join(SENTENCES)


def masked(text: str) -> str:
    return (
        text.replace("完成投资7.8亿元", "完成投资7.X亿元")
        .replace("改造小区19个", "改造小区X个")
        .replace("新建道路12公里，改造小区23个", "新建道路××公里，改造小区XX个")
    )


def relate(body: str, other: str, title: str | None = None) -> Relation:
    return compare(text_of(body), text_of(other), title).relation


@pytest.mark.parametrize(
    ("body", "title", "relation"),
    [
        (WHOLE, None, Relation.SAME),
        (WHOLE.replace("\n", "").replace("，", ", "), None, Relation.SAME),
        ("\n".join(SENTENCES[:20]), None, Relation.TRUNCATED),
        ("\n".join(SENTENCES[20:]), None, Relation.TRUNCATED),
        ("\n".join(SENTENCES[:9]) + SENTENCES[9][:9], None, Relation.TRUNCATED),
        (WHOLE.replace("改造小区11个", "改造小区12个"), None, Relation.RESTATED),
        (WHOLE.replace("改造小区", "新建小区"), None, Relation.REVISION),
        (WHOLE + "另外补充一句说明情况。", None, Relation.REVISION),
        (WHOLE.replace(SENTENCES[5], ""), None, Relation.REVISION),
        ("\n".join(reversed(SENTENCES[:30])), None, Relation.REVISION),
        (masked(WHOLE), None, Relation.MASKED),
        (WHOLE.replace("改造小区11个", "改造小区12个"), "政府工作报告（征求意见稿）", Relation.DRAFT),
        (WHOLE.replace("改造小区11个", "改造小区12个"), "政府工作报告（修改稿）", Relation.DRAFT),
        (WHOLE.replace("改造小区11个", "改造小区12个"), "政府工作报告（徵求意見二稿）", Relation.DRAFT),
        ("", None, Relation.REVISION),
    ],
)
def test_relations(body: str, title: str | None, relation: Relation) -> None:
    assert relate(body, WHOLE, title) is relation


def test_the_other_way_round_tells_that_the_leading_text_is_cut() -> None:
    half = "\n".join(SENTENCES[:20])
    assert relate(WHOLE, half) is Relation.REVISION
    assert relate(half, WHOLE) is Relation.TRUNCATED


def test_two_texts_of_which_each_lacks_what_the_other_has_are_pieces_of_one() -> None:
    """One site cut off the end, another one the head; a cut may go through a sentence."""
    begins, ends = "\n".join(SENTENCES[:28]), "\n".join(SENTENCES[16:])
    for one, other in [
        (begins, ends),
        (begins[:-9], ends),
        (begins, ends[7:]),
        (begins + "\n来源：某网", ends),
    ]:
        for evidence in (compare(text_of(one), text_of(other)), compare(text_of(other), text_of(one))):
            assert (evidence.relation, evidence.apart, evidence.changed) == (Relation.PART, True, ())
    assert relate(begins, ends, "政府工作报告（征求意见稿）") is Relation.DRAFT
    other_figure = begins.replace("改造小区45个", "改造小区46个")
    assert other_figure != begins
    assert relate(other_figure, ends) is Relation.REVISION
    assert relate(begins, "\n".join(SENTENCES[26:])) is Relation.REVISION, "two sentences are too few"


@pytest.mark.parametrize("words", ["引进X光机2台。", "规格为5×8米。", "XX单位牵头。", "使用XML格式。"])
def test_letters_are_not_masks(words: str) -> None:
    assert relate(WHOLE + words * 4, WHOLE) is Relation.REVISION


def test_figures_of_a_sentence() -> None:
    assert figures_of("分别增长5%、6.5%左右") == ("5", "6.5")


def reading(body: str) -> Reading:
    return Reading(Article("政府工作报告", body), Identity(Kind.WORK_REPORT), content_hash(body))


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known("aa", 1, 1, 1, WHOLE), Unchanged()),
        (Known("bb", 1, 1, 1, WHOLE), SameVersion(1)),
        (Known("bb", 2, 1, 1, WHOLE), NewCopy(1)),
        (Known(None, None, 1, 1, WHOLE), NewCopy(1)),
        (Known(None, None, None, None, None), NewVersion(None, Relation.SAME)),
        # The bytes were had before, and could not be read then.
        (Known("aa", None, None, None, None), NewVersion(None, Relation.SAME)),
        (Known("bb", 1, None, 7, None), NewVersion(7, Relation.SAME)),
    ],
)
def test_decisions(known: Known, expected: object) -> None:
    assert decide(known, "aa", reading(WHOLE)) == expected


def test_a_new_text_of_a_known_report_says_its_relation() -> None:
    half = "\n".join(SENTENCES[:20])
    assert decide(Known(None, None, None, 7, half), "aa", reading(WHOLE)) == NewVersion(7, Relation.REVISION)
    assert decide(Known(None, None, None, 7, WHOLE), "aa", reading(half)) == NewVersion(7, Relation.TRUNCATED)


def day(n: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2024, 2, n, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("candidates", "winner"),
    [
        ([Candidate(1, False, False, day(9), 900), Candidate(2, True, False, day(1), 100)], 2),
        ([Candidate(1, True, True, day(9), 900), Candidate(2, True, False, day(1), 100)], 2),
        # On the place's own site before another government's, however late that is.
        ([Candidate(1, True, False, day(9), 900), Candidate(2, True, False, day(1), 100, own=True)], 2),
        ([Candidate(1, True, False, day(9), 900), Candidate(2, True, True, day(1), 100, own=True)], 1),
        # The newer one is a piece of the other; of what was told, and is gone, both are.
        (
            [
                Candidate(1, True, True, day(9), 900, shown_partial=True),
                Candidate(2, True, True, day(1), 100),
            ],
            2,
        ),
        ([Candidate(1, True, True, day(1), 100), Candidate(2, False, False, day(9), 900)], 1),
        ([Candidate(1, True, False, day(1), 900), Candidate(2, True, False, day(2), 100)], 2),
        ([Candidate(1, True, False, day(1), 900), Candidate(2, True, False, day(1), 100)], 1),
        ([Candidate(1, True, False, day(1), 900), Candidate(2, True, False, day(1), 900)], 2),
        # Both are of the 2nd, by the clock that the first one's page is dated by: the later corrects it.
        (
            [
                Candidate(1, True, False, day(1, 23), 900, put_up_on=date(2024, 2, 2)),
                Candidate(2, True, False, day(1, 23, 40), 100),
            ],
            2,
        ),
    ],
)
def test_leading_does_not_depend_on_order(candidates: list[Candidate], winner: int) -> None:
    for order in itertools.permutations(candidates):
        assert leading(order).version_id == winner


def test_nothing_leads_nothing() -> None:
    with pytest.raises(ValueError, match="not enough"):
        leading([])

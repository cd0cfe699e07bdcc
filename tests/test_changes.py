"""What is told when: one row a rule, and that nothing is told twice."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ingest.filters import matches
from ingest.last_year import Past, Promised
from ingest.model import (
    Comparator,
    Copy,
    Direction,
    Event,
    Figure,
    Filter,
    Header,
    Identity,
    Kind,
    Measure,
    Owner,
    Period,
    Region,
    Relation,
    Report,
    Version,
)
from workers.changes import ReportState, ShownCopy, announced_state, changes
from workers.target_diff import differences, distinct

T0 = datetime(2026, 1, 12, 4, 0, tzinfo=UTC)
NOW = T0 + timedelta(days=1)
REGION = Region("500113", "巴南区", ("重庆市", "巴南区"), "500000")
KEY = "work_report/500113/2026"


def target(
    indicator: str = "gdp",
    low: float | None = 6.0,
    *,
    start: int = 0,
    headline: bool = True,
    label: str | None = None,
    comparator: Comparator = Comparator.ABOUT,
    measure: Measure | None = Measure.GROWTH,
    unit: str = "%",
    year: int = 2026,
) -> Figure:
    label = label or indicator
    return Figure(
        indicator,
        label,
        year,
        measure,
        comparator,
        low,
        low,
        unit,
        None,
        headline,
        f"{label}增长{low}%左右",
        start,
        start + 8,
        f"{label}增长{low}%左右。",
    )


def report(announced_at: datetime | None = T0, withdrawn_at: datetime | None = None) -> Report:
    return Report(
        1,
        KEY,
        Kind.WORK_REPORT,
        REGION,
        2026,
        "巴南区政府工作报告",
        T0,
        None,
        False,
        withdrawn_at,
        announced_at,
    )


def version(name: str, body: str = "正文") -> Version:
    return Version(
        ord(name[0]),
        f"sha256:{name}",
        1,
        "题",
        body,
        Header(),
        Identity(Kind.WORK_REPORT),
        T0,
        T0,
        "x",
        1,
        None,
        None,
    )


def copy(
    id_: int,
    name: str,
    *,
    official: bool = True,
    hours: int = 0,
    ended: bool = False,
    relation: Relation = Relation.SAME,
) -> Copy:
    seen = T0 + timedelta(hours=hours)
    source = "banan" if official else "wenku"
    return Copy(
        id_,
        id_,
        ord(name[0]),
        source,
        source,
        official,
        f"https://{source}.example/{id_}",
        relation,
        seen,
        seen,
        seen if ended else None,
    )


def standing(
    name: str,
    *targets: Figure,
    official: bool = True,
    partial: bool = False,
    announced_at: datetime | None = T0,
    withdrawn_at: datetime | None = None,
    copy_id: int = 1,
) -> ReportState:
    shown = copy(copy_id, name, official=official)
    return ReportState(report(announced_at, withdrawn_at), version(name), targets, shown, official, partial)


def types(events: tuple[Event, ...]) -> list[str]:
    return [event.type for event in events]


GDP6, GDP5 = target(low=6.0), target(low=5.0)
CPI3 = target("cpi", 3.0, start=20)
SIDE = target("other", 12, start=40, headline=False, label="改造老旧小区")
OTHER_HEADLINE = target("other", 12, start=40, label="改造老旧小区")

A, B = standing("A", GDP6, CPI3), standing("B", GDP5, CPI3)
A_REPOST, B_REPOST = standing("A", GDP6, CPI3, official=False), standing("B", GDP5, CPI3, official=False)

OTHER_WORDS, OTHER_REPOST = standing("B", GDP6, CPI3), standing("B", GDP6, CPI3, official=False)
ELSEWHERE = replace(OTHER_WORDS, shown_by=replace(copy(2, "B"), source="chongqing"))
A_ENDED = replace(A_REPOST, shown_by=copy(1, "A", official=False, ended=True))

RULES = [
    ("nothing at all", None, None, []),
    ("first, official", None, A, ["report.published", "target.published", "target.published"]),
    ("first, repost", None, A_REPOST, ["report.provisional", "target.published", "target.published"]),
    ("first, without targets (dead)", None, standing("A"), ["report.published"]),
    ("a commitment outside the vocabulary is not told", None, standing("A", SIDE), ["report.published"]),
    (
        "… unless it is a headline",
        None,
        standing("A", OTHER_HEADLINE),
        ["report.published", "target.published"],
    ),
    (
        "said twice in the text, told once",
        None,
        standing("A", GDP6, target(low=6.0, start=90, headline=False)),
        ["report.published", "target.published"],
    ),
    ("the same again", A, A, []),
    ("repost again", A_REPOST, A_REPOST, []),
    ("official, same text", A_REPOST, A, ["report.confirmed"]),
    ("official, other words, same figures", A_REPOST, standing("B", GDP6, CPI3), ["report.confirmed"]),
    (
        "official, more figures",
        standing("A", GDP6, official=False),
        standing("B", GDP6, CPI3),
        ["report.confirmed", "target.published"],
    ),
    ("official, other figure", A_REPOST, B, ["report.contradicted", "target.revised"]),
    ("official, a figure less", A_REPOST, standing("B", GDP6), ["report.contradicted", "target.withdrawn"]),
    ("official but cut off", A_REPOST, standing("B", GDP6, partial=True), ["report.confirmed"]),
    ("revised", A, B, ["report.revised", "target.revised"]),
    ("cut off, no other figure", A, standing("B", GDP6, partial=True), []),
    (
        "cut off, and another figure",
        A,
        standing("B", GDP5, partial=True),
        ["report.revised", "target.revised", "target.withdrawn"],
    ),
    (
        "cut off, and another figure that is no target",
        A,
        replace(standing("B", GDP6, partial=True), restated=True),
        ["report.revised", "target.withdrawn"],
    ),
    (
        "cut off, and a target more on its page",
        A,
        standing("B", GDP6, target("trade", 4), partial=True),
        ["report.revised", "target.published", "target.withdrawn"],
    ),
    (
        "cut off, and a target more elsewhere",
        A,
        replace(ELSEWHERE, targets=(GDP6, target("trade", 4)), partial=True),
        [],
    ),
    ("revised repost", A_REPOST, B_REPOST, ["report.revised", "target.revised"]),
    ("revised words", A, OTHER_WORDS, ["report.revised"]),
    ("another portal, other words", A, ELSEWHERE, []),
    ("another portal, a figure that is no target", A, replace(ELSEWHERE, restated=True), ["report.revised"]),
    ("another repost, other words", A_REPOST, OTHER_REPOST, []),
    (
        "another repost, a figure that is no target",
        A_REPOST,
        replace(OTHER_REPOST, restated=True),
        ["report.revised"],
    ),
    ("a repost has other words now", A_ENDED, OTHER_REPOST, ["report.revised"]),
    (
        "official, a figure that is no target",
        A_REPOST,
        replace(OTHER_WORDS, restated=True),
        ["report.contradicted"],
    ),
    (
        "revised: one came, one went",
        A,
        standing("B", GDP6, target("trade", 4)),
        ["report.revised", "target.published", "target.withdrawn"],
    ),
    (
        "the whole after a part",
        standing("A", GDP6, partial=True),
        standing("B", GDP6, CPI3),
        ["report.completed", "target.published"],
    ),
    (
        "the whole after a part that had all headline targets",
        standing("A", GDP6, partial=True),
        standing("B", GDP6, replace(CPI3, headline=False)),
        ["target.published"],
    ),
    (
        "the whole says otherwise than its part",
        standing("A", GDP6, partial=True),
        B,
        ["report.revised", "target.revised", "target.published"],
    ),
    ("dead, then readable", standing("A"), A, ["target.published", "target.published"]),
    ("a repost does not unsay the official text", A, B_REPOST, []),
    ("gone", A, None, ["report.withdrawn"]),
    ("gone already", standing("A", GDP6, withdrawn_at=T0), None, []),
    (
        "back again",
        standing("A", GDP6, withdrawn_at=T0),
        standing("A", GDP6),
        ["report.published", "target.published"],
    ),
    (
        "back on a repost",
        standing("A", GDP6, withdrawn_at=T0),
        standing("A", GDP6, official=False),
        ["report.provisional", "target.published"],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), [r[1:] for r in RULES], ids=[r[0] for r in RULES])
def test_rule(before: ReportState | None, after: ReportState | None, expected: list[str]) -> None:
    events = changes(before, after, NOW)
    assert types(events) == expected
    assert len({e.id for e in events}) == len(events)
    assert all(e.report_id == 1 and e.occurred_at == NOW for e in events)
    assert changes(before, after, NOW + timedelta(hours=1)) == tuple(
        replace(e, occurred_at=NOW + timedelta(hours=1)) for e in events
    ), "computing it again gives the same ids and data"


@pytest.mark.parametrize(
    ("before", "after", "held"),
    [
        (None, None, None),
        (None, A, A),
        (A_REPOST, A, A),
        (A, B_REPOST, A),
        (A, None, A),
        (standing("A", withdrawn_at=T0), B_REPOST, B_REPOST),
    ],
)
def test_what_subscribers_hold(
    before: ReportState | None, after: ReportState | None, held: ReportState | None
) -> None:
    assert announced_state(before, after) == held


def test_last_year_stands_beside_each_target_that_is_told_of() -> None:
    before = replace(GDP6, year=2025, low=5.5, high=5.5, sentence="去年的句子")
    past = Past((Promised(before, "work_report/500113/2025"),), (replace(before, low=5.8, high=5.8),))
    published, gdp, cpi = changes(None, replace(standing("A", GDP6, CPI3, announced_at=None), past=past), NOW)
    told = gdp.data["target"]["last_year"]
    assert told["report"] == "work_report/500113/2025"
    assert (told["year"], told["target"]["low"], told["outcome"]["low"]) == (2025, 5.5, 5.8)
    assert (told["verdict"], told["reason"]) == ("met", "floor")
    assert published.data["targets"][0]["last_year"] == told
    assert "last_year" not in cpi.data["target"]
    bytes_each = len(json.dumps(told, ensure_ascii=False).encode())
    assert bytes_each < len(json.dumps(gdp.data["target"], ensure_ascii=False).encode())


def test_what_an_event_says() -> None:
    revised, figure = changes(A, B, NOW)
    assert revised.subject == KEY
    [difference] = revised.data["differences"]
    assert (difference["previous"]["low"], difference["target"]["low"]) == (6.0, 5.0)
    assert revised.data["targets_total"] == 2
    assert figure.subject == f"{KEY}#gdp.growth"
    assert (figure.data["previous"]["low"], figure.data["target"]["low"]) == (6.0, 5.0)
    assert figure.data["version"]["content_hash"] == "sha256:B"
    assert figure.version_id == B.version.id
    [withdrawn] = changes(A, None, NOW)
    assert withdrawn.data["url"] == A.shown_by.url


def test_differences_name_every_figure_that_changed() -> None:
    before = standing("A", GDP6, SIDE, official=False)
    after = standing("B", GDP6, replace(SIDE, low=20.0, high=20.0))
    [contradicted] = changes(before, after, NOW)
    assert contradicted.type == "report.contradicted"
    assert [d["target"]["low"] for d in contradicted.data["differences"]] == [20.0]


def test_a_report_that_is_whole_now_names_what_its_part_lacked() -> None:
    completed, figure = changes(standing("A", GDP6, partial=True), standing("B", GDP6, CPI3), NOW)
    assert [t["indicator"] for t in completed.data["targets"]] == ["gdp", "cpi"]
    [lacked] = completed.data["differences"]
    assert (lacked["target"]["indicator"], lacked["previous"]) == ("cpi", None)
    assert figure.data["target"]["indicator"] == "cpi"
    assert matches(Filter(indicators=("cpi",)), completed)
    assert not matches(Filter(indicators=("gdp",)), completed), "that was told with the part"


def test_subjects_are_distinct() -> None:
    figures = (
        GDP6,
        target(low=7.0, start=50, year=2027),
        OTHER_HEADLINE,
        target("pm25", 30, measure=None, start=70),
    )
    subjects = [e.subject for e in changes(None, standing("A", *figures), NOW)]
    assert subjects == [
        KEY,
        f"{KEY}#gdp.growth",
        f"{KEY}#other.growth.改造老旧小区",
        f"{KEY}#gdp.growth.2",
        f"{KEY}#pm25.figure",
    ]


def test_what_a_figure_measures_tells_targets_apart_and_what_it_promises_does_not() -> None:
    average = replace(target(low=7.0, start=50), period=Period.AVERAGE, first_year=2026, year=2030)
    zone = replace(target(low=9.0, start=80, headline=False), owner=Owner("开发区"))
    subjects = [e.subject for e in changes(None, standing("A", GDP6, average, zone), NOW)]
    assert subjects == [
        KEY,
        f"{KEY}#gdp.growth",
        f"{KEY}#gdp.growth.average.2030",
        f"{KEY}#gdp.growth.开发区",
    ]
    in_its_last_year = replace(average, period=Period.YEAR, first_year=None)
    assert [(d.target, d.previous) for d in differences([average], [in_its_last_year])] == [
        (in_its_last_year, None),
        (None, average),
    ]
    fall = replace(
        target("energy_intensity", 2.5, measure=Measure.CHANGE), direction=Direction.DOWN, base="2020年"
    )
    for other in (replace(fall, direction=Direction.UP), replace(fall, base=None)):
        (difference,) = differences([fall], [other])
        assert (difference.target, difference.previous) == (other, fall)


def test_there_and_back_and_there_again_are_three_happenings() -> None:
    """A -> B -> A -> B: each change starts from the moment the former was announced."""
    seen: list[Event] = []
    world = [A, B, A, B, None, B, None]
    before: ReportState | None = None
    for hour, state in enumerate(world):
        now = T0 + timedelta(hours=hour)
        after = replace(state, report=before.report if before else report(None)) if state else None
        events = changes(before, after, now)
        assert events
        assert changes(before, after, now) == events
        seen += events
        held = announced_state(before, after)
        assert held is not None
        gone = now if after is None else None
        before = replace(held, report=replace(held.report, announced_at=now, withdrawn_at=gone))
        assert changes(before, replace(state, report=before.report) if state else None, now) == ()
    assert len({e.id for e in seen}) == len(seen)
    assert types(tuple(seen)).count("report.revised") == 3
    assert types(tuple(seen)).count("report.withdrawn") == 2


def test_first_publication_has_the_plain_hash_whoever_computes_it() -> None:
    one = changes(None, standing("A", GDP6, announced_at=None), NOW)
    two = changes(None, standing("A", GDP6, announced_at=T0), NOW)
    assert [e.id for e in one] == [e.id for e in two]


# --- copies ----------------------------------------------------------------------------------

OFFICIAL = ShownCopy(copy(1, "A"), version("A"))
REPOST = ShownCopy(copy(2, "A", official=False, hours=1), version("A"))
CUT = ShownCopy(copy(3, "C", official=False, hours=2, relation=Relation.TRUNCATED), version("C"))
PAGE2 = ShownCopy(copy(4, "P", hours=2, relation=Relation.PART), version("P"))
ENDED = ShownCopy(copy(5, "A", official=False, hours=3, ended=True), version("A"))


def test_each_new_copy_is_told_once() -> None:
    everything = [OFFICIAL, REPOST, CUT, PAGE2, ENDED]
    events = changes(A, A, NOW, everything)
    assert [(e.type, e.subject, e.data["relation"]) for e in events] == [
        ("copy.appeared", f"{KEY} {REPOST.copy.url}", "same"),
        ("copy.appeared", f"{KEY} {CUT.copy.url}", "truncated"),
    ]
    assert events[1].data["version"]["content_hash"] == "sha256:C"
    assert changes(A, None, NOW, everything)[1:] == ()


def test_the_page_that_announced_a_report_behind_its_draft_is_no_copy() -> None:
    draft = ShownCopy(copy(6, "D", relation=Relation.DRAFT), version("D"))
    own = ShownCopy(copy(7, "A", hours=2), version("A"))
    before, after = replace(A_REPOST, shown_by=REPOST.copy), replace(A, shown_by=own.copy)
    confirmed, appeared = changes(before, after, NOW, [draft, REPOST, own, CUT])
    assert (confirmed.type, appeared.subject) == ("report.confirmed", f"{KEY} {CUT.copy.url}")


def _live(shown: list[ShownCopy]) -> ReportState | None:
    official = [s for s in shown if s.copy.official and s.version.content_hash == "sha256:A"]
    complete = [s for s in shown if s.version.content_hash == "sha256:A"]
    if not complete:
        return None
    chosen = min(official or complete, key=lambda s: (s.copy.first_seen_at, s.copy.id))
    return ReportState(report(), version("A"), (GDP6, CPI3), chosen.copy, chosen.copy.official)


@pytest.mark.parametrize("groups", [(1, 1, 1), (2, 1), (1, 2), (3,)])
@pytest.mark.parametrize("order", list(itertools.permutations([0, 1, 2])))
def test_copies_do_not_depend_on_how_often_we_looked(order: tuple[int, ...], groups: tuple[int, ...]) -> None:
    """Three pages come in some order, and we look after each, or after several at once."""
    pages = [
        ShownCopy(
            replace(copy(i, "A", official=i == 1), first_seen_at=T0 + timedelta(hours=order.index(i - 1))),
            version("A"),
        )
        for i in (1, 2, 3)
    ]
    pages.sort(key=lambda s: s.copy.first_seen_at)
    ids: list[str] = []
    shown: list[ShownCopy] = []
    before: ReportState | None = None
    for size in groups:
        shown += pages[len(shown) : len(shown) + size]
        after = _live(shown)
        events = changes(before, after, NOW, shown)
        ids += [e.id for e in events if e.type == "copy.appeared"]
        before = announced_state(before, after)
        assert before is not None
        if any(e.type != "copy.appeared" for e in events):
            told_at = shown[-1].copy.first_seen_at
        before = replace(before, report=replace(before.report, announced_at=told_at))
    first, official = pages[0].copy.id, 1
    expected = {s.copy.url for s in pages if s.copy.id not in (first, official)}
    assert len(set(ids)) == len(expected)


# --- figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([GDP6], [GDP6], []),
        ([GDP6], [replace(GDP6, start=99, resolve=None, quote="x", headline=False)], []),
        ([GDP6], [GDP5], [(5.0, 6.0)]),
        ([GDP6], [replace(GDP6, comparator=Comparator.AT_LEAST, high=None)], [(6.0, 6.0)]),
        ([GDP6], [replace(GDP6, unit="百分点")], [(6.0, 6.0)]),
        ([GDP6], [replace(GDP6, year=2027)], [(6.0, None), (None, 6.0)]),
        ([GDP6], [replace(GDP6, measure=Measure.LEVEL)], [(6.0, None), (None, 6.0)]),
        ([GDP6], [GDP6, target(low=6.0, start=50)], []),
        ([GDP6, target(low=6.0, start=50)], [GDP6], []),
        ([GDP6], [GDP6, target(low=8.0, start=50)], [(8.0, None)]),
        (
            [target(low=6), target(low=20, start=9)],
            [target(low=19), target(low=7, start=9)],
            [(19.0, 20.0), (7.0, 6.0)],
        ),
        ([target(low=6), target(low=20, start=9)], [target(low=19)], [(19.0, 20.0), (None, 6.0)]),
        ([SIDE], [replace(SIDE, label="老旧小区改造")], []),
        ([SIDE], [replace(SIDE, label="改造 老旧小区", low=13, high=13)], [(13.0, 12.0)]),
        ([SIDE], [replace(SIDE, label="种树", low=13, high=13)], [(13.0, None), (None, 12.0)]),
        ([target(low=0.1 + 0.2)], [target(low=0.3)], []),
    ],
)
def test_differences(
    before: list[Figure], after: list[Figure], expected: list[tuple[float | None, float | None]]
) -> None:
    def ends(x: list[Figure], y: list[Figure]) -> list[tuple[float | None, float | None]]:
        return [
            (d.target.low if d.target else None, d.previous.low if d.previous else None)
            for d in differences(x, y)
        ]

    assert ends(before, after) == expected
    for old, new in itertools.product(itertools.permutations(before), itertools.permutations(after)):
        assert ends(list(old), list(new)) == expected, "the order of the figures does not matter"


def test_of_two_that_say_the_same_the_headline_one_is_kept() -> None:
    early, late = target(start=1, headline=False), target(start=50)
    assert distinct([early, late]) == (late,)

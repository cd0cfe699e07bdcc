"""Whatever order the copies of a report come in, the same is known in the end; each order has its story."""

from __future__ import annotations

import hashlib
import itertools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from test_workers_jobs import simple

from ingest.compare.fingerprint import content_hash
from ingest.identity.decide import decide, is_nameless
from ingest.identity.identify import identify
from ingest.model import Article, Capture, Header, ListItem, Reading, Relation, SourceKind
from ingest.reading import read_document
from ingest.settings import Settings
from ingest.store import browse, documents, leaders, outbox, relations, settlement, watchlist
from ingest.store.db import Store
from tests.support import copies, deciding
from workers.context import Context
from workers.jobs import extract_all, settle_all
from workers.targets.extract import extract

START = datetime(2026, 1, 20, 8, tzinfo=UTC)
DOC = copies.synthetic_report(0)
OFFICIAL = copies.Document(DOC.title, DOC.body)
EDITED = copies.Document(DOC.title, DOC.body.replace("地区生产总值增长", "地区生产总值增长1", 1))
RESTATED = copies.Document(DOC.title, DOC.body.replace("完成投资", "完成投资1", 1))
TRUNCATED = copies.Document(DOC.title, DOC.body[: len(DOC.body) * 3 // 5])
PAGE_TWO = copies.page_two(OFFICIAL, random.Random(1))


@dataclass(frozen=True)
class Arrival:
    name: str
    document: copies.Document
    official: bool = False
    put_up: date | None = None
    region: str | None = None  # code of the place whose site it is

    @property
    def source(self) -> str:
        return f"portal{self.region or ''}" if self.official else f"repost{self.name}"


FOUR = (
    Arrival("official", OFFICIAL, True, date(2026, 1, 15)),
    Arrival("truncated", TRUNCATED),
    Arrival("restated", RESTATED),
    Arrival("edited", EDITED, True, date(2026, 1, 18)),
)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Settings(data_dir=tmp_path), simple)


@cache
def read(arrival: Arrival) -> Reading:
    document = arrival.document
    article = Article(document.title, document.body, Header(published_on=arrival.put_up))
    found = identify(article, f"https://{arrival.source}.example/{arrival.name}")
    return Reading(article, found, content_hash(document.body))


def arrive(store: Store, context: Context, arrival: Arrival, now: datetime) -> list[str]:
    """Show it, do all the work that follows, and say what was told."""
    return work(store, context, [show(store, arrival, now)], now)


def show(store: Store, arrival: Arrival, now: datetime) -> int:
    """Have its page show it; the version."""
    reading = read(arrival)
    url = f"https://{arrival.source}.example/{arrival.name}"
    kind = SourceKind.PORTAL if arrival.official else SourceKind.REPOST
    with store.begin() as tx:
        row = watchlist.SourceRow(
            arrival.source, arrival.source, kind, arrival.official, url, region=arrival.region
        )
        watchlist.ensure_source(tx, row)
        watchlist.see_items(tx, arrival.source, [ListItem(url, "题")], now)
        page = watchlist.page_of(tx, arrival.source, url)
        assert page is not None
        sha256 = hashlib.sha256(reading.article.body.encode()).hexdigest()
        decision = decide(deciding.known(tx, page, reading), sha256, reading)
        applied = deciding.apply(tx, page, decision, reading, official=arrival.official, now=now)
        later = now + timedelta(days=1)
        capture = Capture(now, 200, sha256, 1)
        deciding.had(tx, page.id, capture, later)
    assert applied.version_id is not None
    return applied.version_id


def work(store: Store, context: Context, version_ids: Sequence[int], now: datetime) -> list[str]:
    with store.read() as tx:
        before = len(outbox.events(tx, limit=1000))
    extract_all(store, context, version_ids)
    with store.read() as tx:
        unsettled = settlement.unsettled(tx, now + timedelta(days=1), timedelta())
    settle_all(store, context, unsettled)
    with store.read() as tx:
        return [e.type for e in outbox.events(tx, limit=1000, newest_first=False)][before:]


def final_state(store: Store, arrivals: Sequence[Arrival]) -> object:
    """Everything that must not depend on the order: by name, without ids and times."""
    names = {read(a).content_hash: a.name for a in arrivals}
    with store.read() as tx:
        state = {}
        for report_id in range(1, 20):
            report = documents.report(tx, report_id)
            found = documents.versions_of(tx, report_id) if report else []
            if report is None or not found:
                continue
            name_of = {v.id: names[v.content_hash] for v in found}
            leader = leaders.leading_versions(tx, [report_id])[report_id]
            state[report.key] = (
                name_of[leader],
                report.provisional,
                report.withdrawn_at,
                {name_of[c.version_id]: c.relation.value for c in documents.copies_of(tx, report_id)},
                {
                    (name_of[r.version_id], name_of[r.other_version_id]): r.relation.value
                    for r in relations.of_report(tx, report_id)
                },
            )
        return state


def run(store: Store, context: Context, order: Sequence[Arrival]) -> tuple[object, list[list[str]]]:
    told = [arrive(store, context, a, START + timedelta(hours=i)) for i, a in enumerate(order)]
    return final_state(store, order), told


@pytest.fixture(scope="module")
def ends() -> dict[str, object]:
    return {}


@pytest.mark.parametrize(
    "order", list(itertools.permutations(FOUR)), ids=lambda o: "-".join(a.name for a in o)
)
def test_the_order_of_arrival_does_not_matter(
    store: Store, context: Context, order: tuple[Arrival, ...], ends: dict[str, object]
) -> None:
    state, told = run(store, context, order)
    assert list(state) == ["work_report/500151/2026"]  # type: ignore[call-overload]
    leader, provisional, withdrawn, relations, _ = state["work_report/500151/2026"]  # type: ignore[index]
    assert (leader, provisional, withdrawn) == ("edited", False, None)
    assert relations == {
        "edited": "same",
        "official": "restated",
        "restated": "restated",
        "truncated": "restated",  # the edit changed a figure that stands in it
    }
    assert ends.setdefault("state", state) == state
    flat = [type_ for types in told for type_ in types]
    first = "report.published" if order[0].official else "report.provisional"
    assert flat[0] == first
    assert flat.count("report.published") + flat.count("report.provisional") == 1
    if not order[0].official:
        assert flat.count("report.confirmed") + flat.count("report.contradicted") == 1
    names = [a.name for a in order]
    later_edit = names.index("edited") > names.index("official")
    assert ("report.revised" in told[names.index("edited")]) is later_edit


def test_a_cut_repost_with_another_figure_does_not_lead(store: Store, context: Context) -> None:
    whole = Arrival("whole", OFFICIAL)
    cut = Arrival("cut", copies.Document(DOC.title, RESTATED.body[: len(DOC.body) // 2]))
    state, told = run(store, context, (whole, cut))
    leader, _, _, relations, _ = state["work_report/500151/2026"]  # type: ignore[index]
    assert (leader, relations) == ("whole", {"whole": "same", "cut": "restated"})
    assert told[1] == ["copy.appeared"]


def settled_again(store: Store, context: Context) -> int:
    """How many events it makes to compare what is known once more with what was told."""
    with store.begin() as tx:
        settlement.mark_unsettled(tx, [1], START)
    return settle_all(store, context, [1])


LATE_END = Arrival("late", copies.late_end(OFFICIAL, random.Random(1)))
AD_WITHIN = copies.Document(DOC.title, OFFICIAL.body.replace("二、", "请关注某某写作营\n二、", 1))


def test_a_repost_that_adds_nothing_is_one_more_copy(store: Store, context: Context) -> None:
    """Cut at its end, or with a site's words in the middle: neither leads nor revises what was told."""
    reposts = [Arrival("first", OFFICIAL), LATE_END, Arrival("ad", AD_WITHIN)]
    told = [arrive(store, context, a, START + timedelta(hours=i)) for i, a in enumerate(reposts)]
    assert told[1:] == [["copy.appeared"], ["copy.appeared"]]
    assert settled_again(store, context) == 0
    assert arrive(store, context, FOUR[0], START + timedelta(hours=9)) == ["report.confirmed"]
    assert settled_again(store, context) == 0
    state = final_state(store, [*reposts, FOUR[0]])
    assert state["work_report/500151/2026"][3] == {  # type: ignore[index]
        "official": "same", "late": "truncated", "ad": "revision",
    }  # fmt: skip


def test_another_figure_that_is_no_target_contradicts(store: Store, context: Context) -> None:
    """In the review of the year that is over, say."""
    _, told = run(store, context, (Arrival("restated", RESTATED), FOUR[0]))
    assert told[1] == ["report.contradicted"]
    with store.read() as tx:
        [event] = outbox.events(tx, limit=1)
    [sentence] = event.data["sentences"]
    assert [sentence[side]["text"].count("完成投资1") for side in ("before", "after")] == [1, 0]
    assert event.data["differences"] == []


FOR_COMMENT = Arrival("draft", copies.draft(RESTATED, random.Random(1)), True, date(2026, 1, 10))
REPOSTED = Arrival("repost", OFFICIAL)


@pytest.mark.parametrize("order", list(itertools.permutations((FOR_COMMENT, REPOSTED))))
def test_a_draft_for_comment_is_no_report(store: Store, context: Context, order: tuple[Arrival, ...]) -> None:
    """Not even the government's own beside a repost of what was then delivered."""
    state, told = run(store, context, order)
    leader, provisional, withdrawn, relations, _ = state["work_report/500151/2026"]  # type: ignore[index]
    assert (leader, provisional, withdrawn) == ("repost", True, None)
    assert relations["draft"] == "draft"
    by_name = dict(zip([a.name for a in order], told, strict=True))
    assert "report.provisional" in by_name["repost"]
    assert by_name["draft"] == (["copy.appeared"] if order[0] is REPOSTED else [])


def test_a_nameless_page_finds_its_report_before_and_after(store: Store, context: Context) -> None:
    piece = Arrival("two", PAGE_TWO)
    assert is_nameless(read(piece).identity)
    state, told = run(store, context, (FOUR[0], piece))
    assert told == [told[0], []], "a piece of a report announces nothing"
    assert state == {
        "work_report/500151/2026": (
            "official", False, None, {"official": "same", "two": "part"},
            {("two", "official"): "part", ("official", "two"): "revision"},
        )
    }  # fmt: skip


@pytest.mark.both_databases
def test_a_nameless_page_that_came_first_is_adopted(store: Store, context: Context) -> None:
    piece = Arrival("two", PAGE_TWO)
    state, told = run(store, context, (piece, FOUR[0]))
    assert list(state) == ["work_report/500151/2026"]  # type: ignore[call-overload]
    assert state["work_report/500151/2026"][3] == {"two": "part", "official": "same"}  # type: ignore[index]
    assert told[1].count("report.published") == 1


NAMELESS_WHOLE = Arrival(
    "nameless", copies.Document("政府工作报告", AD_WITHIN.body.split("\n", 2)[2].replace("铜梁区", "本区"))
)


@pytest.mark.parametrize("order", list(itertools.permutations((FOUR[0], NAMELESS_WHOLE))))
def test_a_text_without_a_name_and_with_a_few_other_words_finds_its_report(
    store: Store, context: Context, order: tuple[Arrival, ...]
) -> None:
    assert is_nameless(read(NAMELESS_WHOLE).identity)
    state, _ = run(store, context, order)
    assert list(state) == ["work_report/500151/2026"]  # type: ignore[call-overload]
    other_figure = Arrival("other", copies.restated(NAMELESS_WHOLE.document, random.Random(2)))
    arrive(store, context, other_figure, START + timedelta(hours=9))
    state = final_state(store, [*order, other_figure])
    assert len(state) == 2, "with another figure it is a document by itself"  # type: ignore[arg-type]


def _before_the_plan(body: str) -> str:
    return "".join(re.split(r"(?<=。)", body)[2:17])


CLONE = Arrival("next", copies.next_year(DOC, 2026), True)
OF_BOTH = Arrival("two", copies.Document(None, _before_the_plan(PAGE_TWO.body)))
# The neighbour copied most of it, and added to a sentence in the middle of page two.
HALF_CLONE = Arrival(
    "next", copies.Document(CLONE.document.title, CLONE.document.body.replace("办法", "新办法")), True
)
MOST_OF_IT = Arrival("two", copies.Document(None, "".join(re.split(r"(?<=。)", DOC.body)[4:50])))


@pytest.mark.parametrize("order", list(itertools.permutations((FOUR[0], CLONE, OF_BOTH))))
def test_a_nameless_page_of_two_reports_alike_belongs_to_neither(
    store: Store, context: Context, order: tuple[Arrival, ...]
) -> None:
    state, _ = run(store, context, order)
    [alone, *reports] = sorted(state)  # type: ignore[call-overload]
    assert reports == ["work_report/500151/2026", "work_report/500151/2027"]
    assert alone == read(OF_BOTH).identity.report_key
    leader, _, withdrawn, relations, _ = state[alone]  # type: ignore[index]
    assert (leader, withdrawn, relations) == ("two", None, {"two": "same"})


@pytest.mark.parametrize("order", list(itertools.permutations((FOUR[0], HALF_CLONE, MOST_OF_IT))))
def test_a_nameless_page_belongs_to_the_report_that_covers_most_of_it(
    store: Store, context: Context, order: tuple[Arrival, ...], most: dict[str, object]
) -> None:
    state, _ = run(store, context, order)
    assert sorted(state) == ["work_report/500151/2026", "work_report/500151/2027"]  # type: ignore[call-overload]
    assert "two" in state["work_report/500151/2026"][3]  # type: ignore[index]
    assert most.setdefault("state", state) == state


@pytest.fixture(scope="module")
def most() -> dict[str, object]:
    return {}


SPOKEN = "各位代表：\n现在，我代表区人民政府，向大会报告工作，请予审议。\n"
UNNAMED = SPOKEN + DOC.body.split("请予审议。\n", 1)[1].replace("铜梁区", "全区")
WITHOUT_NAME = Arrival("plain", copies.Document(None, UNNAMED))
WITH_NAME = Arrival("named", copies.Document("重庆市铜梁区2026年政府工作报告", UNNAMED), True)
LIKEWISE = Arrival("edited", copies.Document(None, UNNAMED.replace("请予审议", "请予审议，请提意见", 1)))
PART = Arrival("part", copies.Document(None, UNNAMED[: len(UNNAMED) * 3 // 5]))


OF_THE_COUNTY = Arrival("own", OFFICIAL, True, date(2026, 1, 15), region="500151")
OF_THE_CITY = Arrival("citys", EDITED, True, date(2026, 1, 20), region="500000")


@pytest.mark.parametrize("order", list(itertools.permutations((OF_THE_COUNTY, OF_THE_CITY))))
def test_a_place_speaks_for_its_report_before_another_government(
    store: Store, context: Context, order: tuple[Arrival, ...]
) -> None:
    """The city has mistyped a figure of the county's, and put the report up later."""
    state, told = run(store, context, order)
    leader, provisional, _, relations, _ = state["work_report/500151/2026"]  # type: ignore[index]
    assert (leader, provisional) == ("own", False)
    assert relations["citys"] == "restated"
    if order[0] is OF_THE_COUNTY:
        assert told[1] == ["copy.appeared"], "one more copy, that changes nothing"
    else:
        assert "report.revised" in told[1], "what was told is put right"
    corrected = Arrival("corrected", RESTATED, True, date(2026, 1, 22), region="500151")
    assert "report.revised" in arrive(store, context, corrected, START + timedelta(hours=9))


def test_a_piece_on_the_place_s_own_site_does_not_lead(store: Store, context: Context) -> None:
    cut = Arrival("cut", TRUNCATED, True, date(2026, 1, 15), region="500151")
    whole = Arrival("whole", OFFICIAL, True, date(2026, 1, 16), region="500000")
    state, _ = run(store, context, (cut, whole))
    assert state["work_report/500151/2026"][0] == "whole"  # type: ignore[index]


def _pieces(mark: str) -> list[Arrival]:
    """The report in two articles: (上) ends where the goals begin."""
    end = DOC.body.index("主要预期目标")
    parts = DOC.body[:end], DOC.body[end:]
    titles = [f"{DOC.title}{piece}" for piece in mark.split()]
    return [
        Arrival(f"piece{number}", copies.Document(title, part), True)
        for number, (title, part) in enumerate(zip(titles, parts, strict=True), 1)
    ]


@pytest.mark.parametrize(
    "mark",
    [
        *("（上） （下）", "（一） （二）", "（上篇） （下篇）", "（第一部分） （第二部分）"),
        *(
            "之一 之二",
            "（第1部分） （第2部分）",
            "（连载①） （连载②）",
            "（全文·上） （全文·下）",
            "（一） （二）（完）",
        ),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_two_articles_that_make_one_report_take_nothing_back(
    store: Store, context: Context, mark: str, turned: bool
) -> None:
    pieces = _pieces(mark)
    state, told = run(store, context, [*(reversed(pieces) if turned else pieces), FOUR[0]])
    flat = [type_ for types in told for type_ in types]
    assert list(state) == ["work_report/500151/2026"]  # type: ignore[call-overload]
    assert state["work_report/500151/2026"][0] == "official"  # type: ignore[index]
    assert flat.count("report.published") == 1
    assert "target.published" in flat
    assert not {"target.withdrawn", "target.revised", "report.revised"} & set(flat)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("at_once", [False, True])
def test_all_targets_of_a_report_in_two_articles_are_told_once(
    store: Store, tmp_path: Path, turned: bool, at_once: bool
) -> None:
    context = Context(Settings(data_dir=tmp_path), extract)
    goals = DOC.body.index("。", DOC.body.index("主要预期目标")) + 1
    tasks = "三、2026年重点工作\n城镇新增就业2万人，新增高新技术企业20家。\n"
    texts = DOC.body[:goals], tasks + DOC.body[goals:]
    pieces = [
        Arrival(f"piece{mark}", copies.Document(f"{DOC.title}（{mark}）", text), True)
        for mark, text in zip("上下", texts, strict=True)
    ]
    order = [*reversed(pieces)] if turned else pieces
    if at_once:
        told = work(store, context, [show(store, one, START) for one in order], START)
    else:
        told = [type_ for one in order for type_ in arrive(store, context, one, START)]
    with store.read() as tx:
        events = outbox.events(tx, limit=1000)
    targets = [event.subject for event in events if event.type == "target.published"]
    of = [subject.partition("#")[2] for subject in sorted(targets)]
    assert of == [
        "fixed_asset_investment.growth", "gdp.growth", "high_tech_enterprises.change", "new_urban_jobs.level",
    ], told  # fmt: skip
    assert set(told) <= {"report.published", "report.completed", "target.published"}
    elsewhere = Arrival("elsewhere", order[0].document, True)
    assert set(arrive(store, context, elsewhere, START + timedelta(days=3))) <= {"copy.appeared"}


@pytest.fixture(scope="module")
def named_states() -> dict[str, object]:
    return {}


@pytest.mark.parametrize("third", [LIKEWISE, PART], ids=lambda arrival: arrival.name)
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_a_text_without_a_name_takes_the_one_that_comes(
    store: Store,
    context: Context,
    order: tuple[int, ...],
    third: Arrival,
    named_states: dict[str, object],
) -> None:
    arrivals = (WITHOUT_NAME, WITH_NAME, third)
    assert is_nameless(read(WITHOUT_NAME).identity)
    assert read(WITHOUT_NAME).content_hash == read(WITH_NAME).content_hash
    _, told = run(store, context, [arrivals[at] for at in order])
    state = final_state(store, arrivals)
    assert list(state) == ["work_report/500151/2026"]  # type: ignore[call-overload]
    assert named_states.setdefault(third.name, state) == state
    # Nobody is told before it has its name, and then of the report once.
    before = order.index(1)
    assert not any(told[:before])
    assert told[before][0] == "report.published"
    assert not any("report.withdrawn" in types for types in told)
    with store.read() as tx:
        targets = [figure for report in browse.reports(tx) for figure in report.headline]
    assert {figure.year for figure in targets} == {2026}


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_compilation_belongs_to_no_report_and_announces_nothing(
    store: Store, context: Context, place: int
) -> None:
    single = [copies.synthetic_report(n) for n in range(4)]
    order = [Arrival(f"r{n}", d, True) for n, d in enumerate(single)]
    book = Arrival("book", copies.compilation(single))
    order.insert(place, book)
    state, told = run(store, context, order)
    assert told[order.index(book)] == []
    assert len(state) == 5  # type: ignore[arg-type]
    with store.read() as tx:
        [version_id] = [
            v.id
            for r in range(1, 9)
            for v in documents.versions_of(tx, r)
            if v.content_hash == read(book).content_hash
        ]
        held = {r.other_version_id for r in relations.of_version(tx, version_id)}
        assert {r.relation for r in relations.of_version(tx, version_id)} == {Relation.COMPILATION}
    assert len(held) == 4


def test_the_same_text_for_another_place_or_year_is_another_report(store: Store, context: Context) -> None:
    others = [
        Arrival("neighbour", copies.neighbour(DOC, "铜梁区", "永川区"), True),
        Arrival("next", copies.next_year(DOC, 2026), True),
        Arrival("plan", copies.plan_report(DOC, "重庆市铜梁区", 2026), True),
    ]
    state, told = run(store, context, (FOUR[0], *others))
    assert sorted(state) == [  # type: ignore[call-overload]
        "plan_report/500151/2026",
        "work_report/500118/2026",
        "work_report/500151/2026",
        "work_report/500151/2027",
    ]
    assert [types[0] for types in told] == ["report.published"] * 4


@pytest.mark.parametrize("first", ["cut", "whole"])
def test_a_cut_repost_and_its_whole_are_one_report(
    store: Store, context: Context, shared: Path, first: str
) -> None:
    """博县网's second half of 沙坪坝 2024, and a whole made of a first half of ours and that text."""
    [path] = (shared / "seeds").glob("000_*.txt")
    cut = read_document(path.read_bytes(), str(path)).article
    first_half = copies.synthetic_report(3, 2024).body.replace("大足区", "沙坪坝区").split("二、")[0]
    whole = copies.Document("沙坪坝区2024年政府工作报告", f"{first_half}\n{cut.body}")
    arrivals = [Arrival("cut", copies.Document(cut.title, cut.body)), Arrival("whole", whole, True)]
    state, told = run(store, context, arrivals if first == "cut" else arrivals[::-1])
    assert list(state) == ["work_report/500106/2024"]  # type: ignore[call-overload]
    leader, _, _, relations, _ = state["work_report/500106/2024"]  # type: ignore[index]
    assert leader == "whole"
    assert relations == {"cut": "truncated", "whole": "same"}
    assert told[0][0] == ("report.provisional" if first == "cut" else "report.published")

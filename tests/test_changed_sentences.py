"""Which sentences report.revised and report.contradicted carry, and how many of them a webhook may say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from test_changes import CPI3, GDP5, GDP6, NOW, standing
from test_copies_order import OFFICIAL, START, Arrival, arrive
from test_workers_jobs import simple

from alerts.delivery.webhook import LIMIT, payload
from alerts.web.api import event_schemas
from ingest.events import EventType
from ingest.model import Event
from ingest.settings import Settings
from ingest.store import outbox
from ingest.store.db import Store
from workers.changed_sentences import CHARACTERS_OF_SENTENCE, SENTENCES_IN_EVENT, changed_sentences
from workers.changes import ReportState, changes
from workers.context import Context

LINES = [f"第{n}项工作要抓紧抓实，力争完成{n}00个项目，让群众看到变化。" for n in range(1, 40)]
GOAL = "今年的主要预期目标是：gdp增长{}%左右，cpi增长3.0%左右。"
BODY = "\n".join([*LINES, GOAL.format("6.0"), "让我们一起努力，谱写新的篇章。"])


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Settings(data_dir=tmp_path), simple)


def with_body(one: ReportState, body: str) -> ReportState:
    return replace(one, version=replace(one.version, body=body))


def only(before: ReportState, after: ReportState, type_: str) -> Event:
    [event] = [e for e in changes(before, after, NOW) if e.type == type_]
    return event


def sides(entry: dict[str, Any]) -> Iterator[str]:
    for name in ("before", "after"):
        if entry[name] is not None:
            yield entry[name]["text"]


def marked(side: dict[str, Any]) -> list[str]:
    return [side["text"][m["start"] : m["end"]] for m in side["marks"] if m["figure"]]


def test_contradicted_has_both_figures_and_both_sentences() -> None:
    """Also among many other changes, and though it is the last of them."""
    other = "\n".join([*(s.replace("00个", "50个") for s in LINES), GOAL.format("5.0")])
    before = with_body(standing("A", GDP6, CPI3, official=False), BODY)
    event = only(before, with_body(standing("B", GDP5, CPI3), other), "report.contradicted")
    [difference] = event.data["differences"]
    assert (difference["previous"]["low"], difference["target"]["low"]) == (6.0, 5.0)
    assert len(event.data["sentences"]) == SENTENCES_IN_EVENT
    assert event.data["sentences_total"] == len(LINES) + 2  # each line, the goal, the farewell
    last = event.data["sentences"][-1]
    assert last["change"] == "changed"
    assert marked(last["before"]) == ["6.0%"]
    assert marked(last["after"]) == ["5.0%"]
    assert "主要预期目标" in last["before"]["text"]
    assert "主要预期目标" in last["after"]["text"]


def test_revised_words_are_told_in_the_order_of_the_text() -> None:
    other = (
        BODY.replace(LINES[3], "")
        .replace(LINES[20], LINES[20] + "新加的一句话在这里。")
        .replace("篇章", "华章")
    )
    a, b = with_body(standing("A", GDP6), BODY), with_body(standing("B", GDP6), other)
    event = only(a, b, "report.revised")
    assert [s["change"] for s in event.data["sentences"]] == ["removed", "added", "changed"]
    assert event.data["sentences"][0]["after"] is None
    assert event.data["sentences"][1]["before"] is None
    assert event.data["sentences_total"] == 3
    assert event.id == only(standing("A", GDP6), standing("B", GDP6), "report.revised").id


def test_what_differs_only_in_form_is_no_sentence() -> None:
    a = with_body(standing("A", GDP6), BODY)
    b = with_body(standing("B", GDP6), BODY.replace("，", ",").replace("\n", "\n　　") + "\n责任编辑：某人")
    data = only(a, b, "report.revised").data
    assert (data["sentences"], data["sentences_total"]) == ([], 0)


def test_what_was_cut_off_before_is_no_change_and_what_is_cut_off_now_is() -> None:
    piece = "\n".join(LINES[:20]) + "\n第21项工作要"
    one, other = (standing(n, GDP6).version for n in "AB")
    cut, whole = replace(one, body=piece), replace(other, body=BODY)
    told = changed_sentences(cut, whole, before_partial=True)
    assert told == {"sentences": [], "sentences_total": 0}
    told = changed_sentences(whole, cut)
    assert {one["change"] for one in told["sentences"]} == {"changed", "removed"}


def _long(figure: str) -> str:
    """Ten long sentences in which a figure at the end differs."""
    return "".join(
        f"第{n}项，" + "抓好落实，" * 60 + f"完成投资{figure}亿元，" + "保障到位，" * 60 + "。"
        for n in range(14)
    )


def test_a_long_sentence_is_cut_around_its_figure() -> None:
    one, other = (standing(n, GDP6).version for n in "AB")
    told = changed_sentences(replace(one, body=_long("5.5")), replace(other, body=_long("6")))
    assert told["sentences_total"] == 14
    assert len(told["sentences"]) == SENTENCES_IN_EVENT
    for entry in told["sentences"]:
        assert all(len(text) <= CHARACTERS_OF_SENTENCE for text in sides(entry))
        assert (marked(entry["before"]), marked(entry["after"])) == (["5.5"], ["6"])


def test_a_payload_stays_small_and_keeps_both_lists() -> None:
    figures = [
        replace(GDP6, indicator="other", label=f"指标{n}", start=n * 10, quote="长" * 60) for n in range(40)
    ]
    lower = [replace(f, low=1.0, high=1.0) for f in figures]
    a = with_body(standing("A", *figures, official=False), _long("5.5"))
    event = only(a, with_body(standing("B", *lower), _long("6")), "report.contradicted")
    body = payload(event)
    said = json.loads(body)["data"]
    assert len(body) <= LIMIT
    assert len(said["differences"]) >= 5
    assert len(said["sentences"]) >= 3
    assert said["differences_total"] == 40
    assert said["sentences_total"] == 14
    schema = event_schemas.schema(EventType.REPORT_CONTRADICTED, "https://gazette.example.cn")
    Draft202012Validator(schema).validate(json.loads(body))
    broken = json.loads(body)
    broken["data"]["sentences"][0]["change"] = "eaten"
    assert not Draft202012Validator(schema).is_valid(broken)


@pytest.mark.both_databases
def test_the_whole_way_a_repost_is_contradicted_and_the_official_text_revised(
    store: Store, context: Context
) -> None:
    official = OFFICIAL.body
    restated = replace(OFFICIAL, body=official.replace("地区生产总值增长", "地区生产总值增长2", 1))
    edited = replace(OFFICIAL, body=official.replace("地区生产总值增长", "地区生产总值增长1", 1))
    for hours, arrival in enumerate(
        (
            Arrival("repost", restated),
            Arrival("official", replace(OFFICIAL, body=official.replace("，", ","))),
            Arrival("edited", edited, True),
        )
    ):
        arrive(store, context, replace(arrival, official=hours > 0), START + timedelta(hours=hours))
    with store.read() as tx:
        told = {e.type: e for e in outbox.events(tx, limit=100)}
    for type_ in ("report.contradicted", "report.revised"):
        [entry] = told[type_].data["sentences"]
        assert told[type_].data["sentences_total"] == 1
        [was], [now] = marked(entry["before"]), marked(entry["after"])
        assert was != now
        assert "地区生产总值增长" + was in entry["before"]["text"]
        assert "地区生产总值增长" + now in entry["after"]["text"]

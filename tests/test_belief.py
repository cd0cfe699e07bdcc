"""What was decided of a text where it can be ended stands, unless the store knows something else by then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest import pipeline
from ingest.belief import Tried
from ingest.identity.decide import Decision, Known, decide
from ingest.model import Reading
from ingest.reading import read_document
from ingest.store.db import Store
from tests.support.watched_report import PATH, Site, report
from tests.support.web_server import WebServer


def test_a_new_text_is_decided_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    decided: list[Known] = []

    def again(known: Known, sha256: str, reading: Reading) -> Decision:
        decided.append(known)
        return decide(known, sha256, reading)

    monkeypatch.setattr(pipeline, "decide", again)
    with WebServer() as server:
        site = Site(store, server)
        site.look()
        assert site.told() == ["report.published", *["target.published"] * 6]
        assert decided == []
        server.page(PATH, report().replace("</p></div>", "</p>\n</div>"))
        site.look()
    [known] = decided
    assert known.version_id is not None, "what is known already needs no trial"


def test_it_does_not_stand_where_something_came_between() -> None:
    reading = read_document(report().encode(), "report.html")
    known = Known(None, None, None, None, None)
    tried = Tried(known, "a", reading, decide(known, "a", reading))
    assert tried.holds(known, "a", reading)
    assert not tried.holds(replace(known, report_id=7), "a", reading)
    assert not tried.holds(known, "b", reading)
    assert not tried.holds(known, "a", replace(reading, content_hash="sha256:0"))

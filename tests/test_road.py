"""The whole road, with real parts: `gongbao up` watching the sample sites, a feed reader, a receiver."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from typing import Any

import feedparser
import httpx
import pytest

from ingest.demo.receiver import Received, receive
from ingest.demo.sites import Change, serve, sites
from ingest.model import Filter
from ingest.roles import roles
from ingest.store import outbox
from ingest.store.db import Store
from tests.support.promql import Shown, documented, expressions, mistakes
from tests.support.service import Gongbao, until

ROLES = roles(ocr=False)


@dataclass(slots=True)
class Running:
    gongbao: Gongbao
    change: Change
    received: Received
    process: subprocess.Popen[bytes]

    def feed(self) -> Any:
        return feedparser.parse(
            httpx.get(
                f"{self.gongbao.base}/feed.atom?type=report.*&type=target.*&headline=false", trust_env=False
            ).content
        )

    def events(self, *filters: str) -> list[Any]:
        found: list[Any] = self.gongbao.json("events", "--limit", "1000", *filters)
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports(number: int) -> int:
    """The first of so many free ports in a row."""
    while True:
        first = free_port()
        with ExitStack() as stack, suppress(OSError, OverflowError):
            for port in range(first, first + number):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("road")
    change = Change(after=math.inf)
    with serve(sites(change), folder / "sources"), receive() as received:
        gongbao = Gongbao(
            folder,
            {
                "GONGBAO_SOURCES_DIR": str(folder / "sources"),
                "GONGBAO_ALLOW_HOSTS": "127.0.0.1",
                "GONGBAO_HOST_DELAY": "0",
                "GONGBAO_WEB_PORT": str(free_port()),
                "GONGBAO_MONITOR_PORT": str(free_ports(len(ROLES))),
                "GONGBAO_LOG_FORMAT": "json",
                "GONGBAO_SWEEP_INTERVAL": "1",
                "GONGBAO_REQUEUE_AFTER": "5",
            },
        )
        added = gongbao(
            "webhooks", "add", received.url, "--all-targets", *("--type", "report.*"), *("--type", "target.*")
        )
        received.secret = added.stdout.split("secret")[1].strip()
        with gongbao.running("up") as process:
            gongbao.ready()
            with closing(Store.open(f"sqlite:///{folder / 'gongbao.db'}")) as store:

                def told() -> set[tuple[str, str]]:
                    with store.read() as tx:
                        events = outbox.events(tx, Filter(types=("*",), headline_only=False), limit=1000)
                    return {(event.type, event.subject.partition("/")[0]) for event in events}

                until(lambda: ("report.published", "plan_report") in told())
                change.after = 0.0  # only what was told of can be revised
                until(lambda: ("target.revised", "plan_report") in told())
            yield Running(gongbao, change, received, process)
        assert process.returncode == 0, gongbao.log()


def test_a_feed_reader_gets_every_report_and_target_once(service: Running) -> None:
    events = service.events()
    told = Counter(e["type"] for e in events)
    assert told["report.published"] == 3  # 铜梁 work and plan, 永川 work
    assert told["report.provisional"] == 1  # 荣昌: only a repost has it
    parsed = service.feed()
    assert not parsed.bozo
    ids = [entry.id for entry in parsed.entries]
    assert len(ids) == len(set(ids))
    expected = {e["id"] for e in events if e["type"].startswith(("report.", "target."))}
    assert {i.rsplit(":", 1)[-1] for i in ids} == expected


def test_an_unchanged_feed_is_a_304(service: Running) -> None:
    first = httpx.get(f"{service.gongbao.base}/feed.atom", trust_env=False)
    again = httpx.get(
        f"{service.gongbao.base}/feed.atom", headers={"If-None-Match": first.headers["etag"]}, trust_env=False
    )
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_every_webhook_is_verified_and_comes_once_per_event(service: Running) -> None:
    expected = {e["id"] for e in service.events() if e["type"].startswith(("report.", "target."))}
    until(lambda: service.received.verified >= expected)
    assert service.received.verified == expected
    assert service.received.refused == []


def test_the_same_text_on_two_sites_is_one_version_with_two_copies(service: Running) -> None:
    [report] = service.gongbao.json("reports", "--region", "500118")
    assert report["year"] == 2026
    assert report["copies"] == 2
    published = [e for e in service.events("--type", "report.published") if "500118" in e["subject"]]
    assert len(published) == 1


def test_a_cut_repost_does_not_lead_and_is_not_announced(service: Running) -> None:
    [report] = service.gongbao.json("reports", "--region", "500151", "--kind", "work_report")
    assert report["copies"] == 2
    assert report["source"]["slug"] == "demo-tongliang"


def test_a_changed_figure_is_one_revised_target(service: Running) -> None:
    [revised] = service.events("--type", "target.revised")
    target, before = revised["data"]["target"], revised["data"]["previous"]
    assert target["indicator"] == before["indicator"] == "fixed_asset_investment"
    assert (before["comparator"], before["low"]) == ("at_least", 8.0)
    assert (target["comparator"], target["low"], target["high"]) == ("about", 6.0, 6.0)


def test_a_notice_is_kept_and_not_announced(service: Running) -> None:
    assert [e for e in service.events() if "植树" in str(e["data"])] == []


def test_headers_come_through_gbk(service: Running) -> None:
    page = httpx.get(f"{service.gongbao.base}/reports/work_report/500118/2026", trust_env=False)
    assert page.status_code == 200
    assert "009333012/2026-00052" in page.text
    assert "周镕之" in page.text


def test_doctor_finds_the_roles_at_work(service: Running) -> None:
    found = service.gongbao("doctor").stdout
    for role in ("poll", "work", "send"):
        assert any(line.startswith("ok") and role in line for line in found.splitlines()), found


def test_a_second_look_at_an_unchanged_world_tells_nothing(service: Running) -> None:
    before = len(service.events())
    polls = service.gongbao.json("sources", "list")
    until(
        lambda: all(
            new["last_polled_at"] > old["last_polled_at"]
            for new, old in zip(service.gongbao.json("sources", "list"), polls, strict=True)
        )
    )
    assert len(service.events()) == before


def ask(service: Running, role: str, path: str) -> httpx.Response:
    port = int(service.gongbao.settings["GONGBAO_MONITOR_PORT"]) + ROLES.index(role)
    return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=30)


def shown(service: Running) -> Shown:
    found = Shown()
    for role in ROLES:
        answer = ask(service, role, "/metrics")
        assert answer.status_code == 200
        found.add(answer.text)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_role_says_that_it_is_ready(service: Running, role: str) -> None:
    assert ask(service, role, "/healthz").status_code == 200
    until(lambda: ask(service, role, "/readyz").status_code == 200)


def test_the_figures_are_those_of_what_happened(service: Running) -> None:
    def delivered(told: Shown) -> float:
        return told.sum("gongbao_delivery_attempts_total", channel="webhook", outcome="delivered")

    until(lambda: delivered(shown(service)) == len(service.received.verified) > 10, pause=0.5)
    told = shown(service)
    assert told.sum("gongbao_fetches_total", subject="page", outcome="ok") >= 8
    assert told.sum("gongbao_pages_read_total", decision="new_version") >= 6
    assert told.sum("gongbao_pages_read_total", decision="new_copy") >= 1
    extracted = told.sum("gongbao_extractions_total", outcome="done")
    assert extracted == told.sum("gongbao_extraction_seconds_count") >= 6  # by processes that are gone
    assert told.sum("gongbao_events_total", type="report.published") == 3
    assert told.sum("gongbao_events_total") >= len(service.events())
    assert told.sum("gongbao_alert_latency_seconds_count", attempt="first") == delivered(told)
    assert 0 < told.sum("gongbao_alert_latency_seconds_sum") / delivered(told) < 120
    for role in ("poll", "work", "send"):
        assert told.sum("gongbao_role_instances", role=role) == 1


def test_rules_and_dashboard_ask_for_what_there_is(service: Running) -> None:
    told = shown(service)
    assert [mistake for text in expressions() for mistake in mistakes(text, told)] == []


def test_the_docs_say_which_labels_there_are(service: Running) -> None:
    told = shown(service).labels
    for name, labels in documented().items():
        assert told.get(name, told.get(f"{name}_bucket", set())) - {"le"} == labels, name


def test_one_id_leads_from_the_fetch_to_the_delivery(service: Running) -> None:
    def lines() -> list[dict[str, Any]]:
        return [json.loads(line) for line in service.gongbao.log().splitlines() if line.startswith("{")]

    [published] = [e for e in service.events("--type", "report.published") if "500118" in e["subject"]]
    [appended] = [
        line for line in lines() if line["event"] == "event appended" and line["event_id"] == published["id"]
    ]
    until(
        lambda: any(
            line["event"] == "webhook delivered" and line["event_id"] == published["id"] for line in lines()
        )
    )
    ours = [line for line in lines() if line.get("trace_id") == appended["trace_id"]]
    road = list(dict.fromkeys(line["event"] for line in ours))
    assert road[:2] == ["page fetched", "page read"]
    assert {"event appended", "report settled", "extracted", "webhook delivered"} == set(road[2:])
    [read] = [line for line in ours if line["event"] == "page read"]
    assert read["decision"] == "NewVersion"
    assert read["url"] == next(line for line in ours if line["event"] == "page fetched")["url"]
    assert published["id"] in {line["event_id"] for line in ours if line["event"] == "webhook delivered"}


def test_a_killed_worker_is_replaced(service: Running) -> None:
    def workers() -> list[int]:
        listed = subprocess.run(
            ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        return [
            int(line.split()[0])
            for line in listed
            if line.split()[1] == str(service.process.pid) and line.endswith("gongbao work")
        ]

    [before] = workers()
    os.kill(before, signal.SIGKILL)
    until(lambda: workers() not in ([], [before]))

"""The whole road, with real parts: `gongbao up` watching the sample sites, a feed reader, a receiver."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import feedparser
import httpx
import pytest
from service import Gongbao, until

from ingest.demo.receiver import Received, receive
from ingest.demo.sites import Change, serve, sites


@dataclass(slots=True)
class Running:
    gongbao: Gongbao
    change: Change
    received: Received
    process: subprocess.Popen[bytes]

    def feed(self) -> Any:
        return feedparser.parse(
            httpx.get(f"{self.gongbao.base}/feed.atom?headline=false", trust_env=False).content
        )

    def events(self, *filters: str) -> list[Any]:
        found: list[Any] = self.gongbao.json("events", "--limit", "1000", *filters)
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("road")
    change = Change(after=6.0)
    with serve(sites(change), folder / "sources"), receive() as received:
        gongbao = Gongbao(
            folder,
            {
                "GONGBAO_SOURCES_DIR": str(folder / "sources"),
                "GONGBAO_ALLOW_HOSTS": "127.0.0.1",
                "GONGBAO_HOST_DELAY": "0",
                "GONGBAO_WEB_PORT": str(free_port()),
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
            until(
                lambda: (
                    "target.revised" in Counter(e["type"] for e in gongbao.json("events", "--limit", "1000"))
                )
            )
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


def test_the_demo_ends_by_itself_with_a_summary() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gongbao", "demo", "--once", "--change-after", "3"],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counts = dict(
        re.findall(
            r"^  (reports announced|.*told once|targets announced|targets revised) +(\d+)$", done.stdout, re.M
        )
    )
    assert counts["reports announced"] == "4"
    assert int(counts["targets announced"]) > 20
    assert counts["targets revised"] == "1"
    assert counts["on two sites, told once"] == "2"

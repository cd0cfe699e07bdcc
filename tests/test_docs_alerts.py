"""docs/webhooks.md and docs/events.md say what the code does; their example runs."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from alerts.delivery import endpoints
from alerts.delivery.retry import SCHEDULE
from alerts.delivery.vault import Vault
from alerts.delivery.webhook import LIMIT, payload
from ingest.events import EventType, figure_json, make_event, report_data
from ingest.model import (
    Comparator,
    Copy,
    DeliveryState,
    Direction,
    Figure,
    Header,
    Identity,
    Kind,
    Measure,
    Region,
    Relation,
    Report,
    Version,
)
from ingest.store import subscriptions
from ingest.store.db import Store
from tests.support.site_server import served, stored
from tests.support.subscribers import ALL, Clock, once, report_event, sender, settings_for, tell

DOCS = Path(__file__).resolve().parents[1] / "docs"
WEBHOOKS = (DOCS / "webhooks.md").read_text()
EVENTS = (DOCS / "events.md").read_text()


def block(text: str, language: str) -> str:
    """The only code block of a language."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_receiver_of_the_docs_accepts_what_we_send_and_nothing_else(store: Store, tmp_path: Path) -> None:
    async def scenario() -> None:
        now = datetime.now(UTC)
        program = tmp_path / "receive.py"
        program.write_text(block(WEBHOOKS, "python"))
        settings = settings_for(tmp_path)
        made = endpoints.add(store, Vault(settings), "http://127.0.0.1:1/", ALL, now)
        added = made.subscription
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            str(program),
            env=os.environ | {"WEBHOOK_SECRET": made.secret, "PORT": "0"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert child.stdout is not None
        try:
            async with asyncio.timeout(30):
                port = (await child.stdout.readline()).decode().rsplit(" ", 1)[1].strip()
                url = f"http://127.0.0.1:{port}/"
                with store.begin() as tx:
                    subscriptions.remove(tx, added.id)
                    moved = type(added)(added.id, url, added.secret, added.filter, added.created_at)
                    subscriptions.add(tx, moved)
                tell(store, report_event(1, now), report_event(2, now))
                async with sender(settings, store, Clock(now)) as it:
                    await once(it)
                lines = [(await child.stdout.readline()).decode().split() for _ in range(2)]
            assert sorted(lines) == [
                ["1", "report.published", "https://example.gov.cn/1"],
                ["2", "report.published", "https://example.gov.cn/2"],
            ]
            with store.read() as tx:
                assert {d.state for d in subscriptions.deliveries(tx)} == {DeliveryState.DONE}
            forged = {"webhook-id": "evt_1", "webhook-timestamp": str(int(now.timestamp()))}
            async with httpx.AsyncClient(trust_env=False) as client:
                for signature in ("v1,AAAA", "nonsense", "v1,"):
                    headers = forged | {"webhook-signature": signature}
                    assert (await client.post(url, content=b"{}", headers=headers)).status_code == 400
        finally:
            child.terminate()
            await child.wait()

    asyncio.run(scenario())


def test_the_table_of_attempts_is_the_schedule() -> None:
    units = {"s": 1, "min": 60, "h": 3600}
    rows = re.findall(r"^\| (\d+) \| (?:(\d+) (s|min|h)|at once) \|$", WEBHOOKS, re.MULTILINE)
    waits = [timedelta(seconds=int(n or 0) * units.get(unit, 0)) for _, n, unit in rows]
    assert [int(number) for number, _, _ in rows] == list(range(1, len(SCHEDULE) + 1))
    assert tuple(waits) == SCHEDULE


def test_the_limit_of_a_payload_is_the_one_of_the_code() -> None:
    assert f"at most {LIMIT:,} bytes" in WEBHOOKS


def test_every_type_of_event_is_told_of() -> None:
    assert re.findall(r"^\| `([a-z]+\.[a-z]+)` \|", EVENTS, re.MULTILINE) == [t.value for t in EventType]


def test_the_example_of_an_event_has_the_shape_of_one() -> None:
    now = datetime(2026, 1, 20, 9, tzinfo=UTC)
    region = Region("500151", "铜梁区", ("重庆市", "铜梁区"), "500000")
    report = Report(1, "k", Kind.WORK_REPORT, region, 2026, "t", now, 1, provisional=False, withdrawn_at=None)
    version = Version(
        1, "sha256:…", 1, "t", "b", Header(), Identity(Kind.WORK_REPORT), now, now, "x", 1, None, None
    )
    shown = Copy(1, 1, 1, "cq-tongliang", "铜梁区人民政府", True, "http://…", Relation.SAME, now, now, None)
    figure = Figure(
        "gdp",
        "地区生产总值",
        2026,
        Measure.GROWTH,
        Comparator.ABOUT,
        6.0,
        6.0,
        "%",
        None,
        True,
        "q",
        1,
        2,
        "s",
        direction=Direction.UP,
    )
    data = report_data(report, version, shown) | {
        "target": figure_json(figure) | {"label_en": "GDP"},
        "previous": figure_json(figure) | {"label_en": "GDP"},
    }
    made = json.loads(payload(make_event(EventType.TARGET_REVISED, "s", "h", now, data)))
    told = json.loads(block(EVENTS, "json"))
    assert shape(told) == shape(made)


def shape(value: object) -> object:
    """Keys and types, without the values."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return type(value).__name__ if not isinstance(value, list) else "list"


@pytest.mark.parametrize("name", ["webhooks.md", "events.md", "feeds.md", "api.md"])
def test_links_between_the_docs_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", (DOCS / name).read_text())
    assert links
    for link in links:
        assert (DOCS / link).exists(), link


def test_every_command_and_option_of_the_docs_exists() -> None:
    import gongbao

    for sub in re.findall(r"^    gongbao webhooks (\w+)", WEBHOOKS, re.MULTILINE):
        result = CliRunner().invoke(gongbao.app, ["webhooks", sub, "--help"])
        assert result.exit_code == 0, result.output
        if sub == "add":
            assert "--mode" in result.output
            for option in re.findall(r"^\| `(--[a-z-]+)", WEBHOOKS, re.MULTILINE):
                assert option in result.output
        for line in re.findall(rf"^    gongbao webhooks {sub} (.*)", WEBHOOKS, re.MULTILINE):
            for option in re.findall(r"--[a-z-]+", line.partition("#")[0]):
                assert option in result.output, option


def test_every_parameter_and_address_of_feeds_md_is_known(tmp_path: Path) -> None:
    import gongbao

    text = (DOCS / "feeds.md").read_text()
    with stored(tmp_path) as kept, served(kept) as url, httpx.Client(base_url=url) as client:
        spec = client.get("/api/v1/openapi.json").json()
        known = {p["name"] for p in spec["paths"]["/feed.atom"]["get"]["parameters"]}
        listed = re.findall(r"^\| `(\w+)=(\S+)`", text, re.MULTILINE)
        assert {name for name, _ in listed} == known
        for name, value in listed:
            assert client.get("/feed.atom", params={name: value}).status_code == 200
        for path in re.findall(r"^    http://127.0.0.1:8700(\S+)", text, re.MULTILINE):
            assert client.get(path).status_code == 200
    for line in re.findall(r"^    gongbao (feeds \w+.*)", text, re.MULTILINE):
        result = CliRunner().invoke(gongbao.app, [*line.split()[:2], "--help"])
        assert result.exit_code == 0
        assert all(option in result.output for option in re.findall(r"--[a-z]+", line))


def test_every_address_of_api_md_is_in_the_openapi_document(tmp_path: Path) -> None:
    import gongbao

    text = (DOCS / "api.md").read_text()
    with stored(tmp_path) as kept, served(kept) as url, httpx.Client(base_url=url) as client:
        paths = client.get("/api/v1/openapi.json").json()["paths"]
        named = re.findall(r"`(?:[A-Z]+ )?(/(?:api|schemas)/[^` ]+)", text)
        assert len(named) > 15
        actions = {"pause", "resume", "enable"}
        for path in named:
            head, _, last = path.rpartition("/")
            known = f"{head}/{{action}}" if last in actions else path
            assert known in paths or path in ("/api/v1", "/api/v1/openapi.json"), path
        for address in re.findall(r"http://127.0.0.1:8700(/api/v1/events\S+?)'", text):
            assert client.get(address.replace("wait=30", "wait=0")).status_code == 200
    for line in re.findall(r"^    gongbao (token \w+)", text, re.MULTILINE):
        assert CliRunner().invoke(gongbao.app, [*line.split(), "--help"]).exit_code == 0

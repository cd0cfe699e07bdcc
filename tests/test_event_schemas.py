"""What is sent validates against /schemas/; what the API answers, against its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import positive_data_acceptance
from test_feeds import GDP, LAST_YEAR, NOON, WAS, event

from alerts.delivery.webhook import TEST_TYPE, payload
from alerts.web.api import event_schemas
from alerts.web.api.stream import LONGEST_WAIT
from alerts.web.app import create_app
from alerts.web.http import api_tokens
from ingest.events import EventType, endpoint_data
from ingest.model import Filter, Subscription
from ingest.settings import Settings
from ingest.store import outbox, subscriptions
from ingest.store.db import Store
from tests.support.site_server import served, stored
from tests.support.subscribers import SECRET

REPORT = {
    "key": "work_report/500106/2025",
    "name": "n",
    "title": "t",
    "kind": "work_report",
    "year": 2025,
    "region": None,
}
DECISION = {"decision": 3, "what": "merge", "into": REPORT, "versions": [], "versions_total": 1}
BASE = "https://gazette.example.cn"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("schemas")) as store:
        yield store


@cache
def validator(type_: str) -> Draft202012Validator:
    schema = event_schemas.schema(EventType(type_), BASE)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_every_payload_of_a_whole_winter_validates(store: Store) -> None:
    with store.read() as tx:
        told = outbox.events(tx, limit=1000)
    assert len({e.type for e in told}) >= 6
    for one in told:
        validator(one.type).validate(json.loads(payload(one)))


@pytest.mark.parametrize("type_", list(EventType))
def test_every_type_has_a_schema_that_accepts_it_and_its_shortened_form(type_: EventType) -> None:
    more = {
        "targets": [GDP | {"last_year": LAST_YEAR}],
        "targets_total": 1,
        "differences": [{"target": GDP, "previous": WAS}],
    }
    endpoint = endpoint_data("sub_1", "https://a.example/…", "webhook", reason="gone", since=NOON)
    data = {"target": GDP, "previous": WAS, "relation": "same", **more, **endpoint, **DECISION}
    one = event(type_.value, **data)
    validator(type_).validate(json.loads(payload(one)))
    long = event(type_.value, **(data | {"targets": [GDP | {"quote": "长" * 5000}] * 60, "x": "y" * 90_000}))
    validator(type_).validate(json.loads(payload(long)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": {"indicator": "gdp"}},
        {"target": GDP | {"comparator": "roughly"}},
        {"report": {"key": "x"}},
        {"previous": "5.5%"},
    ],
)
def test_a_wrong_payload_is_refused(wrong: dict[str, object]) -> None:
    one = event("target.revised", **({"target": GDP, "previous": WAS} | wrong))
    assert not validator("target.revised").is_valid(json.loads(payload(one)))


def test_they_are_published_where_they_say(store: Store) -> None:
    with served(store) as url:
        index = httpx.get(f"{url}/schemas/index.json").json()["schemas"]
        assert set(index) == {*(t.value for t in EventType), TEST_TYPE}
        for type_, address in index.items():
            schema = httpx.get(address).json()
            assert schema["$id"] == address
            assert schema["properties"]["type"] == {"const": type_}
        answer = httpx.get(f"{url}/schemas/report.eaten.json")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("examples", [5, pytest.param(200, marks=pytest.mark.long)])
def test_schemathesis_finds_no_undocumented_answer(store: Store, tmp_path: Path, examples: int) -> None:
    """Positive and negative requests made from the OpenAPI document, with a token and without; with ids that
    are there; asked once more with the validator of the answer. The endless stream is left out."""
    asked = Settings(
        data_dir=tmp_path,
        public_url=BASE,
        api_writes="anywhere",
        api_rate=0,
        page_rate=0,
        web_hosts=("*",),
        allow_hosts=("127.0.0.1",),
    )
    app = create_app(asked, store)
    bearer = {"Authorization": f"Bearer {api_tokens.make(store, 'test', datetime.now(UTC))}"}
    api = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app).exclude(path="/api/v1/stream")
    answered = {}
    for found in api.get_all_operations():
        operation = found.ok()
        answered[f"{operation.method} {operation.path}".upper()] = statuses_of(
            operation, store, bearer, examples
        )
    assert len(answered) > 25
    for operation_name, statuses in answered.items():
        if "/SUBSCRIPTIONS" in operation_name or "/DELIVERIES" in operation_name:
            assert 401 in statuses, operation_name
        if "/SUBSCRIPTIONS/{ID}" in operation_name and "REPLAY" not in operation_name:  # of which event?
            assert statuses & {200, 204}, operation_name
        if "FEED" in operation_name and "ARCHIVE" not in operation_name and "{ID}" not in operation_name:
            assert {200, 304} <= statuses, operation_name


def statuses_of(operation: Any, store: Store, bearer: dict[str, str], examples: int) -> set[int]:
    """Ask an operation, and hold each answer to the document; what statuses there were."""
    turns, seen = count(), set()

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        turn = next(turns)
        stranger, query = turn % 5 == 4, case.query or {}
        if as_seconds(query.get("wait")) > 0.01:  # within its bounds it may take its time
            query["wait"] = 0.01
        if turn % 3 and "/subscriptions/{id}" in case.path:
            case.path_parameters["id"] = a_subscription(store, f"sub_{case.method}_{turn}")
        response = case.call(headers={} if stranger else bearer)
        assert response.status_code < 500, (case.path, response.text)
        seen.add(response.status_code)
        # What is in no schema: whether the world can reach a URL, whether a cursor is one of ours, what is
        # the name of a region or an indicator, whether marks alone are asked for, which of two years comes
        # first.
        names = {"cursor", "region", "indicator", *(["q"] if case.path == "/api/v1/search" else [])}
        first, _, last = str(query.get("year", "")).partition("-")
        opaque = stranger or case.method == "POST" or query.keys() & names or (last and first > last)
        case.validate_response(response, excluded_checks=[positive_data_acceptance] if opaque else [])
        if response.status_code == 200 and "etag" in response.headers:
            again = case.call(headers=bearer | {"If-None-Match": response.headers["etag"][0]})
            assert again.status_code == 304
            case.validate_response(again)
            seen.add(304)

    check()
    return seen


def as_seconds(value: object) -> float:
    """0 for what is no number, or one that is out of bounds: that is to be refused."""
    try:
        number = float(str(value))
    except ValueError:
        return 0.0
    return number if 0 <= number <= LONGEST_WAIT else 0.0


def a_subscription(store: Store, id: str) -> str:
    with store.begin() as tx:
        if subscriptions.get(tx, id) is None:
            subscriptions.add(tx, Subscription(id, "http://127.0.0.1:1/", SECRET, Filter(), NOON))
    return id


def test_the_bounds_of_a_long_poll(store: Store, tmp_path: Path) -> None:
    bounds = {"0": 200, "0.001": 200} | dict.fromkeys(("60.1", "-1", "nan", "inf", "1e9", "x"), 422)
    with served(store, data_dir=tmp_path) as url, httpx.Client(base_url=url) as client:
        for wait, status in bounds.items():
            answer = client.get("/api/v1/events", params={"after": 10**9, "wait": wait})
            assert answer.status_code == status, wait

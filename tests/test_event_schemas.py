"""What is sent validates against /schemas/; what the API answers, against its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import positive_data_acceptance
from site_server import served, stored
from test_feeds import GDP, NOON, WAS, event

from alerts import event_schemas, tokens
from alerts.web import create_app
from alerts.webhook import payload
from ingest.events import EventType, endpoint_data
from ingest.settings import Settings
from ingest.store import Store, outbox

REPORT = {"key": "work_report/500106/2025", "title": "t", "kind": "work_report", "year": 2025, "region": None}
DECISION = {"decision": 3, "what": "merge", "into": REPORT, "versions": [], "versions_total": 1}
BASE = "https://gazette.example.cn"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("schemas")) as store:
        yield store


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
    more = {"targets": [GDP], "targets_total": 1, "differences": [{"target": GDP, "previous": WAS}]}
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
        assert set(index) == {t.value for t in EventType}
        for type_, address in index.items():
            schema = httpx.get(address).json()
            assert schema["$id"] == address
            assert schema["properties"]["type"] == {"const": type_}
        answer = httpx.get(f"{url}/schemas/report.eaten.json")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"


def test_schemathesis_finds_no_undocumented_answer(store: Store, tmp_path: Path) -> None:
    """Positive and negative requests made from the OpenAPI document; the endless stream is left out."""
    app = create_app(Settings(data_dir=tmp_path, public_url=BASE, api_writes="anywhere", api_rate=0), store)
    bearer = {"Authorization": f"Bearer {tokens.make(store, 'test', datetime.now(UTC))}"}
    api = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app).exclude(path="/api/v1/stream")
    checked = 0
    for found in api.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            for name in ("wait", "cursor"):  # one takes its time, the other is opaque
                if case.query:
                    case.query.pop(name, None)
            response = case.call(headers=bearer)
            assert response.status_code < 500, (case.path, response.text)
            # Whether the world can reach a URL is not in a schema: such requests may be refused with 422.
            refused = [positive_data_acceptance] if case.method == "POST" else []
            case.validate_response(response, excluded_checks=refused)

        check()
        checked += 1
    assert checked > 25

"""What a webhook says, how it is bounded, how it is signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from alerts.delivery.webhook import LIMIT, new_secret, payload, sign
from ingest.errors import ConfigError
from ingest.model import Event

WHEN = datetime(2026, 1, 20, 9, 0, 0, 250, tzinfo=UTC)
SECRET = new_secret(bytes(range(32)))
OTHER = new_secret(bytes(range(1, 33)))


def figure(n: int, sentence: str = "今年发展的主要预期目标是：地区生产总值增长6%左右。") -> dict[str, Any]:
    return {
        "indicator": "gdp",
        "label": "地区生产总值",
        "low": 6.0,
        "high": 6.0,
        "headline": n < 10,
        "quote": f"地区生产总值增长{n}%",
        "sentence": sentence,
        "start": n,
        "end": n + 10,
    }


def event(data: Mapping[str, Any], type_: str = "report.published") -> Event:
    return Event("evt_0123456789abcdef", type_, "work_report/500112/2026", WHEN, data, sequence=17)


def test_the_payload_has_the_shape_of_the_standard() -> None:
    said = payload(event({"url": "https://example.gov.cn/1", "targets": [], "targets_total": 0}))
    assert said.decode() == (
        '{"data":{"targets":[],"targets_total":0,"url":"https://example.gov.cn/1"},'
        '"id":"evt_0123456789abcdef","sequence":17,'
        '"timestamp":"2026-01-20T09:00:00.000250Z","type":"report.published"}'
    )


def test_the_same_event_has_the_same_bytes_whatever_the_order_of_its_keys_and_its_zone() -> None:
    one = event({"a": 1, "b": {"c": 2, "d": "渝北"}})
    two = replace(
        event({"b": {"d": "渝北", "c": 2}, "a": 1}), occurred_at=WHEN.astimezone(timezone(timedelta(hours=8)))
    )
    assert payload(one) == payload(two)
    assert "渝北" in payload(one).decode()


def test_too_long_a_payload_loses_sentences_before_figures() -> None:
    targets = [figure(n, "长" * 400) for n in range(30)]
    said = json.loads(payload(event({"targets": targets, "targets_total": 30})))["data"]
    assert said["targets"] == [{k: v for k, v in t.items() if k != "sentence"} for t in targets]


def test_cut_lists_say_how_many_there_were() -> None:
    long = [figure(n) | {"quote": "长" * 500} for n in range(30)]
    pairs = [{"target": figure(n, "长" * 400), "previous": figure(n + 1, "长" * 400)} for n in range(40)]
    body = payload(event({"url": "u", "targets": long, "targets_total": 88, "differences": pairs}))
    said = json.loads(body)["data"]
    assert len(body) <= LIMIT
    assert 0 < len(said["differences"]) <= 40
    assert said["differences_total"] == 40
    assert said["targets_total"] == 88
    assert len(said["targets"]) < 30
    assert "sentence" not in said["differences"][0]["previous"]


def test_a_long_text_is_cut_before_the_event_is_lost() -> None:
    body = payload(event({"url": "https://example.gov.cn/1", "report": {"title": "题" * 50_000}}))
    said = json.loads(body)["data"]
    assert len(body) <= LIMIT
    assert said["url"] == "https://example.gov.cn/1"
    assert said["report"]["title"].endswith("…")


def test_a_lone_surrogate_does_not_stop_it() -> None:
    assert json.loads(payload(event({"title": "a\ud800b"})))["data"]["title"] == "a?b"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=8), inner, max_size=8),
    max_leaves=10,
)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["targets", "differences", "sentences", "url", "x"]), json_values),
    st.sampled_from([0, 1, 20, 500]),
)
def test_no_payload_is_ever_too_long(data: dict[str, Any], times: int) -> None:
    body = payload(event(data | {"y": [data] * times}))
    assert len(body) <= LIMIT
    assert json.loads(body)["type"] == "report.published"
    assert body == payload(event(data | {"y": [data] * times}))


def test_the_signature_is_hmac_sha256_over_id_timestamp_and_body() -> None:
    body = payload(event({"title": "政府工作报告"}))
    headers = sign((SECRET,), "evt_1", WHEN, body)
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"evt_1.{int(WHEN.timestamp())}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers == {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(WHEN.timestamp())),
        "webhook-signature": f"v1,{expected}",
    }


@pytest.mark.parametrize("secrets", [(SECRET,), (OTHER, SECRET), (SECRET, OTHER)])
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5))])
def test_standardwebhooks_accepts_it_also_while_the_secret_is_rotated(
    secrets: tuple[str, ...], zone: timezone
) -> None:
    body = payload(event({"title": "政府工作报告"}))
    headers = sign(secrets, "evt_1", datetime.now(zone), body)
    assert Webhook(SECRET).verify(body, headers)["data"] == {"title": "政府工作报告"}
    assert len(headers["webhook-signature"].split(" ")) == len(secrets)


def test_standardwebhooks_refuses_a_changed_body_another_secret_and_an_old_timestamp() -> None:
    body = payload(event({"low": 6.0}))
    headers = sign((SECRET,), "evt_1", datetime.now(UTC), body)
    old = sign((SECRET,), "evt_1", datetime.now(UTC) - timedelta(minutes=6), body)
    for secret, given_body, given_headers in [
        (SECRET, body.replace(b"6.0", b"9.0"), headers),
        (OTHER, body, headers),
        (SECRET, body, headers | {"webhook-id": "evt_2"}),
        (SECRET, body, old),
    ]:
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(given_body, given_headers)


def test_a_secret_is_whsec_and_32_bytes() -> None:
    assert SECRET.startswith("whsec_")
    assert base64.b64decode(SECRET.removeprefix("whsec_")) == bytes(range(32))
    with pytest.raises(ValueError, match="32 random bytes, got 16"):
        new_secret(bytes(16))


@pytest.mark.parametrize("secrets", [(), ("whsec_",), ("whsec_!",)])
def test_a_bad_secret_is_an_error_that_does_not_show_it(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as caught:
        sign(secrets, "evt_1", WHEN, b"{}")
    assert "whsec_!" not in str(caught.value)

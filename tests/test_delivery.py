"""What becomes of a delivery after an attempt, and of its endpoint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.delivery.attempt import _reason
from alerts.delivery.retry import SCHEDULE, Answer, after_attempt
from ingest.model import DeliveryState

NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
DUE, DONE, DEAD = DeliveryState.DUE, DeliveryState.DONE, DeliveryState.DEAD


@pytest.mark.parametrize(
    ("attempt", "wait"),
    [
        (1, timedelta(seconds=5)),
        (2, timedelta(minutes=5)),
        (3, timedelta(minutes=30)),
        (4, timedelta(hours=2)),
        (5, timedelta(hours=5)),
        (6, timedelta(hours=10)),
        (7, timedelta(hours=14)),
        (8, timedelta(hours=20)),
        (9, timedelta(hours=24)),
    ],
)
@pytest.mark.parametrize("jitter", [-1.0, 0.0, 1.0])
def test_the_next_attempt_keeps_to_the_schedule_within_a_fifth(
    attempt: int, wait: timedelta, jitter: float
) -> None:
    verdict = after_attempt(attempt, Answer(500), NOW, jitter, None)
    assert verdict.state is DUE
    assert verdict.next_attempt_at == NOW + wait * (1 + 0.2 * jitter)


def test_the_tenth_failure_is_the_last() -> None:
    assert len(SCHEDULE) == 10
    assert SCHEDULE[0] == timedelta(0)
    verdict = after_attempt(10, Answer(500), NOW, 0, NOW - timedelta(hours=76))
    assert (verdict.state, verdict.next_attempt_at, verdict.disable_reason) == (DEAD, None, None)


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (Answer(200), DONE, None),
        (Answer(202), DONE, None),
        (Answer(204), DONE, None),
        (Answer(299), DONE, None),
        (Answer(199), DUE, "199"),
        (Answer(301), DUE, "redirects are not followed"),
        (Answer(304), DUE, "304"),
        (Answer(308), DUE, "redirects are not followed"),
        (Answer(400), DUE, "status 400"),
        (Answer(401), DUE, "status 401"),
        (Answer(404), DUE, "status 404"),
        (Answer(410), DEAD, "status 410"),
        (Answer(429), DUE, "status 429"),
        (Answer(500), DUE, "status 500"),
        (Answer(503), DUE, "status 503"),
        (Answer(error="no answer within 15 s"), DUE, "within 15 s"),
        (Answer(), DUE, "no answer"),
    ],
)
def test_only_2xx_is_success(answer: Answer, state: DeliveryState, said: str | None) -> None:
    verdict = after_attempt(1, answer, NOW, 0, None)
    assert verdict.state is state
    if said is None:
        assert verdict.error is None
        assert verdict.failing_since is None
    else:
        assert said in (verdict.error or "")
        assert verdict.failing_since == NOW


def test_410_disables_the_endpoint_at_once() -> None:
    assert "410" in (after_attempt(1, Answer(410), NOW, 0, None).disable_reason or "")


@pytest.mark.parametrize(
    ("status", "asked", "attempt", "wait"),
    [
        (429, 60.0, 1, timedelta(seconds=60)),
        (503, 3600.0, 1, timedelta(hours=1)),
        (429, 1.0, 2, timedelta(minutes=5)),  # asked for less than planned
        (429, 0.0, 1, timedelta(seconds=5)),
        (429, -5.0, 1, timedelta(seconds=5)),
        (503, 1e9, 1, timedelta(hours=24)),  # clamped
        (503, 1e300, 1, timedelta(hours=24)),
        (500, 60.0, 1, timedelta(seconds=5)),  # only 429 and 503 may ask
        (429, None, 1, timedelta(seconds=5)),
    ],
)
def test_retry_after_is_honoured_and_clamped(
    status: int, asked: float | None, attempt: int, wait: timedelta
) -> None:
    verdict = after_attempt(attempt, Answer(status, retry_after=asked), NOW, 0, None)
    assert verdict.next_attempt_at == NOW + wait


@pytest.mark.parametrize(
    ("failing_for", "disabled"),
    [(None, False), (timedelta(hours=119, minutes=59), False), (timedelta(hours=120), True)],
)
def test_120_hours_of_failure_disable_the_endpoint(failing_for: timedelta | None, disabled: bool) -> None:
    since = None if failing_for is None else NOW - failing_for
    verdict = after_attempt(1, Answer(500), NOW, 0, since)
    assert bool(verdict.disable_reason) is disabled
    assert verdict.state is (DEAD if disabled else DUE)
    assert verdict.failing_since == (since or NOW)


def test_a_success_ends_the_failing_however_long() -> None:
    verdict = after_attempt(3, Answer(200), NOW, 0, NOW - timedelta(days=30))
    assert (verdict.state, verdict.failing_since, verdict.disable_reason) == (DONE, None, None)


@given(
    st.integers(1, 12),
    st.one_of(st.none(), st.integers(100, 599)),
    st.one_of(st.none(), st.floats(allow_nan=False)),
    st.floats(-1, 1),
)
def test_every_answer_has_a_verdict(
    attempt: int, status: int | None, asked: float | None, jitter: float
) -> None:
    verdict = after_attempt(attempt, Answer(status, retry_after=asked), NOW, jitter, None)
    assert (verdict.next_attempt_at is not None) == (verdict.state is DUE)
    if verdict.next_attempt_at is not None:
        assert timedelta(seconds=4) <= verdict.next_attempt_at - NOW <= timedelta(hours=28.8)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(error="no answer within 15 s"), "no answer within 15 s"),
        (Answer(301), "status 301: redirects are not followed, subscribe with the final address"),
        (Answer(500), "status 500"),
        (Answer(), "no answer"),
    ],
)
def test_why_it_failed_is_said_alike_everywhere(answer: Answer, words: str) -> None:
    assert not answer.accepted
    assert answer.failure == answer.in_words == words


@pytest.mark.parametrize(("answer", "words"), [(Answer(204), "HTTP 204"), (Answer(taken=True), "taken")])
def test_so_is_that_it_was_accepted(answer: Answer, words: str) -> None:
    assert answer.accepted
    assert answer.in_words == words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            httpx.ConnectError("All connection attempts failed"),
            "no connection: All connection attempts failed",
        ),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            "the connection was closed without an answer",
        ),
        (httpx.RemoteProtocolError("illegal status line"), "no proper HTTP answer: illegal status line"),
        (httpx.ReadError(""), "the connection broke off"),
        (httpx.WriteError("to https://x.example/t0ken"), "the connection broke off: to the endpoint"),
    ],
)
def test_a_failed_connection_is_said_in_words(error: Exception, words: str) -> None:
    assert _reason(error, "https://x.example/t0ken") == words

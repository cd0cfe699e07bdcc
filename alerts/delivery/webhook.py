"""What a webhook says and how it is signed: Standard Webhooks 1.0. Pure: same event, same bytes.

Sending is send.py. docs/webhooks.md is the reader's version.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, assert_never

from standardwebhooks import Webhook

from alerts.words.health import in_words
from ingest.errors import ConfigError
from ingest.events import EventType
from ingest.model import ContentMode, Event

LIMIT = 20_000  # bytes of a payload
SECRET_PREFIX = "whsec_"  # noqa: S105 (a prefix, not a secret)
SECRET_BYTES = 32  # the standard allows 24 to 64
SOURCE = "/gongbao"  # CloudEvents `source`; with `id` it names an event
TYPE_PREFIX = "gongbao."
TEST_TYPE: Final = "webhook.test"  # of what is sent on request, and is no event that happened
SentType = EventType | Literal["webhook.test"]
# Of an event's data: what is cut when the payload is too large; what changed is cut last.
LISTS = ("differences", "sentences", "targets")
_SHARES = {"differences": 0.6}  # of the room for lists, while another list of what changed wants the rest
_TEXT_LIMITS = (2_000, 500, 120)  # characters a text is cut to when cutting the lists was not enough


def payload(event: Event, mode: ContentMode = ContentMode.STANDARD) -> bytes:
    """The body of the request: canonical JSON, UTF-8, at most 20,000 bytes.

        {"type", "timestamp", "id", "sequence", "data"}

    (`_envelope` has the other mode). `timestamp` is when it happened (not when it is sent: that stands in
    the header), `id` is the `webhook-id`. What is too long loses first the sentences of its figures (each
    keeps its quote), then the tail of its lists: `targets_total`, `differences_total` and `sentences_total`
    tell how many there were.
    """
    event = replace(event, data=in_words(event.data))
    envelope = _envelope(event, mode)
    body = _canonical(envelope)
    if len(body) <= LIMIT:
        return body
    shorter = {
        name: [_without_sentence(e) for e in value] if name in LISTS and isinstance(value, list) else value
        for name, value in event.data.items()
    }
    for longest in (None, *_TEXT_LIMITS):
        data = shorter if longest is None else _cut_texts(shorter, longest)
        body = _canonical(
            envelope | {"data": _cut_lists(data, LIMIT - len(_canonical(envelope | {"data": {}})))}
        )
        if len(body) <= LIMIT:
            return body
    known = {"url": event.data.get("url"), "subject": event.subject, "truncated": True}
    return _canonical(envelope | {"data": _cut_texts(known, _TEXT_LIMITS[-1])})


def media_type(mode: ContentMode) -> str:
    match mode:
        case ContentMode.STANDARD:
            return "application/json"
        case ContentMode.CLOUDEVENTS:
            return "application/cloudevents+json; charset=utf-8"
    assert_never(mode)


def _envelope(event: Event, mode: ContentMode) -> dict[str, Any]:
    match mode:
        case ContentMode.STANDARD:
            return {
                "type": event.type,
                "timestamp": _timestamp(event.occurred_at),
                "id": event.id,
                "sequence": event.sequence,
                "data": dict(event.data),
            }
        case ContentMode.CLOUDEVENTS:
            # CloudEvents 1.0.2, JSON format, structured mode. `sequence` is the extension of that name:
            # a string that sorts as the number does (github.com/cloudevents/spec, extensions/sequence.md).
            return {
                "specversion": "1.0",
                "id": event.id,
                "source": SOURCE,
                "type": TYPE_PREFIX + event.type,
                "subject": event.subject or event.id,
                "time": _timestamp(event.occurred_at),
                "datacontenttype": "application/json",
                "sequence": f"{event.sequence:019d}",
                "data": dict(event.data),
            }
    assert_never(mode)


def sign(secrets: Sequence[str], webhook_id: str, timestamp: datetime, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks, one signature a secret (two while a secret is rotated).

    `timestamp` is the time of this attempt, aware. Raises ConfigError for a secret that is none.
    """
    if not secrets:
        raise ConfigError(f"signing {webhook_id}: the subscription has no secret; add it anew")
    moment = timestamp.astimezone(UTC)  # the library takes the wall clock of whatever zone for UTC
    signatures = [_webhook(secret).sign(webhook_id, moment, body.decode()) for secret in secrets]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def new_secret(entropy: bytes) -> str:
    """`whsec_…` from 32 random bytes (the caller's `secrets.token_bytes(SECRET_BYTES)`)."""
    if len(entropy) != SECRET_BYTES:
        raise ValueError(f"a webhook secret takes {SECRET_BYTES} random bytes, got {len(entropy)}")
    return SECRET_PREFIX + base64.b64encode(entropy).decode()


def _webhook(secret: str) -> Webhook:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ConfigError("signing a webhook: the stored secret is not whsec_ + base64; add the webhook anew")
    return Webhook(key)


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _canonical(value: object) -> bytes:
    """Sorted keys, no spaces, UTF-8; a lone surrogate, which UTF-8 cannot say, becomes "?"."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", errors="replace")


def _without_sentence(entry: object) -> object:
    """A figure, or a {"target", "previous"} pair of them, without the sentence around the quote."""
    if not isinstance(entry, Mapping):
        return entry
    return {
        name: _without_sentence(value) if name in ("target", "previous") else value
        for name, value in entry.items()
        if name != "sentence"
    }


def _cut_lists(data: Mapping[str, Any], budget: int) -> dict[str, Any]:
    """`data` with the tails of its lists cut so that its JSON has at most `budget` bytes, if that can be."""
    lists: dict[str, list[Any]] = {name: data[name] for name in LISTS if isinstance(data.get(name), list)}
    totals = {f"{name}_total": len(entries) for name, entries in lists.items()}
    cut: dict[str, Any] = totals | dict(data) | {name: [] for name in lists}
    room = budget - len(_canonical(cut))
    for name, entries in lists.items():
        share = _SHARES.get(name, 1.0) if lists.get("sentences") else 1.0
        least = room - int(room * share)
        for entry in entries:
            size = len(_canonical(entry)) + 1
            if room - size < least:
                if share == 1.0:
                    return cut
                break
            room -= size
            cut[name].append(entry)
    return cut


def _cut_texts(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= longest else value[: longest - 1] + "…"
    if isinstance(value, Mapping):
        return {name: _cut_texts(inner, longest) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cut_texts(inner, longest) for inner in value]
    return value

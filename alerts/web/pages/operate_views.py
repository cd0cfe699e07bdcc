"""What the operator's pages say of endpoints, deliveries and sources. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.words.disabled import disabled_text
from alerts.words.filter_text import filter_words
from alerts.words.language import Words
from ingest.model import Channel, Delivery, Rhythm, Subscription
from ingest.sources.spec import Source
from ingest.store.overview import SourceHealth

Tag = tuple[str, str]  # words, tone


@dataclass(frozen=True, slots=True)
class EndpointView:
    id: str
    address: str
    channel: str
    filter: str
    tag: Tag
    note: str
    is_paused: bool
    is_disabled: bool
    created_at: datetime


def endpoint_view(subscription: Subscription, words: Words) -> EndpointView:
    return EndpointView(
        id=subscription.id,
        address=subscription.url,
        channel=words.channels[subscription.channel.value],
        filter=" · ".join(filter_words(subscription.filter, words)) or words.say("全部"),
        tag=_state(subscription, words),
        note=disabled_text(subscription.disabled_reason or "", words.health),
        is_paused=subscription.paused_at is not None,
        is_disabled=subscription.disabled_at is not None,
        created_at=subscription.created_at,
    )


def _state(subscription: Subscription, words: Words) -> Tag:
    if subscription.disabled_at is not None:
        return words.say("停用"), "bad"
    if subscription.paused_at is not None:
        return words.say("暂停"), "warn"
    if subscription.failing_since is not None:
        return words.say("失败中"), "warn"
    return words.say("正常"), "good"


@dataclass(frozen=True, slots=True)
class DeliveryView:
    id: int
    endpoint: str
    event: str
    tag: Tag
    attempts: int
    answer: str
    created_at: datetime
    next_attempt_at: datetime | None


_TONES = {"done": "good", "due": "", "dead": "bad"}


def delivery_view(delivery: Delivery, words: Words) -> DeliveryView:
    state = delivery.state.value
    return DeliveryView(
        id=delivery.id,
        endpoint=delivery.subscription_id,
        event=delivery.event_id,
        tag=(words.delivery_states[state], _TONES[state]),
        attempts=delivery.attempts,
        answer=str(delivery.last_error or delivery.last_status or "—"),
        created_at=delivery.created_at,
        next_attempt_at=delivery.next_attempt_at,
    )


def mail_counts(everyone: Sequence[Subscription], waiting: int) -> dict[str, int]:
    """Of mailboxes: how many, how often they are written to, how many are not well; nobody is named."""
    boxes = [s for s in everyone if s.channel is Channel.MAIL]
    return {
        "boxes": len(boxes),
        **{rhythm.value: sum(s.rhythm is rhythm for s in boxes) for rhythm in Rhythm},
        "bounced": sum(s.bounces > 0 for s in boxes),
        "disabled": sum(s.disabled_at is not None for s in boxes),
        "waiting": waiting,
    }


@dataclass(frozen=True, slots=True)
class SourceView:
    slug: str
    name: str
    home: str
    is_on: bool
    is_switched: bool  # otherwise than its file says
    is_broken: bool
    lists: int
    last_polled_at: datetime | None
    next_poll_at: datetime | None


def source_view(source: Source, health: SourceHealth | None, switched_on: bool | None) -> SourceView:
    return SourceView(
        slug=source.slug,
        name=source.name,
        home=source.home,
        is_on=source.enabled if switched_on is None else switched_on,
        is_switched=switched_on is not None,
        is_broken=health is not None and health.broken_at is not None,
        lists=len(health.lists) if health else 0,
        last_polled_at=health.last_polled_at if health else None,
        next_poll_at=health.next_poll_at if health else None,
    )

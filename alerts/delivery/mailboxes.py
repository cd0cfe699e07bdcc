"""Subscribing by e-mail: asked for, confirmed by who owns the address, left, refused.

The e-mails are emails.py and smtp.py; who sends them, send.py. An address is sealed wherever it is kept, and
never logged.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from alerts.delivery import endpoints, notices
from alerts.delivery.mailbox import Mailbox, checked_address, digest, id_of, masked, opened
from alerts.delivery.retry import MOST_BOUNCES, Bounces, one_more
from alerts.delivery.vault import Vault
from ingest.errors import ConfigError
from ingest.filters import of_reports
from ingest.model import Channel, Filter, MailRequest, Rhythm, Subscription
from ingest.store import mail_requests, outbox, subscriptions
from ingest.store.db import Store

log = structlog.get_logger(__name__)

AGAIN_AFTER = timedelta(hours=1)  # one confirmation e-mail an address
MOST_AN_HOUR = 300  # of all addresses together
EXPIRES = timedelta(days=3)
OFF = "e-mail is off here: set GONGBAO_MAIL_HOST and GONGBAO_MAIL_FROM (docs/mail.md)"


class Busy(ConfigError):
    """More is asked for than e-mails are sent."""


@dataclass(frozen=True, slots=True)
class Asked:
    filter: Filter
    rhythm: Rhythm
    language: str


def ask(
    store: Store,
    vault: Vault,
    address: str,
    asked: Asked,
    now: datetime,
    *,
    word: Callable[[int], str] = secrets.token_urlsafe,
) -> bool:
    """Have an e-mail sent to this address that asks whether its owner wants this. False when none will be
    sent because there was one within the hour: not to be told to who asks, for it says that somebody knows
    the address. Raises ConfigError for what is no address, or where e-mail is off; Busy.
    """
    if vault.settings.mail_host is None:
        raise ConfigError(OFF)
    address, token = checked_address(address), word(24)
    request = MailRequest(
        id=id_of(token),
        secret=Mailbox(address, token).sealed(vault),
        address_digest=digest(vault, address),
        filter=of_reports(asked.filter),
        language=asked.language,
        rhythm=asked.rhythm,
        asked_at=now,
        next_attempt_at=now,
    )
    with store.begin() as tx:
        if mail_requests.asked_since(tx, now - AGAIN_AFTER) >= MOST_AN_HOUR:
            raise Busy(
                "so many ask just now that no more confirmation e-mails are sent; try again in an hour"
            )
        taken = mail_requests.ask(tx, request, AGAIN_AFTER)
    log.info("e-mail asked for", request=request.id[:8], email=taken)
    return taken


def subscription_id(request_id: str) -> str:
    return f"sub_{request_id[:24]}"


def asked_by(store: Store, word: str, now: datetime) -> MailRequest | None:
    """What the e-mail with this word asked; None when it is too old or there is none."""
    with store.read() as tx:
        request = mail_requests.get(tx, id_of(word))
    return request if request is not None and request.asked_at > now - EXPIRES else None


def confirm(
    store: Store,
    vault: Vault,
    word: str,
    now: datetime,
    *,
    leaving: Callable[[int], str] = secrets.token_urlsafe,
) -> Subscription | None:
    """Make a subscription of what that e-mail asked; None when there is nothing to confirm. Twice is once.

    Whoever had asked for the same before has its rhythm and language changed: nobody gets a thing twice.
    """
    request = asked_by(store, word, now)
    if request is None:
        return None
    address = opened(vault, request.secret).address
    made = Subscription(
        id=subscription_id(request.id),
        url=masked(address),
        secret=Mailbox(address, leaving(24)).sealed(vault),
        filter=request.filter,
        created_at=now,
        channel=Channel.MAIL,
        language=request.language,
        rhythm=request.rhythm,
    )
    with store.begin() as tx:
        if not mail_requests.confirm(tx, request.id, now):
            known = mail_requests.get(tx, request.id)  # None: who confirmed it has left since
            return subscriptions.get(tx, known.subscription_id) if known and known.subscription_id else None
        if (former := _same(tx, vault, address, made.filter)) is None:
            subscriptions.add(tx, made)
        else:
            made = replace(former, language=made.language, rhythm=made.rhythm)
            subscriptions.renew(tx, made)
            if former.disabled_at is not None:
                subscriptions.enable(tx, made.id)
        mail_requests.made(tx, request.id, made.id)
    log.info("e-mail confirmed", subscription=made.id)
    return made


def _same(tx: Connection, vault: Vault, address: str, filter: Filter) -> Subscription | None:
    for one in subscriptions.all(tx):
        is_like = one.channel is Channel.MAIL and one.filter == filter and one.url == masked(address)
        if is_like and opened(vault, one.secret).address == address:
            return one
    return None


def leave(store: Store, vault: Vault, id: str, word: str) -> bool:
    """Forget the mailbox whose e-mails carry this word. False when there is none such."""
    if not is_its_word(store, vault, id, word):
        return False
    with store.begin() as tx:
        left = subscriptions.remove(tx, id)
    log.info("e-mail left", subscription=id)
    return left


def is_its_word(store: Store, vault: Vault, id: str, word: str) -> bool:
    with store.read() as tx:
        subscription = subscriptions.get(tx, id)
    if subscription is None or subscription.channel is not Channel.MAIL:
        return False
    return hmac.compare_digest(opened(vault, subscription.secret).word.encode(), word.encode())


def find(store: Store, vault: Vault, said: str) -> list[Subscription]:
    """The mailboxes of an address; or that of an id, or of the only id that begins so. Raises ConfigError."""
    boxes = [one for one in endpoints.list(store) if one.channel is Channel.MAIL]
    if is_address := "@" in said:
        address = checked_address(said)
        found = [one for one in boxes if opened(vault, one.secret).address == address]
    else:
        found = endpoints.that_begin(boxes, said)
    if not found or (len(found) > 1 and not is_address):
        none = "there is none" if is_address else endpoints.why_none(said)
        trouble = f"{len(found)} begin so" if found else none
        raise ConfigError(f"mailbox {said!r}: {trouble}; `gongbao mail list` shows their ids")
    return found


def bounced(store: Store, id: str, now: datetime, reason: str) -> Subscription | None:
    """Count that an e-mail came back; who is refused on so many days is written to no more. None when there
    is no such mailbox."""
    with store.begin() as tx:
        subscription = subscriptions.get(tx, id)
        if subscription is None or subscription.channel is not Channel.MAIL:
            return None
        said = count_bounce(tx, subscription, now, reason)
        if said and subscription.disabled_at is None and subscriptions.disable(tx, id, now, said):
            outbox.append(tx, [notices.disabled(subscription, now, said, now)])
        return subscriptions.get(tx, id)


def count_bounce(tx: Connection, subscription: Subscription, now: datetime, reason: str) -> str | None:
    """Count this refusal; why it is written to no more, when it was refused on so many days."""
    counted = one_more(Bounces(subscription.bounces, subscription.bounced_at), now)
    if counted.last is not None:
        subscriptions.bounced(tx, subscription.id, counted.number, counted.last)
    return f"refused on {counted.number} days; last: {reason}" if counted.number >= MOST_BOUNCES else None

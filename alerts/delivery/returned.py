"""An e-mail that came back: which subscription it was for, and whether that is for good. Pure.

Reads delivery status notifications (RFC 3464), which mail servers send to whom an e-mail is from. What
follows is mailboxes.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import default

from ingest.errors import ConfigError

_OURS = re.compile(r"<[^<>@\s]+\.(sub_[0-9a-f]{24})@[^<>\s]+>")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
LIMIT = 2**20  # bytes; the notice stands before the e-mail that it returns


@dataclass(frozen=True, slots=True)
class Returned:
    subscription_id: str
    status: str  # 5.1.1


def returned(notice: bytes) -> Returned | None:
    """None for one that only says that an e-mail is late, or that it arrived, and for one of an e-mail that
    is none of ours: anybody may write to the address that e-mails come from, but only who got one knows its
    Message-ID. Raises ConfigError for what is no notice."""
    try:
        return _read(notice[:LIMIT])
    except (
        MessageError,
        LookupError,
        AttributeError,
        ValueError,
        RecursionError,
    ) as exc:  # of Python's parser, when a header is asked for
        raise ConfigError(f"reading a notice of a mail server: {type(exc).__name__}") from exc


def _read(notice: bytes) -> Returned | None:
    parts = list(message_from_bytes(notice, policy=default).walk())
    failed = [
        status
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for status in _failed(part)
    ]
    if not any(part.get_content_type() == "message/delivery-status" for part in parts):
        raise ConfigError(
            "reading a notice of a mail server: it has no part message/delivery-status (RFC 3464); "
            "`gongbao mail bounce ADDRESS` counts what you read yourself"
        )
    of = _OURS.search(_returned_head(parts))
    return Returned(of.group(1), failed[0]) if failed and of else None


def _failed(part: Message) -> list[str]:
    """The status of each address that an e-mail could not be brought to for good."""
    found = []
    for block in _messages(part):
        status = _STATUS.search(str(block.get("Status", "")))
        is_failed = str(block.get("Action", "")).strip().lower() == "failed"
        if is_failed and status and status.group().startswith("5"):
            found.append(status.group())
    return found


def _messages(part: Message) -> list[Message]:
    """Those that a part is made of."""
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _returned_head(parts: Sequence[Message]) -> str:
    """The Message-ID of the e-mail that came back, whole or its head only."""
    for part in parts[1:]:
        if part.get_content_type() == "message/rfc822":
            return "".join(str(inner.get("Message-ID", "")) for inner in _messages(part)[:1])
        if part.get_content_type() == "text/rfc822-headers":
            head = re.search(r"(?im)^message-id:\s*(<[^>]*>)", str(part.get_payload()))
            return head.group(1) if head else ""
    return ""

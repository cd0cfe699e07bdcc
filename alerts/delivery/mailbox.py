"""The address of a mailbox: what is one, how it is kept, shown and counted.

Subscribing is mailboxes.py, what is written there emails.py.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field

from alerts.delivery.vault import Vault
from ingest.errors import ConfigError

LONGEST = 254  # RFC 5321 §4.5.3.1.3, without its angle brackets
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address, and the word that its e-mails carry: that of a confirmation, or of leaving."""

    address: str = field(repr=False)
    word: str = field(repr=False)

    def sealed(self, vault: Vault) -> str:
        """Raises ConfigError."""
        return vault.seal(json.dumps([self.address, self.word]))


def opened(vault: Vault, sealed: str) -> Mailbox:
    """Raises ConfigError when it was sealed with another key."""
    address, word = json.loads(vault.open(sealed))
    return Mailbox(address, word)


def checked_address(said: str) -> str:
    """The address as e-mails are sent to it, its domain in ASCII. Raises ConfigError for what is none: with
    it, nothing can come into a header but what RFC 5321 calls a Dot-string and a Domain."""
    local, _, domain = said.strip().rpartition("@")
    try:
        domain = domain.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    is_one = (
        len(local) <= 64
        and _LOCAL.fullmatch(local) is not None
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
        and len(local) + 1 + len(domain) <= LONGEST
    )
    if not is_one:
        raise ConfigError(f"e-mail address {said[:80]!r}: not one, or none that we can write to")
    return f"{local}@{domain}"


def masked(address: str) -> str:
    """What is shown of it."""
    local, _, domain = address.rpartition("@")
    return f"mailto:{local[:1]}…@{domain}"


def digest(vault: Vault, address: str) -> str:
    """By which two requests for one mailbox are known, whatever dots and `+word` its owner may put in it. Who
    has the database but not the key cannot try addresses with it."""
    local, _, domain = address.lower().rpartition("@")
    plain = f"{local.partition('+')[0].replace('.', '')}@{domain}"
    return vault.digest("mailbox\0" + plain)


def id_of(word: str) -> str:
    """The id of a request by the word of its e-mail: who reads the database cannot confirm anything."""
    return hashlib.sha256(word.encode()).hexdigest()[:40]

"""Secrets at rest: sealed with a key that is not in the database. Who may read a secret asks here.

A stolen copy of the database then forges no webhook. What a secret signs is webhook.py.

Sealed with libsodium's secretbox (XSalsa20 and Poly1305, https://doc.libsodium.org) of the package `pynacl`.
The key comes from GONGBAO_SECRET_KEY, else from `secret.key` in the data folder, which is
made when the first secret is sealed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import NoKey
from ingest.model import Subscription
from ingest.settings import Settings
from ingest.store import subscriptions
from ingest.store.db import Store

if TYPE_CHECKING:
    from nacl.secret import SecretBox

SEALED = "sealed:"  # before a sealed secret; one without it was kept by an earlier version, and is plain
KEY_FILE = "secret.key"
LEAST_KEY = 32  # characters


@dataclass(slots=True)
class Vault:
    """Seals and opens. Makes and reads no key before it is needed."""

    settings: Settings
    _boxes: list[SecretBox] = field(default_factory=list, repr=False)

    def seal(self, secret: str) -> str:
        """Raises NoKey when there is no key and none can be made."""
        sealed = self._boxes_of_keys(make=True)[0].encrypt(secret.encode())
        return SEALED + base64.urlsafe_b64encode(sealed).decode()

    def open(self, stored: str) -> str:
        """The secret. Raises NoKey when it was sealed with a key that is not here."""
        if not stored.startswith(SEALED):
            return stored
        from nacl.exceptions import CryptoError  # not for every command

        for box in self._boxes_of_keys(make=False):
            try:
                return box.decrypt(base64.urlsafe_b64decode(stored.removeprefix(SEALED))).decode()
            except (CryptoError, ValueError):
                continue
        raise NoKey(
            "opening a stored secret: it was sealed with another key. Set GONGBAO_SECRET_KEY to the key "
            f"it was sealed with, or put {KEY_FILE} back into GONGBAO_DATA_DIR; if the key is lost, "
            "`gongbao webhooks rotate` makes a new secret."
        )

    def digest(self, text: str) -> str:
        """By which a text is known again, and by which nobody without the key can try texts."""
        key = _derived(_keys(self.settings, make=True)[0])
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def signing(self, subscription: Subscription, now: datetime) -> tuple[str, ...]:
        """The secrets that sign at `now`: the current one, and the one before while it is replaced."""
        in_force = [subscription.secret]
        until = subscription.previous_secret_until
        if subscription.previous_secret is not None and until is not None and now < until:
            in_force.append(subscription.previous_secret)
        return tuple(self.open(secret) for secret in in_force)

    def _boxes_of_keys(self, *, make: bool) -> list[SecretBox]:
        """A box for each key: the first seals, all of them open."""
        if not self._boxes:
            from nacl.secret import SecretBox

            self._boxes = [SecretBox(_derived(key)) for key in _keys(self.settings, make=make)]
        return self._boxes


def seal_plain(store: Store, vault: Vault) -> int:
    """Seal what an earlier version kept in plain text; how many rows. Raises NoKey, StoreError."""
    with store.read() as tx:
        if not any(map(_is_plain, subscriptions.all(tx))):
            return 0
    with store.begin() as tx:
        plain = [s for s in subscriptions.all(tx) if _is_plain(s)]
        for subscription in plain:
            former = subscription.previous_secret
            subscriptions.keep_secrets(
                tx,
                subscription.id,
                _seal_if_plain(vault, subscription.secret),
                None if former is None else _seal_if_plain(vault, former),
                subscription.previous_secret_until,
            )
    return len(plain)


def _is_plain(subscription: Subscription) -> bool:
    secrets_ = (subscription.secret, subscription.previous_secret)
    return any(secret is not None and not secret.startswith(SEALED) for secret in secrets_)


def _seal_if_plain(vault: Vault, secret: str) -> str:
    return secret if secret.startswith(SEALED) else vault.seal(secret)


def _derived(key: str) -> bytes:
    """32 bytes from a random text of any alphabet. Not for words that a person thought up."""
    return hashlib.sha256(b"gongbao secrets at rest\0" + key.encode()).digest()


def _keys(settings: Settings, *, make: bool) -> list[str]:
    """The first seals, all of them open."""
    if settings.secret_key is not None:
        keys = [key.strip() for key in settings.secret_key.get_secret_value().split(",") if key.strip()]
        if not keys or min(map(len, keys)) < LEAST_KEY:
            raise NoKey(
                f"GONGBAO_SECRET_KEY: give at least {LEAST_KEY} random characters (`openssl rand -hex 32`); "
                "several keys separated by commas: the first seals, all open"
            )
        return keys
    path = settings.data_dir / KEY_FILE
    try:
        key = _read_or_make(path) if make else path.read_text("ascii").strip()
    except FileNotFoundError:
        raise NoKey(
            f"opening a stored secret: {path} is missing. Put it back from a backup of the data folder, "
            "or set GONGBAO_SECRET_KEY; if the key is lost, `gongbao webhooks rotate` makes a new secret."
        ) from None
    except (OSError, UnicodeDecodeError) as exc:
        raise NoKey(
            f"the key of the stored secrets: {path}: {exc}. Fix its rights, or set GONGBAO_SECRET_KEY."
        ) from exc
    if len(key) < LEAST_KEY:
        raise NoKey(
            f"the key of the stored secrets: {path} has {len(key)} characters, {LEAST_KEY} are the least: "
            "it was cut off. Put it back from a backup of the data folder, or set GONGBAO_SECRET_KEY."
        )
    return [key]


def _read_or_make(path: Path, random: Callable[[int], str] = secrets.token_hex) -> str:
    """The key of this file; whoever comes first makes it whole, so that nobody reads half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(random(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its key holds
        finally:
            draft.unlink()
    return path.read_text("ascii").strip()

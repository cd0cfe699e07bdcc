"""Tokens of the API: made here, shown once, known afterwards by their digest only.

Which requests need one is access.py.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from ingest.settings import Settings
from ingest.store import tokens
from ingest.store.db import Store
from ingest.store.tokens import Token
from ingest.text.given_name import given_name

PREFIX = "gongbao_"
FIRST_FILE = "token.txt"  # in the data folder
BYTES = 32


def make(
    store: Store, name: str, now: datetime, *, entropy: Callable[[int], bytes] = secrets.token_bytes
) -> str:
    """A new token; only its digest is kept. Raises ConfigError for one of nobody."""
    name = given_name(name, "name of the token")
    token = PREFIX + entropy(BYTES).hex()
    with store.begin() as tx:
        tokens.add(tx, Token(entropy(4).hex(), name, digest(token), now))
    return token


def make_first(store: Store, now: datetime) -> str | None:
    """A token where there is none yet; None where there is one."""
    with store.read() as tx:
        has_tokens = bool(tokens.all(tx))
    return None if has_tokens else make(store, "first", now)


def keep(settings: Settings, token: str) -> str:
    """Write a token to a file that only its owner may read; its name. For where nobody looks on."""
    path = settings.data_dir / FIRST_FILE
    path.unlink(missing_ok=True)  # of another database, or of one that was emptied
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(token + "\n")
    return str(path)


def digest(token: str) -> str:
    """A token is 256 random bits: one round of SHA-256 is as good as many."""
    return hashlib.sha256(token.encode()).hexdigest()


def known_token(token: str, known: Iterable[Token]) -> Token | None:
    """Which one it is. Compared in constant time, with every one that there is."""
    hashed = digest(token)
    found = None
    for one in known:
        if hmac.compare_digest(one.digest, hashed):
            found = one
    return found

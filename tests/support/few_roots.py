"""One authority instead of a hundred and fifty for every client that a test makes. Not a test file.

To read the list of certifi costs a client fifty milliseconds, and no test asks a server beyond this machine:
those that speak TLS bring an authority of their own. Nobody has the key of the one in authority.pem.
"""

from __future__ import annotations

import os
from pathlib import Path

import certifi

_AUTHORITY = Path(__file__).with_name("authority.pem")
_NAMES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_KEPT = "GONGBAO_TESTS_"


def trust() -> None:
    """From now on, in this process and its forks."""
    certifi.where = lambda: str(_AUTHORITY)
    for name in _NAMES:  # httpx would rather read what they name
        if (value := os.environ.pop(name, None)) is not None:
            os.environ[_KEPT + name] = value


def set_aside() -> dict[str, str]:
    """What trust() took out of the environment, here or in a parent: for the installers that tests start."""
    return {name: os.environ[_KEPT + name] for name in _NAMES if _KEPT + name in os.environ}

"""Which gongbao this is."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def program_version() -> str:
    """The version that was installed, such as "0.2.0"; "unknown" in a checkout that never was."""
    try:
        return version("gongbao")
    except PackageNotFoundError:
        return "unknown"

"""The terminal that a person looks at: where errors are said."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a role that runs for long has nothing to say there
    from rich.console import Console


@cache
def err() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def complain(command: str, message: object) -> None:
    """One line on stderr about one thing that could not be done; the command goes on."""
    err().print(f"gongbao {command}: {message}", style="red", markup=False, soft_wrap=True)

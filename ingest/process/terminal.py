"""The terminal that a person looks at: where errors are said, and how many of something there are."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a role that runs for long has nothing to say there
    from rich.console import Console


@cache
def err() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def counted(number: int, noun: str) -> str:
    """`1 delivery`, `2 deliveries`, `0 mailboxes`."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}es" if noun.endswith("x") else f"{noun}s"
    return f"{number} {plural}"


def complain(command: str, message: object) -> None:
    """One line on stderr about one thing that could not be done; the command goes on."""
    err().print(f"gongbao {command}: {message}", style="red", markup=False, soft_wrap=True)

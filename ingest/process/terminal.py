"""The terminal that a person looks at: where errors are said."""

from __future__ import annotations

from rich.console import Console

err = Console(stderr=True, highlight=False)


def complain(command: str, message: object) -> None:
    """One line on stderr about one thing that could not be done; the command goes on."""
    err.print(f"gongbao {command}: {message}", style="red", markup=False, soft_wrap=True)

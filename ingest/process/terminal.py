"""The terminal that a person looks at: errors, panels of --help. Light, for --help imports it."""

from __future__ import annotations

from rich.console import Console

# The panels of --help.
RUN, READ, LOOK, KEEP, DECIDE = (
    "Run the service",
    "Read documents",
    "Look",
    "Keep and move",
    "Know better",
)

err = Console(stderr=True, highlight=False)


def complain(command: str, message: object) -> None:
    """One line on stderr about one thing that could not be done; the command goes on."""
    err.print(f"gongbao {command}: {message}", style="red", markup=False, soft_wrap=True)

"""Who this process is among all that share a database, and a note of it for whoever looks from beside it.

The note lies in GONGBAO_RUN_DIR, a folder of this machine or container only: a health check runs as another
process and must find *this* instance's heartbeat, not that of any process in the same role. What a beat
says is store/presence.py, how long a silence is too long ingest/roles.py.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Note:
    """A role that was started here."""

    role: str
    instance: str
    pid: int

    @property
    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def instance_name() -> str:
    """No two processes ever have one name, also not process 1 of two containers on the host's network."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


@contextmanager
def noted(run_dir: Path | None, role: str) -> Iterator[str]:
    """The name of this process, noted in `run_dir` (None: nowhere) until the block ends."""
    name = instance_name()
    if run_dir is None:
        yield name
        return
    note, path = Note(role, name, os.getpid()), _path(run_dir, role)
    try:
        run_dir.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(note)), encoding="utf-8")
        draft.replace(path)
    except OSError as exc:
        raise ConfigError(f"GONGBAO_RUN_DIR: noting the role {role} there: {exc}") from exc
    try:
        yield name
    finally:
        if note in notes(run_dir):  # not one that was started here since
            path.unlink(missing_ok=True)


def notes(run_dir: Path) -> list[Note]:
    """What was started here and did not end in good order since, by role."""
    found = []
    for path in sorted(run_dir.glob("*.json")):
        try:
            found.append(Note(**json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError):
            continue  # gone meanwhile, or no note of ours
    return found


def _path(run_dir: Path, role: str) -> Path:
    return run_dir / f"{role}.json"

"""Keep out of memory what libraries import for uses that none of our roles has.

structlog would draw tracebacks with rich (ours are plain: log.py), httpx has a command line of its own,
warcio opens addresses by fsspec, redis measures itself for OpenTelemetry. Each goes on without, as where that
is not installed; whoever of us wants rich or fsspec imports it and has it. It is 7 MB of a poller that does
so all day.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

NEEDLESS: Mapping[str, Sequence[str]] = {
    "structlog": ("greenlet", "rich"),
    "httpx": ("click", "pygments", "rich"),
    "redis": ("opentelemetry",),
    "warcio.utils": ("fsspec",),
}
UNUSED = ("pydantic.v1",)  # fastapi asks of every model whether it is one of those; none of ours is


def import_lean() -> None:
    """From here on; what is imported already stays."""
    _hide(UNUSED)
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in NEEDLESS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Lean(spec.loader, NEEDLESS[name])
        return spec


class _Lean(Loader):
    """Loads a module with the loader that it has, while others cannot be found."""

    def __init__(self, loader: Loader, needless: Sequence[str]) -> None:
        self._loader = loader
        self._needless = needless

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader  # resources are read by it later
        with _hidden(self._needless):
            self._loader.exec_module(module)


def _hide(names: Sequence[str]) -> list[str]:
    """Let an import of these fail as of one that is not there, but for those that are imported."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    return hidden


@contextmanager
def _hidden(names: Sequence[str]) -> Iterator[None]:
    hidden = _hide(names)
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]

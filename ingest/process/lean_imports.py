"""Keep out of memory what libraries import for uses that none of our roles has.

structlog would draw tracebacks with rich (ours are plain: telemetry/log.py), httpx has a command line of its
own, warcio opens addresses by fsspec, redis measures itself for OpenTelemetry. Each goes on without, as where
that is not installed; whoever of us wants rich or fsspec imports it and has it. It is 7 MB of a poller that
does so all day. A release of one of them that cannot go without gets what it wants. FastAPI asks of every
model whether it is one of the first pydantic, which comes along as `pydantic.v1`, 2 MB: none is. And it has
models of all that OpenAPI can say: 1 MB of validators, of which a web server uses next to none. uvicorn's
command line, with click and the processes that it would start, is 2 MB of a web server.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

NEEDLESS: Mapping[str, Sequence[str]] = {
    "structlog": ("greenlet", "rich"),
    "httpx": ("click", "pygments", "rich"),
    "redis": ("opentelemetry",),
    "warcio.utils": ("fsspec",),
}
ABSENT = frozenset({"pydantic.v1"})  # for everybody
# Validators of their models are made when one is used.
SELDOM_USED = frozenset({"fastapi.openapi.models"})
# Packages that load their command line, and where they take the rest of its names from.
COMMAND_LINES: Mapping[str, tuple[str, str]] = {"uvicorn": ("uvicorn.main", "uvicorn.server")}


def import_lean() -> None:
    """From here on; what is imported already stays."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in ABSENT:
            raise ModuleNotFoundError(f"{name} is left out: {__name__}", name=name)
        if (around := _around(name)) is None:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Lean(spec.loader, around)
        return spec


class _Lean(Loader):
    """Loads a module with the loader that it has, while others cannot be found."""

    def __init__(self, loader: Loader, around: AbstractContextManager[None]) -> None:
        self._loader = loader
        self._around = around

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader  # resources are read by it later
        try:
            with self._around:
                self._loader.exec_module(module)
        except ImportError:
            self._loader.exec_module(module)


def _around(name: str) -> AbstractContextManager[None] | None:
    """What a module is loaded in; None of one that is loaded as it is."""
    if name in NEEDLESS:
        return _hidden(NEEDLESS[name])
    if name in COMMAND_LINES:
        return _without_command_line(*COMMAND_LINES[name])
    return _models_made_late() if name in SELDOM_USED else None


@contextmanager
def _without_command_line(name: str, library: str) -> Iterator[None]:
    """Whoever imports it later gets it whole."""
    stand_in = ModuleType(name)
    stand_in.__getattr__ = lambda wanted: getattr(import_module(library), wanted, None)  # type: ignore[method-assign]
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]


@contextmanager
def _models_made_late() -> Iterator[None]:
    from pydantic import BaseModel

    BaseModel.model_config["defer_build"] = True
    try:
        yield
    finally:
        del BaseModel.model_config["defer_build"]


@contextmanager
def _hidden(names: Sequence[str]) -> Iterator[None]:
    """None in `sys.modules` makes an import of that name fail as one that is not there."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]

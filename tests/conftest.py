"""What several rooms' tests share: where the development data is, when it is there."""

from __future__ import annotations

import gc
import inspect
import os
import sys
from pathlib import Path

import httpx
import pytest

from tests.support import fast, few_roots, forked, parallel, queue_server
from tests.support.databases import (  # noqa: F401  (fixtures)
    bare_database,
    bare_postgres,
    database,
    other_database,
    postgres,
    postgres_template,
    sqlite_folder,
    sqlite_template,
    store,
)
from tests.support.databases import on_each_database as pytest_generate_tests  # noqa: F401  (a hook)
from tests.support.order import pytest_collection_modifyitems  # noqa: F401  (a hook)
from tests.support.parallel import pytest_runtestloop  # noqa: F401  (a hook)
from tests.support.redis_server import redis_server  # noqa: F401  (a fixture)

# A fresh checkout would be compiled anew by all the processes that tests start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
few_roots.trust()
gc.disable()  # until all is collected: what is made till then stays


def pytest_addoption(parser: pytest.Parser) -> None:
    fast.add_option(parser)
    parallel.add_option(parser)
    queue_server.add_option(parser)
    parser.addoption("--pictures", action="store_true", help="keep the pictures of the README that are taken")


def pytest_configure(config: pytest.Config) -> None:
    fast.configure(config)
    queue_server.configure(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """All modules and tests are here to stay: no collection of garbage need look through them again."""
    if parallel.is_shared(session):
        if not session.config.getoption("--fast"):
            forked.share()
        from tests.support import at_first_use  # the whole program: too much for a run of one file

        at_first_use.make()
    gc.collect()
    gc.freeze()
    gc.enable()


os.environ["LC_ALL"] = "C.UTF-8"  # tables speak the language of the locale

# httpx gives up after five seconds, and a busy machine may need them for the first page of a new server.
_patience = inspect.signature(httpx.get).parameters["timeout"].default
_patience.connect = _patience.read = _patience.write = _patience.pool = 60.0

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents beside the project; a stranger's machine has none."""
    if not (SHARED / "seeds" / "truth.json").is_file():
        pytest.skip("the development data (../shared) is not beside this checkout")
    return SHARED

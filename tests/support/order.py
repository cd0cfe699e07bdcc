"""The files of tests that take long are begun first. Not a test file.

Processes that share the files of a run (parallel.py) take them in this order: a long one that is begun last
would be waited for by all others. A file that is missing here costs nothing but
that wait; `pytest --durations 50` shows which are long.
"""

from __future__ import annotations

import pytest

# More than some five seconds each, the longest first.
LONGEST = (
    *("world_days", "site_walk", "cli", "package", "fleet", "patterns", "list_walk", "unforeseen"),
    *("operator", "health_sources", "workers_main", "readme", "vanished", "road", "store_browse"),
    *("flipping_texts", "cli_surroundings", "site_browser", "identity_copies", "evidence", "send"),
    *("workers_faults", "targets_hostile", "world", "docs_backup", "import_many", "health_store"),
    *("hostile", "poll", "web_shared_pace", "identity_difference", "event_schemas", "moves"),
    *("feed_archives", "first_look", "page_hostile", "feed_readers", "here", "copies_order"),
    *("false_pages", "site_management", "supervisor", "feed_validity", "import_bounds", "send_many"),
    *("bounded_reading", "attachments_hostile", "changing_lines", "dump", "embedded", "notebook"),
    *("site_questions", "site_compare", "attachments_road"),
)
_PLACES = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _PLACES.get(item.path.name, len(_PLACES)))

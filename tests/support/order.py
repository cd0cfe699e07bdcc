"""The files of tests that take long are begun first. Not a test file.

Processes that share the files of a run (parallel.py) take them in this order: a long one that is begun last
would be waited for by all others. A file that is missing here costs nothing but
that wait; `pytest --durations 50` shows which are long.
"""

from __future__ import annotations

import pytest

# More than some five seconds each, the longest first.
LONGEST = (
    *("moves", "patterns", "site_walk", "workers_main", "cli_surroundings", "health_sources"),
    *("sources_commands", "operator", "package", "copies_order", "site_management"),
    *("false_pages", "cli", "poll", "send_many", "targets_hostile", "site_browser", "queue"),
    *("page_hostile", "flipping_texts", "unforeseen", "event_schemas", "readme", "front_door"),
    *("fleet", "feed_archives", "vanished", "several_articles", "feed_readers", "world_days"),
    *("world", "workers_jobs", "site_questions", "health_store", "attachments_hostile"),
    *("upgrades", "road", "web_client", "send", "scans_road", "architecture"),
    *("bounded_reading", "site_limits", "hostile", "import_files", "docs_backup", "list_walk"),
    *("store_browse", "feed_validity", "evidence", "attachments_archives", "changing_lines"),
    *("import_many", "attachments_road", "web_shared_pace", "moved_reports", "here"),
    *("store_db", "attachments_read", "site_hostile", "dump", "supervisor", "site_api"),
    *("pages_load", "targets_noise", "store_outbox"),
)
_PLACES = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _PLACES.get(item.path.name, len(_PLACES)))

"""The files of tests that take long are begun first. Not a test file.

Processes that share the files of a run (parallel.py) take them in this order: a long one that is begun last
would be waited for by all others. A file that is missing here costs nothing but
that wait; `pytest --durations 50` shows which are long.
"""

from __future__ import annotations

import pytest

# More than some five seconds each, the longest first.
LONGEST = (
    *("cli", "false_pages", "package", "copies_order", "send_many", "moves", "patterns", "operator"),
    *("health_sources", "site_management", "sources_commands", "workers_main", "fleet", "unforeseen"),
    *("poll", "list_walk", "attachments_road", "world_days", "feed_validity", "cli_surroundings"),
    *("site_walk", "readme", "flipping_texts", "world", "upgrades", "targets_hostile", "web_client"),
    *("attachments_hostile", "supervisor", "here", "page_hostile", "dump", "targets_noise"),
    *("health_store", "store_outbox", "road", "changing_lines", "evidence", "docs_backup", "send"),
    *("workers_jobs", "import_bounds", "import_files", "notebook", "bounded_reading", "site_questions"),
    *("feed_archives", "architecture", "moved_reports", "queue", "feed_readers", "hostile"),
    *("site_browser", "event_schemas", "vanished", "attachments_archives", "store_browse"),
    *("settings_files", "unclear", "attachments_read", "identity_copies", "parquet", "pages_load"),
    *("store_races", "webhook", "import_many", "store_documents", "store_outcome", "identity_identify"),
    *("site_limits", "store_db", "identity_difference"),
)
_PLACES = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _PLACES.get(item.path.name, len(_PLACES)))

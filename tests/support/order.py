"""The files of tests that take long are begun first. Not a test file.

Processes that share the files of a run (`--dist loadfile --no-loadscope-reorder`) take them in their order:
a long one that is begun last would be waited for by all others. A file that is missing here costs nothing but
that wait; `pytest --durations 50` shows which are long.
"""

from __future__ import annotations

import pytest

# More than some five seconds each, the longest first.
LONGEST = (
    *("world_days", "site_walk", "fleet", "unforeseen", "package", "road", "patterns", "health_sources"),
    *("web_shared_pace", "workers_faults", "event_schemas", "moves", "false_pages", "page_hostile", "world"),
    *("copies_order", "poll", "send_many", "store_browse", "health_store", "targets_hostile", "supervisor"),
    *("readme", "send", "operator", "site_management", "list_walk", "workers_main", "hostile", "embedded"),
    *(
        "import_many",
        "import_bounds",
        "cli_surroundings",
        "docs_backup",
        "notebook",
        "vanished",
        "site_questions",
    ),
    *("site_browser", "here", "flipping_texts", "bounded_reading", "site_compare", "attachments_road"),
)
_PLACES = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _PLACES.get(item.path.name, len(_PLACES)))

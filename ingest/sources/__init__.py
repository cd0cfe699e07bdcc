"""What to watch: one TOML file a site, in catalogue/ or in the operator's own folder (GONGBAO_SOURCES_DIR).

`load_sources` reads and validates them; `Source` is what the rest of ingest sees; families.py holds what
sites of a kind have in common; `read_items` reads a list page by both.
"""

from ingest.sources.families import FAMILIES, Family, Form
from ingest.sources.load import BUNDLED, LOCAL, enabled, load_source, load_sources
from ingest.sources.reading import list_text, read_items, read_text_items
from ingest.sources.spec import Source, WatchedUrl

__all__ = [
    "BUNDLED",
    "FAMILIES",
    "LOCAL",
    "Family",
    "Form",
    "Source",
    "WatchedUrl",
    "enabled",
    "list_text",
    "load_source",
    "load_sources",
    "read_items",
    "read_text_items",
]

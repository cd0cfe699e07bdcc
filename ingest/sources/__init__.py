"""What to watch: one TOML file a site, in this folder or in the operator's own (GONGBAO_SOURCES_DIR).

`load_sources` reads and validates them; `Source` is what the rest of ingest sees.
"""

from ingest.sources.load import BUNDLED, LOCAL, load_source, load_sources
from ingest.sources.spec import Source, WatchedUrl

__all__ = ["BUNDLED", "LOCAL", "Source", "WatchedUrl", "load_source", "load_sources"]

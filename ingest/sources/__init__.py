"""What to watch: one TOML file a site, in catalogue/ or in the operator's own folder (GONGBAO_SOURCES_DIR).

`load_sources` reads and validates them; `Source` is what the rest of ingest sees; families.py holds what
sites of a kind have in common; `read_list_text` reads a list page by both.
"""

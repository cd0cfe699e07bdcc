"""Read source files. What they may say is spec.py."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ingest.errors import ConfigError, said_of_value
from ingest.regions.gazetteer import is_within
from ingest.regions.named import region_named
from ingest.sources.spec import Source

BUNDLED = Path(str(files("ingest.sources.catalogue")))
LOCAL = "local"  # the slug of files given to `gongbao import`; no source file may take it


def load_source(path: Path) -> Source:
    """Read one file. Raises ConfigError that names the file, the key, what is wrong and what is expected."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as exc:  # not all that tomllib raises is a TOMLDecodeError
        raise ConfigError(f"source file {path}: cannot be read as TOML: {exc}{_remedy(str(exc))}") from exc
    try:
        source = Source.model_validate({"slug": path.stem} | data)
    except ValidationError as exc:
        wrong = "; ".join(
            f"{'.'.join(str(p) for p in e['loc']) or 'the file'}: {_said(e)}{_found(e)}"
            for e in _causes(exc.errors())
        )
        raise ConfigError(f"source file {path}: {wrong}. The keys are listed in docs/sources.md.") from exc
    if source.slug != path.stem:
        raise ConfigError(f"source file {path}: slug is {source.slug!r}; call the file {source.slug}.toml")
    if source.slug == LOCAL:
        raise ConfigError(
            f"source file {path}: the slug {LOCAL!r} is taken by `gongbao import`; choose another"
        )
    return source


def load_sources(folder: Path | None = None) -> Mapping[str, Source]:
    """All sources of a folder (None: the bundled ones), by slug. An empty folder is a ConfigError."""
    folder = folder or BUNDLED
    if not folder.is_dir():
        raise ConfigError(
            f"sources folder {folder}: not there; set GONGBAO_SOURCES_DIR to a folder of *.toml files"
        )
    found = {source.slug: source for source in map(load_source, sorted(folder.glob("*.toml")))}
    if not found:
        raise ConfigError(f"sources folder {folder}: holds no *.toml file; write one (docs/sources.md)")
    return found


def sources_as_they_stand(folder: Path | None = None) -> Mapping[str, Source]:
    """As load_sources, for who asks often: they are read again when the folder has changed."""
    folder = folder or BUNDLED
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _loaded(folder, changed)


@lru_cache(maxsize=2)
def _loaded(folder: Path, changed: int) -> Mapping[str, Source]:
    return load_sources(folder)


def own_folder(folder: Path | None, what: str) -> Path:
    """The operator's own folder, to write into. ConfigError where there is none; `what` wanted to."""
    if folder is None:
        raise ConfigError(f"{what}: set GONGBAO_SOURCES_DIR to a folder of your own source files first")
    return folder


_WATCHED = "region to watch (up --region, GONGBAO_WATCH)"


def enabled(sources: Mapping[str, Source], watch: Sequence[str] = ()) -> tuple[str, ...]:
    """The slugs of those that are watched unless somebody names others: all that are switched on, or of these
    the ones of the regions `watch` (codes or names) and of all below them, and the ones of no region, which
    repost from everywhere. ConfigError when none is, and for a region that is none.
    """
    slugs = tuple(slug for slug, source in sources.items() if source.enabled)
    if not slugs:
        raise ConfigError("sources: every file says `enabled = false`; enable one, or name it by --source")
    if not watch:
        return slugs
    wanted = [region_named(name, _WATCHED).key for name in watch]
    near = {slug for slug in slugs if any(_is_of(sources[slug], code) for code in wanted)}
    if not near:
        raise ConfigError(
            f"{_WATCHED} {', '.join(watch)}: no source there is switched on; `gongbao sources list"
            f" --region {watch[0]}` shows what is known, `gongbao sources discover --within {wanted[0]}`"
            " finds more"
        )
    return tuple(slug for slug in slugs if slug in near or sources[slug].region is None)


def _is_of(source: Source, code: str) -> bool:
    regions = {source.region, *(watched.region for watched in source.lists)} - {None}
    return any(is_within(str(region), code) for region in regions)


def _causes(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without what only follows from a mistake in the lists: `home` and `kind` are made of the first one."""
    listed = any(error["loc"][:1] == ("lists",) for error in errors)
    each = any(error["loc"][:1] == ("lists",) and len(error["loc"]) > 1 for error in errors)
    return [
        error
        for error in errors
        if not (listed and error["type"] == "missing" and error["loc"] in (("home",), ("kind",)))
        and not (each and error["loc"] == ("lists",))
    ]


def _remedy(complaint: str) -> str:
    """What to do about what tomllib says of a file, in words of its parser."""
    if complaint.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine")):
        return (
            ": it stands above already, and a key is given once; lists = […] and [[lists]] are the same key,"
            " keep one"
        )
    if complaint.startswith("Invalid value"):
        return ': text stands in straight quotes, "as here", and yes and no are true and false'
    return ""


# pydantic names what Python has; a source file has lists and tables.
_IN_TOML = {
    "tuple_type": 'a list is expected, as in ["one", "two"]',
    "too_short": "at least one is expected",
    "dict_type": "a table is expected",
    "model_type": "a table is expected",
    "dataclass_type": "a table is expected",
    "extra_forbidden": "there is no such key: take it out, or mend its spelling",
}


def _said(error: ErrorDetails) -> str:
    return _IN_TOML.get(error["type"]) or said_of_value(error)


def _found(error: ErrorDetails) -> str:
    """What stood there; of a whole file or table only where no single value is wrong."""
    value = error["input"]
    return "" if isinstance(value, dict) else f" (found {_brief(value)})"


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"

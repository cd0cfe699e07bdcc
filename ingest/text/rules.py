"""Rules that are words: patterns in a TOML file, each with texts that it must find and must not. Pure.

What a rule means is the module's that asks for it. A file is called `….rules.toml`; in it

    [parts]                         # pieces that rules share, by name
    year = '(?:19|20)\\d\\d年'

    [arranged]
    why = "what the year's work is called"         # optional
    at = "start"                                   # or "whole"; anywhere where it is left out
    any = "工作安排 重点工作 工作的?设想"             # alternatives between blanks: the piece {any}
    pattern = '{year}[^。]{0,14}?{any}'            # {any} alone where it is left out
    yes = ["2025年工作安排"]                        # must be found
    no = ["2025年工作回顾"]                         # must not

A pattern may be wrapped: line breaks, with the blanks around them, are not part of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import resources
from typing import Any, Protocol

from ingest.errors import ConfigError
from ingest.text.beginnings import Beginnings

_PIECE = re.compile(r"\{([a-z_]+)\}")
_WRAP = re.compile(r"(?<![ \t])[ \t]*+\n\s*+")
_WAYS = {"start": "match", "whole": "fullmatch", "anywhere": "search"}
_FIELDS = frozenset({"why", "at", "any", "pattern", "yes", "no"})


class Find(Protocol):
    """`re.Pattern.search`, `match` or `fullmatch`."""

    def __call__(self, string: str, pos: int = 0, endpos: int = ..., /) -> re.Match[str] | None: ...


class Rule:
    """`find` looks where the rule wants to be found; `pattern.finditer` and `pattern.sub` look anywhere.

    Compiled when it is first asked: most commands ask few rules.
    """

    def __init__(
        self, name: str, written: str, at: str, examples: tuple[Sequence[str], Sequence[str]], source: str
    ) -> None:
        self.name = name
        self.written = written
        self.yes, self.no = examples
        self._at = at
        self._source = source

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        try:
            return re.compile(self.written)
        except re.error as exc:
            raise _wrong(self._source, self.name, f"its pattern is none: {exc}") from exc

    @cached_property
    def begins(self) -> Beginnings:
        return Beginnings(self.written)

    @cached_property
    def find(self) -> Find:
        found: Find = getattr(self.pattern, _WAYS[self._at])
        return found

    def failures(self) -> Iterator[str]:
        """What its own examples say against it, one line each."""
        yield from (f"{self.name}: does not find {text!r}" for text in self.yes if not self.find(text))
        yield from (f"{self.name}: finds {text!r}" for text in self.no if self.find(text))


class Rules(dict[str, Rule]):
    """The rules of one file by name, in its order; ConfigError says what is wrong with one."""

    def __init__(self, source: str, document: Mapping[str, Any]) -> None:
        self._source = source
        self._parts: dict[str, str] = {}
        for name, part in document.get("parts", {}).items():
            self._parts[name] = self._filled(name, part, self._parts)
        self._tables = {name: table for name, table in document.items() if name != "parts"}
        super().__init__((name, self._rule(name, self._parts)) for name in self._tables)

    def joined(self, at: str = "anywhere") -> Rule:
        """What any of the rules says, as one expression: quicker than to ask one after the other."""
        written = "|".join(f"(?:{rule.written})" for rule in self.values())
        return Rule("any of them", written, at, ((), ()), self._source)

    def variant(self, name: str, **parts: str) -> Rule:
        """The rule with other pieces: what the file has for them is an example (今年|2024年)."""
        return self._rule(name, self._parts | parts)

    def _rule(self, name: str, parts: Mapping[str, str]) -> Rule:
        table = self._tables[name]
        if unknown := set(table) - _FIELDS:
            raise self._wrong(
                name, f"it has {', '.join(sorted(unknown))}; a rule has {', '.join(sorted(_FIELDS))}"
            )
        if not (table.get("yes") and table.get("no")):
            raise self._wrong(name, "give a text that it must find (yes) and one that it must not (no)")
        if "any" in table:
            words = self._filled(name, "|".join(table["any"].split()), parts)
            parts = {**parts, "any": f"(?:{words})"}
        written = self._filled(name, table.get("pattern", "{any}"), parts)
        at = table.get("at", "anywhere")
        if at not in _WAYS:
            raise self._wrong(name, f"at = {at!r}; it is one of {', '.join(_WAYS)}")
        return Rule(name, written, at, (table["yes"], table["no"]), self._source)

    def _filled(self, name: str, pattern: str, parts: Mapping[str, str]) -> str:
        def piece(match: re.Match[str]) -> str:
            if match[1] not in parts:
                raise self._wrong(name, f"there is no part {match[0]}")
            return parts[match[1]]

        return _PIECE.sub(piece, _WRAP.sub("", pattern))

    def _wrong(self, name: str, what: str) -> ConfigError:
        return _wrong(self._source, name, what)


def _wrong(source: str, name: str, what: str) -> ConfigError:
    return ConfigError(f"reading the rule {name!r} of {source}: {what}")


def load_rules(package: str, file: str) -> Rules:
    """The rules that a package ships beside its modules: `load_rules(__package__, "kinds.rules.toml")`."""
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    return Rules(file, tomllib.loads(text))

"""Every regular expression of the code, and inputs that are hard for it, derived from the expression itself.

A backtracking matcher is slow where two repeats can take the same characters: one inside the other
(exponential), or one behind the other (a power of the length). So each repeat of an expression is fed with
what it takes, many times over, behind what leads to it and before what cannot follow.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType, NoneType
from typing import Any

import alerts
import ingest
import workers
from ingest.text.rules import Rule

sre = re._parser  # type: ignore[attr-defined]
codes = re._constants  # type: ignore[attr-defined]

_ROOTS = (ingest, workers, alerts)
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef)
_FUNCTIONS = frozenset({"compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"})
_WITHOUT_ANY = (str, bytes, int, float, type, ModuleType, NoneType)
_METHODS = "search|match|fullmatch|subn?|finditer|findall|split|pattern"
_CALLED = re.compile(rf"\bre\.(?:{'|'.join(sorted(_FUNCTIONS))})\(")
_MOST = 64  # pumps of one expression
_CHARS = "a1 Z_一，。.-\n:：（[<\x01"  # what a class may take, the likelier first
_NEVER = "ж"  # what hardly an expression can go on with


# --- every expression ------------------------------------------------------------------------


def every_pattern() -> dict[str, re.Pattern[Any]]:
    """The compiled expressions of all modules, with where they stand; also of those in functions, where they
    are written out."""
    found: dict[tuple[object, int], tuple[str, re.Pattern[Any]]] = {}
    seen: set[int] = set()
    for module in _modules():
        for name, value in vars(module).items():
            for pattern, function in _within(value, seen):
                where = f"{module.__name__}.{name}{function}"
                found.setdefault((pattern.pattern, pattern.flags), (where, pattern))
        for where, pattern in _in_functions(module):
            found.setdefault((pattern.pattern, pattern.flags), (where, pattern))
    named: dict[str, re.Pattern[Any]] = {}
    for where, pattern in found.values():
        number = 1
        while (name := f"{where}-{number}" if number > 1 else where) in named:
            number += 1
        named[name] = pattern
    return named


@functools.cache
def _modules() -> Sequence[ModuleType]:
    return [
        importlib.import_module(info.name)
        for root in _ROOTS
        for info in pkgutil.walk_packages(root.__path__, root.__name__ + ".")
        if ".migrations." not in info.name and not info.name.endswith("__main__")
    ]


def _within(value: object, seen: set[int]) -> Iterator[tuple[re.Pattern[Any], str]]:
    """The expressions in a module's value, however deep; with how a rule of ours looks for its own."""
    if isinstance(value, _WITHOUT_ANY) or id(value) in seen:
        return
    seen.add(id(value))
    inside: Iterator[object] = iter(())
    if isinstance(value, re.Pattern):
        yield value, ""
    elif isinstance(value, Rule):
        yield value.pattern, f" {value.find.__name__}"
    elif isinstance(value, Mapping):
        inside = iter([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        inside = iter(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        inside = iter([getattr(value, field.name, None) for field in dataclasses.fields(value)])
    elif hasattr(value, "cache_info") and not inspect.signature(value).parameters:  # type: ignore[arg-type]
        inside = iter([value()])  # type: ignore[operator]
    for one in inside:
        if not isinstance(one, _WITHOUT_ANY):
            yield from _within(one, seen)


def _in_functions(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """re.search("…", text) and the like."""
    source = _source(module.__name__)
    if not _CALLED.search(source):
        return
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, _DEFINES)]
    for node in (inner for function in functions for inner in ast.walk(function)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        first = node.args[0]
        called = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        if not called or node.func.attr not in _FUNCTIONS or not isinstance(first, ast.Constant):
            continue
        if isinstance(first.value, str):
            yield f"{module.__name__}:{node.lineno} {node.func.attr}", re.compile(first.value)


def used_with(name: str) -> tuple[str, ...]:
    """How an expression is used: one that is only ever matched from the head of a text need not be searched
    for. `name` as of `every_pattern`."""
    place, _, function = name.partition(" ")
    module, _, own = place.partition("-")[0].rpartition(".")
    used = {function.partition("-")[0]} if function else _uses(module, own)
    return ("fullmatch",) if used and used <= {"match", "fullmatch"} else ("finditer", "fullmatch")


def _uses(module: str, own: str) -> set[str]:
    """The methods that are called on a name, in its module and where it is imported."""
    imported = rf"^from {re.escape(module)} import [^#]*?\b{own}\b"
    found: set[str] = set()
    for one in _modules():
        source = _source(one.__name__)
        if own not in source:
            continue
        if one.__name__ != module and (own.startswith("_") or not re.search(imported, source, re.M)):
            continue
        code = _code(one.__name__)
        found.update(re.findall(rf"\b{own}\.({_METHODS})\b", code))
        if re.search(rf"\b{own}\b(?!\.| = |: )", code):
            found.add("handed on")
    return found


@functools.cache
def _source(module: str) -> str:
    return Path(importlib.import_module(module).__file__ or "").read_text("utf-8")


@functools.cache
def _code(module: str) -> str:
    """Its source without what it imports."""
    return re.sub(r"^from [\w.]+ import (?:\([^)]*\)|.*)$", "", _source(module), flags=re.M)


# --- what is hard for it ---------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Pump:
    """`head + body * n + tail`."""

    head: str
    body: str
    tail: str

    def __call__(self, size: int) -> str:
        times = max(1, (size - len(self.head) - len(self.tail)) // len(self.body))
        return self.head + self.body * times + self.tail


def hard_inputs(pattern: re.Pattern[Any]) -> list[Pump]:
    """Inputs that are hard for one expression."""
    raw = pattern.pattern
    text, flags = (raw, pattern.flags) if isinstance(raw, str) else (raw.decode("latin-1"), 0)
    tree = sre.parse(text, flags & ~re.DEBUG)
    found: dict[Pump, None] = {}
    for head, body in _repeats(tree, ""):
        found.setdefault(Pump(head, body, _NEVER))
        found.setdefault(Pump("", body, _NEVER))
    for char in _alphabet(tree):
        found.setdefault(Pump("", char, _NEVER))
    return list(found)[:_MOST]


def _repeats(tree: Any, head: str) -> Iterator[tuple[str, str]]:
    """(what leads to a repeat, what it takes) for each repeat of more than a few times, outermost first."""
    for at, (op, args) in enumerate(tree):
        before = head + _sample(tree[:at])
        match op:
            case codes.MAX_REPEAT | codes.MIN_REPEAT | codes.POSSESSIVE_REPEAT:
                _least, most, inner = args
                if most > 3:
                    for body in _samples(inner):
                        if body:
                            yield before, body
                yield from _repeats(inner, before)
            case codes.SUBPATTERN:
                yield from _repeats(args[-1], before)
            case codes.ATOMIC_GROUP:
                yield from _repeats(args, before)
            case codes.BRANCH:
                for branch in args[1]:
                    yield from _repeats(branch, before)
            case codes.ASSERT | codes.ASSERT_NOT:
                yield from _repeats(args[1], before)
            case codes.GROUPREF_EXISTS:
                for branch in args[1:]:
                    if branch is not None:
                        yield from _repeats(branch, before)


def _samples(tree: Any, most: int = 12) -> list[str]:
    """Some strings that an expression takes: the shortest, one with all that is optional, each branch's."""
    found = [_sample(tree), _sample(tree, full=True)]
    for at, (op, args) in enumerate(tree):
        rest = _sample(tree[:at]), _sample(tree[at + 1 :])
        inner: list[Any] = []
        if op is codes.BRANCH:
            inner = list(args[1])
        elif op is codes.SUBPATTERN:
            inner = [args[-1]]
        elif op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            inner = [args[2]]
        elif op is codes.ATOMIC_GROUP:
            inner = [args]
        elif op is codes.IN:
            found += [rest[0] + char + rest[1] for char in _class(args, 3)]
        for one in inner:
            found += [rest[0] + sample + rest[1] for sample in _samples(one, 6)]
            found += _samples(one, 6)
    return list(dict.fromkeys(found))[:most]


def _sample(tree: Any, *, full: bool = False) -> str:
    """A string that an expression takes (as far as its assertions allow)."""
    out: list[str] = []
    for op, args in tree:
        match op:
            case codes.LITERAL:
                out.append(chr(args))
            case codes.NOT_LITERAL:
                out.append(next(char for char in _CHARS if ord(char) != args))
            case codes.ANY:
                out.append("a")
            case codes.IN:
                out += _class(args, 1)
            case codes.MAX_REPEAT | codes.MIN_REPEAT | codes.POSSESSIVE_REPEAT:
                least, most, inner = args
                times = max(least, 1 if full and most else least)
                out.append(_sample(inner, full=full) * min(times, 64))
            case codes.SUBPATTERN:
                out.append(_sample(args[-1], full=full))
            case codes.ATOMIC_GROUP:
                out.append(_sample(args, full=full))
            case codes.BRANCH:
                out.append(_sample(args[1][-1 if full else 0], full=full))
    return "".join(out)


def _class(items: Any, most: int) -> list[str]:
    """Some characters of a class."""
    taken = re.compile("[" + "".join(_class_source(items)) + "]")
    given = [chr(args) for op, args in items if op is codes.LITERAL]
    given += [chr(args[0]) for op, args in items if op is codes.RANGE]
    found = [char for char in (*_CHARS, *given) if taken.match(char)]
    return list(dict.fromkeys(found))[:most]


def _class_source(items: Any) -> Iterator[str]:
    names = {
        codes.CATEGORY_DIGIT: r"\d",
        codes.CATEGORY_NOT_DIGIT: r"\D",
        codes.CATEGORY_SPACE: r"\s",
        codes.CATEGORY_NOT_SPACE: r"\S",
        codes.CATEGORY_WORD: r"\w",
        codes.CATEGORY_NOT_WORD: r"\W",
    }
    for op, args in items:
        match op:
            case codes.NEGATE:
                yield "^"
            case codes.LITERAL:
                yield re.escape(chr(args))
            case codes.RANGE:
                yield f"{re.escape(chr(args[0]))}-{re.escape(chr(args[1]))}"
            case codes.CATEGORY:
                yield names[args]


def _alphabet(tree: Any) -> list[str]:
    """The characters that an expression speaks of, a few of each class."""
    found: list[str] = []

    def walk(part: Any) -> None:
        for op, args in part:
            if op is codes.LITERAL:
                found.append(chr(args))
            elif op is codes.IN:
                found.extend(_class(args, 4))
            elif op is codes.ANY:
                found.extend("a ")
            elif op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
                walk(args[2])
            elif op is codes.SUBPATTERN:
                walk(args[-1])
            elif op is codes.ATOMIC_GROUP:
                walk(args)
            elif op is codes.BRANCH:
                for branch in args[1]:
                    walk(branch)
            elif op in (codes.ASSERT, codes.ASSERT_NOT):
                walk(args[1])

    walk(tree)
    return list(dict.fromkeys(found))

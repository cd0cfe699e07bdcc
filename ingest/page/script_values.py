"""What the texts and variables of a script say where they are joined. Pure.

Nothing is run: a variable is what it is given first. What is made of that: the requests of a list
(script_requests.py), the addresses that a click opens (script_calls.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

LONGEST = 200_000  # characters of a script that is looked at
_LONGEST_VALUE = 2_000  # characters
_DEEPEST = 3  # variables that lead from one to the next
_ENCLOSED = 1_500  # characters
_SCRIPT = re.compile(r"<script\b[^>]{0,400}>", re.I)
_END = re.compile(r"</script\s{0,5}>", re.I)
_GIVEN = re.compile(r"(?<![\w$.?&\"'])([A-Za-z_$][\w$.]{0,60})\s{0,5}=(?![=>])")
_NAME = r"[A-Za-z_$][\w$.]{0,60}"
_TERM = re.compile(
    r"""\s{0,9}(?:"([^"\\\n]{0,500})"|'([^'\\\n]{0,500})'|`([^`\\]{0,500})`|(\d{1,12})\b"""
    rf"""|encodeURI(?:Component)?\(\s{{0,3}}({_NAME})\s{{0,3}}\)|({_NAME})"""
    rf"""|\(\s{{0,3}}({_NAME})\s{{0,3}}([+-])\s{{0,3}}(\d{{1,3}})\s{{0,3}}\))\s{{0,9}}"""
)
_FILLED = re.compile(r"\$\{\s{0,3}([\w$.]{1,60})\s{0,3}\}")
_PLACE = "${"
_LAST_KEY = re.compile(r"[?&]\w{1,20}=$")  # ?t= and the time, or a random number
_CLOSES = {"{": "}", "(": ")"}


class Script:
    """A script, and where its variables are first given a value. `known` are those that it is handed (the
    parameters of a function), `outer` what it stands in."""

    def __init__(
        self, text: str, known: Mapping[str, str] | None = None, outer: Script | None = None
    ) -> None:
        self.text = text
        self._known = known or {}
        self._outer = outer
        self._given: dict[str, int] = {}
        for match in _GIVEN.finditer(text):
            self._given.setdefault(match[1], match.end())

    def value(self, text: str, at: int, depth: int = 0) -> tuple[str | None, int]:
        """What the texts and variables that stand joined at `at` say, and where they end; None where one of
        them is not known. One that begins them is the place of the application: most have none."""
        said: str | None = ""
        first = True
        while term := _TERM.match(text, at):
            one, two, template, number, wrapped, bare, counted, sign, step = term.groups()
            at = term.end()
            goes_on = text[at : at + 1] == "+"
            if name := wrapped or bare:
                piece = self._variable(name, depth)
                piece = "" if piece is None and first and goes_on else piece
            elif counted:  # 'index_' + (n - 1)
                piece = _counted(self._variable(counted, depth), f"{sign}{step}")
            else:
                piece = self._filled(template, depth) if template is not None else one or two or number or ""
            if piece is None and said and _PLACE in said and (cut := _LAST_KEY.sub("", said)) != said:
                return cut, at
            said = None if said is None or piece is None else said[:_LONGEST_VALUE] + piece
            if not goes_on:
                return said, at
            first, at = False, at + 1
        return None, at

    def _filled(self, template: str, depth: int) -> str | None:
        known = {place.start(): self._variable(place[1], depth) for place in _FILLED.finditer(template)}
        if any(value is None for start, value in known.items() if start):
            return None
        return _FILLED.sub(lambda place: known[place.start()] or "", template)

    def _variable(self, name: str, depth: int) -> str | None:
        if name in self._known:
            return self._known[name]
        if depth < _DEEPEST and name in self._given:
            return self.value(self.text, self._given[name], depth + 1)[0]
        return self._outer._variable(name, depth) if self._outer is not None else None


def _counted(said: str | None, step: str) -> str | None:
    """A number and so many more or less; of a place that is filled later (${n}), the place that says so."""
    if said and said.isdecimal():
        return str(int(said) + int(step))
    return f"{said[:-1]} {step}}}" if said and said.startswith(_PLACE) and said.endswith("}") else None


def scripts_of(html: str) -> Iterator[str]:
    for _, begin, end, _ in script_places(html):
        yield html[begin:end]


def script_places(html: str) -> Iterator[tuple[int, int, int, int]]:
    """Where each script's tag begins, its text begins and ends, and its end tag ends."""
    at = 0
    while start := _SCRIPT.search(html, at):
        end = _END.search(html, start.end())
        at = end.end() if end else len(html)
        yield start.start(), start.end(), end.start() if end else at, at


def enclosed(text: str, start: int) -> str:
    """From an opening bracket to the one that closes it, or as far as is looked."""
    opening, closing = text[start], _CLOSES[text[start]]
    depth = 0
    for at in range(start, min(start + _ENCLOSED, len(text))):
        depth += (text[at] == opening) - (text[at] == closing)
        if not depth:
            return text[start : at + 1]
    return text[start : start + _ENCLOSED]

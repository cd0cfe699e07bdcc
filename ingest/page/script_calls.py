"""The address that a click opens by a function of the page: show(7), or what is bound to a whole list. Pure.

Nothing is run: see script_values.py. An address that a click names itself is list_links.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from ingest.page.form_addresses import Forms
from ingest.page.script_values import LONGEST, Script, enclosed, scripts_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

# function show(id, c) { location.href = "detail.jsp?id=" + id + "&c=" + c; }, show = id => {…}, show(id) {…}
_FUNCTION = re.compile(
    r"\b([A-Za-z_$][\w$]{0,60})\s{0,9}(?:(?:[=:]\s{0,9})?(?:function\s{0,9})?\(([\w$,\s]{1,200})\)\s{0,9}(?:=>\s{0,9})?"
    r"|=\s{0,9}([A-Za-z_$][\w$]{0,60})\s{0,9}=>\s{0,9})(?=\{)"
)
# $(".item").click(function () {…}), $("ul").on("click", "li", e => {…})
_BOUND = re.compile(
    r"""\$\(\s{0,3}(?:document|["']([^"'<>]{1,80})["'])\s{0,3}\)\.(?:click\(|on\(\s{0,3}["']click["']\s{0,3},)\s{0,9}"""
    r"""(?:["']([^"'<>]{1,80})["']\s{0,3},\s{0,9})?"""
    r"""(?:function\s{0,5}\([\w$,\s]{0,40}\)|\([\w$,\s]{0,40}\)\s{0,5}=>|[\w$]{1,20}\s{0,5}=>)\s{0,9}(?=\{)"""
)
# $(this).attr("data-id"), $(this).data("id"), this.dataset.id
_OWN = re.compile(
    r"""(?:\$\(this\)\.attr|this\.getAttribute)\(\s{0,3}["']([\w-]{1,40})["']\s{0,3}\)"""
    r"""|\$\(this\)\.data\(\s{0,3}["']([\w-]{1,40})["']\s{0,3}\)|\bthis\.dataset\.(\w{1,40})"""
)
_OPENS = re.compile(r"(?:location(?:\.href)?\s{0,9}=(?!=)|(?:open|assign|replace)\s{0,9}\()")
_PLACE = re.compile(r"\$\{([\w$-]{1,60})(?: ([+-]\d{1,3}))?\}")
_NOT_FUNCTIONS = frozenset({"if", "for", "while", "switch", "catch", "function", "with"})
_ARGUMENT = (
    r"(?:'[^'<>]{0,120}'|\"[^\"<>]{0,120}\"|&#39;[^&<>]{0,120}&#39;|&quot;[^&<>]{0,120}&quot;"
    r"|[\w./%-]{1,120})"
)
_QUOTES = re.compile(r"^(?:&#39;|&quot;|['\"])|(?:&#39;|&quot;|['\"])$")
_MOST = 200  # functions of a page that are looked at
_NO_ADDRESS = ("", "#")


def called_out(html: str) -> str:
    """`html` with the address in place of a call (show(7)) of a function that makes one and opens it."""
    openers = dict(_openers(html))
    if not openers:
        return html
    call = re.compile(
        rf"\b({'|'.join(map(re.escape, openers))})\(\s{{0,3}}"
        rf"({_ARGUMENT}(?:\s{{0,3}},\s{{0,3}}{_ARGUMENT}){{0,5}})\s{{0,3}}\)(?!\s{{0,9}}(?:\{{|=>))"
    )

    def opening(found: re.Match[str]) -> str:
        named, opened = openers[found[1]]
        given = (_QUOTES.sub("", one) for one in re.findall(_ARGUMENT, found[2]))
        known = dict(zip(named, given, strict=False))
        address = _filled(opened, known)
        return found[0] if address is None else f"window.open(&#39;{address}&#39;)"

    return call.sub(opening, html)


def give_clicked(tree: LexborHTMLParser, html: str) -> None:
    """Write into `href` of the elements that a click handler is bound to where it leads, as far as that is
    made of what they say themselves: data-id="7"."""
    from selectolax.lexbor import SelectolaxError

    for selector, opened in _bound(html):
        try:
            nodes = tree.css(selector)
        except (SelectolaxError, ValueError):  # li:first and the like are jQuery's own
            continue
        for node in nodes:
            said = node.attributes
            href = (said.get("href") or "").strip()
            address = _filled(opened, {name: value for name, value in said.items() if value})
            if address is not None and (href in _NO_ADDRESS or href.startswith("javascript:")):
                node.attrs["href"] = address


def _filled(opened: str, known: Mapping[str, str]) -> str | None:
    """An address with what is known in its places, counted on where they say so; None where one is not."""
    values: list[str] = []
    for place in _PLACE.finditer(opened):
        said = known.get(place[1])
        if said is None or (place[2] and not said.isdecimal()):
            return None
        values.append(str(int(said) + int(place[2])) if place[2] else said)
    left = iter(values)
    return _PLACE.sub(lambda _: next(left), opened)


def _openers(html: str) -> Iterator[tuple[str, tuple[list[str], str]]]:
    """The functions that open an address: their names, parameters, and the address with ${…} for these."""
    if not any(said in html for said in ("location", "open", "submit")):
        return
    script, forms = _script_of(html), Forms(html)
    for match in islice(_FUNCTION.finditer(script.text), _MOST):
        if match[1] in _NOT_FUNCTIONS:
            continue
        named = [one.strip() for one in (match[2] or match[3]).split(",")]
        body = enclosed(script.text, match.end())
        called = Script(body, {name: f"${{{name}}}" for name in named}, script)
        if opened := _opened(called) or forms.sent_by(called):
            yield match[1], (named, opened)


def _bound(html: str) -> Iterator[tuple[str, str]]:
    """Selectors that a click is bound to, and the address that it opens, ${…} for attributes."""
    if "click" not in html or "this" not in html:
        return
    script = _script_of(html)
    for match in islice(_BOUND.finditer(script.text), _MOST):
        selector = match[2] or match[1]
        known: dict[str, str] = {}

        def name(own: re.Match[str], known: dict[str, str] = known) -> str:
            attribute = own[1] or f"data-{own[2] or own[3]}"
            known[variable := f"own_{attribute.replace('-', '_')}"] = f"${{{attribute}}}"
            return variable

        body = _OWN.sub(name, enclosed(script.text, match.end()))
        if selector and known and (opened := _opened(Script(body, known, script))):
            yield selector, opened


def _script_of(html: str) -> Script:
    return Script("\n".join(scripts_of(html))[:LONGEST])


def _opened(body: Script) -> str | None:
    """The address that a function opens, with ${…} in it; None where it opens none, or one that depends on
    something else. Of several (the first page has no number in its name), that which says most of what the
    function is given."""
    opened = (body.value(body.text, opens.end())[0] for opens in _OPENS.finditer(body.text))
    made = [said for said in opened if said and _PLACE.search(said) and _PLACE.sub("", said)]
    return max(made, key=lambda said: len(set(_PLACE.findall(said))), default=None)

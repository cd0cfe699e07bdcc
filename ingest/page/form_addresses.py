"""The address that a form leads to when a button or a function of the page sends it with GET. Pure.

Nothing is run: see script_values.py. A form that posts has no address of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from ingest.errors import NotADocument
from ingest.page.lines import parse_html
from ingest.page.script_values import Script

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# document.form1.page.value = n, document.getElementsByName("page")[0].value = n, $("[name='page']").val(n)
_SET = re.compile(r"""([\w.$-]{1,60})["'\])]{0,5}(?:\[0\])?\.val(?:ue\s{0,5}=(?!=)|\()\s{0,5}""")
_ACTION = re.compile(r"\.action\s{0,5}=(?!=)")
_SENT = re.compile(r"\.submit\s{0,3}\(|\.trigger\(\s{0,3}[\"']submit")
_GOES_ON = frozenset("+-*/?[(.")  # of an expression, which is not all read
_PLACE = re.compile(r"(\$\{[^{}]{1,80}\})")
_MOST_FORMS = 20  # with a field of one name
_MOST_FIELDS = 60  # of a form that turns pages
_FIELDS = "input[name], select[name], textarea[name]"
_BUTTONS = frozenset({"submit", "button", "image", "reset", "file"})
_CHOICES = frozenset({"checkbox", "radio"})
_TOP = frozenset({None, "body", "html"})


class Forms:
    """The forms of a page, parsed when somebody asks for one."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._fields: dict[str, list[LexborNode]] | None = None

    def sent_by(self, body: Script) -> str | None:
        """The address that a function leads to which fills a field and sends the form that it is in, ${…} in
        it for what the function is given; None where it sends none with GET."""
        if _SENT.search(body.text) is None:
            return None
        form: LexborNode | None = None
        filled: dict[str, str] = {}
        for field in _SET.finditer(body.text):
            said, end = body.value(body.text, field.end())
            if said is None or body.text[end : end + 1] in _GOES_ON:
                continue
            if (node := self._field(field[1], body.text)) is not None and (around := form_of(node)):
                form = form or around
                filled[node.attributes.get("name") or ""] = said
        if form is None or not any(map(_PLACE.search, filled.values())):
            return None
        action = _ACTION.search(body.text)
        return _address(form, filled, body.value(body.text, action.end())[0] if action else None)

    def _field(self, chain: str, script: str) -> LexborNode | None:
        """The field that a script calls so (document.form1.page), in the form that it names where several
        have one."""
        if self._fields is None:
            self._fields = _named_fields(self._html)
        found = self._fields.get(chain) or self._fields.get(chain.rpartition(".")[2]) or []
        return next((node for node in found if _is_named(form_of(node), script)), next(iter(found), None))


def address_sent(button: LexborNode) -> str | None:
    """Where a button leads that sends the form around it with GET."""
    form = form_of(button)
    name, value = button.attributes.get("name"), button.attributes.get("value") or ""
    return _address(form, {name: value} if name else {}) if form is not None else None


def form_of(node: LexborNode) -> LexborNode | None:
    at = node.parent
    while at is not None and at.tag not in _TOP:
        if at.tag == "form":
            return at
        at = at.parent
    return None


def _named_fields(html: str) -> dict[str, list[LexborNode]]:
    """The fields of a page by their names and ids."""
    try:
        tree = parse_html(html)
    except NotADocument:
        return {}
    found: dict[str, list[LexborNode]] = {}
    for node in tree.css(_FIELDS):
        for name in {node.attributes.get("name"), node.attributes.get("id")}:
            if name and len(named := found.setdefault(name, [])) < _MOST_FORMS:
                named.append(node)
    return found


def _is_named(form: LexborNode | None, script: str) -> bool:
    said = form.attributes if form is not None else {}
    return any(name and name in script for name in (said.get("name"), said.get("id")))


def _address(form: LexborNode, filled: Mapping[str, str], action: str | None = None) -> str | None:
    if (form.attributes.get("method") or "get").strip().lower() != "get":
        return None
    fields: dict[str, str] = {}
    if len(nodes := form.css(_FIELDS)) > _MOST_FIELDS:
        return None
    for node in nodes:
        kind = (node.attributes.get("type") or "").lower()
        if kind in _BUTTONS or (kind in _CHOICES and "checked" not in node.attributes):
            continue
        fields[node.attributes.get("name") or ""] = _value(node)
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in {**fields, **filled}.items())
    action = action or form.attributes.get("action") or ""
    return f"{action.partition('#')[0].partition('?')[0].strip()}?{query}"


def _value(node: LexborNode) -> str:
    if node.tag == "textarea":
        return node.text()
    if node.tag == "select":
        chosen = node.css_first("option[selected]") or node.css_first("option")
        return (chosen.attributes.get("value") or chosen.text(strip=True)) if chosen is not None else ""
    return node.attributes.get("value") or ""


def _quoted(text: str) -> str:
    """For a query, but for what is filled in later."""
    return "".join(
        piece if _PLACE.fullmatch(piece) else quote(piece, safe="") for piece in _PLACE.split(text)
    )

"""Every sentence of ours has English: those of the templates, and those that Python says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import polib
import pytest
from jinja2.ext import extract_from_ast

from alerts.web.http.language import preferred
from alerts.web.pages.templating import HERE, environment
from alerts.words import catalogue
from alerts.words.language import CHINESE, ENGLISH, LANGUAGES

ALERTS = Path(catalogue.__file__).parents[1]
_PUT_IN = re.compile(r"%\((\w+)\)s|%%|(%)")
_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def _entries() -> Iterator[tuple[str, polib.POEntry]]:
    for file in catalogue.files():
        for entry in polib.pofile(str(file)):
            yield file.name, entry


def _said_by_templates() -> Iterator[tuple[str, str]]:
    env = environment(CHINESE, "http://x.example")
    for file in sorted((HERE / "templates").glob("*.html")):
        tree = env.parse(file.read_text(encoding="utf-8"))
        for line, _, message in extract_from_ast(tree, ("_", "gettext")):
            sentence = message if isinstance(message, str) else message[0]  # behind it: what is put in
            assert isinstance(sentence, str), f"{file.name}:{line}: a sentence as it stands, no variable"
            yield f"{file.name}:{line}", sentence


def _said_by_python() -> Iterator[tuple[str, str]]:
    """The first argument of every `….say("…")`, and the heading of every `Column("…")`."""
    for file in sorted(ALERTS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _says(node.func):
                where = f"{file.name}:{node.lineno}"
                for said in node.args[:1]:
                    # A choice between two sentences is two sentences.
                    for one in (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,):
                        assert isinstance(one, ast.Constant), f"{where}: a sentence as it stands, no variable"
                        if _CHINESE.search(str(one.value)):
                            yield where, str(one.value)


def _says(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "say"
    return isinstance(function, ast.Name) and function.id == "Column"


@cache
def said() -> list[tuple[str, str]]:
    return [*_said_by_templates(), *_said_by_python()]


def test_every_sentence_has_english() -> None:
    known = catalogue.english()
    assert {sentence: where for where, sentence in said() if sentence not in known} == {}


def test_no_english_is_left_over() -> None:
    ours = {sentence for _, sentence in said()}
    assert [(file, entry.msgid) for file, entry in _entries() if entry.msgid not in ours] == []


def test_a_sentence_has_one_english_wherever_it_stands() -> None:
    seen: dict[str, catalogue.Forms] = {}
    for file, entry in _entries():
        said = catalogue.forms(entry)
        assert seen.setdefault(entry.msgid, said) == said, (
            f"{file}: {entry.msgid} is said otherwise elsewhere"
        )


@pytest.mark.parametrize("file", catalogue.files(), ids=lambda file: file.name)
def test_english_is_whole(file: Path) -> None:
    for entry in polib.pofile(str(file)):
        names, *others = [_put_in(entry.msgid), *map(_put_in, catalogue.forms(entry))]
        assert len(others) in (1, 2), entry.msgid
        assert all(one == names for one in others), f"{entry.msgid}: other values are put in"
        for said in catalogue.forms(entry):
            assert said.strip(), f"{entry.msgid}: no English"
            assert not re.search(r"[，。；：（）、]", said), f"{said}: Chinese punctuation"


def test_an_e_mail_is_no_letter() -> None:
    of_mail = [
        said
        for _, entry in _entries()
        if re.search("[邮信封]", entry.msgid)
        for said in catalogue.forms(entry)
    ]
    assert len(of_mail) > 5
    assert [said for said in of_mail if "letter" in said.casefold()] == []


def _put_in(sentence: str) -> set[str]:
    found = list(_PUT_IN.finditer(sentence))
    assert not any(match[2] for match in found), f"{sentence}: a percent sign is written %%"
    return {match[1] for match in found if match[1]}


def test_a_number_chooses_the_form() -> None:
    words = replace(ENGLISH, sentences=lambda: {"%(n)s 份": ("%(n)s report", "%(n)s reports")})
    assert [words.say("%(n)s 份", n=n) for n in (0, 1, 2)] == ["0 reports", "1 report", "2 reports"]
    assert words.say("没有译文：%(what)s", what="甲") == "没有译文：甲"


def test_a_template_puts_values_in_as_text() -> None:
    env = environment(ENGLISH, "http://x.example")
    page = env.from_string('{{ _("公报（%(name)s）", name=name) }}').render(name="<b>\x00\ud800")
    assert page == "gongbao (&lt;b&gt;, Chinese)"


@pytest.mark.parametrize(
    "name",
    [field.name for field in fields(ENGLISH) if isinstance(getattr(ENGLISH, field.name), Mapping)],
)
def test_the_languages_have_words_for_the_same(name: str) -> None:
    chinese, english = (getattr(words, name) for words in LANGUAGES.values())
    assert chinese.keys() == english.keys()
    assert not [word for word in english.values() if _CHINESE.search(word)]


@pytest.mark.parametrize(
    ("accept_language", "lang"),
    [
        (None, "zh"),
        ("", "zh"),
        ("*", "zh"),
        ("fr, de;q=0.5", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh;q=0.4, en;q=0.5", "en"),
        ("de, en;q=0, zh;q=0.1", "zh"),
        ("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", "en"),
    ],
)
def test_the_language_that_a_browser_prefers(accept_language: str | None, lang: str) -> None:
    assert preferred(accept_language).lang == lang

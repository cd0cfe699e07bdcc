"""The normal form: what it folds, and what it must keep apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.compare.fingerprint import content_hash
from ingest.text.normal import letters_of, normal_form
from ingest.text.script import rare_chars
from tests.support.growth import Work, grows_with_size_only


@pytest.mark.parametrize(
    ("normal", "letters"),
    [
        ("一、二,三。", "一二三"),
        ("一䷀二々〇é·が㐀", "一二々〇éが㐀"),  # a hexagram stands among the Han characters
        ("5%,6%-7%;8,9.5", "5%6%-7%8|9.5"),
        ("为-3%,降幅-4%,约(-5%)", "为-3%降幅-4%约-5%"),
        ("7.X亿,7.某", "7.X亿7某"),
        ("5.,X,5,.x,5_9,5,_;9", "5.X5x5|9|5|9"),
        ("(5)_(6)人5_,6人12_M_M_", "5|6人56人12MM"),
        ("5(-6)人率-|-1人5%(-6)", "5|6人率1人5%6"),
        ("❶、5人٣.٥", "❶|5人٣.٥"),
        ("是-❶增长,❶-❷率", "是-❶增长❶-❷率"),
        ("❶(.2,❶.*", "❶.2❶*"),
        ("", ""),
    ],
)
def test_marks_are_no_letters_but_beside_figures(normal: str, letters: str) -> None:
    assert letters_of(normal) == letters


@pytest.mark.parametrize(
    "text",
    ["增长６％，降幅（－３％）；㈠①", "“十四五”…——8·5%", "5=\u0338 6", "e\u0301 10² ⒈5", "二○二四、٣،٥"],
)
def test_the_characters_of_a_text_tell_the_marks_of_its_normal_form(text: str) -> None:
    assert letters_of(normal_form(text), rare_chars(text)) == letters_of(normal_form(text))


def test_marks_of_which_each_is_another_are_taken_out_in_linear_time() -> None:
    def bared(marks: int) -> Work:
        normal = "".join(map(chr, range(0x40000, 0x40000 + marks)))  # assigned to nothing
        return lambda: letters_of(normal)

    grows_with_size_only(bared, 60_000)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("地区生产总值增长6%左右", "地区生产总值增长６％左右"),
        ("地区生产总值增长6%左右", "  地区生产\n总值增长 6 %\u3000左右\r\n"),
        ("规上工业增加值增长11.5%", "规上工业增加值增长1\n1．5\u200b％"),
        ("改造老旧小区35个", "改\u00ad造老旧\ufeff小区\u2060３５个"),
        ("增长5%—6%", "增长5%-6%"),
        ("增长5%—6%", "增长5%――6%"),
        ("增长5%—6%", "增长5%～6%"),
        ("“十四五”规划", '"十四五"规划'),
        ("“十四五”规划", "「十四五」规划"),
        ("渝府发〔2024〕1号", "渝府发［２０２４］1号"),
        ("二〇二四年", "二○二四年"),
        ("二〇二四年", "二0二四年"),
        ("绿地12万㎡", "绿地12万m²"),
        ("新⺠路", "新民路"),
        ("\ue5d2一是稳增长", "一是稳增长"),
        ("（一）稳增长", "㈠稳增长"),
        ("①稳增长", "⑴稳增长"),
    ],
)
def test_copies_of_one_text_have_one_form(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)
    assert content_hash(one) == content_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("增长6%", "增长6.5%"),
        ("增长6%", "增长6‰"),
        ("增长6%左右", "增长6%以上"),
        ("2023年工作回顾", "2024年工作回顾"),
        ("河东区", "河西区"),
        ("10²", "102"),
        ("投资5½亿元", "投资51/2亿元"),
        ("⒈5个项目", "1.5个项目"),
        ("增长5②", "增长52"),
        ("增长X%", "增长6%"),
        ("零增长", "〇增长"),
    ],
)
def test_different_facts_keep_different_forms(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


def test_hash_names_its_algorithm() -> None:
    value = content_hash("各位代表：")
    assert value.startswith("sha256:")
    assert len(value) == len("sha256:") + 64


def test_lone_surrogates_and_nul_do_no_harm() -> None:
    assert content_hash("增长\ud800\x006%") == content_hash("增长\udfff6%")


@given(st.text(max_size=60))
def test_form_is_idempotent_and_free_of_spaces(text: str) -> None:
    once = normal_form(text)
    assert normal_form(once) == once
    assert not any(char.isspace() or unicodedata.category(char) in {"Cf", "Cc"} for char in once)


@given(
    st.text(alphabet="地区生产总值增长6%.左右2024年，。（）", min_size=1, max_size=40),
    st.data(),
)
def test_a_break_anywhere_changes_nothing(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    noise = data.draw(st.sampled_from(["\n", "\r\n", " ", "\u3000", "\u200b", "\xa0", "\ufeff"]))
    assert content_hash(text[:at] + noise + text[at:]) == content_hash(text)

"""Reports of our own making, and every kind of copy of a report with its known truth.

Used by tests/test_identity_copies.py (a short run) and tests/bench/copies.py (many reports, counted).
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from opencc import OpenCC

from ingest.model import Relation

# --- reports ---------------------------------------------------------------------------------

_DISTRICTS = (
    "铜梁区",
    "永川区",
    "荣昌区",
    "大足区",
    "璧山区",
    "潼南区",
    "綦江区",
    "江津区",
    "合川区",
    "南川区",
)
_BOILERPLATE = (
    "坚持稳中求进工作总基调，完整准确全面贯彻新发展理念，着力推动高质量发展。",
    "全面落实市委决策部署和区委工作要求，扎实做好各项工作。",
    "这些成绩来之不易，凝聚着全区人民的心血和汗水。",
    "我们也清醒认识到，经济社会发展还面临不少困难和问题。",
    "坚定不移推进全面从严治党，切实加强政府自身建设。",
)
_FIELDS = (
    "特色产业园", "农村公路", "老旧小区", "污水管网", "社区食堂", "口袋公园", "中小学校", "养老站点", "充电设施", "数字车间",
    "高标准农田", "水库加固", "文化广场", "便民市场", "公交线路", "卫生院", "消防站", "冷链仓库", "种苗基地", "人才公寓",
)  # fmt: skip
_DOINGS = (
    "新建{f}{a}处，完成投资{b}.{c}亿元，带动就业{d}人。",
    "改造提升{f}{a}个，惠及群众{d}人，满意度达到{g}.{c}%。",
    "{f}产值增长{e}.{c}%，高于全市平均{h}.{i}个百分点。",
    "围绕{f}出台扶持办法{h}项，落实资金{b}{a}万元，解决难题{j}件。",
    "{f}实现营业收入{b}{a}.{c}亿元，利润率提高{h}.{i}个百分点，新签合同{d}份。",
)


@dataclass(frozen=True, slots=True)
class Document:
    """A text as a page shows it."""

    title: str | None
    body: str


def synthetic_report(number: int, year: int = 2026, sentences: int = 120) -> Document:
    """A report of district `number`; the same number and year give the same text."""
    chance = random.Random(f"{number}/{year}")
    district = _DISTRICTS[number % len(_DISTRICTS)]

    def figures() -> dict[str, object]:
        small = {name: chance.randint(1, 9) for name in "chi"}
        return {
            **small, "a": chance.randint(11, 99), "b": chance.randint(2, 60), "d": chance.randint(110, 9900),
            "e": chance.randint(3, 19), "g": chance.randint(80, 98), "j": chance.randint(3, 60),
            "f": chance.choice(_FIELDS),
        }  # fmt: skip

    lines = [
        f"——{year}年1月1{number % 9}日在重庆市{district}第十九届人民代表大会第{'三四五六'[year % 4]}次会议上",
        f"{district}人民政府区长",
        "各位代表：",
        f"现在，我代表{district}人民政府向大会报告工作，请予审议。",
        f"一、{year - 1}年工作回顾",
    ]
    paragraph: list[str] = []
    for place in range(sentences):
        if place == sentences // 2:
            lines += ["".join(paragraph), f"二、{year}年工作安排"]
            paragraph = [
                f"今年主要预期目标是：地区生产总值增长{chance.randint(4, 8)}%左右，固定资产投资增长{chance.randint(3, 9)}%以上。"
            ]
        made = chance.choice(_DOINGS).format(**figures())
        paragraph.append(chance.choice(_BOILERPLATE) if chance.random() < 0.06 else made)
        if len(paragraph) == 5:
            lines.append("".join(paragraph))
            paragraph = []
    lines += ["".join(paragraph), "各位代表！让我们团结奋斗，谱写现代化建设新篇章！"]
    return Document(f"重庆市{district}{year}年政府工作报告", "\n".join(line for line in lines if line))


# --- what sites do that changes nothing ------------------------------------------------------

_FULL_WIDTH = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
_TRADITIONAL = OpenCC("s2t")
_PINYIN = {
    "會": "huì",
    "報": "bào",
    "發": "fā",
    "現": "xiàn",
    "區": "qū",
    "農": "nóng",
    "業": "yè",
    "長": "zhǎng",
    "設": "shè",
}


def full_width(text: str, chance: random.Random) -> str:
    return re.sub(r"[0-9.%]", lambda m: m[0].translate(_FULL_WIDTH), text)


def half_width(text: str, chance: random.Random) -> str:
    return text.translate(str.maketrans("，。；：！？（）“”", ',。;:!?()""'))


def dashes(text: str, chance: random.Random) -> str:
    return text.replace("——", chance.choice(["--", "―", "－－", "—"])).replace("“", "「").replace("”", "」")


def invisible(text: str, chance: random.Random) -> str:
    return "".join(
        c + chance.choice("\u200b\ufeff\u00ad\u2060") if chance.random() < 0.05 else c for c in text
    )


def indents(text: str, chance: random.Random) -> str:
    return "\n\n".join("\u3000\u3000" + line + " \xa0" for line in text.split("\n"))


def hard_breaks(text: str, chance: random.Random) -> str:
    width = chance.randint(30, 50)
    return "\n".join(
        line[i : i + width] for line in text.split("\n") for i in range(0, max(1, len(line)), width)
    )


def tokens(text: str, chance: random.Random) -> str:
    token = "".join(chance.choices("abcdefgXYZPQR", k=3))
    if sum(line[-1:] in "。！：；" for line in text.split("\n")) < 3:
        return text  # once at the end it is no pattern
    return "\n".join(line + token if line[-1:] in "。！：；" else line for line in text.split("\n"))


def tokens_and_breaks(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    if sum(line[-1:] in "。！：；" for line in lines) < 3:
        return hard_breaks(text, chance)
    return "\n".join(hard_breaks(line, chance) + "pbY" for line in lines)


def _behind_paragraphs(text: str, token: Callable[[], str]) -> str:
    lines = text.split("\n")
    if sum(line[-1:] in "。！：；" for line in lines) < 5:
        return text  # a few times it is no pattern
    return "\n".join(line + token() if line[-1:] in "。！：；" else line for line in lines)


def foreign_tokens(text: str, chance: random.Random) -> str:
    """One token of another alphabet, or in brackets."""
    letters = chance.choice(["бджзИЙЛФ", "βγδλΩΨ", "のをかサシヌ", "กขคงจ", "가나다라", "k3Xz9w"])
    token = "".join(chance.sample(letters, 4))
    token = chance.choice([token, f"[{token}]"])
    return _behind_paragraphs(text, lambda: token)


def varied_tokens(text: str, chance: random.Random) -> str:
    """Never the same one."""
    return _behind_paragraphs(text, lambda: "".join(chance.choices("abcXYZPQR248", k=5)) + "w")


def token_before(text: str, chance: random.Random) -> str:
    token = "".join(chance.sample("qRtWmK", 3))
    lines = text.split("\n")
    if sum(line[-1:] in "。！：；" for line in lines) < 5:
        return text
    return "\n".join(token + line if line[-1:] in "。！：；" else line for line in lines)


def site_behind(text: str, chance: random.Random) -> str:
    """The name of a site, or its address, behind each paragraph, or in a line below it."""
    name = chance.choice(
        ["（好公文网 www.haogongwen.example）", "www.haogongwen.example", "好公文网", "\n好公文网整理"]
    )
    return _behind_paragraphs(text, lambda: name)


def page_heads(text: str, chance: random.Random) -> str:
    """A printed page: lines of one width, a head and a number on each."""
    width, head = chance.randint(28, 38), chance.choice(["政府工作报告", "某某人民政府公报2026年第2期"])
    lines = [line[i : i + width] for line in text.split("\n") for i in range(0, max(1, len(line)), width)]
    if len(lines) < 60:
        return hard_breaks(text, chance)
    pages = [lines[i : i + 20] for i in range(0, len(lines), 20)]
    style = chance.choice(["{}", "- {} -", "第{}页"])
    return "\n".join("\n".join([head, *page, style.format(n)]) for n, page in enumerate(pages, 1))


def escaped(text: str, chance: random.Random) -> str:
    """The source code of a page, or of a dump of it."""
    entities = {"“": "&ldquo;", "”": "&rdquo;", "——": "&mdash;&mdash;", "、": "&#12289;"}
    for char, entity in entities.items():
        text = text.replace(char, entity)
    if chance.random() < 0.5:
        return "\\n".join("\\u3000\\u3000" + line for line in text.split("\n"))
    return "\n".join(f'<p style="text-indent:2em">{line}</p>' for line in text.split("\n"))


def noted(text: str, chance: random.Random) -> str:
    """The marks of notes, where there are none."""
    if text.count("。") < 40 or re.search(r"[\[［【〔]\s*\d|[①-⑳]", text):
        return text
    count = itertools.count(1)
    opening, closing = chance.choice(["[]", "〔〕", "【】"])
    return re.sub(
        "。", lambda m: f"{opening}{next(count)}{closing}。" if chance.random() < 0.2 else m[0], text
    )


def points(text: str, chance: random.Random) -> str:
    return re.sub(r"(?<=\d)\.(?=\d)", chance.choice(["·", "．"]), text)


def pinyin(text: str, chance: random.Random) -> str:
    converted = _TRADITIONAL.convert(text)
    return "".join(f"{c}({_PINYIN[c]})" if c in _PINYIN and chance.random() < 0.5 else c for c in converted)


def traditional(text: str, chance: random.Random) -> str:
    return str(_TRADITIONAL.convert(text))


def jammer(text: str, chance: random.Random) -> str:
    def jam() -> str:
        marks = "~!@#$^&*_+=|{}<>?;`abcXYZ0189"
        groups = ["".join(chance.choices(marks, k=2)) for _ in range(6)] + ["$`", "#~", "@|"]
        return " ".join(chance.sample(groups, len(groups)))

    return "\n".join(line + "  " + jam() if chance.random() < 0.7 else line for line in text.split("\n"))


def furniture(text: str, chance: random.Random) -> str:
    above = ["当前位置：首页 > 工作报告 > 正文", "来源：某某网", "【字体：大 中 小】", "浏览次数：1024次"]
    below = [
        "（责任编辑：小王）", "本文仅代表作者个人观点，与本站无关。", "上一篇：另一个区的政府工作报告", "下一篇：没有了",
        "【打印本页】 【关闭窗口】", "版权声明：转载请注明出处，如有侵权请联系删除。", "扫一扫在手机上打开本页二维码",
        "分享到：微信 微博", "本文地址：/baogao/123.html",
    ]  # fmt: skip
    return "\n".join([*chance.sample(above, 2), text, *chance.sample(below, 4)])


def extra_line(text: str, chance: random.Random) -> str:
    """A line that no list of furniture knows."""
    line = chance.choice(
        ["范文写作必备资料请收藏本站以便再次查找", "以上就是小编为大家整理的全部内容", "好文章值得一读再读"]
    )
    return f"{text}\n{line}" if chance.random() < 0.5 else f"{line}\n{text}"


def twice(text: str, chance: random.Random) -> str:
    return f"{text}\n{text}"


Noise = Callable[[str, random.Random], str]
NOISES: tuple[Noise, ...] = (
    full_width, half_width, dashes, invisible, indents, hard_breaks, tokens, tokens_and_breaks, foreign_tokens,
    varied_tokens, token_before, site_behind, page_heads, escaped, noted, points, pinyin, traditional, jammer,
    furniture, extra_line, twice,
)  # fmt: skip
EXACT: frozenset[Noise] = frozenset(NOISES) - {pinyin, traditional, extra_line}
"""Those that must leave the content hash as it is. Characters of one simplified and several traditional forms
do not all come back, and a line of words might be a line of the report."""

# --- what makes another text of the same report ----------------------------------------------

_FIGURE = re.compile(r"(?<![\d.第年月])\d+(?:\.\d+)?(?=%|亿元|万元|个(?!百)|处|人|项|件|份|公里|个百分点)")


def _end_of_sentence(body: str, at: int) -> int:
    found = re.compile("[。！？；]").search(body, at)
    return found.end() if found else len(body)


def truncated(doc: Document, chance: random.Random) -> Document:
    return replace(doc, body=doc.body[: int(len(doc.body) * chance.uniform(0.3, 0.85))])


def second_half(doc: Document, chance: random.Random) -> Document:
    return replace(
        doc, body=doc.body[_end_of_sentence(doc.body, int(len(doc.body) * chance.uniform(0.3, 0.6))) :]
    )


def cut_late(doc: Document, chance: random.Random) -> Document:
    """The last words are missing, in mid-sentence."""
    end = int(len(doc.body) * 0.96)
    while not re.fullmatch("[一-龥]{6}", doc.body[end - 3 : end + 3]):
        end -= 1
    return replace(doc, body=doc.body[:end])


def page_two(doc: Document, chance: random.Random) -> Document:
    """Page two of three, without a title."""
    one, two = (_end_of_sentence(doc.body, len(doc.body) * k // 3) for k in (1, 2))
    return Document(None, doc.body[one:two].strip())


def restated(doc: Document, chance: random.Random, changes: int = 1) -> Document:
    """Some figures are others now."""
    places = list(_FIGURE.finditer(doc.body))
    body = doc.body
    for m in sorted(chance.sample(places, min(changes, len(places))), key=lambda m: -m.start()):
        other = str(int(float(m[0])) + chance.choice([1, 2, 3])) + (".5" if "." in m[0] else "")
        body = body[: m.start()] + other + body[m.end() :]
    return replace(doc, body=body)


def restated_twice(doc: Document, chance: random.Random) -> Document:
    return restated(doc, chance, 8)


def restated_and_cut(doc: Document, chance: random.Random) -> Document:
    """Two thirds of it, and a figure changed in them."""
    cut = replace(doc, body=doc.body[: len(doc.body) * 2 // 3])
    changed = restated(cut, chance)
    return doc if changed == cut else changed


def reworded(doc: Document, chance: random.Random) -> Document:
    """Words of one sentence in twenty are others; no figure is touched."""
    parts = re.split(r"(?<=[。])", doc.body)
    body = "".join(
        "据了解，" + p[:-1] + "，成效明显。" if i % 20 == 9 and p.endswith("。") else p
        for i, p in enumerate(parts)
    )
    return replace(doc, body=body)


def with_more(doc: Document, chance: random.Random) -> Document:
    """A sentence with a figure is new."""
    at = _end_of_sentence(doc.body, len(doc.body) // 2)
    return replace(doc, body=doc.body[:at] + "另外新增示范街区17条，投入专项经费3.3亿元。" + doc.body[at:])


def with_less(doc: Document, chance: random.Random) -> Document:
    """A few sentences in the middle were taken out."""
    at = _end_of_sentence(doc.body, len(doc.body) // 3)
    return replace(doc, body=doc.body[:at] + doc.body[_end_of_sentence(doc.body, at + len(doc.body) // 50) :])


def draft(doc: Document, chance: random.Random) -> Document:
    return replace(reworded(doc, chance), title=f"{doc.title}（征求意见稿）")


def late_end(doc: Document, chance: random.Random) -> Document:
    """The last sentences are missing, and more of them than a site's line would be."""
    end = len(doc.body) - max(200, len(doc.body) // 20)
    return replace(doc, body=doc.body[: _end_of_sentence(doc.body, end - 80)])


def restated_in_other_words(doc: Document, chance: random.Random) -> Document:
    """One figure is another, and there are other words before it."""
    places = list(_FIGURE.finditer(doc.body))
    if not places:
        return doc
    m = chance.choice(places)
    other = f"预计可达{int(float(m[0])) + 3}"
    return replace(doc, body=doc.body[: m.start()] + other + doc.body[m.end() :])


def left_out(doc: Document, chance: random.Random) -> Document:
    """Figures are blanks, or not there at all."""
    mark = chance.choice(["", "__", "□□", "……", "某", "＊＊"])
    return replace(doc, body=_FIGURE.sub(lambda m: mark if chance.random() < 0.4 else m[0], doc.body))


def masked(doc: Document, chance: random.Random) -> Document:
    body = _FIGURE.sub(lambda m: "X" * len(m[0].split(".")[0]) if chance.random() < 0.3 else m[0], doc.body)
    return replace(doc, body=body)


Change = Callable[[Document, random.Random], Document]
CHANGES: tuple[tuple[Change, frozenset[Relation]], ...] = (
    (truncated, frozenset({Relation.TRUNCATED})),
    (second_half, frozenset({Relation.TRUNCATED})),
    (cut_late, frozenset({Relation.TRUNCATED})),
    (late_end, frozenset({Relation.TRUNCATED})),
    (page_two, frozenset({Relation.PART})),
    (restated, frozenset({Relation.RESTATED})),
    (restated_twice, frozenset({Relation.RESTATED})),
    (restated_and_cut, frozenset({Relation.RESTATED})),
    (restated_in_other_words, frozenset({Relation.RESTATED})),
    (reworded, frozenset({Relation.REVISION})),
    (with_more, frozenset({Relation.REVISION})),
    (with_less, frozenset({Relation.REVISION})),
    (draft, frozenset({Relation.DRAFT})),
    (masked, frozenset({Relation.MASKED})),
    (left_out, frozenset({Relation.MASKED})),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A copy and what it is to the report that it was made from."""

    how: str
    document: Document
    relation: Relation


def copies_of(doc: Document, seed: int = 0, *, noisy: bool = True) -> list[Sample]:
    """Every kind of copy: each noise alone, each change alone, and each change under a noise."""
    chance = random.Random(seed)
    samples = [Sample(n.__name__, replace(doc, body=n(doc.body, chance)), Relation.SAME) for n in NOISES]
    for change, relations in CHANGES:
        [relation] = relations
        plain = change(doc, chance)
        if plain == doc:  # a text without a figure
            continue
        samples.append(Sample(change.__name__, plain, relation))
        if noisy:
            noise = chance.choice([n for n in NOISES if n is not twice])
            again = change(doc, chance)
            under = replace(again, body=noise(again.body, chance))
            samples.append(Sample(f"{change.__name__}+{noise.__name__}", under, relation))
    return samples


# --- what is another report ------------------------------------------------------------------


def compilation(documents: Sequence[Document]) -> Document:
    return Document("各区政府工作报告汇编", "\n".join(f"{d.title}\n{d.body}" for d in documents))


def neighbour(doc: Document, region: str, other: str) -> Document:
    """The same text for another district, as officials do write them."""
    title = (doc.title or "").replace(region, other)
    return Document(title, doc.body.replace(region, other))


def next_year(doc: Document, year: int) -> Document:
    """The same text a year later."""

    def later(text: str) -> str:
        return re.sub(r"(?:19|20)\d\d(?=年)", lambda m: str(int(m[0]) + 1), text)

    return Document(later(doc.title or ""), later(doc.body))


def plan_report(doc: Document, region: str, year: int) -> Document:
    """The plan report of the same year: much of the same text."""
    title = f"关于{region}{year - 1}年国民经济和社会发展计划执行情况及{year}年计划草案的报告"
    opening = f"受区人民政府委托，现将{region}{year - 1}年国民经济和社会发展计划执行情况及{year}年计划草案提请大会审议。"
    rest = doc.body.split("请予审议。", 1)[-1]
    return Document(title, f"{title}\n各位代表：\n{opening}{rest}")

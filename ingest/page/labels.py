"""The labels of a header block (信息公开目录), and how to know them again in a line. Pure.

What stands beside a label, and what it means, is header.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache

# Header field -> spellings, best first: where a block prints both 成文日期 and 发文日期, the first counts.
_FIELDS = {
    "index_number": "索引号 信息索引号 公文索引号 索引编号 统一登记号",
    "document_number": "文号 发文字号 发文文号 公文文号 文件文号 文件编号 文件字号 备注/文号",
    "issuer": "发布机构 发文机关 发文机构 制发机关 发布单位 发文单位 发布机关 印发机关 制发单位",
    "subject_class": "主题分类",
    "info_class": "信息分类名称 信息分类",
    "genre_class": "体裁分类",
    "validity": "有效性 效力状态 效力状况 公文时效 是否有效",
    "written_on": "成文日期 成文时间 生成日期 公文生成日期 信息生成日期 生成时间 发文日期 发文时间",
    "published_on": "发布日期 公开日期 公布日期 发布时间 信息公开日期 公开时间 公布时间",
    "title": "名称 标题 文件标题 文件名称 信息名称 公文标题 公文名称 信息标题",
    "keywords": "主题词",
}
# Labels that a block prints and the Header has no place for; knowing them ends the value before them.
_OTHERS = """
来源 信息来源 文章来源 稿件来源 文件来源 作者 编辑 责任编辑 时间 日期 发表时间 更新时间 创建时间 关键词
关键字 组配分类 公文种类 文件类别 文件种类 公开方式 公开时限 公开范围 公开形式 公开属性 公开类别 公开类型
公开目录 公文目录 公开程序 信息时效期 时效 时效性 废止日期 废止时间 失效日期 失效时间 生效日期 生效时间
实施日期 施行日期 签署日期 登记日期 登记号 所属机构 所属主题 公开责任部门 责任部门 责任单位 联合发文单位
内容概述 内容摘要 概述 摘要 信息概述 服务对象 服务对象分类 生命周期 生命周期分类 信息格式/语种 信息格式
语种 文件下载 附件下载 浏览次数 浏览量 浏览 点击次数 点击数 点击率 点击量 阅读次数 阅读量 阅读 访问量
访问次数 字体 字号 字体大小 分享 分享到 语音阅读正文 政策咨询机关 政策咨询电话 解读 相关解读 存档编号
载体类型 记录形式 备注 版权 报告人
"""
_CUT = {"号": "", "称": "title", "题": "title", "性": "validity", "词": "keywords", "构": "issuer"}

# Converted mirrors print the traditional form, some with the reading in brackets: 發(fā)文日期.
_SIMPLIFIED_CHARS = "号类称发机构题词标时间体关单统记种开责门键来录属对务语备报"
_TRADITIONAL_CHARS = "號類稱發機構題詞標時間體關單統記種開責門鍵來錄屬對務語備報"
_TRADITIONAL = dict(zip(_SIMPLIFIED_CHARS, _TRADITIONAL_CHARS, strict=True))
_READING = r"(?:\([a-zà-üāēīōūǎěǐǒǔǖǘǚǜ]{1,8}\))?"


class Sort(Enum):
    """What was recognised in a line."""

    FIELD = "field"  # a label of the Header
    OTHER = "other"  # a label of something else
    CUT = "cut"  # 号:, 称: — what a text dump left of 索 引 号
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Token:
    """A label or the text between two labels; `rank` is the spelling's place (0 best)."""

    sort: Sort
    text: str
    field: str = ""
    rank: int = 0


_MEANING = {
    label: (field, rank) for field, all_ in _FIELDS.items() for rank, label in enumerate(all_.split())
}


def _pattern(labels: list[str]) -> str:
    def char(one: str) -> str:
        return f"[{one}{_TRADITIONAL[one]}]" if one in _TRADITIONAL else re.escape(one)

    gap = r"\s{0,6}" + _READING
    return "|".join(gap.join(map(char, label)) for label in sorted(labels, key=len, reverse=True))


_ALL = [*_MEANING, *_OTHERS.split()]
_ANY = _pattern(_ALL)
_LONG = _pattern([label for label in _MEANING if len(label) >= 4])
# Begins a line, or follows a space or a list's mark; not a parenthesis: 根据某文件（文号：…） is no label.
_EDGE = r"(?<![^\s\[【［|•·*\-])"


# Compiled on first use: 0.2 s that commands which read no page need not pay.
@cache
def _printed() -> re.Pattern[str]:
    return re.compile(
        rf"[\[【［]\s{{0,4}}(?P<bracketed>{_ANY})\s{{0,4}}[\]】］]\s{{0,4}}[:：]?"
        rf"|{_EDGE}(?P<label>{_ANY})\s{{0,6}}[:：]"
        # <span>索引号：a</span><span>发布机构：b</span> leaves no space between value and label.
        rf"|(?P<glued>{_LONG})\s{{0,6}}[:：]"
        rf"|{_EDGE}(?P<cut>[{''.join(_CUT)}])\s{{0,4}}[:：]"
        rf"|(?<!\S)(?P<unknown>[\u4e00-\u9fff/]{{2,8}})[:：]"
    )


@cache
def _bare() -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?P<label>{_ANY})(?!\S)")


@cache
def _glued_end() -> re.Pattern[str]:
    return re.compile(rf"(?P<label>{_LONG})\s*$")


_SIMPLE = {new: old for old, new in _TRADITIONAL.items()} | {" ": ""}
_NOT_LABEL = re.compile(r"\s+|\([^()]*\)")
_NO_LABEL = re.compile(r"(?!)")
_MARKS = re.compile(r"[:：\[【［]")
_TRIM = " \t\u3000\xa0|•·"


def _label(printed: str) -> Token:
    name = "".join(_SIMPLE.get(char, char) for char in _NOT_LABEL.sub("", printed))
    if name in _MEANING:
        field, rank = _MEANING[name]
        return Token(Sort.FIELD, name, field, rank)
    return Token(Sort.OTHER, name)


def tokens_of(line: str) -> list[list[Token]]:
    """The cells of a line (one, where it has no bars), each as labels and the texts between them.

    Labels are known by their colon or brackets; without any, a line that begins with a label is read as
    labels and values apart by spaces (索 引 号 003110926/201510-00216 信息分类 信息公开制度).
    """
    cells = line.split("|")
    return [_cell(cell.strip(_TRIM).removeprefix("- "), alone=len(cells) > 1) for cell in cells]


def _cell(cell: str, *, alone: bool) -> list[Token]:
    if not cell:
        return []
    # Without a colon or a bracket there is no printed label: to look for one costs most on long prose.
    tokens = list(_between(cell, _printed() if _MARKS.search(cell) else _NO_LABEL))
    if all(token.sort is Sort.TEXT for token in tokens) and (begins := _bare().match(cell)):
        if begins.end() == len(cell):
            return [_label(cell)]
        if not alone:
            return list(_between(cell, _bare()))
    return tokens


def _between(cell: str, pattern: re.Pattern[str]) -> Iterator[Token]:
    at = 0
    for found in pattern.finditer(cell):
        if text := cell[at : found.start()].strip(_TRIM):
            yield Token(Sort.TEXT, text)
        at = found.end()
        match found.lastgroup:
            case "cut":
                yield Token(Sort.CUT, found["cut"], _CUT[found["cut"]], rank=9)
            case "unknown":
                yield Token(Sort.OTHER, found["unknown"])
            case name:
                yield _label(found[name or 0])
    if text := cell[at:].strip(_TRIM):
        yield Token(Sort.TEXT, text)


def split_glued_label(text: str) -> tuple[str, Token] | None:
    """A value and the label that runs straight on after it (…的通知发文机关), if it ends in one."""
    if (found := _glued_end().search(text)) and found.start():
        return text[: found.start()].strip(_TRIM), _label(found["label"])
    return None

"""What sites, editors and PDF readers do to the print of a text, and people read over. Not a test file.

copies.NOISES are the kinds that whole copies are known by; these go into words and numbers.
"""

from __future__ import annotations

import random
import re

from tests.support import copies

_HAN = "长产总值增率人业民费收入年左上期目标以生"
_PINYIN = "zhǎng chǎn zǒng zhí zēng lǜ rén yè mín fèi shōu rù nián zuǒ shàng qī mù biāo yǐ shēng"
_READINGS = dict(zip(_HAN, _PINYIN.split(" "), strict=True))
_RADICALS = str.maketrans("民长风黄车马门西角见食齐龙页青", "⺠⻓⻛⻩⻋⻢⻔⻄⻆⻅⻝⻬⻰⻚⻘")
_PAGE_NUMBERS = ("- {} -", "— {} —", "—{}—", "第 {} 页 共 30 页", "{}", "第{}页", "{} / 30")
_MARKS = "~!@#$^&*_+=|{}<>?;`abcXYZ0189"


def spaced_figures(text: str, chance: random.Random) -> str:
    return re.sub(
        r"(?<=\d)(?=[%年月日亿万个])|(?<=[\u4e00-\u9fff])(?=\d)|(?<=%)(?=[左以—])|(?<=—)(?=\d)", " ", text
    )


def spaced_letters(text: str, chance: random.Random) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff\d])(?=[\u4e00-\u9fff])", " ", text)


def no_break_spaces(text: str, chance: random.Random) -> str:
    return re.sub(r"(?<=\d)(?=\D)|(?<=\D)(?=\d)", "\xa0", text)


def entities(text: str, chance: random.Random) -> str:
    """A page that was escaped twice."""
    return "\n".join(
        "&nbsp;&nbsp;" + line for line in spaced_figures(text, chance).replace(" ", "&nbsp;").split("\n")
    )


def printed_pages(text: str, chance: random.Random) -> str:
    """Every line cut at the margin, and a page number after every 25 of them."""
    width = chance.randint(28, 40)
    lines = [line[i : i + width] for line in text.split("\n") for i in range(0, max(1, len(line)), width)]
    style = chance.choice(_PAGE_NUMBERS)
    pages = [lines[i : i + 25] for i in range(0, len(lines), 25)]
    return "\n".join("\n".join([*page, style.format(number)]) for number, page in enumerate(pages, 1))


def tokens_within(text: str, chance: random.Random) -> str:
    """Tokens between the sentences of a paragraph."""
    token = "".join(chance.choices("abcdefgXYZPQR", k=3))
    return "".join(part + (token if chance.random() < 0.4 else "") for part in re.split(r"(?<=[。；])", text))


def tokens_in_words(text: str, chance: random.Random) -> str:
    return re.sub(
        r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", lambda m: "pbY" if chance.random() < 0.05 else "", text
    )


def readings(text: str, chance: random.Random) -> str:
    """Pinyin in brackets behind simplified characters."""
    opening, closing = chance.choice(["()", "（）"])
    return "".join(
        char + (f"{opening}{_READINGS[char]}{closing}" if char in _READINGS and chance.random() < 0.4 else "")
        for char in text
    )


def radicals(text: str, chance: random.Random) -> str:
    return text.translate(_RADICALS)


def odd_marks(text: str, chance: random.Random) -> str:
    return text.replace("%", "﹪").replace("、", "､").replace("—", "─")


def tabs(text: str, chance: random.Random) -> str:
    return "\r\n\r\n".join("\t" + line for line in text.split("\n"))


def jammer_within(text: str, chance: random.Random) -> str:
    """Jammer text in front of a sentence, where the forum broke the line."""

    def jam() -> str:
        groups = ["".join(chance.choices(_MARKS, k=2)) for _ in range(4)] + ["$`", "#~", "@|"]
        return " ".join(chance.sample(groups, len(groups)))

    return re.sub("(?<=。)(?!\n)", lambda m: f"\n{jam()} " if chance.random() < 0.3 else "", text)


def spaced_pages(text: str, chance: random.Random) -> str:
    """What a PDF reader makes of a report."""
    return printed_pages(spaced_figures(text, chance), chance)


def printed_traditional(text: str, chance: random.Random) -> str:
    """A traditional copy as a printed document."""
    return printed_pages(copies.traditional(text, chance), chance)


IN_PRINT: tuple[copies.Noise, ...] = (
    spaced_figures, spaced_letters, no_break_spaces, entities, printed_pages, tokens_within, tokens_in_words,
    readings, radicals, odd_marks, tabs, jammer_within, spaced_pages, printed_traditional,
)  # fmt: skip
EVERY: tuple[copies.Noise, ...] = (*copies.NOISES, *IN_PRINT)

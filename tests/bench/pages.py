"""`make bench-pages`: the text of a page, the whole text and nothing else, beside trafilatura and GNE.

Precision and recall of sentences on the pages of ../shared that came whole: how many of those found stand in
the text, how many of the text's are found. What the text of each is was settled by hand: the element that
holds it, where it begins and ends. `--misses N` prints the sentences that gongbao lost or had too many.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import trafilatura
from gne import GeneralNewsExtractor

from ingest.errors import GongbaoError
from ingest.page.charset import decode
from ingest.page.lines import as_text, lines_of
from ingest.page.parsed import parse_page
from ingest.page.reader import read_page

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "html"
LEAST = 5  # characters of a sentence; shorter pieces are numbers and marks
_ENDS = re.compile(r"[。！？!?\n]")

# File -> the element that holds its text; how the first line of the text begins, and the first behind it,
# where more than the text stands there.
TEXTS = {
    "banyuetan.org.1000200033136171577956287380194268_1": ("#detail_content", "", ""),
    "gerapy_samples_detail_china_news1": ("div.left_zw", "", "【编辑"),
    "gne_tests_163_9": ("div#content", "", "来源："),
    "gne_tests_baijiahao_1": ("div.article-content", "", ""),
    "gne_tests_cjddsb_1": ("div.single-content", "", ""),
    "gne_tests_cjn_1": ("div.TRS_Editor", "", "【编辑"),
    "gne_tests_cmse_1": ("div.TRS_Editor", "", "（责任编辑"),
    "gne_tests_csdn_1": ("div.con.news_content", "", "本文为CSDN"),
    "gne_tests_gsc_1": ("div.detailCon", "", ""),
    "gne_tests_guancha_3": ("div.content.all-txt", "", ""),
    "gne_tests_gzggw_1": ("#zoom", "", ""),
    "gne_tests_hexun_1": ("div.art_contextBox", "", "（责任编辑"),
    "gne_tests_huanqiu_1": ("div.a-con", "", ""),
    "gne_tests_mingridapan_1": ("div.page_art_content", "", ""),
    "gne_tests_njxfhn_1": ("div.post-body", "冒充银行经理", "采写："),
    "gne_tests_other_1": ("#UCAP-CONTENT", "", ""),
    "gne_tests_stcn_1": ("#ctrlfscont", "", ""),
    "gne_tests_sxmu_1": ("#vsb_content", "《中华", ""),
    "gne_tests_thepaper_2": ("div.news_txt", "搭地铁", "编辑|"),
    "gne_tests_xinhuanet_1": ("#p-detail", "", "责任编辑"),
    "gne_tests_zsnews_1": ("td", "2019年2月27日", "发布日期"),
    "gne_tests_zyyfy_1": ("#div_article_content", "", ""),
    "gne_visiable_test_021news_1": ("div.article-style", "", ""),
    "reenc_gzggw.gb18030": ("#zoom", "", ""),
    "xinhuanet.com.c_1125597921": ("#p-detail", "", "责任编辑"),
}


def flat(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def sentences(text: str) -> list[str]:
    return [plain for part in _ENDS.split(text) if len(plain := flat(part)) >= LEAST]


def missing(text: str, other: str) -> list[str]:
    """The sentences of `text` that `other` does not hold; how either breaks its lines does not count."""
    held = flat(other)
    return [sentence for sentence in sentences(text) if sentence not in held]


def settled(html: str, selector: str, begin: str, end: str) -> str:
    page = parse_page(html, "http://pages.example/")
    node = max(page.root.css(selector), key=lambda found: len(found.text()))
    lines = [line for row in lines_of(node.html) if (line := as_text(row))]
    first = next(index for index, line in enumerate(lines) if line.startswith(begin))
    last = next((index for index, line in enumerate(lines) if end and line.startswith(end)), len(lines))
    return "\n".join(lines[first:last])


def by_gongbao(html: str) -> str:
    try:
        return read_page(parse_page(html, "http://pages.example/")).body
    except GongbaoError:
        return ""


def by_trafilatura(html: str) -> str:
    return trafilatura.extract(html, include_comments=False) or ""


def by_gne(html: str) -> str:
    return str(GeneralNewsExtractor().extract(html)["content"])


READERS: dict[str, Callable[[str], str]] = {
    "gongbao": by_gongbao,
    "trafilatura": by_trafilatura,
    "GNE": by_gne,
}


def pages() -> Iterator[tuple[str, str, str]]:
    for name, (selector, begin, end) in TEXTS.items():
        html = decode((FOLDER / f"{name}.html").read_bytes())
        yield name, html, settled(html, selector, begin, end)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", type=int, default=0, help="how many sentences of a page to print")
    shown = parser.parse_args().misses
    logging.disable(logging.CRITICAL)
    if not FOLDER.is_dir():
        sys.stdout.write(f"real pages: {FOLDER} is not beside this checkout\n")
        return
    counts = dict.fromkeys(READERS, (0, 0, 0, 0))
    for name, html, want in pages():
        for reader, read in READERS.items():
            got = read(html)
            lost, more = missing(want, got), missing(got, want)
            of_page = len(lost), len(sentences(want)), len(more), len(sentences(got))
            counts[reader] = tuple(map(sum, zip(counts[reader], of_page, strict=True)))  # type: ignore[assignment]
            if reader == "gongbao" and shown and (lost or more):
                sys.stdout.write(f"{name}: {len(lost)} of {of_page[1]} lost, {len(more)} more\n")
                sys.stdout.writelines(f"  - {sentence}\n" for sentence in lost[:shown])
                sys.stdout.writelines(f"  + {sentence}\n" for sentence in more[:shown])
    sys.stdout.write(f"{len(TEXTS)} pages, {counts['gongbao'][1]} sentences   precision  recall\n")
    for reader, (lost_of, wanted, more_of, found) in counts.items():
        sys.stdout.write(f"  {reader:<30}{1 - more_of / found:10.3f}{1 - lost_of / wanted:8.3f}\n")


if __name__ == "__main__":
    main()

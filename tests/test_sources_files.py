"""Source files: what is too little, too much or wrong is said with file, key and remedy. The catalogue."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.model import SourceKind
from ingest.regions.gazetteer import region_by_code
from ingest.sources.coverage import places, shares
from ingest.sources.families import FAMILIES
from ingest.sources.load import BUNDLED, enabled, load_source, load_sources

FOUR_LINES = """\
name = "璧山区人民政府"
family = "trs"
region = "500120"
lists = ["https://www.bishan.gov.cn/zfgzbg/"]
"""


def written(folder: Path, text: str, slug: str = "cq-bishan") -> Path:
    path = folder / f"{slug}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_site_of_a_known_family_is_four_lines(tmp_path: Path) -> None:
    source = load_source(written(tmp_path, FOUR_LINES))
    assert (source.slug, source.kind, source.home) == (
        "cq-bishan",
        SourceKind.PORTAL,
        "https://www.bishan.gov.cn/",
    )
    assert (source.official, source.enabled, source.verified) == (True, True, "never")
    assert source.list_layout.likely == FAMILIES["trs"].list.likely
    assert source.article_layout.body_hint == FAMILIES["trs"].article.body_hint


def test_the_file_wins_over_its_family(tmp_path: Path) -> None:
    text = (
        FOUR_LINES.replace("trs", "jpaas")
        + '[list]\nitem = "li"\n[json]\nurl = "link"\n[article]\nbody = "#b"\n'
    )
    source = load_source(written(tmp_path, text))
    family = FAMILIES["jpaas"]
    assert (source.list_layout.item, source.list_layout.likely) == ("li", family.list.likely)
    assert (source.json_layout.url, source.json_layout.items) == (("link",), family.json.items)
    assert source.article_layout.body == "#b"


@pytest.mark.parametrize(
    ("lists", "family", "kind"),
    [
        ("http://a.example.gov.cn/x/", "plain", SourceKind.PORTAL),
        ("http://bbs.example.cn/forum.php?fid=2", "discuz", SourceKind.FORUM),
        ("http://example.cn/baogao/hb/", "repost", SourceKind.REPOST),
    ],
)
def test_the_kind_follows_from_host_or_family(
    tmp_path: Path, lists: str, family: str, kind: SourceKind
) -> None:
    path = written(tmp_path, f'name = "a"\nfamily = "{family}"\nlists = ["{lists}"]\n')
    assert load_source(path).kind is kind


@pytest.mark.parametrize("host", ["example.cn", "gov.cn.example.com", "www.notgov.cn"])
def test_a_host_that_is_not_under_gov_cn_is_no_portal_by_itself(tmp_path: Path, host: str) -> None:
    with pytest.raises(ConfigError, match="kind: is not there; add it"):
        load_source(written(tmp_path, f'name = "a"\nlists = ["http://{host}/a/"]\n'))


@pytest.mark.parametrize(
    ("wrong", "key", "remedy"),
    [
        (FOUR_LINES.replace('"trs"', '"wordpress"'), "family", "no such family; one of plain, trs"),
        (FOUR_LINES.replace('name = "璧山区人民政府"\n', ""), "name", "add it"),
        (FOUR_LINES + 'selector = "li"\n', "selector: there is no", "take it out, or mend its spelling"),
        (re.sub(r'name = ".*"', 'name = " "', FOUR_LINES), "name", "is empty; say what it is to be called"),
        (re.sub(r'name = ".*"', f'name = "{"x" * 101}"', FOUR_LINES), "name", "101 characters; 100"),
        (FOUR_LINES + '[[lists]]\nurl = "http://a.gov.cn/"\n', "as TOML", "[[lists]] are the same key"),
        (FOUR_LINES + 'name = "again"\n', "cannot be read as TOML", "a key is given once"),
        (FOUR_LINES + '[list]\n[list]\n', "cannot be read as TOML", "a key is given once"),
        (FOUR_LINES + 'enabled = True\n', "cannot be read as TOML", "yes and no are true and false"),
        (FOUR_LINES.replace("500120", "50012"), "region", "no division of that code"),
        (FOUR_LINES.replace("500120", "500199"), "region", "no division of that code"),
        (FOUR_LINES.replace("500120", "壁山区"), "region", "perhaps"),
        (FOUR_LINES.replace("500120", "鼓楼区"), "region", "320106 江苏省南京市鼓楼区"),
        (FOUR_LINES + '[list]\nitem = "td:eq(1)"\n', "list.item", "not a CSS selector"),
        (FOUR_LINES + '[article]\ndrop = ["a::text"]\n', "article.drop.0", "not a CSS selector"),
        (FOUR_LINES.replace("https://www.bishan", "www.bishan"), "lists.0.url", "begins with http"),
        (re.sub(r"lists.*", "lists = []", FOUR_LINES), "lists", "at least one is expected"),
        (re.sub(r"lists.*", 'lists = "https://a.gov.cn/"', FOUR_LINES), "lists", "a list is expected"),
        (re.sub(r"lists.*", "lists = [5]", FOUR_LINES), "lists.0", "a table is expected (found 5)"),
        (FOUR_LINES + 'interval = "0s"\n', "interval", "more than nothing"),
        (re.sub(r"lists.*", "", FOUR_LINES), "lists", "add it"),
        (re.sub(r"\[(.*)\]", r"[\1, \1]", FOUR_LINES), "lists", "listed twice"),
        (FOUR_LINES + 'slug = "other"\n', "slug", "call the file other.toml"),
        (FOUR_LINES + 'verified = "yesterday"\n', "verified:", 'such as "2026-02-01", or "never" (found'),
        (FOUR_LINES + 'kind = "local"\n', "kind", "gongbao import"),
        (FOUR_LINES + '[list]\nurl_pattern = "("\n', "list.url_pattern", "not a regular expression"),
        (FOUR_LINES + '[json]\nitems = "data"\n', "the file", "[json] is for lists in JSON"),
        (FOUR_LINES.replace('"trs"', '"json"') + '[json]\nurl = "u"\n', "the file", "items, url and"),
        (FOUR_LINES.replace('"trs"', '"sitemap"'), "the file", "url_pattern"),
        (FOUR_LINES.replace("lists", "#") + '[[lists]]\nurl = "http://a.gov.cn/"\npages = "index.html"\n',
         "lists.0.pages", "{page0}"),
        (FOUR_LINES.replace("lists", "#") + '[[lists]]\nurl = "http://a.gov.cn/"\npages = "index_{n}.html"\n',
         "lists.0.pages", "{n} is none of"),
        ('name = "', "cannot be read as TOML", ""),
        (FOUR_LINES + f"delay = {'9' * 5_000}", "cannot be read as TOML", "5000 digits"),
        (FOUR_LINES + f"note = {'[' * 9_000}", "cannot be read as TOML", "recursion"),
        (FOUR_LINES + "home = 5", "home", "text is expected (found 5)"),
        (FOUR_LINES.replace("lists", "#") + "[[lists]]\nurl = [1]", "lists.0.url", "text is expected"),
        (FOUR_LINES + f'interval = "{"9" * 30}d"', "interval", "longer than ten years"),
        (FOUR_LINES + 'recheck = "9999999d"', "recheck", "longer than ten years"),
        (FOUR_LINES + "delay = inf", "delay", "finite number"),
        (FOUR_LINES + f'[list]\nurl_pattern = "a{{{"9" * 12}}}"', "list.url_pattern", "not a regular"),
        (FOUR_LINES + f'[list]\nurl_pattern = "{"(" * 9_000}"', "list.url_pattern", "not a regular"),
        (FOUR_LINES.replace("cq-bishan", ""), "slug", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_key_and_remedy(
    tmp_path: Path, wrong: str, key: str, remedy: str
) -> None:
    path = written(tmp_path, wrong, "Bad Name" if key == "slug" and not remedy else "cq-bishan")
    with pytest.raises(ConfigError) as caught:
        load_source(path)
    said = str(caught.value)
    assert str(path) in said
    assert key in said
    assert remedy in said


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ("", "cq-bishan.toml: lists: is not there; add it. The keys"),
        ('lists = ["www.bishan.gov.cn/"]', "cq-bishan.toml: lists.0.url: an address begins with"),
        ('[[lists]]\nurl = "http://a.gov.cn/"\nkind = "x"', "cq-bishan.toml: lists.0.kind: one of"),
    ],
)
def test_what_follows_from_a_mistake_is_not_said(tmp_path: Path, lists: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)) as caught:
        load_source(written(tmp_path, re.sub(r"lists.*", lists, FOUR_LINES)))
    assert not re.search(r"\b(?:home|kind): is not there|at least one", str(caught.value))


@pytest.mark.parametrize("region", ['"璧山区"', '"重庆市璧山区"', '"Bishan"', "500120"])
def test_a_region_may_be_named_and_a_windows_editor_may_save_the_file(tmp_path: Path, region: str) -> None:
    path = written(tmp_path, "\ufeff" + FOUR_LINES.replace('"500120"', region))
    assert load_source(path).region == "500120"


def test_local_is_nobodys_slug(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="gongbao import"):
        load_source(written(tmp_path, FOUR_LINES, "local"))


def test_a_folder_without_a_source_that_is_on(tmp_path: Path) -> None:
    written(tmp_path, FOUR_LINES + "enabled = false\n")
    with pytest.raises(ConfigError, match="enabled = false"):
        enabled(load_sources(tmp_path))


# --- the catalogue -----------------------------------------------------------------------------

CATALOGUE = load_sources()


def test_slugs_and_lists_are_unique() -> None:
    assert len(CATALOGUE) == len(list(BUNDLED.glob("*.toml")))
    urls = [watched.url for source in CATALOGUE.values() for watched in source.lists]
    assert len(urls) == len(set(urls))


def test_the_files_of_the_catalogue() -> None:
    for slug, source in CATALOGUE.items():
        for region in (source.region, *(watched.region for watched in source.lists)):
            assert region is None or region_by_code(region) is not None, f"{slug}: no region {region}"
        known_by = source.note or all(watched.seen for watched in source.lists if watched.column)
        assert source.verified != "never" or known_by, f"{slug}: was never seen to work; say where it is from"
        if source.official:
            assert (host := source.home.split("/")[2]) == "gov.cn" or host.endswith(".gov.cn"), slug
            assert source.region is not None or not source.enabled, slug
        for watched in source.lists:
            assert source.paging_of(watched.url) is not None
            assert source.bounds_of(watched.url).longest.days <= 1
            assert (watched.column is None) == (not watched.seen), f"{slug}: {watched.url}"


def test_the_catalogue_has_the_country() -> None:
    portals = {source.region for source in CATALOGUE.values() if source.kind is SourceKind.PORTAL}
    provinces = {f"{code}0000" for code in (
        *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)
    )}  # fmt: skip
    assert len(provinces) == 31
    assert provinces <= portals
    assert "000000" in portals
    chongqing = {
        f"{code}"
        for code in (*range(500101, 500121), *range(500151, 500157), *range(500229, 500244))
        if region_by_code(str(code)) is not None
    }
    assert len(chongqing) == 38
    assert chongqing <= portals
    kinds = [source.kind for source in CATALOGUE.values()]
    assert kinds.count(SourceKind.REPOST) >= 2
    assert kinds.count(SourceKind.FORUM) >= 1


# Provincial capitals and cities at vice-provincial level.
CAPITALS = {
    *("130100", "140100", "150100", "210100", "220100", "230100", "320100", "330100", "340100", "350100"),
    *("360100", "370100", "410100", "420100", "430100", "440100", "450100", "460100", "510100", "520100"),
    *("530100", "540100", "610100", "620100", "630100", "640100", "650100"),
    *("210200", "330200", "350200", "370200", "440300"),
}


def test_the_catalogue_watches_columns_of_reports() -> None:
    found = {place.region.code: place for place in places(CATALOGUE, date(2026, 11, 1), {})}
    provinces = [place for place in found.values() if place.level == "province"]
    assert [place.region.name for place in provinces if not place.columns] == []
    assert [found[code].region.name for code in CAPITALS if not found[code].columns] == []
    by_level = {share.level: share for share in shares(CATALOGUE, date(2026, 11, 1), {})}
    assert by_level["city"].columns >= 53
    assert by_level["county"].columns >= 50


def test_reports_of_known_address_lie_under_watched_lists(shared: Path) -> None:
    """The addresses at which work reports of provinces stood in 2026."""
    watched = [watched.url for source in CATALOGUE.values() if source.enabled for watched in source.lists]
    with (shared / "data" / "report_columns.csv").open(encoding="utf-8") as lines:
        rows = [
            row
            for row in csv.DictReader(lines)
            if row["level"] == "province" and row["year_of_example"] == "2026" and row["example_article_url"]
        ]
    assert len(rows) >= 22
    found = {row["code"] for row in rows if any(_holds(url, row) for url in watched)}
    assert sorted({row["code"] for row in rows} - found) == []


def _holds(watched: str, row: dict[str, str]) -> bool:
    """The article lies in the watched list's folder or has its number (Hanweb), or the list is the very
    column that is known to hold it (some sites keep articles elsewhere)."""
    article, column, watched = (
        re.sub(r"^https?://(www\.)?", "", url)
        for url in (row["example_article_url"], row["column_url"], watched)
    )
    if (number := re.search(r"/col/col(\d+)/", watched)) and f"_{number[1]}_" in article:
        return True
    column = re.sub(r"/gkmlpt/index#(\d+)$", r"/gkmlpt/api/all/\1?page=1&sid=2", column)
    return watched == column or article.startswith(watched.split("?")[0].rpartition("/")[0] + "/")


def test_a_home_page_that_stands_for_a_column_is_off() -> None:
    for source in CATALOGUE.values():
        if any(watched.url == source.home for watched in source.lists):
            assert not source.enabled, source.slug


def test_the_documentation_has_every_family_and_its_examples_load(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / "sources.md").read_text(encoding="utf-8")
    table = text.split("### Families")[1].split("###")[0]
    assert set(FAMILIES) <= set(re.findall(r"`([a-z0-9]+)`", table))
    four, whole, keys, post, expect = re.findall(r"```toml\n(.*?)```", text, re.S)
    assert load_source(written(tmp_path, four + expect)).expected.items == 5
    assert load_source(written(tmp_path, four)).family == "trs"
    assert load_source(written(tmp_path, whole, "my-county")).lists[0].pages == "index_{page0}.html"
    source = load_source(written(tmp_path, four.replace('family = "trs"', "") + keys))
    assert source.json_layout.url == ("selfUrl", "/detail?id={id}")
    posted = re.sub(r"(?m)^lists = .*$", "", four) + post
    assert load_source(written(tmp_path, posted)).lists[0].post_for(2) is not None

"""Which place a text speaks of: divisions by code, and the division that a title or an issuer names. Pure.

The rows are GB/T 2260 (regions.csv: code,name,level,parent) and, in names.csv, former names and places
that have no code: abolished districts, national new areas. changes.csv says of divisions that were made or
abolished lately from when to when they stand, and what follows them: a report of 渝北区 of 2023 stays one of
渝北区. Which of a page's texts to ask, and whom to believe, is identity/place.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

from ingest.model import Region

NATION = Region("000000", "全国", ("全国",))
"""The whole country, for reports of the State Council (国务院); GB/T 2260 itself has no row for it."""

# Levels that GB/T 2260 needs for its numbering and nobody lives in.
_PSEUDO = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
# Names that are common nouns as well: only right behind their city.
_COMMON = frozenset({"城区", "郊区", "矿区", "老城区", "新城区"})
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|"
    "赫哲|门巴|珞巴|基诺|各"
)
# 水 of 彭水 is no people: few may stand without 族.
_AUTONOMOUS = re.compile(
    rf"(?P<stem>[一-鿿]{{2,8}}?)族?(?:(?:{_PEOPLES})族|蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯){{0,8}}自治(?P<suffix>[州县旗区])"
)
# 科尔沁右翼前旗 is 科右前旗 for short, 喀喇沁左翼蒙古族自治县 喀左县, 苏尼特右旗 苏右旗.
_WINGED = re.compile(r"([一-鿿])[一-鿿]{1,5}([左右])(?:翼([前中后]?))?([旗县])")
_SUFFIXES = ("地区", "新区", "林区", "特区", "省", "市", "区", "县", "旗", "盟")
_ZONE_FORMS = (
    ("高新技术产业开发区", "高新技术产业开发区|高新技术开发区|高新技术产业园区|高新开发区|高新区"),
    ("经济技术开发区", "经济技术开发区|经开区"),
    ("经济开发区", "经济开发区"),
    ("保税区", "综合保税区|保税港区|保税区"),
    ("工业园区", "工业园区"),
    ("", "旅游度假区|国际旅游岛先行试验区|生态新城|自由贸易试验区|临空经济区|示范区|管理区|新区|开发区"),
)
_ZONE_TYPE = re.compile("|".join(f"(?P<z{n}>{forms})" for n, (_, forms) in enumerate(_ZONE_FORMS)))
# A zone is a subject only where it acts: its committee, its report, its year.
_ZONE = re.compile(
    rf"([一-鿿]{{0,8}}?)({'|'.join(forms for _, forms in _ZONE_FORMS)})"
    r"(?=党工委|管理委员会|管委会|人民政府|政府|\(?(?:19|20)\d\d年?|工作报告|国民经济|第|$|[^一-鿿])"
)
_TOWN = re.compile(
    r"([一-鿿]{1,8}?(?:镇|乡|街道|苏木))(?=人民政府|政府|办事处|党工委|\(?(?:19|20)\d\d年|第[一二三四五六七八九十])"
)
_TOWN_ALONE = re.compile(
    r"(?:^|[在于日年:—-])(?P<name>[一-鿿]{1,6}?(?:镇|乡|苏木|街道))(?=人民政府|政府|办事处|第[一二三四五六七八九十\d]+届|\(?(?:19|20)\d\d年)"
)
_ZONE_ALONE = re.compile(
    rf"^(?P<name>[一-鿿]{{0,6}}?(?:{'|'.join(forms for _, forms in _ZONE_FORMS[:-1])}|新区|开发区))"
    r"(?=党工委|管理委员会|管委会|人民政府|政府|\(?(?:19|20)\d\d年|工作报告)"
)
_MANY_TOWNS = re.compile(r"^[各全]|[乡城]镇$|[乡镇]街道$")
# Between two names of one chain: brackets, dashes, a year ("(保定)2024年徐水区").
_GAP = re.compile(r"[\W_]*+(?:(?:19|20)\d\d年度?[\W_]*+)?")
_AFTER_STEM = re.compile(
    r"$|[^一-鿿]|人民|人大|政府|行署|国民经济|经济社会|工作|财政|预算|两会|第[一二三四五六七八九十]"
    rf"|(?:{'|'.join(forms for _, forms in _ZONE_FORMS[:-1])})(?:党工委|管理委员会|管委会)"
)
# A company speaks so as well: 阿里发布最强AI芯片.
_SPEAKS = re.compile(r"发布|召开|举行|公布|出台")
_GOVERNS = re.compile(r"政府|人大|人民代表|两会|国民经济|预算|行署")
_OF_THE_STATE = re.compile("国务院|全国人民代表大会|全国人大|中华人民共和国国民经济|国家发展(?:和|与)?改革委")
_ANOTHER_NAME = frozenset("县区旗州盟")  # behind a bare stem: then the name is longer, and another
_OFTEN = 3  # times: what a text says of itself, and how much oftener than of any other
_HAN = re.compile(r"[一-鿿]")
_BOUNDARY = frozenset("在于是为和与及对由向自从据至受的省市州盟区城年月日读")


@dataclass(frozen=True, slots=True)
class Change:
    """From when (included) to when (not included) a division stands, and the code of what follows it."""

    since: date | None
    until: date | None
    successor: str | None


@dataclass(frozen=True, slots=True)
class _Row:
    key: str  # the code, or "parent+name" for a place without one
    name: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    keys: tuple[str, ...]
    full: bool  # a name with its suffix (沙坪坝区), not the bare stem (沙坪坝)


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    rows: dict[str, _Row]
    full: dict[str, tuple[str, ...]]
    short: dict[str, tuple[str, ...]]
    heads: dict[str, tuple[str, ...]]  # first two characters -> names that start so, longest first
    begins: re.Pattern[str]  # a first character before a second: most places of a text are passed at once


def _stem(name: str) -> tuple[str, str]:
    """`("石柱", "县")` for 石柱土家族自治县, `("沙坪坝", "区")`; the stem is "" where there is none."""
    if "自治" in name and (match := _AUTONOMOUS.fullmatch(name)):
        return match["stem"], match["suffix"]
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return name[: -len(suffix)], suffix
    return "", ""


def _lines(name: str) -> Iterator[list[str]]:
    once: dict[str, str] = {}  # a code stands in many lines, a level in thousands
    with files("ingest.regions").joinpath(name).open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            yield [once.setdefault(part, part) for part in line.rstrip("\n").split(",")]


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    rows: dict[str, _Row] = {}
    full: dict[str, tuple[str, ...]] = {}
    short: dict[str, tuple[str, ...]] = {}
    formers: list[tuple[str, str]] = []
    for code, name, level, parent in _lines("regions.csv"):
        rows[code] = _Row(code, name, level, parent)
        # 620201 嘉峪关市 only numbers the ground of 620200 嘉峪关市.
        if name in _PSEUDO or (parent and rows[parent].name == name):
            continue
        alone = (code,)  # for most names it is the one
        full[name] = full.get(name, ()) + alone
        stem, suffix = _stem(name)
        if len(stem) < 2:
            continue
        short[stem] = short.get(stem, ()) + alone
        if stem + suffix != name and suffix in "州县旗":
            full[stem + suffix] = full.get(stem + suffix, ()) + alone  # 石柱县, 凉山州
        if winged := _WINGED.fullmatch(stem + suffix):
            other = "".join(part or "" for part in winged.groups())
            full[other] = full.get(other, ()) + alone
        elif level == "county" and suffix in ("区", "市"):
            formers.extend((stem + old, code) for old in ("县", "市") if old != suffix)
        elif level == "city" and suffix == "市":
            formers.append((stem + "地区", code))  # 宜宾地区 was made 宜宾市
    taken = set(full)
    for name, code in formers:  # 徐水县 was made 徐水区
        if name not in taken:
            full[name] = (*full.get(name, ()), code)
    listed: set[str] = set()
    for name, code, parent, official in _lines("names.csv"):
        key = code
        if not code:
            key = f"{parent}+{official or name}"
            rows.setdefault(key, _Row(key, official or name, "zone", parent))
            if official:
                full.setdefault(official, (key,))
        # 东乡县 is in two lines; 双桥区 was one of 重庆市 and is one of 承德市.
        others = [
            k
            for k in full.get(name, ())
            if name in listed or (not code and rows[k].name == name and k[4] != "7")
        ]
        full[name] = (*others, key)
        listed.add(name)
    heads: dict[str, tuple[str, ...]] = {}
    for name in sorted({*full, *short}, key=len, reverse=True):
        heads[name[:2]] = (*heads.get(name[:2], ()), name)
    firsts, seconds = ("".join(sorted({head[at] for head in heads})) for at in (0, 1))
    return _Gazetteer(rows, full, short, heads, re.compile(f"[{firsts}](?=[{seconds}])"))


def _real_parent(key: str) -> str:
    rows = _gazetteer().rows
    parent = rows[key].parent
    while parent and rows[parent].name in _PSEUDO:
        parent = rows[parent].parent
    return parent


@lru_cache(maxsize=4096)
def region_by_code(code: str) -> Region | None:
    """The division with this GB/T 2260 code, or the zone with this `Region.key`; None if there is none.

    `path` and `parent_code` leave out the levels nobody lives in: 500106 is ("重庆市", "沙坪坝区").
    """
    if code == NATION.code:
        return NATION
    row = _gazetteer().rows.get(code)
    if row is None or row.name in _PSEUDO:
        return None
    path, parent = [row.name], _real_parent(code)
    above = parent
    while above:
        path.insert(0, _gazetteer().rows[above].name)
        above = _real_parent(above)
    return Region(None if "+" in code else code, row.name, tuple(path), parent or None)


def namesakes(name: str) -> tuple[Region, ...]:
    """All divisions of that name, by code: 鼓楼区 is one of 南京, 徐州, 福州 and 开封."""
    known = _gazetteer()
    keys = known.full.get(name) or known.short.get(name) or ()
    return tuple(region for key in sorted(keys) if (region := region_by_code(key)) is not None)


def known_names() -> tuple[str, ...]:
    """Every name and former name of a division, in full (沙坪坝区, 徐水县)."""
    return tuple(_gazetteer().full)


def short_names(name: str) -> tuple[str, ...]:
    """What stands for a division in front of what lies in it: 凉山彝族自治州 -> 凉山州, 凉山."""
    stem, suffix = _stem(name)
    return (stem + suffix, stem) if len(stem) > 1 else ()


@lru_cache(maxsize=1)
def _changes() -> dict[str, Change]:
    return {
        code: Change(_day(since), _day(until), successor or None)
        for code, since, until, successor in _lines("changes.csv")
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def change_of(code: str) -> Change | None:
    """What changes.csv says of a division; None where it stands as it has for long."""
    return _changes().get(code)


def stands(code: str, on: date) -> bool:
    """Whether the division stands on that day."""
    change = change_of(code)
    if change is None:
        return True
    return (change.since is None or change.since <= on) and (change.until is None or on < change.until)


_NO_COUNTY = frozenset({"460323", "632857"})  # 中沙群岛的岛礁及其海域, 大柴旦行政委员会


@lru_cache(maxsize=32)
def divisions(level: str, on: date) -> tuple[Region, ...]:
    """The divisions of a level (province, city, county) that have a government on that day, by code.

    Left out are levels that only number (市辖区), a city's own ground under a second code, and what
    statistics keep as counties and the Ministry of Civil Affairs does not count as such: zones in codes with
    a 7 (130171), the managed areas of 大兴安岭 with a 6, a reef, an administrative committee.
    """
    rows = _gazetteer().rows
    found = []
    for code, row in sorted(rows.items()):
        doubled = row.parent in rows and rows[row.parent].name == row.name
        zone = level == "county" and (is_zone(code) or code[4] == "6" or code in _NO_COUNTY)
        if row.level != level or row.name in _PSEUDO or doubled or zone or not stands(code, on):
            continue
        if region := region_by_code(code):
            found.append(region)
    return tuple(found)


def is_zone(code: str) -> bool:
    """Whether a code is that of a development zone, which statistics keep as a county."""
    return code[4:5] == "7"


def level_of(key: str) -> str | None:
    """nation, province, city, county; None for a zone, a town and whatever else has no code."""
    if key == NATION.code:
        return "nation"
    row = _gazetteer().rows.get(key)
    return row.level if row is not None and "+" not in key else None


def is_within(code: str, ancestor_code: str) -> bool:
    """Whether a division is `ancestor_code` itself or lies in it, by the parent chain of GB/T 2260.

    `code` may be the `Region.key` of a place without a code ("500000+重庆高新…"): its parent counts.
    """
    return ancestor_code == NATION.code or ancestor_code in holders(code)


def holders(key: str) -> tuple[str, ...]:
    """The `Region.key` itself and the codes of all that it lies in, outwards, without the nation."""
    rows = _gazetteer().rows
    found = [key]
    above = key.partition("+")[0] if "+" in key else (rows[key].parent if key in rows else "")
    while above:
        found.append(above)
        above = rows[above].parent if above in rows else ""
    return tuple(found)


def regions_above(region: Region) -> tuple[Region, ...]:
    """What it lies in, the nation first, without the levels nobody lives in; none for the nation."""
    if region.code == NATION.code:
        return ()
    above = (region_by_code(key) for key in reversed(holders(region.key)[1:]))
    return (NATION, *(one for one in above if one is not None))


def _mentions(text: str) -> list[_Mention]:
    """All names of divisions in a text, longest first at each place; linear in its length."""
    known = _gazetteer()
    found: list[_Mention] = []
    free = 0  # where the name before has ended
    for begun in known.begins.finditer(text):
        at = begun.start()
        for name in known.heads.get(text[at : at + 2], ()) if at >= free else ():
            if text.startswith(name, at) and _stands(text, at, name, found):
                keys = known.full.get(name)
                if keys is None and text[at + len(name) : at + len(name) + 1] in _ANOTHER_NAME:
                    continue  # 九江县 is not 九江
                free = at + len(name)
                found.append(_Mention(at, free, keys or known.short[name], keys is not None))
                break
    return found


def _stands(text: str, at: int, name: str, before: list[_Mention]) -> bool:
    """Whether a name stands as a word: 建成县城 holds no 成县, 老城区 no 城区."""
    behind_parent = bool(before) and before[-1].end == at
    if behind_parent or at == 0 or not _HAN.match(text[at - 1]):
        return behind_parent or name not in _COMMON
    if name in _COMMON:
        return False
    return len(name) > 2 or text[at - 1] in _BOUNDARY


def _pick(keys: tuple[str, ...], full: bool, context: frozenset[str]) -> str | None:
    """The one division that a name can mean here, or None. `context`: keys that the surroundings name."""
    if full and len(keys) == 1:
        return keys[0]
    rows = _gazetteer().rows
    inside = [key for key in keys if any(is_within(key, near) for near in context)]
    if len(inside) == 1:
        return inside[0]
    if full:
        return None
    for level in ("province", "city"):
        at_level = [key for key in keys if rows[key].level == level]
        if at_level:
            return at_level[0] if len(at_level) == 1 else None
    return None


def _stem_stands(text: str, mention: _Mention, key: str, following: int | None) -> bool:
    """Whether the bare stem of a city or a county is a name here: 沙坪坝政府, not 和平发展, 中山大学.
    `following`: where the next name begins."""
    if _gazetteer().rows[key].level == "province":
        return True
    if following == mention.end or _AFTER_STEM.match(text, mention.end) or _ZONE.match(text, mention.end):
        return True
    return _SPEAKS.match(text, mention.end) is not None and _GOVERNS.search(text) is not None


def _sure(mentions: list[_Mention]) -> set[str]:
    """What full, unambiguous names say, and short names of provinces."""
    rows = _gazetteer().rows
    sure = {m.keys[0] for m in mentions if m.full and len(m.keys) == 1}
    for mention in mentions:
        if not mention.full:
            sure.update(key for key in mention.keys if rows[key].level in ("province", "city"))
    return sure


@lru_cache(maxsize=4)
def _surely_named(context: str) -> frozenset[str]:
    """Kept for a moment: one context for all the texts of a document."""
    return frozenset(_sure(_mentions(context)))


def find_region(text: str, *, within: str | None = None, context: str = "") -> Region | None:
    """The place that a title, an issuer, a congress or a speaker's line names; None if none, or in doubt.

    The first chain of names counts, at its deepest: 重庆市沙坪坝区 is 沙坪坝区. `within` (a code, or a key)
    and the names in `context` decide between namesakes (鼓楼区) and let a bare stem (沙坪坝) stand. A town,
    or a development zone without a code, comes as `Region(None, name, path, parent_code)`.
    """
    mentions = _mentions(text)
    around = _sure(mentions) | _surely_named(context) if mentions else set()
    if within is not None:
        around.add(within)
    surroundings = frozenset(around)
    head: str | None = None
    last: _Mention | None = None
    for at, mention in enumerate(mentions):
        if head is None or last is None:
            head = _pick(mention.keys, mention.full, surroundings)
            following = mentions[at + 1].start if at + 1 < len(mentions) else None
            if head and not mention.full and not _stem_stands(text, mention, head, following):
                head = None
            if head is not None:
                last = mention
            elif mention.full:
                return None
            continue
        if not _GAP.fullmatch(text, last.end, mention.start):
            break
        deeper = [key for key in mention.keys if is_within(key, head)]
        if len(deeper) != 1:
            if (
                mention.full
                and mention.start == last.end
                and not any(is_within(head, k) for k in mention.keys)
            ):
                return None  # 保定市朝阳区: no such place; better none than the city
            break
        head, last = deeper[0], mention
    if head is None or last is None:
        return NATION if _OF_THE_STATE.search(text) else None
    return _below(text, head, last) or region_by_code(head)


def first_named(text: str) -> tuple[str, ...]:
    """The divisions, by code, that the first full name in a text can mean; () where none is there."""
    return next((mention.keys for mention in _mentions(text) if mention.full), ())


def most_named(text: str, suffix: str) -> Region | None:
    """The division with such a name (省, 自治区, 县 …) that a text names again and again, and hardly another:
    a report of 省人民政府 that never says which, says 江西 forty times. None where that is not clear."""
    rows = _gazetteer().rows
    counts: Counter[str] = Counter()
    if suffix in ("省", "自治区"):  # few, and called by their stems: 出彩河南
        for key, row in rows.items():
            if row.level == "province" and row.name.endswith(suffix):
                counts[key] = text.count(_stem(row.name)[0])
    else:
        for m in _mentions(text):
            if m.full and len(m.keys) == 1 and rows[m.keys[0]].name.endswith(suffix):
                counts[m.keys[0]] += 1
    best = counts.most_common(2)
    if not best or best[0][1] < _OFTEN or (len(best) > 1 and best[1][1] * _OFTEN > best[0][1]):
        return None
    return region_by_code(best[0][0])


def _below(text: str, head: str, last: _Mention) -> Region | None:
    """The town or the zone right behind a name, if there is one."""
    holder = region_by_code(head)
    if holder is None:
        return None
    if (zone := _ZONE.match(text, last.end)) and not zone[1].endswith("区"):
        kind = _ZONE_TYPE.fullmatch(zone[2])
        official = next((full for n, (full, _) in enumerate(_ZONE_FORMS) if kind and kind[f"z{n}"]), "")
        name = (_stem(holder.name)[0] or holder.name) + zone[1] + (official or zone[2])
        for coded in _gazetteer().full.get(name, ()):
            if is_within(coded, head):
                return region_by_code(coded)
        return Region(None, name, (*holder.path, name), head.partition("+")[0])
    if town := _TOWN.match(text, last.end):
        return Region(None, town[1], (*holder.path, town[1]), head.partition("+")[0])
    return None


def local_in(text: str) -> str | None:
    """The town or the development zone that a text names with no division before it, and the word behind it
    that shows it acts: 静观镇人民政府, 高新区管委会; else None."""
    known = _gazetteer()
    for pattern in (_TOWN_ALONE, _ZONE_ALONE):
        for match in pattern.finditer(text):
            name = match["name"]
            if len(name) < 3 or _MANY_TOWNS.search(name) or name in known.full or name in known.short:
                continue  # 景德镇 is a city
            if not any(mention.full for mention in _mentions(name)):
                return name + ("人民政府" if pattern is _TOWN_ALONE else "管委会")
    return None

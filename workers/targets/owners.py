"""Whose figure is it: the reporting region's, or another's (重庆经开区 inside 南岸区, 全国, 全省). Pure."""

from __future__ import annotations

import re

from ingest.model import Region
from ingest.regions.gazetteer import find_region

_ALWAYS_OTHERS = frozenset({"全国", "全球", "国家", "上级", "我国", "中心城区", "主城区"})
_PLACE = re.compile(
    r"(?:经开区|开发区|高新区|新区|园区|产业园|工业园|示范区|综保区|保税区|自贸区|自贸试验区|片区|科学城|新城|[一-龥]{2}[县市区旗州盟]|[一-龥]{2}[镇乡]|街道|集团|公司)$"
)
_ZONE_FIRST = re.compile("[一-龥]{0,8}?(?:经开区|开发区|高新区|新区|园区|综保区|保税区|自贸区)(?=[一-龥])")
_ZONE_LAST = re.compile("(?:经开区|开发区|高新区|新区|园区|综保区|保税区|自贸区|集团|公司)$")
_SHORT = (("高新技术产业开发区", "高新区"), ("经济技术开发区", "经开区"), ("经济开发区", "经开区"))


def _short_names(name: str) -> set[str]:
    names = {name}
    for long, short in _SHORT:
        if name.endswith(long):
            names.add(name.removesuffix(long) + short)
    return names


class Owners:
    """Tells from the words in front of an indicator whether the figure belongs to somebody else."""

    def __init__(self, region: Region | None) -> None:
        self._own = () if region is None else tuple(_short_names(region.name))
        self._others = set(_ALWAYS_OTHERS)
        if region is None:
            return
        code = region.code or ""
        if region.code is None or not code.endswith("00"):
            self._others |= {"全省", "我省", "本省", "省里"}
            if not region.name.endswith("市"):
                self._others |= {"全市", "我市", "本市", "市里"}
        elif not code.endswith("0000"):
            self._others |= {"全省", "我省", "本省", "省里"}

    @property
    def known(self) -> bool:
        """Is it known which region reports?"""
        return bool(self._own)

    def is_foreign(self, prefix: str, owner: str) -> bool:
        """`prefix`: the unknown text in front of the indicator; `owner`: 全省, 全市 … if one stands there."""
        if owner in self._others:
            return True
        return bool(prefix) and not self.is_own(prefix) and _PLACE.search(prefix) is not None

    def acts_for_itself(self, name: str) -> bool:
        """经开区|实现…, 两江新区|完成…: is the noun before a verb a zone or a place that does not report?"""
        if self.is_own(name):
            return False
        if _ZONE_LAST.search(name):
            return True
        region = find_region(name)
        return region is not None and name.endswith(region.name)

    def names_another(self, noun: str) -> bool:
        """开发区营业收入: does a noun outside the vocabulary begin with a zone that does not report?"""
        match = _ZONE_FIRST.match(noun)
        return match is not None and not self.is_own(match[0])

    def is_own(self, prefix: str) -> bool:
        """Is the text in front of an indicator the region's own name, as a whole or at its end?"""
        if prefix.endswith(self._own):
            return True
        return len(prefix) > 1 and any(name.startswith(prefix) for name in self._own)

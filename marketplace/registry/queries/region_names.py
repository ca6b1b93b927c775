"""Recognising a place from what people write: full strings, short names, 市本级."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from marketplace.registry.states import RegionLevel

_PEOPLES = [
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
    "各",
]
# Some names say 族 and some do not; a single character without it would eat into the place's own name.
_PEOPLE = "|".join(sorted((f"{p}族" + ("?" if len(p) > 1 else "") for p in _PEOPLES), key=len, reverse=True))
_AUTONOMOUS = re.compile(rf"^(.+?)(?:{_PEOPLE})+自治(州|县|旗)$")
_PLAIN_AUTONOMOUS = re.compile(r"^(.+?)族?自治(州|县|旗)$")
_PROVINCE_TAIL = re.compile(r"(?:壮族|回族|维吾尔)?(?:特别行政区|自治区|省|市)$")
_TAIL = re.compile(r"(?:地区|林区|特区|新区|自治州|自治县|自治旗|市|区|县|州|盟|旗)$")
_SELF = re.compile(r"^(?:市|州|省|县|区|盟|地区)?(?:本级|直属|直)$")
_RANK = {RegionLevel.PROVINCE: 0, RegionLevel.CITY: 1, RegionLevel.COUNTY: 2}


@dataclass(frozen=True, slots=True)
class Place:
    """One region as the index knows it; ``within`` are the codes above it and its own."""

    code: str
    name: str
    level: str
    within: frozenset[str]


def full_forms(name: str, level: str) -> set[str]:
    """Forms that cannot be mistaken for something else: 楚雄彝族自治州, 楚雄州."""
    forms = {name}
    match = _AUTONOMOUS.match(name) or _PLAIN_AUTONOMOUS.match(name)
    if match and level != RegionLevel.PROVINCE:
        forms.add(match[1] + match[2])
    return forms


def short_forms(name: str, level: str) -> set[str]:
    """Forms without their class word, two characters at least: 宜昌, 内蒙古, 楚雄."""
    if level == RegionLevel.PROVINCE:
        return {_PROVINCE_TAIL.sub("", name)}
    shorts = {_TAIL.sub("", form) for form in full_forms(name, level)}
    match = _AUTONOMOUS.match(name)
    if match:
        shorts.add(match[1])
    return {short for short in shorts if len(short) >= 2} - {name}


@dataclass
class NameIndex:
    """All forms of all names; built once from the table, then pure look-ups."""

    full: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    short: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    longest: int = 0

    @classmethod
    def build(cls, places: Iterable[Place]) -> "NameIndex":
        """Index every form of every place."""
        index = cls()
        for place in places:
            for form in full_forms(place.name, place.level):
                index.full[form].append(place)
            for form in short_forms(place.name, place.level):
                index.short[form].append(place)
        index.longest = max(map(len, [*index.full, *index.short]), default=0)
        return index

    def find(self, text: str) -> str | None:
        """The code of the deepest place that ``text`` begins with; None when unknown or ambiguous."""
        text = re.sub(r"[\s·・,,、/>\-—]+", "", unicodedata.normalize("NFKC", text))
        found = self._walk(text, None)
        return found.code if found else None

    def _walk(self, text: str, under: Place | None) -> Place | None:
        text = text.removeprefix("市辖区")
        if under and (not text or _SELF.match(text)):
            return under
        for size in range(min(self.longest, len(text)), 1, -1):
            head, rest = text[:size], text[size:]
            for forms, sure in ((self.full, True), (self.short, False)):
                place = _one(forms.get(head, ()), under)
                deeper = self._walk(rest, place) if place else None
                if deeper and (sure or deeper is not place or not rest or _SELF.match(rest)):
                    return deeper
        # 湖北省宜昌市高新区, 晋城市人民政府: what was sure so far stands.
        return under


def _one(places: Iterable[Place], under: Place | None) -> Place | None:
    """The only match below ``under``, or the only one of the highest level."""
    fit = [
        place
        for place in places
        if under is None or (under.code in place.within and place.code != under.code)
    ]
    if not fit:
        return None
    top = min(_RANK[RegionLevel(place.level)] for place in fit)
    best = [place for place in fit if _RANK[RegionLevel(place.level)] == top]
    return best[0] if len(best) == 1 else None

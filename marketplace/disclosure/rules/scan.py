"""Looking for words and personal data that must not become public by mistake.

个人信息保护法 10 and 28: identity and account numbers are sensitive; a mobile number is
personal unless the notice publishes it as its contact.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.disclosure.states import ScanRule
from marketplace.kernel.codes import CodeError, check_bank_card, check_id_number

_WORDS = Path(__file__).resolve().parent.parent / "data" / "words.tsv"
_EDGE = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_ID = re.compile(rf"{_EDGE}\d{{6}}[ -]?\d{{8}}[ -]?\d{{3}}[\dXx]{_END}")
_MOBILE = re.compile(rf"{_EDGE}(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}){_END}")
_CARD = re.compile(rf"{_EDGE}\d{{4}}(?:[ -]?\d{{4}}){{2,3}}(?:[ -]?\d{{1,4}})?{_END}")
_CARD_WORD = re.compile(r"银行卡|储蓄卡|借记卡|信用卡|卡号|银联|账号|帐号|账户|帐户|開戶|賬號|賬戶")
_NEAR = 24


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding; ``excerpt`` is masked, ``position`` counts characters of the scanned text."""

    rule: ScanRule
    excerpt: str
    position: int


@cache
def _words() -> tuple[tuple[str, str], ...]:
    with _WORDS.open(encoding="utf-8", newline="") as lines:
        return tuple((row["word"], row["law"]) for row in csv.DictReader(lines, delimiter="\t"))


def _digits(text: str) -> str:
    return re.sub(r"[ -]", "", text).upper()


def _passes(check: Callable[[str], str], number: str) -> bool:
    try:
        check(number)
    except CodeError:
        return False
    return True


def mask(number: str) -> str:
    """The first three and last two characters; the rest is starred."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def _ids(text: str) -> Iterator[Hit]:
    for match in _ID.finditer(text):
        number = _digits(match.group())
        if _passes(check_id_number, number):
            yield Hit(ScanRule.ID_NUMBER, mask(number), match.start())


def _mobiles(text: str, public: frozenset[str]) -> Iterator[Hit]:
    for match in _MOBILE.finditer(text):
        number = _digits(match.group(1))
        if number not in public:
            yield Hit(ScanRule.MOBILE, mask(number), match.start())


def _cards(text: str) -> Iterator[Hit]:
    for match in _CARD.finditer(text):
        number = _digits(match.group())
        beside = (
            text[max(0, match.start() - _NEAR) : match.start()] + text[match.end() : match.end() + _NEAR // 2]
        )
        if _CARD_WORD.search(beside) and _passes(check_bank_card, number):
            yield Hit(ScanRule.BANK_CARD, mask(number), match.start())


def _sensitive(text: str) -> Iterator[Hit]:
    bare = re.sub(r"\s", "", text)
    for word, law in _words():
        place = bare.find(word)
        if place >= 0:
            yield Hit(ScanRule.WORD, f"{word}（{law}）", place)


def scan(text: str, *, public_phones: Iterable[str] = ()) -> list[Hit]:
    """Every finding in ``text``, each number once; full-width digits count as digits.

    ``public_phones`` are the contact numbers that the notice must publish: they are no hits.
    """
    folded = unicodedata.normalize("NFKC", text)
    phones = frozenset(_digits(unicodedata.normalize("NFKC", phone)) for phone in public_phones)
    found = [*_ids(folded), *_mobiles(folded, phones), *_cards(folded), *_sensitive(folded)]
    once = {(hit.rule, hit.excerpt): hit for hit in reversed(found)}
    return sorted(once.values(), key=lambda hit: hit.position)

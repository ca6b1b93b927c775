"""The English catalogue: complete, nothing stale, compiled from what is written, same placeholders."""

import gettext
import re

import pytest
from babel.messages.mofile import read_mo

from tests.frontend import catalogue

CATALOGUE = catalogue.load()
USED = catalogue.used()


def first(msgid: str | tuple[str, ...] | list[str]) -> str:
    """The singular of a msgid."""
    return msgid if isinstance(msgid, str) else msgid[0]


def plain(string: str | tuple[str, ...] | list[str]) -> list[str]:
    """One translation or its plural forms, as a list."""
    return [string] if isinstance(string, str) else list(string)


def keys() -> set[str]:
    return {first(msgid) for msgid in USED}


def test_every_msgid_in_use_has_an_english_translation() -> None:
    missing = [key for key in sorted(keys()) if not (CATALOGUE.get(key) and CATALOGUE.get(key).string)]
    assert not missing, f"run python -m tests.frontend.catalogue and translate: {missing[:20]}"


def test_nothing_stale() -> None:
    listed = {first(m.id) for m in CATALOGUE if m.id}
    assert not listed - keys()


def test_the_compiled_file_matches() -> None:
    with catalogue.PO.with_suffix(".mo").open("rb") as file:
        compiled = {first(m.id): plain(m.string) for m in read_mo(file) if m.id}
    assert compiled == {first(m.id): plain(m.string) for m in CATALOGUE if m.id and m.string}


def test_it_loads_as_django_loads_it() -> None:
    with catalogue.PO.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("交易公告") != "交易公告"


@pytest.mark.parametrize("pattern", [r"%\(\w+\)s", r"%[sd]", r"\{\w*\}"])
def test_placeholders_survive(pattern: str) -> None:
    for message in CATALOGUE:
        if not message.id or not message.string:
            continue
        source = first(message.id)
        strings = [message.string] if isinstance(message.string, str) else message.string
        for string in strings:
            assert set(re.findall(pattern, source)) == set(re.findall(pattern, string)), source


def test_english_is_english() -> None:
    for message in CATALOGUE:
        strings = [message.string] if isinstance(message.string, str) else message.string
        for string in strings:
            assert not message.id or not re.search(r"[，。；：、！？]", string), string

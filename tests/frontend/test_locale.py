"""The English catalogue: complete, nothing stale, compiled from what is written, same placeholders."""

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from django.utils import translation

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


@pytest.mark.parametrize("path", [catalogue.PO, catalogue.FILLED_IN], ids=["en", "zh_Hans"])
def test_the_compiled_file_matches(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {first(m.id): plain(m.string) for m in read_mo(file) if m.id}
    assert compiled == {first(m.id): plain(m.string) for m in catalogue.load(path) if m.id and m.string}


def test_what_the_framework_leaves_in_english_is_chinese() -> None:
    with translation.override("zh-hans"):
        said = str(translation.gettext("Your pages and snippets in a workflow"))
    assert catalogue.CHINESE.search(said)


def test_it_loads_as_django_loads_it() -> None:
    with catalogue.PO.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("交易公告") != "交易公告"


@pytest.mark.parametrize("path", [catalogue.PO, catalogue.FILLED_IN], ids=["en", "zh_Hans"])
@pytest.mark.parametrize("pattern", [r"%\(\w+\)[sd]", r"%[sd]", r"\{\w*\}", r"</?\w+"])
def test_placeholders_and_tags_survive(path: Path, pattern: str) -> None:
    for message in catalogue.load(path):
        if not message.id or not message.string:
            continue
        source = message.id if isinstance(message.id, str) else message.id[1]
        for string in plain(message.string):
            assert set(re.findall(pattern, source)) == set(re.findall(pattern, string)), source


def test_english_is_english() -> None:
    for message in CATALOGUE:
        strings = [message.string] if isinstance(message.string, str) else message.string
        for string in strings:
            assert not message.id or not re.search(r"[，。；：、！？]", string), string

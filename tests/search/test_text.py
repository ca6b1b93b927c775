"""Text analysis: the same tokens for both engines, substring after normalisation as the oracle."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import text
from search.text import Phrase, fold, index_tokens, normalise, phrase


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("醫療設備", "医疗设备"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("《关于“五险”的通知》", "关于 五险 的通知"),
        ("中标价为5000元。", "中标价为 5000 元"),
        ("XSA070002-202402-01(2)", "xsa070002 202402 01 2"),
        ("①號標段", "1 号标段"),
        ("  \n——!!", ""),
        ("后面\x00\ud800后", "后面 后"),
    ],
)
def test_normal_form(given_text: str, expected: str) -> None:
    assert normalise(given_text) == expected


def test_one_run_gives_bigrams_and_its_last_character() -> None:
    assert index_tokens(["医疗设备"]) == "医疗 疗设 设备 备"


def test_a_following_run_is_announced_so_that_phrases_need_no_prefix() -> None:
    assert index_tokens(["5000元整"]).split(" # ")[0] == "5000 ^元 元整 整"
    assert phrase("5000元") == Phrase(("5000", "^元"))


def test_codes_are_found_by_prefix_from_any_of_their_parts() -> None:
    tokens = index_tokens(["标段编号：XSA070002-202402-01(2)"])
    assert "#xsa070002-202402-01-2" in tokens.split()
    assert "#202402-01-2" in tokens.split()
    assert phrase("XSA070002-2024") == Phrase(("#xsa070002-2024",), prefix=True)


def test_short_words_of_letters_match_whole() -> None:
    assert phrase("CT") == Phrase(("ct",))
    assert phrase("5G") == Phrase(("5g",))


def test_segments_are_kept_apart() -> None:
    assert index_tokens(["医院", "设备"]) == "医院 院 # 设备 备"


def test_nothing_searchable_is_no_phrase() -> None:
    for word in ("...", "🙂", "\x00", "", "-", "\ud800", "%_"):
        assert phrase(word) is None


def test_folding_twice_changes_nothing() -> None:
    every = "".join(map(chr, range(0x3400, 0xA000)))
    assert fold(fold(every)) == fold(every)


def test_long_words_are_cut_on_both_sides_alike() -> None:
    word = "a" * 300
    assert phrase(word) == Phrase(("a" * text.WORD_MAX,))
    assert max(map(len, index_tokens([word, "中" * 300, "9" * 400]).split())) <= text.WORD_MAX


@given(st.text(max_size=200))
@settings(max_examples=400, deadline=None)
def test_tokens_hold_no_space_quote_or_control_character(anything: str) -> None:
    """Engines split at single spaces only, and no token can close a quoted phrase."""
    for token in index_tokens([anything]).split(" ") + list((phrase(anything) or Phrase(("x",))).tokens):
        assert token == token.strip()
        assert not any(char.isspace() or char in '"*()\\' or ord(char) < 32 for char in token)
        token.encode("utf-8")


@given(st.text(max_size=60), st.data())
@settings(max_examples=300, deadline=None)
def test_a_cut_of_a_text_is_found_in_its_tokens(whole: str, data: st.DataObject) -> None:
    """Any piece between two whole words is a run of neighbouring tokens of the whole."""
    parts = normalise(whole).split(" ")
    start = data.draw(st.integers(0, len(parts)))
    piece = " ".join(parts[start : data.draw(st.integers(start, len(parts)))])
    asked = phrase(piece)
    if asked is not None and not asked.prefix:
        assert f" {' '.join(asked.tokens)} " in f" {index_tokens([' '.join(parts)])} "


def test_speed_is_linear() -> None:
    """A text a hundred times as long takes about a hundred times as long, not ten thousand."""
    rng = random.Random(1)
    long = "".join(rng.choice("医疗设备采购项目a1-\n ") for _ in range(200_000))
    assert len(index_tokens([long])) < 20 * len(long)

"""Text analysis, once for both backends and for the tests' oracle.

A text becomes runs: NFKC, lower case, Traditional folded to Simplified, then every maximal run of CJK
characters (bigrams and its last single character) or of other letters and digits (whole). Whatever stands
between two runs is one boundary. Tokens are separated by single spaces and hold nothing else that an
engine could split, so an engine that only splits at spaces gives the same matches as any other.

Three kinds of marked tokens make every query an exact phrase or a prefix of one token:
``^x`` stands before a CJK run that follows another run (so ``5000元`` needs no prefix inside a phrase),
``#a-b`` repeats letters and digits joined over their separators (so codes are found by prefix),
``#`` alone separates two segments that no phrase may cross.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ANALYZER_VERSION = 1
"""Part of every index generation; a change of the tokens needs a new number and a rebuild."""

CODE_MIN, CODE_MAX, CODE_RUNS = 4, 48, 6
"""A term counts as a code from this many letters and digits; joined tokens end at these limits."""
WORD_MAX = 120
"""Longer runs of letters and digits are cut here, on both sides: engines split longer tokens as they like."""

CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c\uac00-\ud7a3"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
_RUN = re.compile(rf"([{CJK}]+)|([^\W_{CJK}]+)")


@cache
def _fold_table() -> dict[int, str]:
    rows = (Path(__file__).parent / "fold.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (row.split("\t") for row in rows if row and not row.startswith("#"))
    return {ord(traditional): simplified for traditional, simplified in pairs}


def fold(text: str) -> str:
    """NFKC, lower case, Traditional to Simplified: the form in which everything is compared."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_fold_table())
    return folded if folded.isascii() else unicodedata.normalize("NFKC", folded)


@dataclass(frozen=True, slots=True)
class Run:
    """A maximal run of one class; ``broken`` says that a line ended between it and the run before."""

    text: str
    cjk: bool
    broken: bool


def runs(text: str) -> Iterator[Run]:
    """The runs of a text in order, folded."""
    folded = fold(text)
    end = 0
    for found in _RUN.finditer(folded):
        start = found.start()
        cjk = found.group(1) is not None
        yield Run(found.group() if cjk else found.group()[:WORD_MAX], cjk, "\n" in folded[end:start])
        end = found.end()


def normalise(text: str) -> str:
    """Runs joined by single spaces: a term matches a text when its normal form stands in the text's.

    Letters and digits match whole: ``ct`` is not found in ``pct``, which is what a reader expects.
    """
    return " ".join(run.text for run in runs(text))


def _cjk_tokens(text: str) -> Iterator[str]:
    yield from (text[at : at + 2] for at in range(len(text) - 1))
    yield text[-1]


def _joined_codes(line: list[str]) -> Iterator[str]:
    """Every tail of a stretch of letter-digit runs, joined: a prefix of one of these is a code's prefix."""
    for start in range(len(line)):
        joined = "-".join(line[start : start + CODE_RUNS])[:CODE_MAX]
        if len(joined) >= CODE_MIN and any(char.isdigit() for char in joined):
            yield "#" + joined


def _segment_tokens(text: str) -> tuple[list[str], set[str]]:
    tokens: list[str] = []
    codes: set[str] = set()
    stretch: list[str] = []
    for run in runs(text):
        if run.cjk:
            if tokens:
                tokens.append("^" + run.text[0])
            tokens.extend(_cjk_tokens(run.text))
        else:
            tokens.append(run.text)
        if run.cjk or run.broken:
            codes.update(_joined_codes(stretch))
            stretch = []
        if not run.cjk:
            stretch.append(run.text)
    codes.update(_joined_codes(stretch))
    return tokens, codes


def index_tokens(segments: Iterable[str]) -> str:
    """What an engine indexes for one field: tokens of each segment, then the codes' joined tokens."""
    tokens: list[str] = []
    codes: set[str] = set()
    for segment in segments:
        words, found = _segment_tokens(segment)
        if words and tokens:
            tokens.append("#")
        tokens.extend(words)
        codes |= found
    return " ".join([*tokens, "#", *sorted(codes)]) if codes else " ".join(tokens)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What one term asks of an engine: tokens side by side, or (``prefix``) one token's beginning."""

    tokens: tuple[str, ...]
    prefix: bool = False


def is_code(parts: list[Run]) -> bool:
    """Letters and digits only, with a digit among at least four of them: matched by prefix."""
    joined = "".join(run.text for run in parts)
    if any(run.cjk for run in parts) or len(joined) < CODE_MIN:
        return False
    length = len(joined) + len(parts) - 1
    return any(char.isdigit() for char in joined) and length <= CODE_MAX and len(parts) <= CODE_RUNS


def phrase(term: str) -> Phrase | None:
    """The phrase of one term; ``None`` when nothing of it can be searched (punctuation, emoji)."""
    parts = list(runs(term))
    if not parts:
        return None
    if is_code(parts):
        return Phrase(("#" + "-".join(run.text for run in parts),), prefix=True)
    if len(parts) == 1 and parts[0].cjk and len(parts[0].text) == 1:
        return Phrase((parts[0].text,), prefix=True)
    tokens: list[str] = []
    for at, run in enumerate(parts):
        if not run.cjk:
            tokens.append(run.text)
            continue
        if at:
            tokens.append("^" + run.text[0])
        bigrams = list(_cjk_tokens(run.text))
        tokens.extend(bigrams if at < len(parts) - 1 else bigrams[:-1])
    return Phrase(tuple(tokens))

"""Questions drawn from documents, and the oracle that answers them without any index."""

import random
import re
import unicodedata
from collections.abc import Sequence

from search.query import SearchQuery, parse
from search.schema import SearchDoc
from search.text import CJK, fold
from tests.search.documents import KINDS, TRADES

_PARTS = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
_RUN = re.compile(rf"[{CJK}]+")
_WORD = re.compile(r"[A-Za-z0-9]+")
_CODE = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+|[A-Za-z]{2,}\d{4,}")


def plain(text: str) -> str:
    """The oracle's own normal form: folded runs joined by single spaces, a space at both ends."""
    return f" {' '.join(_PARTS.findall(fold(text)))} "


def _is_word(char: str) -> bool:
    return char.isalnum() and not _RUN.match(char)


def needle(term: str) -> str:
    """What must stand in :func:`plain` text: whole words of letters, any piece of a CJK run, codes by prefix."""
    parts = _PARTS.findall(fold(term))
    text = " ".join(parts)
    joined = "".join(parts)
    code = len(joined) >= 4 and any(char.isdigit() for char in joined) and not any(map(_RUN.match, parts))
    left = " " if text and _is_word(text[0]) else ""
    right = " " if text and _is_word(text[-1]) and not code else ""
    return left + text + right


def expected(docs: Sequence[SearchDoc], plains: Sequence[tuple[str, str]], query: SearchQuery) -> set[int]:
    """The ids that a question must find: substring search over every text, filters by ``admits``."""
    wanted = [needle(term.word) for term in query.terms]
    unwanted = [needle(term.word) for term in query.without]

    def holds(texts: tuple[str, str], piece: str) -> bool:
        return piece in texts[0] or (not query.title_only and piece in texts[1])

    return {
        doc.facts.pk
        for doc, texts in zip(docs, plains, strict=True)
        if query.admits(doc.facts, NOW_OF[0])
        and all(holds(texts, piece) for piece in wanted)
        and not any(holds(texts, piece) for piece in unwanted)
    }


NOW_OF: list = []
"""The moment at which the questions are asked; set by the test."""


def plains_of(docs: Sequence[SearchDoc]) -> list[tuple[str, str]]:
    """The oracle's texts of all documents."""
    return [(plain(doc.title), plain(doc.body)) for doc in docs]


def literal_words(docs: Sequence[SearchDoc], number: int, seed: int = 11) -> list[str]:
    """Runs of 1–8 Chinese characters, whole words of letters and digits, and prefixes of codes."""
    rng = random.Random(seed)
    found: list[str] = []
    while len(found) < number:
        doc = rng.choice(docs)
        text = unicodedata.normalize("NFKC", rng.choice((doc.title, doc.body)))
        pattern = rng.choice((_RUN, _RUN, _RUN, _WORD, _CODE))
        pieces = pattern.findall(text)
        if not pieces:
            continue
        piece = rng.choice(pieces)
        if pattern is _RUN:
            size = rng.randint(1, 8)
            at = rng.randint(0, max(0, len(piece) - size))
            piece = piece[at : at + size]
        elif pattern is _CODE:
            piece = piece[: rng.randint(min(4, len(piece)), len(piece))].rstrip("-")
            if len(re.sub(r"\W", "", piece)) < 4 or not any(char.isdigit() for char in piece):
                continue
        found.append(piece)
    return found


def random_questions(docs: Sequence[SearchDoc], number: int, seed: int = 13) -> list[SearchQuery]:
    """Questions with zero to three terms, filters and every order."""
    rng = random.Random(seed)
    found: list[SearchQuery] = []
    while len(found) < number:
        doc = rng.choice(docs)
        asked: dict[str, str] = {}
        terms = []
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
            source = rng.choice((doc.title, doc.body)).replace('"', "")
            at, size = rng.randrange(max(1, len(source) - 8)), rng.randint(1, 9)
            word = source[at : at + size].strip()
            minus = "-" if rng.random() < 0.1 else ""
            terms.append(f'{minus}"{word}"' if rng.random() < 0.5 else minus + word)
        asked["q"] = " ".join(terms)
        for name, values in _CHOICES.items():
            if rng.random() < 0.25:
                asked[name] = rng.choice(values)
        found.append(parse(asked))
    return found


_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "trade": TRADES,
    "region": ("420000", "420500", "420506", "310115", "999999"),
    "status": ("active", "closing", "closed", "all", "all"),
    "sort": ("newest", "deadline", "relevance"),
    "title": ("1",),
    "from": ("2024-01-01", "2026-05-01"),
    "to": ("2025-12-31",),
    "min": ("1000", "500000"),
    "max": ("199999.99", "9000000"),
}

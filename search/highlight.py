"""Marks and snippets on the original text, for the few rows of one page. Everything is escaped here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.query import SearchQuery
from search.text import CJK, fold, is_code, runs

SNIPPET = 110
LOOKED_AT = 200_000
"""Characters of a text that are searched for a place to quote."""
_BREAK = rf"[^{CJK}0-9a-zA-Z]"


@dataclass(frozen=True, slots=True)
class Marker:
    """What is marked: one pattern over folded text, or nothing."""

    pattern: re.Pattern[str] | None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the terms stand in the original text, in order, not overlapping."""
        if self.pattern is None:
            return []
        found: list[tuple[int, int]] = []
        start = 0
        for line in text.splitlines(keepends=True):
            found.extend((start + a, start + b) for a, b in _in_line(self.pattern, line))
            start += len(line)
        return found

    def mark(self, text: str) -> SafeString:
        """The whole text with its hits marked."""
        return _marked(text, self.spans(text))

    def snippet(self, text: str, size: int = SNIPPET) -> SafeString:
        """About ``size`` characters around the densest hits, or the beginning of the text."""
        before, cut, after, inside = self._cut(text, size)
        return mark_safe(before + _marked(cut, inside) + after)

    def plain_snippet(self, text: str, size: int = SNIPPET) -> str:
        """The same without marks and without escapes, for data."""
        before, cut, after, _inside = self._cut(text, size)
        return before + cut + after

    def _cut(self, text: str, size: int) -> tuple[str, str, str, list[tuple[int, int]]]:
        looked = text[:LOOKED_AT]
        spans = self.spans(looked)
        start, end = _window(looked, spans[:100], size)
        cut = re.sub(r"\s", " ", looked[start:end])
        inside = [(a - start, b - start) for a, b in spans if a >= start and b <= end]
        before = "……" if looked[:start].strip() else ""
        after = "……" if text[end : end + 200].strip() else ""
        return before, cut, after, inside


def marker_for(query: SearchQuery) -> Marker:
    """Marks the wanted terms of a question."""
    patterns = [pattern for term in query.terms for pattern in _patterns(term.word, loose=query.any_term)]
    return Marker(re.compile("|".join(sorted(set(patterns), key=len, reverse=True))) if patterns else None)


def _patterns(word: str, *, loose: bool) -> Iterable[str]:
    parts = list(runs(word))
    if loose:
        parts_alone = [
            run.text[at : at + 2] for run in parts for at in range(max(1, len(run.text) - 1)) if run.cjk
        ]
        return [re.escape(part) for part in parts_alone] + [_whole(run.text) for run in parts if not run.cjk]
    pieces: list[str] = []
    for at, run in enumerate(parts):
        if at:
            pieces.append(rf"{_BREAK}+" if not run.cjk and not parts[at - 1].cjk else rf"{_BREAK}*")
        pieces.append(re.escape(run.text))
    if not parts:
        return []
    pattern = "".join(pieces)
    if not parts[0].cjk:
        pattern = r"(?<![0-9a-z])" + pattern
    if not parts[-1].cjk and not is_code(parts):
        pattern += r"(?![0-9a-z])"
    return [pattern]


def _whole(word: str) -> str:
    return rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-z])"


def _in_line(pattern: re.Pattern[str], line: str) -> list[tuple[int, int]]:
    folded = fold(line)
    places = [found.span() for found in pattern.finditer(folded) if found.group()]
    if not places or len(folded) == len(line):
        return places
    at = _positions(line)
    if len(at) != len(folded):
        return []
    return [(at[a], at[b - 1] + 1) for a, b in places]


def _positions(line: str) -> list[int]:
    """For each folded character the original one it came from (letters fold to one or several)."""
    return [at for at, char in enumerate(line) for _ in fold(char)]


def _window(text: str, spans: list[tuple[int, int]], size: int) -> tuple[int, int]:
    if not spans:
        start = len(text) - len(text.lstrip())
        return start, min(len(text), start + size)
    best = max(spans, key=lambda span: sum(1 for a, b in spans if span[0] <= a and b <= span[0] + size))
    start = max(0, best[0] - size // 5)
    return start, min(len(text), max(start + size, best[1]))


def _marked(text: str, spans: list[tuple[int, int]]) -> SafeString:
    pieces: list[str] = []
    end = 0
    for start, stop in spans:
        if start < end:
            continue
        pieces += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    pieces.append(escape(text[end:]))
    return mark_safe("".join(pieces))

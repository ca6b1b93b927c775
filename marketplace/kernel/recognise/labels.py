"""Finding ``label: value`` where official texts put it.

Labels may stand several on a line, with blanks between their characters, with a number or
bullet before them, with the value on the next line, or without a value at all.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from marketplace.kernel.recognise.text import fold, tidy

_LEAD = r"(?:[•·●*>#\s]*(?:[(]?[一二三四五六七八九十\d]{1,3}[)]?\s*[.、:)]?\s*)?)"


@dataclass(frozen=True, slots=True)
class Found:
    """One labelled value: the field it belongs to, the value as written, where it stood."""

    field: str
    value: str
    line: int


class Labels:
    """A vocabulary: field → the labels that name it, longest match first."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._field = {name: field for field, labels in names.items() for name in labels}
        spaced = (r"\s*".join(map(re.escape, name)) for name in sorted(self._field, key=len, reverse=True))
        self._words = f"(?P<name>{'|'.join(spaced)})"
        note = r"(?:\s*[(][^()]{0,12}[)])?"
        self._colon = re.compile(rf"(?:(?<=\s)|(?<=[;,。])|^){_LEAD}{self._words}{note}\s*:")
        self._alone = re.compile(rf"{_LEAD}{self._words}{note}\s*")

    def field_of(self, name: str) -> str:
        """The field that a matched label names."""
        return self._field[re.sub(r"\s+", "", name)]

    def bare(self, line: str) -> str:
        """The field of a line that is nothing but a label, with or without its colon."""
        match = self._alone.fullmatch(fold(line).rstrip(":"))
        return self.field_of(match["name"]) if match else ""

    def scan(self, lines: list[str]) -> list[Found]:
        """Every labelled value in reading order; values keep their original characters."""
        found: list[Found] = []
        for number, line in enumerate(lines):
            hits = list(self._colon.finditer(fold(line)))
            for hit, following in zip_longest(hits, hits[1:]):
                end = following.start() if following else len(line)
                value = tidy(line[hit.end() : end]) or ("" if following else self._below(lines, number))
                found.append(Found(self.field_of(hit["name"]), value, number))
            if not hits and self.bare(line) and not self._after_empty_label(lines, number):
                found.append(Found(self.bare(line), self._below(lines, number), number))
        return [one for one in found if one.value]

    def _below(self, lines: list[str], number: int) -> str:
        """The next line that holds something, unless it is a label itself."""
        for line in lines[number + 1 : number + 3]:
            if line:
                labelled = self.bare(line) or self._colon.match(fold(line))
                return "" if labelled else tidy(line)
        return ""

    def _after_empty_label(self, lines: list[str], number: int) -> bool:
        """Whether the line before is a bare label too: a form that nobody filled in."""
        return number > 0 and bool(self.bare(lines[number - 1]))

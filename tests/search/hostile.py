"""Strings that break search boxes: quotes, operators, emoji, controls, very long ones."""

import random
from collections.abc import Iterator

PIECES = [
    '"', "'", "''", '""', "*", "(", ")", "((", "AND", "OR", "NOT", "NEAR", "NEAR(a b, 2)", "-", "--", "－", "+", "^",
    ":", "t:", "b:", "{t b}:", "%", "%00", "_", "\\", "\\u0000", "/", "//", "/*", "*/", ";", "; DROP TABLE x", "<b>",
    "<script>alert(1)</script>", "&amp;", "&", "=", "?", "#", "##", "^元", "#a-b", "\x00", "\x01", "\x1f", "\x7f", "\t",
    "\n", "\r\n", "\u200b", "\u202e", "\ufeff", "\u2028", "\ud800", "\udfff", "🙂", "👨‍👩‍👧", "🇨🇳", "é", "e\u0301",
    "İ", "ß", "ﬁ", "㎡", "½", "Ａ", "１２３", "〇", "𠀀", "한국어", "かな", "العربية", "ไทย", "{{7*7}}", "${jndi:ldap://x}",
    "../../etc/passwd", "1e309", "-1", "NaN", "null", "true", "[]", "{}", "0x00", "中", "医疗设备", "採購", "2026", "A4",
    "gc530100202600193001", "~", "~2", "^2.5", "[a TO b]", "title:*", "_exists_:x", "!", "|", "||", "&&", "`", "“", "”",
]  # fmt: skip


def hostile_strings(number: int, seed: int = 20260601) -> Iterator[str]:
    """``number`` strings, always the same ones; each piece alone first, then mixtures up to 10,000 characters."""
    rng = random.Random(seed)
    yield from PIECES[:number]
    for at in range(max(0, number - len(PIECES))):
        length = 3000 if at % 400 == 0 else rng.choice((1, 2, 3, 5, 8, 20))
        text = "".join(
            rng.choice(PIECES) + rng.choice(("", "", " ", chr(rng.randrange(0x110000))))
            for _ in range(length)
        )
        yield text[:10_000]

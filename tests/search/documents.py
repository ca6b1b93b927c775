"""Generated announcements: always the same for a seed, alike in length and vocabulary to real ones."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from search.schema import Facts, SearchDoc

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
KINDS = ("tender", "result", "candidates", "contract", "correction", "termination")
TRADES = ("works", "gov_procurement", "land", "state_property")
PLACES = (
    (),
    ("420000",),
    ("420000", "420500"),
    ("420000", "420500", "420506"),
    ("420000", "420500", "420525"),
    ("420000", "420100", "420102"),
    ("310000", "310100", "310115"),
)
COMMON = 0.93
"""This share of the words follows Zipf's law, the rest are rare names; tuned to the hits of real texts."""
_CHARS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙飞"
_CODES = "ABCDEFGHJKMNPQRSTUVWXYZ"


def vocabulary(rng: random.Random, size: int = 3000) -> list[str]:
    """Words of two to four characters, the frequent ones first."""
    return ["".join(rng.choice(_CHARS) for _ in range(rng.choice((2, 2, 2, 3, 4)))) for _ in range(size)]


def _text(rng: random.Random, words: list[str], length: int) -> str:
    parts: list[str] = []
    size = 0
    while size < length:
        word = words[int(len(words) ** rng.random()) - 1] if rng.random() < COMMON else rng.choice(words)
        parts.append(word)
        size += len(word)
        if rng.random() < 0.12:
            parts.append(
                rng.choice(
                    (
                        "，",
                        "。",
                        "\n",
                        "：",
                        "（",
                        "）",
                        "、",
                        f"{rng.randrange(9999)}元",
                        " A4 ",
                        f"{rng.randrange(1, 30)}日",
                    )
                )
            )
    return "".join(parts)


def _stock(rng: random.Random, words: list[str], number: int = 60) -> list[tuple[str, float]]:
    """Sentences that many announcements share, each with the share of announcements that has it."""
    return [
        ("".join(rng.choices(words, k=rng.randrange(3, 9))) + "：", rng.random() ** 2.5)
        for _ in range(number)
    ]


def _code(rng: random.Random) -> str:
    head = "".join(rng.choice(_CODES) for _ in range(3))
    return f"{head}{rng.randrange(1, 10**6):06d}-{rng.randrange(2023, 2027)}{rng.randrange(1, 13):02d}-{rng.randrange(1, 9):02d}"


def documents(number: int, *, seed: int = 7, length: int = 800) -> Iterator[SearchDoc]:
    """``number`` announcements over three years up to :data:`NOW`, in no particular order."""
    rng = random.Random(seed)
    words = vocabulary(rng)
    stock = _stock(rng, words)
    for pk in range(1, number + 1):
        code = _code(rng)
        published = NOW - timedelta(minutes=rng.randrange(3 * 365 * 24 * 60))
        if rng.random() < 0.3:
            published = published.replace(hour=16, minute=0)
        deadline = None if rng.random() < 0.5 else published + timedelta(hours=rng.randrange(24, 45 * 24))
        amount = None if rng.random() < 0.2 else Decimal(int(10 ** rng.uniform(5, 10))) / 100
        facts = Facts(
            group="notice",
            pk=pk,
            published_at=published,
            kind=rng.choice(KINDS),
            trade=rng.choice(TRADES),
            region=rng.choice(PLACES),
            amount=amount,
            deadline_at=deadline,
            superseded=rng.random() < 0.05,
        )
        title = _text(rng, words, rng.randrange(12, 36)).replace("\n", "")
        shared = [sentence for sentence, share in stock if rng.random() < share]
        own = rng.randrange(length // 3, length)
        pieces = [
            piece
            for sentence in shared
            for piece in (sentence, _text(rng, words, own // max(1, len(shared))))
        ]
        body = f"项目编号：{code}\n" + "\n".join(pieces or [_text(rng, words, own)])
        yield SearchDoc(facts, title, body, (code,))

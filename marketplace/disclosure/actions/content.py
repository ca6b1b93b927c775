"""What a notice says, before it is one: the value that editors, trading and import hand in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from marketplace.disclosure.states import NoticeKind, PartyPart, Precision
from marketplace.kernel.trade import TradeType


@dataclass(frozen=True, slots=True)
class PartyName:
    """A party as the text names it; ``uscc`` is empty where the text gives none."""

    name: str
    role: str = PartyPart.BUYER
    uscc: str = ""
    rank: int = 1


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """Everything that makes a notice.

    ``body_html`` is sanitised at release; plain text is accepted in ``body_text`` instead
    (import). ``fields`` has the names of the public data standard as keys
    ("BID_OPEN_TIME"); moments are ISO 8601 with offset, money is a decimal string in 元,
    ``CANDIDATES`` and ``EXPERTS`` are lists of such mappings. ``project_codes`` are the codes as
    written; the first is the project's own number. ``parties`` in order: buyers, agencies,
    winners, candidates. ``reasons`` holds written reasons for what a check would refuse:
    ``{"scan": "…", "deadline": "…"}``. ``draft_key`` names the draft and its revision: one
    draft revision becomes one notice. ``attachments`` are ids of unbound ``Attachment`` rows.
    ``published_at`` and ``precision`` count for imports only; a native release takes the
    clock.
    """

    kind: str
    trade_type: str
    title: str
    body_html: str = ""
    body_text: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    region_code: str = ""
    branch_id: int | None = None
    project_id: int | None = None
    project_name: str = ""
    project_codes: tuple[str, ...] = ()
    lot_code: str = ""
    lot_name: str = ""
    parties: tuple[PartyName, ...] = ()
    amount: Decimal | None = None
    amount_kind: str = ""
    deadline_at: datetime | None = None
    opening_at: datetime | None = None
    responsible_person: str = ""
    verifier: str = ""
    author_id: int | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    draft_key: str = ""
    attachments: tuple[int, ...] = ()
    source: str = ""
    source_id: str = ""
    source_url: str = ""
    published_at: datetime | None = None
    precision: str = Precision.SECOND

    def names(self, part: str) -> str:
        """The names of one part joined as the public standard joins them: by a half-width semicolon."""
        return ";".join(party.name for party in self.parties if party.role == part)

    @property
    def is_valid_kind(self) -> bool:
        """Kind and trade type are words that this platform knows."""
        return self.kind in NoticeKind.values and self.trade_type in TradeType.values

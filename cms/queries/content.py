"""From a draft to what ``disclosure`` releases."""

import hashlib
import json
import re
from typing import Any

from django.utils.html import escape
from wagtail.rich_text import expand_db_html

from cms.models import NoticeDraft
from marketplace.disclosure.actions import NoticeContent, PartyName
from marketplace.disclosure.states import PartyPart

_SEPARATORS = re.compile(r"[;；、\n]+")
_CODE_KEYS = {
    PartyPart.BUYER: ("TENDERER_CODE", "PURCHASER_CODE", "SELLER_CODE"),
    PartyPart.AGENCY: ("TENDER_AGENCY_CODE", "PURCHASER_AGENCY_CODE", "TRA_AGENCY_CODE"),
    PartyPart.WINNER: ("WIN_BIDDER_CODE", "WINNINGBIDDER_CODE", "SUPPLIER_CODE", "LENDING_CODE"),
}


def content_of(draft: NoticeDraft) -> NoticeContent:
    """The value that release takes; ``draft_key`` makes one draft version one notice."""
    return NoticeContent(
        kind=draft.kind,
        trade_type=draft.trade_type,
        title=draft.title,
        body_html=body_html(draft),
        fields=draft.fields,
        region_code=draft.region_id or "",
        branch_id=draft.branch_id,
        project_name=draft.project_name,
        project_codes=tuple(code for code in _split(draft.project_code)),
        lot_code=draft.lot_code,
        lot_name=draft.lot_name,
        parties=_parties(draft),
        amount=draft.amount,
        amount_kind=draft.amount_kind,
        deadline_at=draft.deadline_at,
        opening_at=draft.opening_at,
        responsible_person=draft.responsible_person,
        verifier=draft.verifier,
        author_id=draft.author_id,
        reasons={name: text for name, text in _reasons(draft).items() if text.strip()},
        draft_key=f"cms.draft:{draft.pk}",
        attachments=tuple(draft.attachments.values_list("file_id", flat=True)) if draft.pk else (),
    )


def _reasons(draft: NoticeDraft) -> dict[str, str]:
    return {"scan": draft.scan_reason, "deadline": draft.deadline_reason}


def _split(text: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def _parties(draft: NoticeDraft) -> tuple[PartyName, ...]:
    named = {
        PartyPart.BUYER: draft.buyer_name,
        PartyPart.AGENCY: draft.agency_name,
        PartyPart.WINNER: draft.winner_name,
    }
    return tuple(
        PartyName(name=name, role=part, uscc=code, rank=rank)
        for part, text in named.items()
        for rank, (name, code) in enumerate(_with_codes(_split(text), draft.fields, part), start=1)
    )


def _with_codes(names: list[str], fields: dict[str, Any], part: str) -> list[tuple[str, str]]:
    code = next((str(fields[key]) for key in _CODE_KEYS[part] if fields.get(key)), "")
    codes = _split(code)
    return [(name, codes[index] if index < len(codes) else "") for index, name in enumerate(names)]


def body_html(draft: NoticeDraft) -> str:
    """The text as plain HTML; ``disclosure`` sanitises it again at release."""
    return "\n".join(_block_html(block) for block in draft.body)


def _block_html(block: Any) -> str:
    if block.block_type == "heading":
        return f"<h2>{escape(block.value)}</h2>"
    if block.block_type == "text":
        return str(expand_db_html(block.value.source))
    return _table_html(block.value)


def _table_html(value: dict[str, Any]) -> str:
    rows = value.get("data") or []
    first = value.get("first_row_is_table_header")
    caption = value.get("table_caption")
    column = 'th scope="col"'
    head = f"<thead>{_row_html(rows[0], column)}</thead>" if first and rows else ""
    body = "".join(_row_html(row, "td") for row in (rows[1:] if first else rows))
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}{head}<tbody>{body}</tbody></table>"


def _row_html(cells: list[Any], tag: str) -> str:
    name = tag.split()[0]
    inner = "".join(f"<{tag}>{escape(cell or '')}</{name}>" for cell in cells)
    return f"<tr>{inner}</tr>"


def fingerprint(draft: NoticeDraft) -> str:
    """SHA-256 of all that would be released; an approval holds for exactly this."""
    content = content_of(draft)
    said = {name: getattr(content, name) for name in content.__dataclass_fields__}
    said["parties"] = [[p.role, p.rank, p.name, p.uscc] for p in content.parties]
    said["corrects"] = draft.corrects_id
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, default=str, ensure_ascii=False).encode()
    ).hexdigest()

"""From content to columns and structured fields: one entry, both places."""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.disclosure.actions.content import NoticeContent, PartyName
from marketplace.disclosure.models import FieldDisclosure, Notice, NoticeParty
from marketplace.disclosure.rules import body
from marketplace.disclosure.rules.dataset import DERIVED, is_empty, moment, number
from marketplace.disclosure.states import Disclosure, PartyPart
from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused
from marketplace.registry.models import Branch, Party, Region

TITLE_LIMIT = 600
BODY_LIMIT = 4_000_000
AMOUNT_LIMIT = Decimal(10) ** 18
_CENT = Decimal("0.01")


def cleaned(content: NoticeContent) -> NoticeContent:
    """The content without control characters in its short texts; raises ``Refused`` for what no row can hold."""
    if content.region_code and not Region.objects.filter(code=content.region_code).exists():
        raise Refused(_("没有这个行政区划代码。"), field="region_code")
    if content.amount is not None and not 0 <= content.amount < AMOUNT_LIMIT:
        raise Refused(_("金额超出范围。"), field="amount")
    if len(content.draft_key) > 100:
        raise Refused(_("稿件标识过长。"))
    return dataclasses.replace(
        content,
        title=body.one_line(content.title),
        project_name=body.one_line(content.project_name),
        project_codes=tuple(code for raw in content.project_codes if (code := body.one_line(raw)[:80])),
        lot_code=body.one_line(content.lot_code)[:80],
        lot_name=body.one_line(content.lot_name)[:600],
        parties=tuple(
            dataclasses.replace(party, name=body.one_line(party.name)) for party in content.parties
        ),
        source=body.one_line(content.source),
        source_id=body.one_line(content.source_id),
        source_url=body.one_line(content.source_url),
    )


def text_of(content: NoticeContent) -> tuple[str, str]:
    """Sanitised markup and plain text; raises ``Refused`` for an empty or oversized title or body."""
    title = content.title.strip()
    if not title:
        raise Refused(_("请填写标题。"), field="title")
    if len(title) > TITLE_LIMIT:
        raise Refused(_("标题不能超过 %(n)s 个字符。") % {"n": TITLE_LIMIT}, field="title")
    if len(content.body_html) + len(content.body_text) > BODY_LIMIT:
        raise Refused(_("正文过长，请将大段内容作为附件。"), field="body")
    if content.body_html.strip():
        markup = body.sanitise(content.body_html)
        text = body.plain(markup)
    else:
        markup, text = body.paragraphs(content.body_text), body.tidy(content.body_text)
    if not text:
        raise Refused(_("请填写正文。"), field="body")
    return markup, text


def _iso(value: datetime | None) -> str:
    return value.astimezone(clock.BEIJING).isoformat() if value else ""


def _codes(content: NoticeContent, part: str) -> str:
    return ";".join(party.uscc for party in content.parties if party.role == part and party.uscc)


def column_values(
    content: NoticeContent, branch: Branch | None, notice_number: str, now: datetime
) -> dict[str, str]:
    """What the notice's own columns say, under the names that ``FieldDisclosure.source`` uses."""
    code = content.project_codes[0] if content.project_codes else ""
    purchase = content.trade_type == "gov_procurement"
    return {
        "title": content.title.strip(),
        "published_at": _iso(now),
        "project_code": code,
        "project_name": content.project_name or content.title.strip(),
        "lot_code": content.lot_code or (code if purchase else ""),
        "region_code": content.region_code,
        "responsible_person": content.responsible_person,
        "verifier": content.verifier,
        "deadline_at": _iso(content.deadline_at),
        "opening_at": _iso(content.opening_at),
        "buyer_name": content.names(PartyPart.BUYER),
        "buyer_uscc": _codes(content, PartyPart.BUYER),
        "agency_name": content.names(PartyPart.AGENCY),
        "agency_uscc": _codes(content, PartyPart.AGENCY),
        "winner_name": content.names(PartyPart.WINNER),
        "winner_uscc": _codes(content, PartyPart.WINNER),
        "amount": "" if content.amount is None else f"{content.amount:f}",
        "number": notice_number,
        "branch_region": branch.region_id if branch else "",
        "branch_name": branch.name if branch else "",
        "branch_uscc": branch.uscc if branch else "",
        "media": branch.name if branch else "",
    }


def with_columns_from_fields(content: NoticeContent, specs: Iterable[FieldDisclosure]) -> NoticeContent:
    """Where the editor filled only the standard's field, the column takes its value from there."""
    changes: dict[str, Any] = {}
    for spec in specs:
        value = content.fields.get(spec.key)
        if is_empty(value) or spec.source in changes:
            continue
        if spec.source in ("deadline_at", "opening_at") and getattr(content, spec.source) is None:
            changes[spec.source] = moment(value)
        elif spec.source == "amount" and content.amount is None:
            changes["amount"] = number(value)
        elif spec.source in ("responsible_person", "verifier", "project_name") and not getattr(
            content, spec.source
        ):
            changes[spec.source] = str(value).strip()
        elif spec.source == "project_code" and not content.project_codes:
            changes["project_codes"] = (str(value).strip(),)
    parties = _parties_from_fields(content, specs)
    return dataclasses.replace(content, **changes, parties=parties)


def _parties_from_fields(content: NoticeContent, specs: Iterable[FieldDisclosure]) -> tuple[PartyName, ...]:
    found = list(content.parties)
    have = {party.role for party in found}
    by_source = {spec.source: content.fields.get(spec.key) for spec in specs if spec.key in content.fields}
    for part in (PartyPart.BUYER, PartyPart.AGENCY, PartyPart.WINNER):
        if part in have or is_empty(by_source.get(f"{part}_name")):
            continue
        names = str(by_source[f"{part}_name"]).split(";")
        codes = str(by_source.get(f"{part}_uscc") or "").split(";")
        codes += [""] * (len(names) - len(codes))
        pairs = zip(names, codes, strict=False)
        found += [
            PartyName(name.strip(), part, code.strip(), rank) for rank, (name, code) in enumerate(pairs, 1)
        ]
    if PartyPart.CANDIDATE not in have:
        found += _candidates(content.fields.get("CANDIDATES"))
    return tuple(found)


def _candidates(rows: object) -> list[PartyName]:
    if not isinstance(rows, list | tuple):
        return []
    named = [
        row for row in rows if isinstance(row, Mapping) and str(row.get("WIN_CANDIDATE_NAME") or "").strip()
    ]
    return [
        PartyName(
            str(row["WIN_CANDIDATE_NAME"]).strip(),
            PartyPart.CANDIDATE,
            str(row.get("WIN_CANDIDATE_CODE") or ""),
            rank,
        )
        for rank, row in enumerate(named, 1)
    ]


def filled(
    content: NoticeContent, specs: Iterable[FieldDisclosure], values: Mapping[str, str]
) -> dict[str, Any]:
    """The structured fields with what the columns already say; the columns win over a second entry."""
    fields = {key: _clean(value) for key, value in content.fields.items() if not is_empty(value)}
    for spec in specs:
        if spec.source in DERIVED or spec.source == "form":
            continue
        value = values.get(spec.source, "")
        if value and (spec.source != "media" or spec.key not in fields):
            fields[spec.key] = value
    return fields


def _clean(value: object) -> Any:
    """JSON-able and stripped; moments and money become strings."""
    if isinstance(value, Mapping):
        return {str(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return body.harmless(value).strip() if isinstance(value, str) else value


def hidden_sources(specs: Iterable[FieldDisclosure]) -> set[str]:
    """Columns that may not be filled, because every field that carries them is above public."""
    levels: dict[str, set[str]] = {}
    for spec in specs:
        levels.setdefault(spec.source, set()).add(spec.disclosure)
    return {source for source, found in levels.items() if Disclosure.PUBLIC not in found}


def public_columns(content: NoticeContent, specs: Iterable[FieldDisclosure]) -> dict[str, Any]:
    """The notice's columns, without what is above public (works contract sums, for one)."""
    hidden = hidden_sources(specs)
    amount = content.amount.quantize(_CENT) if content.amount is not None else None
    columns = {
        "buyer_name": content.names(PartyPart.BUYER)[:1000],
        "agency_name": content.names(PartyPart.AGENCY)[:1000],
        "winner_name": content.names(PartyPart.WINNER)[:2000],
        "deadline_at": content.deadline_at,
        "opening_at": content.opening_at,
        "amount": amount,
    }
    kept = {name: value for name, value in columns.items() if name not in hidden}
    kept["amount_kind"] = content.amount_kind if kept.get("amount") is not None else ""
    return kept


def party_rows(
    notice: Notice, parties: Iterable[PartyName], *, hide_codes: frozenset[str] = frozenset()
) -> list[NoticeParty]:
    """Unsaved rows for everybody named, joined to the register by code, else by exact name; one query."""
    named = [party for party in parties if party.name.strip()]
    names = {party.name.strip()[:300] for party in named}
    codes = {party.uscc for party in named if party.uscc}
    if not named:
        return []
    known = Party.objects.filter(Q(uscc__in=codes) | Q(name__in=names)).only("pk", "uscc", "name")
    by_code = {party.uscc: party.pk for party in known}
    by_name = {party.name: party.pk for party in known}
    return [
        NoticeParty(
            notice=notice,
            party_id=by_code.get(party.uscc) if party.uscc in by_code else by_name.get(party.name.strip()),
            name=party.name.strip()[:300],
            uscc="" if party.role in hide_codes else party.uscc[:18],
            role=party.role,
            rank=party.rank,
        )
        for party in named
    ]


def digest_of(notice: Notice, attachments: Iterable[str] = ()) -> str:
    """SHA-256 (hex) of what the notice says, from its row alone: an outsider can compute it again.

    Imported notices are identified by their source's text only, so that better recognition
    of the same text changes nothing.
    """
    said: dict[str, object] = {
        "title": notice.title,
        "body": notice.body_html,
        "published_at": notice.published_at.astimezone(clock.BEIJING).isoformat(),
        "precision": notice.precision,
    }
    if notice.origin == "imported":
        said |= {"source": notice.source, "source_id": notice.source_id}
    else:
        said |= {
            "kind": notice.kind,
            "trade_type": notice.trade_type,
            "number": notice.number,
            "fields": notice.fields,
            "codes": notice.codes,
            "parties": [notice.buyer_name, notice.agency_name, notice.winner_name],
            "amount": None if notice.amount is None else f"{notice.amount:.2f}",
            "deadline_at": _iso(notice.deadline_at),
            "opening_at": _iso(notice.opening_at),
            "attachments": list(attachments),
        }
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

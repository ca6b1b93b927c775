"""The public log: its signed head, its events, their proofs, and the log itself as tiles."""

import json
import logging
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from marketplace.kernel.actor import Actor
from marketplace.ledger import bodies, keys, merkle, queries, rules, sequencer, standalone
from marketplace.ledger.models import Event, Leaf

log = logging.getLogger(__name__)
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
LABELS = {
    "public_id": _lazy("对象编号"),
    "title": _lazy("标题"),
    "kind": _lazy("类型"),
    "number": _lazy("编号"),
    "digest": _lazy("内容摘要"),
    "sha256": _lazy("内容摘要"),
    "files": _lazy("附件摘要"),
    "corrects": _lazy("更正的公告"),
    "source": _lazy("来源"),
    "reason": _lazy("原因"),
    "document": _lazy("文号"),
    "basis": _lazy("依据"),
    "notice": _lazy("公告"),
    "notices": _lazy("公告"),
    "rules": _lazy("适用规则版本"),
}
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The signed head, how to check it, and a look-up by number, event id or announcement id."""
    asked = request.GET.get("q", "").strip()
    found = queries.find(asked, _actor(request)) if asked else []
    if len(found) == 1:
        return redirect("ledger_event", uid=found[0].uid)
    head = queries.head()
    context = {
        "asked": asked[:64],
        "rows": [{"event": row, "kind": _kind(row)} for row in found],
        "head": head,
        "demo": head is not None and head.origin.endswith(keys.DEMO),
        "growth": [(f"{day:%m-%d}", size) for day, size in queries.growth()],
        "keys": queries.log_keys(),
        "verifier_url": reverse("ledger_verifier"),
        "kinds": rules.public_kinds().values(),
        "meta": {"column": _("公开台账")},
    }
    return render(request, "ledger/index.html", context)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed head as the C2SP text."""
    head = queries.head()
    if head is None:
        return HttpResponse(_("台账还没有记录。") + "\n", status=404, content_type=TEXT)
    return HttpResponse(head.note, content_type=TEXT, headers={"Cache-Control": "public, max-age=2"})


@require_safe
def event(request: HttpRequest, uid: str) -> HttpResponse:
    """One event: what was logged, where it stands in the log, and its proof."""
    row = _event(request, uid)
    leaf = _leaf(row)
    context = {
        "event": row,
        "kind": _kind(row),
        "leaf": leaf,
        "subject_url": _subject_url(row),
        "facts": [
            (LABELS.get(key, key), _shown(value))
            for key, value in row.data.items()
            if value not in ("", [], {})
        ],
        "body": bodies.canonical(bodies.body(row)).decode(),
        "keys": queries.log_keys(),
        "meta": {"column": _("公开台账")},
    }
    return render(request, "ledger/event.html", context)


@require_safe
def proof(request: HttpRequest, uid: str) -> HttpResponse:
    """The event's ``.tlog-proof``; 503 while the log has not taken it in."""
    row = _event(request, uid)
    try:
        _leaf(row)
        text = queries.proof_text(row)
    except queries.NotLogged:
        waiting = _("此记录正在写入台账，请稍后再试。") + "\n"
        return HttpResponse(waiting, status=503, content_type=TEXT, headers={"Retry-After": "2"})
    name = f'attachment; filename="{row.uid}.tlog-proof"'
    return HttpResponse(
        text, content_type=TEXT, headers={"Content-Disposition": name, "Cache-Control": "no-cache"}
    )


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The stand-alone program that checks a proof without us."""
    source = Path(standalone.__file__).read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="verify.py"', "Cache-Control": "no-cache"}
    return HttpResponse(source, content_type="text/x-python; charset=utf-8", headers=headers)


@require_safe
def tile(request: HttpRequest, level: str, address: str) -> HttpResponse:
    """A tile of the tree (C2SP tlog-tiles): hashes, 32 bytes each."""
    hashes = queries.tile(int(level), *_place(address)) if int(level) < 64 else None
    return _immutable(b"".join(hashes) if hashes else None)


@require_safe
def entries(request: HttpRequest, address: str) -> HttpResponse:
    """An entry bundle (C2SP tlog-tiles): each entry after its length."""
    found = queries.entries(*_place(address))
    return _immutable(b"".join(len(entry).to_bytes(2, "big") + entry for entry in found) if found else None)


def _immutable(body: bytes | None) -> HttpResponse:
    if body is None:
        return HttpResponse(_("台账没有这一块。") + "\n", status=404, content_type=TEXT)
    return HttpResponse(body, content_type=BYTES, headers={"Cache-Control": FOR_EVER})


def _place(address: str) -> tuple[int, int]:
    """Index and width of a tile address such as ``x001/x234/067.p/16``."""
    path, _dot, width = address.partition(".p/")
    digits = path.replace("x", "").replace("/", "")
    if len(digits) > 15 or (width and int(width) >= merkle.WIDTH):
        raise Http404
    return int(digits), int(width or merkle.WIDTH)


def _event(request: HttpRequest, uid: str) -> Event:
    """The event if the reader may see it; to all others it does not exist."""
    actor = _actor(request)
    row = queries.visible_to(actor).filter(uid=uid).first()
    if row is None or not rules.may_read(actor, row):
        raise Http404
    return row


def _leaf(row: Event) -> Leaf | None:
    """The event's place in the log; on one machine the log takes it in at once if it has not yet."""
    leaf = queries.leaf_of(row)
    if leaf is None and getattr(settings, "SUNLIT_INLINE_DELIVERIES", True):
        try:
            sequencer.run_once()
        except Exception:
            log.exception("the log could not be written on demand")
        leaf = queries.leaf_of(row)
    return leaf


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = getattr(request, "actor", None) or Actor.visitor()
    return actor


def _kind(row: Event) -> object:
    return rules.public_kinds().get(row.kind, row.kind)


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False)


def _subject_url(row: Event) -> str:
    subject = queries.subject_of(row)
    return subject.get_absolute_url() if subject is not None and hasattr(subject, "get_absolute_url") else ""

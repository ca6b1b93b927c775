"""Questions of readers and answers of units (R23; 政府采购法 51 on 询问)."""

import hashlib
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.disclosure.models import Notice, Question
from marketplace.disclosure.rules.scan import scan
from marketplace.disclosure.rules.who import may_answer
from marketplace.disclosure.states import QUESTION_MOVES, QuestionState, ScanRule
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.codes import CodeError, check_mobile
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append
from marketplace.ledger.idempotency import once
from marketplace.registry.crypto import blind_index
from marketplace.registry.rules import is_platform_itself

TEXT_LIMIT = 1000
ANSWER_LIMIT = 5000
NAME_LIMIT = 50
MOST_PER_DAY = 10
RETENTION = timedelta(days=730)
_PERSONAL = (ScanRule.ID_NUMBER, ScanRule.MOBILE, ScanRule.BANK_CARD)


class TooManyQuestions(Refused):
    """One contact asked more in a day than a person would (HTTP 429)."""


def ask_question(
    notice: Notice, *, name: str, contact: str, text: str, agrees: bool, key: str, by: Actor, at: datetime
) -> Question:
    """Ask the unit about an announcement; anybody may, without login.

    ``contact`` is a mobile number or e-mail address: encrypted, seen by the unit alone.
    ``agrees`` allows publication with the answer. ``key`` is the form's own: sending it twice
    asks once. Raises ``Refused`` at the field, ``KeyReused``, ``TooManyQuestions`` (ten a day
    from one contact).
    """
    reach = _contact(contact)
    words = _text(text, "text", TEXT_LIMIT)
    _demand_impersonal(words, "text")
    who = _text(name, "name", NAME_LIMIT)
    payload = {"name": who, "contact": blind_index(reach), "text": words, "agrees": agrees}
    reply = once(
        scope=f"disclosure.ask:{notice.pk}",
        key=key,
        payload=payload,
        act=lambda: _ask(notice, who, reach, words, agrees, by, at),
    )
    return Question.objects.get(public_id=reply["question"])


def _contact(text: str) -> str:
    try:
        return check_mobile(text)
    except CodeError:
        pass
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(_("请填写手机号码或电子邮箱，以便单位答复。"), field="contact") from None
    return address.lower()


def _text(text: str, field: str, limit: int) -> str:
    words = "\n".join(line.strip() for line in text.replace("\x00", "").splitlines()).strip()
    if not words:
        raise Refused(_("请填写此项。"), field=field)
    if len(words) > limit:
        raise Refused(_("不能超过 %(n)s 个字符。") % {"n": limit}, field=field)
    return words


def _demand_impersonal(words: str, field: str) -> None:
    """Question and answer may become public: no identity number, phone or card in them."""
    found = [hit for hit in scan(words) if hit.rule in _PERSONAL]
    if found:
        message = _("内容含有%(what)s（%(excerpt)s），可能公开，请删除。")
        raise Refused(message % {"what": found[0].rule.label, "excerpt": found[0].excerpt}, field=field)


def _ask(
    notice: Notice, name: str, contact: str, text: str, agrees: bool, by: Actor, at: datetime
) -> dict[str, str]:
    locked = Notice.objects.select_for_update().only("pk", "state", "public_id").get(pk=notice.pk)
    if locked.is_withdrawn:
        raise Refused(_("该公告已撤下，不能提问。"))
    now = clock.now()
    index = blind_index(contact)
    if (
        Question.objects.filter(contact_index=index, asked_at__gt=now - timedelta(days=1)).count()
        >= MOST_PER_DAY
    ):
        raise TooManyQuestions(_("您今天的提问已较多，请明天再试，或直接联系公告中的联系人。"))
    question = Question.objects.create(
        notice=locked,
        asker_name=name,
        contact=contact,
        contact_index=index,
        text=text,
        asker_agrees=agrees,
        asked_at=now,
    )
    data = {
        "question": question.public_id,
        "notice": locked.public_id,
        "text": _digest(text),
        "agrees": agrees,
    }
    append("disclosure.question_asked", by=by, at=at, subject=question, data=data)
    return {"question": question.public_id}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _locked(question: Question, by: Actor) -> Question:
    locked = Question.objects.select_for_update(of=("self",)).select_related("notice").get(pk=question.pk)
    if not may_answer(by, locked):
        raise NotAllowed(_("只有公告的采购（招标）单位、代理机构或发布平台可以答复。"))
    return locked


@transaction.atomic
def answer_question(question: Question, *, answer: str, publish: bool, by: Actor, at: datetime) -> Question:
    """Answer once; with ``publish`` question and answer become public if the asker agreed too.

    Raises ``NotAllowed``, ``Refused`` at the field (also when the asker did not agree),
    ``MoveRefused`` for an answered one.
    """
    locked = _locked(question, by)
    state = QUESTION_MOVES.after(locked.state, "answer_publicly" if publish else "answer")
    words = _text(answer, "answer", ANSWER_LIMIT)
    if publish:
        _demand_impersonal(words, "answer")
    if publish and not locked.asker_agrees:
        raise Refused(_("提问人不同意公开，只能单独答复。"), field="publish")
    locked.state, locked.answer, locked.unit_agrees = state, words, publish
    _stamp(locked, by)
    data = {"question": locked.public_id, "answer": _digest(words), "public": publish}
    append("disclosure.question_answered", by=by, at=at, subject=locked, data=data)
    return locked


@transaction.atomic
def close_question(question: Question, *, reason: str, by: Actor, at: datetime) -> Question:
    """Not answer a question (abuse, another matter), with a reason that the unit keeps; never public."""
    locked = _locked(question, by)
    locked.state = QUESTION_MOVES.after(locked.state, "close")
    locked.answer = _text(reason, "answer", ANSWER_LIMIT)
    _stamp(locked, by)
    data = {"question": locked.public_id, "reason": _digest(locked.answer)}
    append("disclosure.question_closed", by=by, at=at, subject=locked, data=data)
    return locked


@transaction.atomic
def publish_question(question: Question, *, by: Actor, at: datetime) -> Question:
    """Make an answered question public later; both sides must agree. Raises ``Refused`` else."""
    locked = _locked(question, by)
    locked.state = QUESTION_MOVES.after(locked.state, "publish")
    if not locked.asker_agrees:
        raise Refused(_("提问人不同意公开。"))
    _demand_impersonal(f"{locked.text}\n{locked.answer}", "")
    locked.unit_agrees = True
    locked.published_at = clock.now()
    locked.save(update_fields=["state", "unit_agrees", "published_at"])
    data = {"question": locked.public_id, "notice": locked.notice.public_id}
    append("disclosure.question_published", by=by, at=at, subject=locked, data=data)
    return locked


@transaction.atomic
def read_asker(question: Question, *, by: Actor, at: datetime) -> tuple[str, str]:
    """Name and contact of the asker, to answer by; reading personal data leaves a trace."""
    locked = _locked(question, by)
    append("disclosure.asker_read", by=by, at=at, subject=locked, data={"question": locked.public_id})
    return locked.asker_name, locked.contact


@transaction.atomic
def forget_askers(*, by: Actor, at: datetime) -> int:
    """Erase name and contact two years after the answer (个人信息保护法 47); returns how many.

    A daily job of the platform. Raises ``NotAllowed`` for anybody else.
    """
    if not is_platform_itself(by):
        raise NotAllowed(_("您当前的角色无权进行此操作。"))
    old = Question.objects.exclude(contact_index="").filter(answered_at__lt=clock.now() - RETENTION)
    count = old.update(asker_name="", contact="", contact_index="")
    if count:
        append("disclosure.askers_forgotten", by=by, at=at, data={"count": count})
    return count


def _stamp(question: Question, by: Actor) -> None:
    now = clock.now()
    question.answered_at = now
    question.answered_by_id = by.user_id
    question.published_at = now if question.state == QuestionState.PUBLISHED else None
    question.save(
        update_fields=["state", "answer", "unit_agrees", "answered_at", "answered_by_id", "published_at"]
    )

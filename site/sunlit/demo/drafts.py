"""What lies on the editors' desks: one draft in review, one sent back, one just begun."""

from datetime import datetime, timedelta
from decimal import Decimal

from cms.actions import return_draft, submit_draft, write_draft
from marketplace.kernel.actor import Actor
from marketplace.registry.models import RoleGrant
from marketplace.registry.queries.people import actor_of

from .people import Cast
from .places import AGENCIES, UNITS

_COMMON = {"trade_type": "gov_procurement", "region_id": "140502", "amount_kind": "budget"}


def build_drafts(cast: Cast, *, at: datetime) -> None:
    """Three drafts of the demo's author, so that author and reviewer find work."""
    author, reviewer = _actor(cast, "author"), _actor(cast, "reviewer")
    waiting = _draft(author, at, 61, "实验室通风系统改造采购公告", "实验室通风系统改造", "684000", days=26)
    submit_draft(draft=waiting, by=author, at=at)
    sent_back = _draft(author, at, 62, "校园安防监控升级采购公告", "校园安防监控升级", "1150000", days=28)
    submit_draft(draft=sent_back, by=author, at=at)
    return_draft(draft=sent_back, comment="请补充监控点位清单，并写明验收标准。", by=reviewer, at=at)
    _draft(author, at, 63, "图书馆书架采购公告", "图书馆书架采购", "236000", days=30)


def _actor(cast: Cast, username: str) -> Actor:
    user = cast.demo[username]
    return actor_of(user, RoleGrant.objects.get(person_id=user.person_id))


def _draft(author: Actor, at: datetime, number: int, title: str, subject: str, budget: str, *, days: int):
    deadline = (at + timedelta(days=days)).replace(hour=1, minute=30, second=0, microsecond=0)
    text = (
        f"<p>{subject}的潜在供应商应在本平台获取采购文件，并于递交截止时间前在线提交响应文件。</p>"
        "<p>供应商应当具有独立承担民事责任的能力，具有良好的商业信誉和健全的财务会计制度。</p>"
    )
    return write_draft(
        by=author,
        at=at,
        kind="tender",
        title=title,
        body=[("heading", "一、项目概况"), ("text", text)],
        fields={"BULLETIN_BID_NUM": "1", "PURCHASER_MODE": "1"},
        project_code=f"D1405020001{number:06d}001",
        project_name=subject,
        lot_code=f"D1405020001{number:06d}001001",
        lot_name=subject,
        buyer_name=UNITS[0].name,
        agency_name=AGENCIES[0].name,
        amount=Decimal(budget),
        deadline_at=deadline,
        opening_at=deadline,
        responsible_person="周起草",
        verifier="何审慎",
        **_COMMON,
    )

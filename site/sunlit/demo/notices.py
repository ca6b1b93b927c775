"""Puts the story on stage: each step becomes one call of an action, under the scripted clock."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from marketplace.disclosure.actions import (
    NoticeContent,
    PartyName,
    answer_question,
    ask_question,
    release_correction,
    release_notice,
    withdraw_notice,
)
from marketplace.disclosure.models import Notice
from marketplace.disclosure.states import AmountKind, NoticeKind, PartyPart, WithdrawalBasis, kind_label
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.registry.models import Person

from .chains import CHAINS, CIRCULARS, Chain
from .forms import fields_for
from .people import Cast
from .places import AGENCIES, CITIES, SUPPLIERS, UNITS, Organisation
from .story import Step
from .texts import WRITERS, Facts

QUESTIONS = (
    ("供应商提供的样品是否需要在递交截止前送达？", "不需要送样，只需在响应文件中提供检测报告。"),
    ("分公司能否以总公司的业绩参加？", "可以，须提供总公司的授权书和业绩合同。"),
    ("交付期能否由 30 日放宽到 45 日？", "交付期不变，请按公告要求响应。"),
    ("小微企业声明函由谁出具？", "由参加本项目的供应商自行出具，并对真实性负责。"),
)
_PRICED = {"result": AmountKind.AWARD, "contract": AmountKind.CONTRACT, "performance": AmountKind.CONTRACT}
_WITH_DEADLINE = {"tender", "prequalification", "invitation", "listing", "correction"}


@dataclass(slots=True)
class Stage:
    """What one chain has come to: its facts and its notices so far."""

    facts: Facts
    notices: dict[str, Notice] = field(default_factory=dict)


class Company:
    """Plays all chains; ``play`` takes one step and does what it says."""

    def __init__(self, cast: Cast, seed: int = 20261124) -> None:
        self.cast = cast
        self.rng = random.Random(seed)  # noqa: S311 - the same demo every time
        self.stages = [self._stage(number, chain) for number, chain in enumerate(CHAINS)]

    def _stage(self, number: int, chain: Chain) -> Stage:
        unit = UNITS[chain.unit]
        agency = next(one for one in AGENCIES if one.city == unit.city)
        bidders = self._bidders(unit)
        code = f"{_letter(chain)}{unit.region}0001{number + 1:06d}001"
        facts = Facts(chain, unit, agency, code, chain.subject, clock.now())
        facts.bidders, facts.prices = bidders, self._prices(chain, len(bidders))
        facts.centre = self.cast.branch_of(unit).name
        return Stage(facts)

    def _bidders(self, unit: Organisation) -> list[Organisation]:
        near = [one for one in SUPPLIERS if one.city == unit.city]
        far = [one for one in SUPPLIERS if one.city != unit.city]
        first = self.rng.choice(near)
        return [first, *self.rng.sample([one for one in near if one is not first] + far, 3)]

    def _prices(self, chain: Chain, count: int) -> list[Decimal]:
        up = chain.trade not in ("works", "gov_procurement")
        share = [self.rng.uniform(0.02, 0.04) + 0.018 * place for place in range(count)]
        budget = Decimal(chain.budget)
        prices = [budget * Decimal(1 + one if up else 1 - one) for one in share]
        return sorted((price.quantize(Decimal("1.00")) for price in prices), reverse=up)

    def play(self, step: Step) -> None:
        """Do what a step says at its time; the clock stands there."""
        stage = self.stages[step.chain]
        if step.kind == "question":
            self._question(stage, step)
        elif step.kind == "withdrawn":
            self._withdraw(stage, step)
        else:
            stage.notices[step.kind] = self._publish(stage, step)

    def _publish(self, stage: Stage, step: Step) -> Notice:
        facts = stage.facts
        facts.published = step.at
        facts.deadline = step.deadline or facts.deadline
        facts.previous_deadline = step.previous_deadline
        reviewer = self.cast.reviewers[self.cast.branch_of(facts.unit).pk]
        content = self._content(facts, step)
        if step.kind != NoticeKind.CORRECTION:
            return release_notice(content, by=reviewer, at=step.at)
        original = stage.notices.get("tender") or stage.notices["listing"]
        return release_correction(original, content, by=reviewer, at=step.at)

    def _content(self, facts: Facts, step: Step) -> NoticeContent:
        chain, branch = facts.chain, self.cast.branch_of(facts.unit)
        priced = _PRICED.get(step.kind)
        budget = AmountKind.STARTING if chain.trade not in ("works", "gov_procurement") else AmountKind.BUDGET
        shown = step.kind not in (
            "opening_record",
            "candidates",
            "clarification",
            "qualification",
            "termination",
        )
        deadline = step.deadline if step.kind in _WITH_DEADLINE else None
        author = self.cast.authors[branch.pk]
        return NoticeContent(
            kind=step.kind,
            trade_type=chain.trade,
            title=_title(chain.subject, kind_label(step.kind, chain.trade)),
            body_html=WRITERS[step.kind](facts),
            fields=fields_for(step.kind, facts, base_kind="tender" if step.kind == "correction" else ""),
            region_code=facts.unit.region,
            branch_id=branch.pk,
            project_name=chain.subject,
            project_codes=(facts.code,),
            lot_code=f"{facts.code}001",
            lot_name=chain.subject,
            parties=self._parties(facts, step.kind),
            amount=(facts.price if priced else Decimal(chain.budget)) if shown else None,
            amount_kind=(priced or budget) if shown else "",
            deadline_at=deadline,
            opening_at=step.at if step.kind == "opening_record" else deadline,
            responsible_person=author.person.name if author.person else "",
            verifier=self._reviewer_name(branch.pk),
            author_id=author.pk,
            draft_key=f"demo:{step.chain}:{step.kind}:{step.order}",
        )

    def _reviewer_name(self, branch: int) -> str:
        return Person.objects.get(pk=self.cast.reviewers[branch].person_id).name

    def _parties(self, facts: Facts, kind: str) -> tuple[PartyName, ...]:
        named = [(facts.unit, PartyPart.BUYER, 1), (facts.agency, PartyPart.AGENCY, 1)]
        if kind in _PRICED:
            named.append((facts.winner, PartyPart.WINNER, 1))
        if kind == "candidates":
            named += [(one, PartyPart.CANDIDATE, rank) for rank, one in enumerate(facts.bidders[:3], 1)]
        return tuple(PartyName(one.name, role=part, uscc=one.uscc, rank=rank) for one, part, rank in named)

    def _question(self, stage: Stage, step: Step) -> None:
        notice = stage.notices.get("tender") or stage.notices["listing"]
        text, answer = QUESTIONS[step.chain % len(QUESTIONS)]
        question = ask_question(
            notice,
            name="一位供应商",
            contact=f"reader{step.chain}@mail.example.cn",
            text=text,
            agrees=True,
            key=f"demo:{step.chain}",
            by=Actor.visitor(),
            at=step.at,
        )
        if step.chain % 3:
            buyer = self.cast.buyers[stage.facts.unit.name]
            answer_question(question, answer=answer, publish=True, by=buyer, at=step.at)

    def _withdraw(self, stage: Stage, step: Step) -> None:
        withdraw_notice(
            stage.notices["contract"],
            basis=WithdrawalBasis.ORDER,
            reason="合同附件含有供应商的商业秘密，监督部门决定撤下，处理后重新公开。",
            document=f"公管监〔{step.at.year}〕17 号",
            by=self.cast.supervisors[stage.facts.unit.city],
            at=step.at,
        )


def publish_circular(cast: Cast, number: int, at: datetime) -> Notice:
    """One 通知公告 of a city's centre."""
    circular = CIRCULARS[number]
    city = next(one for one in CITIES if one.key == circular.city)
    branch = cast.branches[city.region]
    author = cast.authors[branch.pk]
    content = NoticeContent(
        kind=NoticeKind.CIRCULAR,
        trade_type="other",
        title=f"{branch.name}{circular.title}",
        body_html=f"<p>各有关单位：</p><p>{circular.text}</p><p>{branch.name}</p>",
        region_code=city.region,
        branch_id=branch.pk,
        responsible_person=author.person.name if author.person else "",
        verifier="平台值班",
        author_id=author.pk,
        draft_key=f"demo:circular:{number}",
    )
    return release_notice(content, by=cast.reviewers[branch.pk], at=at)


def _title(subject: str, label: str) -> str:
    """Subject and kind as people write them: a purchase of desks is not called a 采购采购公告."""
    for word in ("采购", "出让"):
        if subject.endswith(word) and label.startswith(word):
            return subject + label.removeprefix(word)
    return subject + label


def _letter(chain: Chain) -> str:
    letters = {"works": "A", "gov_procurement": "D", "land": "B", "mining": "B", "state_property": "C"}
    return letters.get(chain.trade, "Z")

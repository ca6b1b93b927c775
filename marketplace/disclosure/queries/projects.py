"""A project's one page: its stages and its timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from marketplace.disclosure.models import Notice, ProjectCode, TradeProject
from marketplace.disclosure.queries.notices import HEAVY, as_stub
from marketplace.disclosure.states import NoticeStage
from marketplace.kernel.codes import normalise_code


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a project's address leads; ``moved`` asks for a redirect to ``project``."""

    project: TradeProject
    moved: bool


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a project's timeline, in the order of time."""

    label: str
    stage: str
    at: datetime
    notice: Notice
    is_here: bool = False

    @property
    def url(self) -> str:
        """The notice's page."""
        return self.notice.get_absolute_url()


@dataclass(frozen=True, slots=True)
class Stage:
    """One tab of the project page."""

    key: str
    label: str
    notices: list[Notice]


def public_project(public_id: str) -> Landing | None:
    """The project of an address, following merges; ``None`` when there is none or nothing in it is public."""
    first = (
        TradeProject.objects.select_related("region", "branch", "merged_into")
        .filter(public_id=public_id)
        .first()
    )
    if first is None:
        return None
    project = first
    while (target := project.merged_into) is not None:
        project = TradeProject.objects.select_related("region", "branch", "merged_into").get(pk=target.pk)
    if not project.notices.exists():
        return None
    return Landing(project, moved=project.pk != first.pk)


def project_by_code(code: str) -> TradeProject | None:
    """The project that any of its codes names."""
    row = ProjectCode.objects.filter(code=normalise_code(code)).select_related("project").first()
    return row.project if row else None


def project_notices(project: TradeProject) -> list[Notice]:
    """Everything ever published for a project, oldest first, withdrawn ones as stubs; one query."""
    rows = (
        project.notices.order_by("published_at", "sequence", "pk")
        .select_related("lot", "region")
        .defer(*HEAVY)
    )
    return [as_stub(row) if row.is_withdrawn else row for row in rows]


def timeline(project: TradeProject | None, here: Notice | None = None) -> list[Node]:
    """Plan, notice, corrections, opening, result, contract: each node is a link; one query."""
    if project is None:
        return []
    return [
        Node(row.kind_label, row.stage, row.published_at, row, is_here=here is not None and row.pk == here.pk)
        for row in project_notices(project)
    ]


def stages(notices: Iterable[Notice]) -> list[Stage]:
    """The tabs of a project page that have something, in the order of the procedure."""
    rows = list(notices)
    tabs = [
        Stage(stage.value, str(stage.label), [row for row in rows if row.stage == stage])
        for stage in NoticeStage
    ]
    return [tab for tab in tabs if tab.notices]

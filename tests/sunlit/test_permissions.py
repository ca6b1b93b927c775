"""Every address × every role × an own and another branch's object: who gets in is written down.

``permissions.tsv`` is the reviewed table; the test walks the routes and compares. A new route
or a changed right shows as a difference, to be read by a person before the table is renewed
(``WRITE_PERMISSIONS=1``). Whatever is refused must have written nothing, and nothing may
break (5xx) or write without an event.
"""

import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from cms.actions import report_error, write_draft
from marketplace.disclosure import actions as disclosure
from marketplace.disclosure.models import ImportBatch
from marketplace.inbox.actions import send
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger.quiet import watch
from marketplace.ledger.sequencer import run_once
from marketplace.registry.models import Branch, Party, RoleGrant, User
from marketplace.registry.queries import actor_of
from marketplace.registry.states import Role
from tests.cms.conftest import content
from tests.sunlit import routes

pytestmark = [pytest.mark.slow]
TABLE = Path(__file__).with_name("permissions.tsv")
BACKEND = "marketplace.registry.backends.LoginBackend"
VISITOR = "visitor"
ROLES = (
    *(VISITOR, "sysadmin", "secadmin", "auditadmin", "operator", "author", "reviewer"),
    *("supervisor", "buyer", "agency", "supplier", "expert"),
)
BRANCH_BOUND = ("operator", "author", "reviewer")
REFUSED = ("login", "403", "404", "405")
# What a visitor may open below /desk/, /editor/ and /accounts/: the ways in.
OPEN_TO_VISITORS = ("login", "editor_login", "activate", "reset", "ask_code", "setup")


def table() -> dict[tuple[str, str, str], dict[str, str]]:
    """The reviewed table: (route, method, scope) → role → answer."""
    if not TABLE.exists():
        return {}
    lines = [
        line.split("\t")
        for line in TABLE.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    header, *rows = lines
    return {(row[0], row[1], row[2]): dict(zip(header[3:], row[3:], strict=True)) for row in rows}


def write(role: str, answers: dict[tuple[str, str, str], str]) -> None:
    """Put one role's column into the table; one worker at a time."""
    lock = TABLE.with_suffix(".lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    known = table()
    for key, answer in answers.items():
        known.setdefault(key, dict.fromkeys(ROLES, ""))[role] = answer
    known = {key: row for key, row in sorted(known.items()) if key in answers}
    lines = ["\t".join(("route", "method", "object", *ROLES))]
    lines += ["\t".join((*key, *(row.get(one, "") for one in ROLES))) for key, row in known.items()]
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")
    TABLE.with_suffix(".lock").unlink(missing_ok=True)


def furnish() -> None:
    """What the demo leaves out: drafts and messages of two branches, an error report, sessions."""
    at, visitor = clock.now(), Actor.visitor()
    own = RoleGrant.objects.get(person__user__username="author", role=Role.AUTHOR)
    other = RoleGrant.objects.filter(role=Role.AUTHOR).exclude(branch=own.branch).order_by("pk")[0]
    batch = disclosure.open_batch(
        source="试样", file_name="", file_digest="", by=Actor.command("test"), at=at
    )
    for grant in (own, other):
        _furnish_branch(grant, batch, at)
    everybody = User.objects.filter(username__in=ROLES)
    send(users=everybody, title="试样", by=Actor.system("test"), at=at)
    report_error(page_path="/", description="试样", contact="", by=visitor, at=at)
    run_once()


def _furnish_branch(grant: RoleGrant, batch: ImportBatch, at: datetime) -> None:
    user, branch = grant.person.user, grant.branch
    author = actor_of(user, grant)
    write_draft(by=author, at=at, **content(title=f"权限试样（{branch.name}）", region_id=branch.region_id))
    pdf = BytesIO(b"%PDF-1.7\n1 0 obj\nendobj\n")
    disclosure.attach_file(pdf, name="试样.pdf", branch_id=branch.pk, by=author, at=at)
    found = disclosure.NoticeContent(
        kind="circular",
        trade_type="other",
        title=f"含手机号的通知（{branch.name}）",
        body_text="联系手机 13900001234。",
        source="试样",
        source_id=branch.code,
        region_code=branch.region_id,
        branch_id=branch.pk,
        published_at=at,
    )
    disclosure.import_notice(found, batch=batch, by=Actor.command("test"), at=at)
    Client().force_login(user, backend=BACKEND)


class Walk:
    """One role on its way through every address."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.user = None if role == VISITOR else User.objects.get(username=role)
        self.client = Client(raise_request_exception=False)
        if self.user:
            self.client.force_login(self.user, backend=BACKEND)
        self.cookies = self.client.cookies.copy()
        author = User.objects.get(username="author")
        home = (self.user and self.user.person and self.user.person.branch) or author.person.branch
        self.objects = routes.Objects(home or Branch.objects.order_by("pk")[0], self._party(), self.user)

    def _party(self) -> Party:
        grant = self.user.person.grants.filter(party__isnull=False).first() if self.user else None
        return grant.party if grant else Party.objects.order_by("pk")[0]

    def answers(self) -> Iterator[tuple[tuple[str, str, str], str]]:
        """Each address with its answer."""
        for route in routes.ours():
            for scope in (routes.OWN_BRANCH, routes.OTHER_BRANCH) if route.parameters else ("-",):
                address = self.objects.address(route, scope)
                for method in ("GET", "POST"):
                    answer = self.ask(method, address) if address else "no object"
                    yield (route.name, method, scope), answer

    def ask(self, method: str, address: str) -> str:
        """One request, undone afterwards; what was refused must have written nothing."""
        with transaction.atomic():
            with watch() as seen:
                response = getattr(self.client, method.lower())(address)
            answer = _answer(response)
            transaction.set_rollback(True)
        self.client.cookies = self.cookies.copy()
        assert int(response.status_code) < 500, f"{self.role} {method} {address}"
        if answer in REFUSED:
            assert not seen.loud, f"{self.role} was refused {method} {address} but {seen.loud} was written"
        return answer


def _answer(response: HttpResponseBase) -> str:
    if response.status_code in (301, 302, 303):
        target = urlsplit(response["Location"]).path
        return "login" if target in ("/accounts/login/", "/editor/login/") else str(response.status_code)
    return str(response.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_every_address(demo: Path, role: str) -> None:
    furnish()
    found = dict(Walk(role).answers())
    if os.environ.get("WRITE_PERMISSIONS"):
        write(role, found)
    known = {key: row[role] for key, row in table().items()}
    assert {key: (answer, known.get(key)) for key, answer in found.items() if known.get(key) != answer} == {}


def test_the_table_keeps_the_house_rules() -> None:
    """What must hold whatever the table says, so that renewing it cannot hide a hole."""
    rows = table()
    assert {key[0] for key in rows} == {route.name for route in routes.ours()}
    for (route, method, scope), row in rows.items():
        where = f"{method} {route} ({scope})"
        if route.startswith(("desk", "disclosure:desk", "inbox:", "wagtailsnippets")):
            assert row[VISITOR] in ("login", "405", "404", "no object"), where
        if route.startswith("wagtailsnippets_cms_noticedraft") and scope == routes.OTHER_BRANCH:
            allowed = [role for role in ROLES if row[role] not in (*REFUSED, "no object", "302")]
            assert allowed == [], f"{where}: drafts of another branch are neither opened nor found"
        if route.startswith("disclosure:desk") and scope == routes.OTHER_BRANCH:
            assert {row[role] for role in BRANCH_BOUND} <= {*REFUSED, "no object"}, where
        if route.startswith("inbox:") and scope == routes.OTHER_BRANCH:
            assert {row[role] for role in ROLES} <= {*REFUSED, "no object"}, where

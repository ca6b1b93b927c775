"""Files: what is taken, where it lies, and who may fetch it."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client, override_settings

from marketplace.disclosure import actions, queries
from marketplace.disclosure.models import Attachment, Notice
from marketplace.disclosure.queries.files import stored_path
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.registry.states import Role
from tests.disclosure.conftest import Town, purchase
from tests.disclosure.test_questions import login

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n"


def attach(
    town: Town, content: bytes = PDF, name: str = "采购文件.pdf", by: Actor | None = None, **more: str
) -> Attachment:
    return actions.attach_file(
        io.BytesIO(content),
        name=name,
        branch_id=town.east.pk,
        by=by or town.actor(Role.AUTHOR),
        at=clock.now(),
        **more,
    )


def docx(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def test_content_lies_once_under_its_digest(town: Town) -> None:
    one, two = attach(town), attach(town, name="另一名称.pdf")
    assert one.sha256 == hashlib.sha256(PDF).hexdigest() == two.sha256
    assert stored_path(one.sha256).read_bytes() == PDF and one.size == len(PDF)
    assert list(stored_path(one.sha256).parent.parent.joinpath("incoming").iterdir()) == []
    assert Event.objects.latest("pk").kind == "disclosure.file_attached"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a", PDF),
        ("a.pdf", b"<html>"),
        ("a.pdf", b""),
        ("a.html", b"<html>"),
        ("a.svg", b"<svg/>"),
        ("a.txt", "中文".encode("gb18030")),
        ("a.docx", PDF),
        ("a.docx", docx("word/vbaProject.bin")),
        ("a.docx", b"PK\x03\x04broken"),
        ("a.png", PDF),
    ],
)
def test_what_is_not_taken(town: Town, name: str, content: bytes) -> None:
    with pytest.raises(actions.FileRefused):
        attach(town, content, name)
    assert not Attachment.objects.exists()


def test_a_file_that_is_too_large_is_not_taken(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.disclosure.actions.files.SIZE_LIMIT", 10)
    with pytest.raises(actions.FileRefused, match="100 MB"):
        attach(town)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\x\\采购\u202e文件.pdf", "采购文件.pdf"),
        ("a" * 300 + ".PDF", "a" * 187 + ".pdf"),
        ('x"<y>.pdf', "xy.pdf"),
    ],
)
def test_names_are_made_harmless(town: Town, name: str, kept: str) -> None:
    assert attach(town, name=name).name == kept


def find_virus(path: Path) -> str:
    """A scanner as an installation may name one."""
    return "测试病毒" if b"EICAR" in path.read_bytes() else ""


@override_settings(SUNLIT_FILE_SCANNER="tests.disclosure.test_files.find_virus")
def test_the_installations_scanner_is_asked(town: Town) -> None:
    assert attach(town).pk
    with pytest.raises(actions.FileRefused, match="测试病毒"):
        attach(town, PDF + b"EICAR")


@pytest.mark.parametrize(
    ("role", "place", "allowed"),
    [
        (Role.AUTHOR, "east", True),
        (Role.REVIEWER, "east", True),
        (Role.AUTHOR, "west", False),
        (Role.OPERATOR, "east", False),
        (Role.SUPPLIER, "某公司", False),
    ],
)
def test_who_attaches(town: Town, role: Role, place: str, allowed: bool) -> None:
    if allowed:
        assert attach(town, by=town.actor(role, place)).pk
    else:
        with pytest.raises(NotAllowed):
            attach(town, by=town.actor(role, place))


def released(town: Town, *rows: Attachment, reviewer: Actor) -> Notice:
    draft = purchase(town, attachments=tuple(row.pk for row in rows))
    return actions.release_notice(draft, by=reviewer, at=clock.now())


def test_a_file_is_bound_once_and_in_order(town: Town, reviewer: Actor) -> None:
    one, two = attach(town, PDF + b"1"), attach(town, PDF + b"2")
    notice = released(town, two, one, reviewer=reviewer)
    assert [row.sha256 for row in queries.public_attachments(notice)] == [two.sha256, one.sha256]
    with pytest.raises(Refused, match="已属于其他公告"):
        released(town, one, reviewer=reviewer)


def test_drafts_files_are_the_branchs_own(town: Town, client: Client) -> None:
    url = attach(town).get_absolute_url()
    assert client.get(url).status_code == 404
    assert login(client, town.actor(Role.AUTHOR, "west")).get(url).status_code == 404
    assert login(client, town.actor(Role.REVIEWER)).get(url).status_code == 200


def test_a_public_file_streams_guarded(town: Town, reviewer: Actor, client: Client) -> None:
    row = attach(town)
    released(town, row, reviewer=reviewer)
    page = client.get(row.get_absolute_url())
    assert b"".join(page.streaming_content) == PDF
    assert page["X-Content-Type-Options"] == "nosniff" and page["Content-Type"] == "application/pdf"
    assert "sandbox" in page["Content-Security-Policy"] and "no-cache" in page["Cache-Control"]
    assert "attachment" in client.get(row.get_absolute_url() + "?download=1")["Content-Disposition"]
    again = client.get(row.get_absolute_url(), headers={"if-none-match": page["ETag"]})
    assert again.status_code == 304
    assert client.get("/files/aaaaaaaaaaaa/").status_code == 404


def test_levels_and_withdrawal_close_a_file(town: Town, reviewer: Actor, client: Client) -> None:
    inner, outer = attach(town, disclosure="government"), attach(town, PDF + b"2")
    notice = released(town, inner, outer, reviewer=reviewer)
    assert queries.public_attachments(notice) == [outer]
    assert client.get(inner.get_absolute_url()).status_code == 404
    by = town.actor(Role.SUPERVISOR, "420500")
    actions.withdraw_notice(notice, basis="order", document="1", reason="错", by=by, at=clock.now())
    assert client.get(outer.get_absolute_url()).status_code == 404
    assert login(client, by).get(outer.get_absolute_url()).status_code == 200
